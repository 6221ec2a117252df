import type { Judgement } from '../../domain/judgement.ts';
import type { Plan, Step, StepState, StepStatus } from '../../domain/plan.ts';
import { doing, takeBack } from './act.ts';
import { BETWEEN_LOOKS_MS, LOOKS, newlyFailing } from './newly-failing.ts';
import { showUndo, undoByHand } from './show.ts';
import type { Transaction } from './transaction.ts';

export const restarts = ({ undo }: Step): boolean => undo.how === 'run' && undo.last === true;

/** Newest first; then the restarts, in their order, so that services run with what was put back. */
export const inUndoOrder = (steps: readonly StepState[]): readonly StepState[] => [
  ...steps.filter((s) => !restarts(s.step)).toReversed(),
  ...steps.filter((s) => restarts(s.step)),
];

/** Steps that changed something, or may have; what could not be taken back may be tried again. */
const CHANGED: readonly StepStatus[] = ['done', 'unknown', 'undo-failed'];

/** A restart that failed may have left the service down: it is done again too. */
export const toTakeBack = (steps: readonly StepState[]): readonly StepState[] =>
  inUndoOrder(steps.filter((s) => CHANGED.includes(s.status) || (s.status === 'failed' && restarts(s.step))));

/**
 * What cannot be undone is said, with what to do by hand. `before`: what failed before the fix began, to tell what fails since; without it
 * (a fix of an earlier process) only the steps themselves are told of.
 */
export async function undo(t: Transaction, plan: Plan, because: string, before?: Judgement): Promise<void> {
  await t.store.record({ type: 'fix.phase', phase: 'undoing' });
  const byHand: string[] = [];
  for (const { step, backup } of toTakeBack(t.store.fix?.steps ?? [])) {
    const shows = showUndo(step, backup?.kept);
    await t.store.record({ type: 'undo.intent', plan: plan.hash, step: step.id, node: step.node, shows });
    const done = await takeBack(step, backup, doing(t, plan.hash, `undo-${step.id}`));
    await t.store.record({
      type: 'step.result',
      plan: plan.hash,
      step: step.id,
      status: done.ok ? 'undone' : 'undo-failed',
      says: done.says,
    });
    if (!done.ok) byHand.push(`on ${step.node}: ${undoByHand(step, backup).join('; ')} (${done.says})`);
  }
  const worse = await failsSince(t, before);
  const failed = byHand.length > 0 || worse.length > 0;
  const says = [
    ...(byHand.length > 0 ? [`By hand: ${byHand.join(' | ')}`] : [asItWas(t)]),
    ...(worse.length > 0 ? [`But it is failing since: ${worse.join('; ')}`] : []),
  ].join(' ');
  const outcome = failed ? 'rollback-failed' : 'rolled-back';
  await t.store.record({ type: 'fix.finished', plan: plan.hash, outcome, says: `${because}. ${says}` });
}

/** What fails that did not before, files as they were or not: a service that does not come up again. It is given a moment to. */
async function failsSince(t: Transaction, before: Judgement | undefined): Promise<readonly string[]> {
  let worse: readonly string[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await t.pause(BETWEEN_LOOKS_MS);
    await t.look();
    worse = before ? newlyFailing(before, t.store.judgement).map((c) => c.says) : [];
    if (worse.length === 0) break;
  }
  return worse;
}

/** Of a program that failed nobody knows how far it came, so it is not said to have changed nothing. */
function asItWas(t: Transaction): string {
  const steps = t.store.fix?.steps ?? [];
  if (!steps.some((s) => s.status === 'failed')) return 'Everything that was changed is as it was.';
  return steps.some((s) => s.status === 'undone')
    ? 'Everything that was changed before it is as it was.'
    : 'Nothing was changed before it.';
}
