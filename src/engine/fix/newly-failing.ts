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
