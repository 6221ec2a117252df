import type { Cause, Outcome } from '../domain/judgement.ts';
import type { FixState } from '../domain/plan.ts';
import type { Report } from './report.ts';

/** What became of one cause, for programs. `outcome` is null when only the plan was made. */
export type Repair = NonNullable<Report['repairs']>[number];

export const repairOf = (cause: Cause, { plan, steps, outcome, says }: FixState): Repair => ({
  cause: cause.id,
  subject: cause.subject,
  fix: plan.fix,
  plan: plan.hash,
  canary: plan.canary === true,
  outcome: outcome ?? null,
  says: says ?? null,
  steps: steps.map(({ step, status, says: said }) => ({
    id: step.id,
    title: step.title,
    node: step.node,
    risk: step.risk,
    shows: [...step.shows],
    touches: step.touches,
    undo: { how: step.undo.how, says: 'says' in step.undo ? step.undo.says : step.undo.because },
    seconds: step.seconds,
    status,
    says: said ?? null,
  })),
});

const WORST_FIRST: readonly Outcome[] = ['rollback-failed', 'rolled-back', 'incomplete', 'causes', 'warnings', 'fixed'];

/**
 * One outcome for all repairs, the worst first. Where nothing was changed it is what was found by looking (`found`);
 * a plan that was only shown, or declined, leaves its cause where it was.
 */
export function worstOutcome(repairs: readonly Repair[], found: Outcome, dryRun = false): Outcome {
  if (repairs.length === 0 || dryRun) return found;
  const outcomes = repairs.map(({ outcome }): Outcome => {
    if (outcome === 'fixed' || outcome === 'rolled-back' || outcome === 'rollback-failed') return outcome;
    if (outcome === 'not-verified') return 'incomplete';
    return 'causes';
  });
  return WORST_FIRST.find((outcome) => outcomes.includes(outcome)) ?? found;
}
