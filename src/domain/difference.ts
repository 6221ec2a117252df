import type { CauseStatus, Verdict } from './judgement.ts';

/** What changed of a site between two looks. */
export interface Difference {
  readonly outcome?: { readonly before: string; readonly after: string };
  readonly causes: readonly ChangedCause[];
  readonly checks: readonly ChangedCheck[];
  readonly facts: readonly ChangedFact[];
  readonly lines: readonly ChangedFile[];
  /** What one of the two could not see, so that nothing can be said. */
  readonly unseen: readonly string[];
}

/** Absent: there was none. */
export interface ChangedCause {
  readonly id: string;
  readonly subject: string;
  readonly title: string;
  readonly before?: CauseStatus;
  readonly after?: CauseStatus;
}

export interface ChangedCheck {
  readonly id: string;
  readonly node: string;
  readonly subject: string;
  readonly before?: Verdict;
  readonly after?: Verdict;
  /** What was seen later; what was seen before, where nothing was later. */
  readonly says: string;
}

export interface ChangedFact {
  /** `version`, `pool`, `client`, `file`, `unit`, `central option`, `cluster` … */
  readonly kind: string;
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

export interface ChangedFile {
  readonly node: string;
  readonly file: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

export const isEmpty = (d: Difference): boolean =>
  d.outcome === undefined && d.causes.length + d.checks.length + d.facts.length + d.lines.length === 0;
