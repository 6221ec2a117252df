import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineState } from '../../src/domain/engine.ts';
import type { Library, Scenario } from '../../src/domain/playbook.ts';
import { fixFirst, type PracticeRun, practiceRun } from './practice-run.ts';

/**
 * The tests that a playbook's scenarios stand for: each scenario's causes are found and no others, its fix repairs it, and every
 * check of the playbook is seen to fail somewhere.
 */
export function describeScenarios(library: Library, playbook: string): void {
  const failed = new Set<string>();
  const mine = library.scenarios.filter((s) => s.playbook === playbook);

  describe.each(mine)('$id', (scenario) => {
    let practice: PracticeRun;
    let state: EngineState;
    beforeAll(async () => {
      practice = await practiceRun(library, scenario);
      state = await practice.run.settled();
      for (const c of state.judgement.checks) if (c.verdict === 'fail' || c.verdict === 'warn') failed.add(c.check);
    });
    afterAll(() => practice.close());

    test('is found', () => isFound(state, scenario));
    if (scenario.expect.fix !== undefined)
      test(`is repaired by ${scenario.expect.fix}`, () => isRepaired(practice, scenario));
  });

  afterAll(() => {
    // A check that no scenario ever fails could be broken without anybody noticing.
    const checks = Object.keys(library.playbooks.find((p) => p.id === playbook)?.checks ?? {});
    expect(checks.filter((id) => !failed.has(id))).toEqual([]);
  });
}

function isFound({ judgement: { outcome, causes } }: EngineState, scenario: Scenario): void {
  const top = causes.filter((c) => c.status !== 'possible').map(({ id, status }) => ({ id, status }));
  const distinct = [...new Map(top.map((c) => [JSON.stringify(c), c])).values()];
  expect(distinct).toEqual(scenario.expect.causes);
  expect(outcome).toBe(scenario.expect.outcome);
  for (const cause of causes) {
    expect(cause.evidence.length, `${cause.id} has evidence`).toBeGreaterThan(0);
    expect(`${cause.title} ${cause.why}`, 'every blank of its words is filled').not.toMatch(/[{}]|(^| )\?( |$)/);
  }
}

async function isRepaired({ run, events }: PracticeRun, scenario: Scenario): Promise<void> {
  const state = await fixFirst(run, scenario.expect.fix ?? '');
  expect(state.run.error).toBeUndefined();
  expect([state.fix?.outcome, state.fix?.says]).toEqual(['fixed', expect.stringContaining('is gone')]);
  expect(state.judgement.outcome).toBe('healthy');
  // Every step's intent was on record before its result.
  const steps = events.flatMap((e) =>
    e.type === 'step.intent' || e.type === 'step.result' ? [`${e.type} ${e.step}`] : [],
  );
  expect(steps).toEqual(state.fix?.steps.flatMap(({ step }) => [`step.intent ${step.id}`, `step.result ${step.id}`]));
  expect(JSON.stringify(events), 'no key is in the journal').not.toMatch(/A[Qg][A-Za-z0-9+/]{36,58}=/);
}
