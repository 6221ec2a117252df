import type { Answered, Command, Lost, Question } from './question.ts';
import type { SiteNode } from './site.ts';

export interface HostKey {
  readonly node: string;
  readonly host: string;
  readonly type: string;
  /** `SHA256:…`, as ssh-keygen -l prints it. */
  readonly fingerprint: string;
}

/** Asked for a host key that no known_hosts file has. Changed and revoked keys are refused without asking. */
export type TrustHostKey = (key: HostKey) => Promise<boolean>;

/** An open way to one node. Every method settles: a dead link gives `lost`, never a promise that hangs. */
export interface Link {
  readonly node: SiteNode;
  /** Round trips (channels opened) so far. */
  readonly trips: number;
  /**
   * Asks all questions in one go; answers come as each ends, each question exactly once, in any order.
   * Read-only questions that a dropped link left unanswered are asked once more on a new link.
   */
  ask(questions: readonly Question[], signal?: AbortSignal): AsyncIterable<Answered>;
  /** Runs one command, once: never retried. `dropped` and `timeout` mean that it may have happened. */
  run(command: Command, signal?: AbortSignal): Promise<Answered>;
  close(): Promise<void>;
}

export interface Transport {
  /** Opens a link or says why not. Never throws for what a network or node does. */
  open(node: SiteNode, signal?: AbortSignal): Promise<Link | Lost>;
  close(): Promise<void>;
}
