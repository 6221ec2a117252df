import type { Trial } from '../domain/trial.ts';

/** A trial for other programs: the row of the matrix, with every cause of every playbook. */
export const trialRecord = (trial: Trial): Record<string, unknown> => ({
  scenario: trial.scenario,
  playbook: trial.playbook === '' ? null : trial.playbook,
  as_expected: trial.problems.length === 0,
  outcome: trial.outcome,
  causes: trial.causes.map((c) => ({ ...c })),
  repaired: trial.repaired,
  problems: [...trial.problems],
  checks_passed: [...trial.passed],
  checks_failed: [...trial.failed],
  ms: trial.ms,
});
