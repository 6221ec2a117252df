import type { CauseStatus, Outcome } from './judgement.ts';
import type { Playbook, Scenario } from './playbook.ts';

/** What came of one scenario on the practice cluster. */
export interface Trial {
  readonly scenario: string;
  /** Playbook it belongs to; empty for the healthy cluster. */
  readonly playbook: string;
  readonly outcome: Outcome;
  /** Causes listed, each once, first to last. */
  readonly causes: readonly TrialCause[];
  /** Was the fix that the scenario names done and verified? Null: it names none, or the scenario was not found. */
  readonly repaired: boolean | null;
  /** What is not as it should be, in sentences; none: all is well. */
  readonly problems: readonly string[];
  /** Checks seen to pass and to fail, before the repair or after it. */
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly ms: number;
}

export interface TrialCause {
  readonly id: string;
  readonly playbook: string;
  readonly status: CauseStatus;
}

/** What no scenario shows: a check that always passes, or a cause that is never first, could be broken without anybody noticing. */
export interface Gaps {
  readonly neverFailed: readonly string[];
  readonly neverPassed: readonly string[];
  readonly neverFirst: readonly string[];
}

/** Differences between what a scenario says must be found and what was found. */
export function notAsExpected(
  expect: Scenario['expect'],
  outcome: Outcome,
  causes: readonly Pick<TrialCause, 'id' | 'status'>[],
): string[] {
  const words = (list: readonly Pick<TrialCause, 'id' | 'status'>[]): string =>
    list.map((c) => `${c.id} (${c.status})`).join(', ') || 'no cause';
  // What is only possible may be named, so that it is not foreign in first place, and need not be found.
  const sure = (list: readonly Pick<TrialCause, 'id' | 'status'>[]): string =>
    words(list.filter((c) => c.status !== 'possible').map(({ id, status }) => ({ id, status })));
  const [wanted, found] = [sure(expect.causes), sure(causes)];
  return [
    ...(found === wanted ? [] : [`expected ${wanted}, found ${found}`]),
    ...(outcome === expect.outcome ? [] : [`expected the outcome ${expect.outcome}, it was ${outcome}`]),
  ];
}

/** Is the cause in first place one that the scenario did not bring about? */
export const hasForeignCause = ({ causes: [first] }: Trial, expect: Scenario['expect']): boolean =>
  first !== undefined && !expect.causes.some(({ id }) => id === first.id);

export function gapsOf(playbooks: readonly Playbook[], trials: readonly Trial[]): Gaps {
  const seen = (what: (trial: Trial) => readonly string[]) => new Set(trials.flatMap(what));
  const [passed, failed] = [seen((t) => t.passed), seen((t) => t.failed)];
  const first = seen((t) => t.causes.slice(0, 1).map((c) => c.id));
  const checks = playbooks.flatMap((p) => Object.keys(p.checks));
  const causes = playbooks.flatMap((p) => Object.keys(p.causes));
  return {
    neverFailed: checks.filter((id) => !failed.has(id)),
    neverPassed: checks.filter((id) => !passed.has(id)),
    neverFirst: causes.filter((id) => !first.has(id)),
  };
}
