import type { FactId } from './fact.ts';
import type { Risk } from './plan.ts';

/**
 * `unknown` = could not look; `skip` = does not apply here; `advice` = works now, but should be otherwise: it changes no outcome
 * and proves no cause.
 */
export type Verdict = 'pass' | 'fail' | 'warn' | 'advice' | 'skip' | 'unknown';

export interface CheckResult {
  /** Check id, unique over all playbooks loaded. */
  readonly check: string;
  readonly playbook: string;
  readonly title: string;
  /** What was judged: id and kind of the subject; ids it shares with other subjects (node, client, pool …). */
  readonly subject: string;
  readonly scope: Readonly<Record<string, string>>;
  readonly node: string;
  readonly verdict: Verdict;
  /** One sentence with the values seen. For `unknown`: why it could not be seen and which command would tell. */
  readonly says: string;
  readonly from: readonly FactId[];
}

export type CauseStatus = 'confirmed' | 'likely' | 'possible' | 'excluded' | 'unknown';

export interface Evidence {
  readonly node: string;
  readonly says: string;
  /** The command that showed it, and the lines of its output that matter (printable, redacted). */
  readonly command?: string;
  readonly output?: string;
  /** Lines of a log stand behind it: whose, which, how many, and when (ISO 8601, the node's clock). */
  readonly log?: LogFind;
}

export interface LogFind {
  readonly service: string;
  readonly signature: string;
  readonly count: number;
  readonly first: string;
  readonly last: string;
}

export interface Rival {
  readonly id: string;
  readonly title: string;
  readonly because: string;
}

export interface FixOffer {
  readonly id: string;
  readonly title: string;
  readonly risk: Risk;
  /** Present when Inkling will not do it: what to do by hand, and why. */
  readonly byHand?: string;
}

export interface Cause {
  readonly id: string;
  readonly playbook: string;
  readonly title: string;
  readonly status: CauseStatus;
  /** What it is about: `client.glance on controller`. `id` and `subject` together are unique. */
  readonly subject: string;
  readonly nodes: readonly string[];
  /** Why it breaks things, in two or three sentences. */
  readonly why: string;
  readonly evidence: readonly Evidence[];
  /** Ids of checks and causes that are its effects. */
  readonly explains: readonly string[];
  readonly excludedRivals: readonly Rival[];
  /** What would settle it, when it is not confirmed. */
  readonly unseen: readonly string[];
  readonly fixes: readonly FixOffer[];
  readonly references: readonly string[];
  /** What of the pasted text it is about: `pool volumes`, `host compute-2`. Absent: nothing of it, or nothing was pasted. */
  readonly touches?: readonly string[];
}

export interface Coverage {
  readonly nodes: number;
  readonly nodesReached: number;
  readonly asked: number;
  readonly answered: number;
  /** Checks that could not be judged. */
  readonly unknown: number;
}

export type Outcome =
  | 'healthy'
  | 'causes'
  | 'warnings'
  | 'incomplete'
  | 'fixed'
  | 'rolled-back'
  | 'rollback-failed'
  | 'interrupted';

export interface NodeReport {
  readonly name: string;
  readonly roles: readonly string[];
  readonly reached: boolean;
  /** Why not, or why only partly. */
  readonly why?: string;
}

export interface Judgement {
  readonly outcome: Outcome;
  /** Every node, question and check that matters was seen. Absent: as the coverage says. */
  readonly complete?: boolean;
  readonly coverage: Coverage;
  readonly causes: readonly Cause[];
  readonly checks: readonly CheckResult[];
  readonly nodes: readonly NodeReport[];
}

/** Exit code of each outcome; 1 and 2 are Inkling's own failure and bad input. */
export const EXIT: Readonly<Record<Outcome, number>> = {
  healthy: 0,
  fixed: 0,
  causes: 3,
  warnings: 4,
  incomplete: 5,
  'rolled-back': 6,
  'rollback-failed': 7,
  interrupted: 130,
};
