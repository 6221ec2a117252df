import { afterAll, expect, test } from 'vitest';
import { tryAll } from '../../src/app/trials.ts';
import type { Library } from '../../src/domain/playbook.ts';
import { gapsOf, type Trial } from '../../src/domain/trial.ts';

/** A look on practice nodes takes seconds, so the default run tries one scenario of each playbook, found and repaired. */
const SAMPLE = 1;
const ALL = process.env.INKLING_SCENARIOS === 'all';

/** Practice units have no drop-ins: this one is tried in test/engine/units.test.ts, and was on real nodes. */
const BEYOND_PRACTICE: readonly string[] = ['service-own-user'];

/** So many, at equal distances, the first among them. */
const spread = <T>(items: readonly T[], most: number): readonly T[] =>
  items.filter((_, at) => Math.floor((at * most) / items.length) !== Math.floor(((at - 1) * most) / items.length));

/**
 * The tests that a playbook's scenarios stand for, by the code behind `inkling playbook test`: each scenario's causes are found and no
 * others, its fix repairs it, with a node away nothing is healthy, and every check of the playbook is seen to fail somewhere.
 */
export function describeScenarios(library: Library, playbook: string): void {
  const trials: Trial[] = [];
  const mine = library.scenarios.filter((s) => s.playbook === playbook);
  const chosen = ALL ? mine : spread(mine, SAMPLE);
  if (chosen.length < mine.length)
    test.skip(`${mine.length - chosen.length} further scenarios: \`npm run test:scenarios\` runs them all`, () => {});

  test.each(chosen)('$id', async (scenario) => {
    for await (const trial of tryAll(library, [scenario])) {
      trials.push(trial);
      expect(trial.problems).toEqual([]);
      expect(trial.repaired).toBe(scenario.expect.fix === undefined ? null : true);
    }
  });

  afterAll(() => {
    // A check that no scenario ever fails could be broken without anybody noticing. With only some scenarios run, nothing can be said.
    if (trials.length < mine.length) return;
    expect(
      gapsOf(
        library.playbooks.filter((p) => p.id === playbook),
        trials,
      ).neverFailed.filter((id) => !BEYOND_PRACTICE.includes(id)),
    ).toEqual([]);
  });
}
