import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { InputError } from '../domain/input-error.ts';
import {
  type Library,
  type Playbook,
  type Probe,
  playbookSchema,
  probesSchema,
  type Scenario,
  scenarioSchema,
} from '../domain/playbook.ts';
import { MAX_TEXT_BYTES, type Positioned, type Problem, readPositioned, tooLarge } from '../domain/positioned.ts';
import { lint, type Rules } from './lint.ts';

type Read<S extends z.ZodType> = Extract<Positioned<z.output<S>>, { ok: true }>;

interface LoadedFile<S extends z.ZodType> {
  readonly file: string;
  readonly read: Read<S>;
}

export interface LoadedPlaybook extends LoadedFile<typeof playbookSchema> {
  readonly playbook: Playbook;
}

/** Files that are each right by themselves. */
export interface LoadedFiles {
  readonly probes: readonly LoadedFile<typeof probesSchema>[];
  readonly playbooks: readonly LoadedPlaybook[];
  readonly scenarios: readonly (LoadedFile<typeof scenarioSchema> & { readonly playbook: string })[];
}

export type Loaded =
  | { readonly ok: true; readonly library: Library; readonly files: readonly string[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads `probes.yaml`, every `<folder>/playbook.yaml` and its `scenarios/*.yaml` below each directory, and checks that they fit
 * together: ids unique, references known, expressions valid. All problems of all files are told at once. Throws InputError for a
 * directory that holds no playbooks.
 */
export async function loadLibrary(directories: readonly string[], rules: Rules): Promise<Loaded> {
  const problems: Problem[] = [];
  const files = { probes: [], playbooks: [], scenarios: [] } as { -readonly [K in keyof LoadedFiles]: LoadedFiles[K] };
  for (const directory of directories) {
    const found = await readDirectory(directory, problems);
    files.probes = [...files.probes, ...found.probes];
    files.playbooks = [...files.playbooks, ...found.playbooks];
    files.scenarios = [...files.scenarios, ...found.scenarios];
  }
  problems.push(...lint(files, rules));
  if (problems.length > 0) return { ok: false, problems };
  const probes: Record<string, Probe> = {};
  for (const { read } of [...files.probes, ...files.playbooks]) Object.assign(probes, read.value.probes);
  return {
    ok: true,
    library: {
      probes,
      playbooks: files.playbooks.map((l) => l.playbook),
      scenarios: files.scenarios.map(({ read, playbook }): Scenario => ({ ...read.value, playbook })),
    },
    files: files.playbooks.map((l) => l.file),
  };
}

async function readDirectory(directory: string, problems: Problem[]): Promise<LoadedFiles> {
  const names = await list(directory);
  const shared = names.includes('probes.yaml') ? [join(directory, 'probes.yaml')] : [];
  const paths = names.map((name) => join(directory, name, 'playbook.yaml'));
  const own = (await Promise.all(paths.map(exists))).flatMap((there, i) => (there ? [paths[i] as string] : []));
  if (shared.length + own.length === 0) {
    throw new InputError(
      `the folder ${directory} holds no playbooks`,
      names.includes('playbook.yaml')
        ? `It is a playbook itself: name the folder above it, ${dirname(resolve(directory))}`
        : 'Each lies in a folder of its own: NAME/playbook.yaml',
    );
  }
  const probes = await readAll(probesSchema, shared, problems);
  const playbooks = (await readAll(playbookSchema, own, problems)).map((l) => ({ ...l, playbook: l.read.value }));
  const scenarios = [];
  for (const { file, playbook } of playbooks) {
    const folder = join(dirname(file), 'scenarios');
    const inside = (await exists(folder)) ? (await list(folder)).filter((name) => name.endsWith('.yaml')) : [];
    const read = await readAll(
      scenarioSchema,
      inside.map((name) => join(folder, name)),
      problems,
    );
    scenarios.push(...read.map((l) => ({ ...l, playbook: playbook.id })));
  }
  return { probes, playbooks, scenarios };
}

async function readAll<S extends z.ZodType>(
  schema: S,
  files: readonly string[],
  problems: Problem[],
): Promise<LoadedFile<S>[]> {
  const all = await Promise.all(files.map(async (file) => ({ file, read: await readOne(schema, file) })));
  return all.flatMap(({ file, read }) => {
    if (read.ok) return [{ file, read }];
    problems.push(...read.problems);
    return [];
  });
}

/** What each file was the last time: reading it again when nothing changed would cost a hundred times as much as comparing. */
const readBefore = new Map<string, { readonly schema: z.ZodType; readonly text: string; readonly read: unknown }>();

async function readOne<S extends z.ZodType>(schema: S, file: string): Promise<Positioned<z.output<S>>> {
  try {
    const { size } = await stat(file);
    if (size > MAX_TEXT_BYTES) return { ok: false, problems: [tooLarge(file, size)] };
    const text = await readFile(file, 'utf8');
    const before = readBefore.get(file);
    if (before?.schema === schema && before.text === text) return before.read as Positioned<z.output<S>>;
    const read = readPositioned(schema, text, file);
    readBefore.set(file, { schema, text, read });
    return read;
  } catch (error) {
    throw new InputError(`the playbook file ${file} ${unreadable(error)}`);
  }
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

async function list(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    throw new InputError(
      `the folder of playbooks ${directory} ${unreadable(error)}`,
      'Name a folder that holds NAME/playbook.yaml',
    );
  }
}

function unreadable(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return WHY[code] ?? `cannot be read: ${code || message}`;
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'is not a folder',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by you',
};
