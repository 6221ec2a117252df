import type { Named } from './logs.ts';
import type { Answer, Lost, Question } from './question.ts';
import type { Site } from './site.ts';

/** An answer that a node gave once, and when (ISO 8601). */
export interface Recorded {
  readonly answer: Answer;
  readonly at: string;
  /** Milliseconds that had been waited for it. */
  readonly waited?: number;
}

/** What was seen of a site at some time and is kept: a bundle, or what sos collected. It can be judged again, and nothing in it can change. */
export interface Evidence {
  /** For the operator: `bundle case.tar.gz`. */
  readonly from: string;
  readonly id: string;
  readonly site: Site;
  readonly practice?: string;
  /** Playbooks that were asked for then. */
  readonly playbooks: readonly string[];
  readonly pasted?: readonly Named[];
  /** ISO 8601. */
  readonly startedAt: string;
  /** Equal for evidence whose digests and tokens can be compared; absent: with none. */
  readonly key?: string;
  /** Nodes that were not reached then. */
  readonly lost: ReadonlyMap<string, Lost>;
  /** The recorded answer to a question, or `absent` with what the evidence lacks. */
  answer(node: string, question: Question): Recorded;
}

/** Why nothing of it can be changed. */
export const readOnly = (from: string): string =>
  `these are recorded answers (${from}): no node is reached, so nothing can be changed`;
