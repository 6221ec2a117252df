import type { Cause, CheckResult, Outcome } from './judgement.ts';

/** What was seen: `stopped` by the operator before the end; `complete` when every node, question and check that matters was. */
export interface Sight {
  readonly stopped: boolean;
  readonly complete: boolean;
}

/** Nothing missing is taken for good: healthy needs that nothing was found and that nothing was left unseen. */
export function outcomeOf(
  checks: readonly CheckResult[],
  causes: readonly Cause[],
  { stopped, complete }: Sight,
): Outcome {
  if (stopped) return 'interrupted';
  if (causes.some((c) => c.status === 'confirmed' || c.status === 'likely')) return 'causes';
  if (checks.some((c) => c.verdict === 'fail')) return 'causes';
  if (!complete) return 'incomplete';
  return checks.some((c) => c.verdict === 'warn') ? 'warnings' : 'healthy';
}
