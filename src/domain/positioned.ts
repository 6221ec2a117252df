import type { z } from 'zod';
import { problemsOfIssues, schemaWords } from './positioned-schema.ts';
import { pathText } from './positioned-words.ts';
import { type Place, readYaml } from './positioned-yaml.ts';

/** Something wrong in a file. `line` and `column` count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What was wrong and what was expected. */
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
}

/** `nodes[0].name`, or its segments when a key itself holds dots or brackets. */
export type Path = string | readonly (string | number)[];

export type Positioned<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** `file:line:column` of the value at `path`; of its nearest parent when it is not in the text (a default, say). */
      positionOf(path: Path): string;
      /** A problem found by the caller's own rules, at the value at `path`. */
      problemAt(path: Path, message: string, hint?: string): Problem;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Largest text that is parsed, in bytes. */
export const MAX_TEXT_BYTES = 1024 * 1024;
const MAX_PROBLEMS = 20;

/**
 * YAML text → value checked by `schema`. Never throws for what the text says; reads no file. An author's rule can give
 * its own words: `z.string().regex(re, 'expected …')`, or `ctx.addIssue({code: 'custom', message, path, params: {hint}})`.
 */
export function readPositioned<S extends z.ZodType>(schema: S, text: string, file: string): Positioned<z.output<S>> {
  const bytes = text.length > MAX_TEXT_BYTES ? text.length : Buffer.byteLength(text);
  if (bytes > MAX_TEXT_BYTES) return { ok: false, problems: [tooLarge(file, bytes)] };

  const yaml = readYaml(text);
  if (yaml.faults.length > 0) return refuse(file, yaml.faults);

  const words = schemaWords();
  const parsed = schema.safeParse(yaml.value, { error: words.error, reportInput: true });
  if (!parsed.success) return refuse(file, problemsOfIssues(parsed.error.issues, yaml, words));

  const at = (path: Path): Place => yaml.place(segments(path)).value;
  return {
    ok: true,
    value: parsed.data,
    positionOf: (path) => positionText({ file, ...at(path) }),
    problemAt: (path, message, hint) => ({
      file,
      ...at(path),
      message: `${pathText(segments(path))}${message}`,
      ...(hint && { hint }),
    }),
  };
}

export const positionText = (p: Pick<Problem, 'file' | 'line' | 'column'>): string => `${p.file}:${p.line}:${p.column}`;

/** `file:line:column: what was wrong, what was expected. What to do.` */
export const formatProblem = (p: Problem): string =>
  `${positionText(p)}: ${p.message}${p.hint === undefined ? '' : `. ${p.hint}`}`;

/** The one problem of a file that is too large to read. Callers may use it on the file's size, before reading it. */
export const tooLarge = (file: string, bytes: number): Problem => ({
  file,
  line: 1,
  column: 1,
  message: `the file has ${(bytes / MAX_TEXT_BYTES).toFixed(1)} MiB, more than the 1 MiB that is read`,
  hint: 'Is it the right file? Split it if it is',
});

export interface Fault {
  readonly place: Place;
  readonly message: string;
  readonly hint?: string;
}

function refuse(file: string, faults: readonly Fault[]): { ok: false; problems: Problem[] } {
  const sorted = [...faults].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  const problems = sorted
    .slice(0, MAX_PROBLEMS)
    .map(({ place, message, hint }): Problem => ({ file, ...place, message, ...(hint !== undefined && { hint }) }));
  const more = faults.length - problems.length;
  if (more > 0) problems.push({ file, line: 1, column: 1, message: `and ${more} more problems in this file` });
  return { ok: false, problems };
}

function segments(path: Path): readonly (string | number)[] {
  if (typeof path !== 'string') return path;
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? (key ?? '') : Number(index),
  );
}
