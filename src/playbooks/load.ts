import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
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

export interface LoadedPlaybook {
  readonly file: string;
  readonly playbook: Playbook;
  readonly read: Extract<Positioned<Playbook>, { ok: true }>;
}

export type Loaded =
  | { readonly ok: true; readonly library: Library; readonly files: readonly string[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads `probes.yaml`, every `<folder>/playbook.yaml` and its `scenarios/*.yaml` below each directory, and checks that they fit
 * together: ids unique, references known, expressions valid. All problems of all files are told at once.
 */
export async function loadLibrary(directories: readonly string[], rules: Rules): Promise<Loaded> {
  const problems: Problem[] = [];
  const probes: Record<string, Probe> = {};
  const loaded: LoadedPlaybook[] = [];
  const scenarios: Scenario[] = [];
  for (const directory of directories) {
    const names = await list(directory, problems);
    if (names.includes('probes.yaml')) {
      const read = await readFileAs(probesSchema, join(directory, 'probes.yaml'), problems);
      if (read) Object.assign(probes, read.value.probes);
    }
    for (const name of names) {
      const file = join(directory, name, 'playbook.yaml');
      if (!(await exists(file))) continue;
      const read = await readFileAs(playbookSchema, file, problems);
      if (!read) continue;
      loaded.push({ file, playbook: read.value, read });
      scenarios.push(...(await readScenarios(join(directory, name, 'scenarios'), read.value.id, problems)));
    }
  }
  const all = { ...probes, ...Object.assign({}, ...loaded.map((l) => l.playbook.probes)) } as Record<string, Probe>;
  problems.push(...lint(loaded, all, rules));
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    library: { probes: all, playbooks: loaded.map((l) => l.playbook), scenarios },
    files: loaded.map((l) => l.file),
  };
}

async function readScenarios(directory: string, playbook: string, problems: Problem[]): Promise<readonly Scenario[]> {
  if (!(await exists(directory))) return [];
  const files = (await list(directory, problems)).filter((f) => f.endsWith('.yaml')).sort();
  const read = await Promise.all(files.map((f) => readFileAs(scenarioSchema, join(directory, f), problems)));
  return read.flatMap((r) => (r ? [{ ...r.value, playbook }] : []));
}

async function readFileAs<S extends z.ZodType>(schema: S, file: string, problems: Problem[]) {
  const size = (await stat(file)).size;
  if (size > MAX_TEXT_BYTES) {
    problems.push(tooLarge(file, size));
    return undefined;
  }
  const read = readPositioned(schema, await readFile(file, 'utf8'), file);
  if (!read.ok) problems.push(...read.problems);
  return read.ok ? read : undefined;
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

async function list(directory: string, problems: Problem[]): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    problems.push({
      file: directory,
      line: 1,
      column: 1,
      message: `the folder of playbooks cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`,
      hint: 'Give a folder that holds <name>/playbook.yaml',
    });
    return [];
  }
}
