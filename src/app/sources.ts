import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../domain/input-error.ts';
import type { Lesson } from '../domain/lesson.ts';
import type { Library } from '../domain/playbook.ts';
import { formatProblem } from '../domain/positioned.ts';
import { expressionProblem } from '../engine/expression.ts';
import { STARTS } from '../lab/guide-steps.ts';
import { loadLessons } from '../learn/lessons.ts';
import { PARSERS } from '../parsers/index.ts';
import { type Loaded, loadLibrary, type Rules } from '../playbooks/index.ts';
import { parseSignatures, type Signature } from '../search/index.ts';

/** Playbooks, signatures and lessons as people wrote them. Reading them takes most of a second: see `shipped.ts`. */

const RULES: Rules = { expressionProblem, parsers: Object.keys(PARSERS) };

export const readPlaybooks = (directories: readonly string[]): Promise<Loaded> => loadLibrary(directories, RULES);

export async function readSignatures(playbooks: string): Promise<readonly Signature[]> {
  const file = join(playbooks, 'signatures.yaml');
  const read = parseSignatures(await readFile(file, 'utf8'), file);
  if (!read.ok) throw new InputError(read.problems.map(formatProblem).join('\n'));
  return read.signatures;
}

/** Lessons may name what is in this library. */
export const readLessons = (folder: string, { probes, playbooks }: Library): Promise<readonly Lesson[]> =>
  loadLessons(folder, {
    ...RULES,
    probes: new Set(Object.keys(probes)),
    checks: new Set(playbooks.flatMap((p) => Object.keys(p.checks))),
    starts: STARTS,
  });
