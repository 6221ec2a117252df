import { afterAll, expect, test } from 'vitest';
import { tryAll } from '../../src/app/trials.ts';
import type { Library } from '../../src/domain/playbook.ts';
import { gapsOf, type Trial } from '../../src/domain/trial.ts';

/**
 * The tests that a playbook's scenarios stand for, by the code behind `inkling playbook test`: each scenario's causes are found and no
 * others, its fix repairs it, with a node away nothing is healthy, and every check of the playbook is seen to fail somewhere.
 */
export function describeScenarios(library: Library, playbook: string): void {
  const trials: Trial[] = [];
  const mine = library.scenarios.filter((s) => s.playbook === playbook);

  test.each(mine)('$id', async (scenario) => {
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
      ).neverFailed,
    ).toEqual([]);
  });
}
