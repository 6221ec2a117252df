/** Milliseconds. Tests shorten them; nothing else should. */
export interface Timing {
  /** From the first packet to a login. */
  readonly connect: number;
  /** Between keepalives; three unanswered end the link. */
  readonly keepalive: number;
  /** For the node to start our shell: login scripts may be slow, a dead one must be noticed. */
  readonly start: number;
  /** Beyond a question's own deadline, before we stop waiting for `timeout` on the node to have done its work. */
  readonly grace: number;
}

export const TIMING: Timing = { connect: 10_000, keepalive: 5_000, start: 20_000, grace: 5_000 };
