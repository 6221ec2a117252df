import type { CheckResult, Judgement } from '../../domain/judgement.ts';

/** How often a result is looked at before it counts as not healed: services need a moment. */
export const LOOKS = 5;
export const BETWEEN_LOOKS_MS = 3000;

export const failing = (c: CheckResult): boolean => c.verdict === 'fail' || c.verdict === 'warn';
export const key = (c: CheckResult): string => `${c.check}\n${c.subject}`;

/** Nodes where a plan has been at work, and those where it is still to be. */
export interface HalfWay {
  readonly done: ReadonlySet<string>;
  readonly left: ReadonlySet<string>;
}

/**
 * A warning may well come with a change that is right: data that moves, a service that just started. Half way, so may a failure of what
 * compares a node that was changed with one whose turn is still to come; it is looked at again after the last step.
 */
export function newlyFailing(before: Judgement, now: Judgement, halfWay?: HalfWay): readonly CheckResult[] {
  const failed = new Set(before.checks.filter(failing).map(key));
  const spans = (c: CheckResult): boolean => {
    const about = nodesOf(c);
    return halfWay !== undefined && about.some((n) => halfWay.done.has(n)) && about.some((n) => halfWay.left.has(n));
  };
  return now.checks.filter((c) => c.verdict === 'fail' && !failed.has(key(c)) && !spans(c));
}

/** The nodes that a result is about: its own, those it names and those whose answers it rests on. */
const nodesOf = ({ node, scope, from }: CheckResult): readonly string[] => [
  node,
  ...Object.values(scope),
  ...from.flatMap((id) => /@([^{]+)/.exec(id)?.[1] ?? []),
];
