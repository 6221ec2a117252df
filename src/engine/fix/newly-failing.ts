import type { CheckResult, Judgement } from '../../domain/judgement.ts';

/** How often a result is looked at before it counts as not healed: services need a moment. */
export const LOOKS = 5;
export const BETWEEN_LOOKS_MS = 3000;

export const failing = (c: CheckResult): boolean => c.verdict === 'fail' || c.verdict === 'warn';
export const key = (c: CheckResult): string => `${c.check}\n${c.subject}`;

/** A warning may well come with a change that is right: data that moves, a service that just started. */
export function newlyFailing(before: Judgement, now: Judgement): readonly CheckResult[] {
  const failed = new Set(before.checks.filter(failing).map(key));
  return now.checks.filter((c) => c.verdict === 'fail' && !failed.has(key(c)));
}

const nodesOf = ({ from }: CheckResult): readonly string[] => from.flatMap((id) => /@([^{]+)/.exec(id)?.[1] ?? []);

/**
 * The same in the middle of a fix. What compares a node that is changed with one that is not yet may well fail until the other is changed
 * too; it is looked at again after the last step.
 */
export function newlyFailingSoFar(
  before: Judgement,
  now: Judgement,
  changed: ReadonlySet<string>,
  waiting: ReadonlySet<string>,
): readonly CheckResult[] {
  return newlyFailing(before, now).filter((c) => {
    const nodes = nodesOf(c);
    return !(nodes.some((n) => changed.has(n)) && nodes.some((n) => waiting.has(n) && !changed.has(n)));
  });
}
