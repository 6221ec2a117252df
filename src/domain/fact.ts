import type { Answer, LostWhy } from './question.ts';

/** Which question was asked where: `probe@node` or `probe@node{subject}`. */
export type FactId = string;

/** One thing seen, or not seen, on a node. `answer` is kept whole so that it can be parsed and judged again later. */
export interface Fact {
  readonly id: FactId;
  readonly probe: string;
  readonly node: string;
  /** Id of the subject the probe was asked for (a consumer, a pool use …), when it was asked for each of several. */
  readonly subject?: string;
  /** The command as an operator would type it, for showing. */
  readonly command: string;
  /** ISO 8601, operator's clock. */
  readonly at: string;
  /** Milliseconds from asking to then, by the same clock; absent where nobody knows. */
  readonly waited?: number;
  readonly answer: Answer;
}

/** A value that could not be learned, with the reason. Never `false`, never absent: unknown is its own thing. */
export interface Unknown {
  readonly unknown: string;
  readonly why?: LostWhy | 'unparsed' | 'unasked';
  readonly from?: readonly FactId[];
}

export type Maybe<T> = T | Unknown;

export const isUnknown = (value: unknown): value is Unknown =>
  typeof value === 'object' && value !== null && 'unknown' in value && typeof value.unknown === 'string';

export const unknown = (because: string, why?: Unknown['why'], from?: readonly FactId[]): Unknown => ({
  unknown: because,
  ...(why && { why }),
  ...(from && { from }),
});

export function known<T>(value: Maybe<T>): T | undefined {
  return isUnknown(value) ? undefined : value;
}

/** An entity of the model, with the facts it was built from: whoever reads it can show them as evidence. */
export interface Sourced {
  readonly from: readonly FactId[];
}
