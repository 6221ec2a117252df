import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { newPlaybook } from '../../src/app/new-playbook.ts';
import { tryAll } from '../../src/app/trials.ts';
import type { Library } from '../../src/domain/playbook.ts';
import { formatProblem } from '../../src/domain/positioned.ts';
import { gapsOf, hasForeignCause, notAsExpected, type Trial } from '../../src/domain/trial.ts';
import { expressionProblem } from '../../src/engine/expression.ts';
import { PARSERS } from '../../src/parsers/index.ts';
import { loadLibrary } from '../../src/playbooks/index.ts';

let folder = '';
let library: Library;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'new-playbook-'));
  await newPlaybook('gate', folder);
  const loaded = await loadLibrary([folder], { expressionProblem, parsers: Object.keys(PARSERS) });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  library = loaded.library;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function all(scenarios: Library['scenarios']): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  for await (const trial of tryAll(library, scenarios)) trials.push(trial);
  return trials;
}

describe('a new playbook', () => {
  test('is found, repaired and without gaps as it stands', async () => {
    const trials = await all(library.scenarios);
    expect(trials).toMatchObject([{ scenario: 'gate-logins-closed', problems: [], repaired: true }]);
    expect(gapsOf(library.playbooks, trials)).toEqual({ neverFailed: [], neverPassed: [], neverFirst: [] });
  });

  test('is never written over one that is there, and has a sound id', async () => {
    await expect(newPlaybook('gate', folder)).rejects.toThrow('exists already');
    await expect(newPlaybook('../gate', folder)).rejects.toThrow('cannot be the id of a playbook');
  });
});

test('a scenario that expects something else is told so, and one that cannot be made says why', async () => {
  const [scenario] = library.scenarios;
  if (!scenario) throw new Error('no scenario');
  const wrong = { ...scenario, expect: { outcome: 'healthy' as const, causes: [] } };
  const broken = { ...scenario, id: 'broken', faults: [{ on: 'compute-1', run: 'cat /nonexistent' }] };
  const trials = await all([wrong, broken]);
  expect(trials.find((t) => t.scenario === wrong.id)?.problems).toEqual([
    'expected no cause, found gate-logins-closed (confirmed)',
    'expected the outcome healthy, it was causes',
    'a foreign cause is first: gate-logins-closed',
  ]);
  expect(trials.find((t) => t.scenario === 'broken')?.problems).toEqual([
    expect.stringMatching(/could not be made.*No such file or directory/),
  ]);
});

test('stopping ends the practice clusters that are up and begins no more', async () => {
  const mine = mkdtempSync(join(tmpdir(), 'clusters-'));
  vi.stubEnv('TMPDIR', mine);
  const stop = new AbortController();
  const many = Array.from({ length: 20 }, (_, i) => ({
    ...library.scenarios[0],
    id: `s${i}`,
  })) as typeof library.scenarios;
  const trials: Trial[] = [];
  for await (const trial of tryAll(library, many, stop.signal)) {
    trials.push(trial);
    stop.abort();
  }
  expect(trials.length).toBeLessThan(many.length);
  expect(readdirSync(mine)).toEqual([]);
  vi.unstubAllEnvs();
  rmSync(mine, { recursive: true });
});

test('rules of the matrix', () => {
  const expectA = { outcome: 'causes' as const, causes: [{ id: 'a', status: 'confirmed' as const }] };
  expect(
    notAsExpected(expectA, 'causes', [
      { id: 'a', status: 'confirmed' },
      { id: 'b', status: 'possible' },
    ]),
  ).toEqual([]);
  expect(notAsExpected(expectA, 'healthy', [{ id: 'a', status: 'likely' }])).toEqual([
    'expected a (confirmed), found a (likely)',
    'expected the outcome causes, it was healthy',
  ]);
  const trial = { causes: [{ id: 'b', playbook: 'p', status: 'confirmed' }] } as unknown as Trial;
  expect(hasForeignCause(trial, expectA)).toBe(true);
  expect(hasForeignCause({ ...trial, causes: [] }, expectA)).toBe(false);
});
