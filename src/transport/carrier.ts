import type { Lost } from '../domain/question.ts';

export interface ScriptSink {
  stdout(bytes: Buffer): void;
  stderr(bytes: Buffer): void;
}

/**
 * How a script's channel ended: `closed` by the node's shell, `refused` before a byte of it was sent (no more sessions, or the link was
 * gone already), `dropped` with the link while it may have been running.
 */
export type ScriptEnd =
  | { readonly how: 'closed' }
  | { readonly how: 'refused'; readonly says: string }
  | { readonly how: 'dropped'; readonly says: string };

export interface RunningScript {
  readonly ended: Promise<ScriptEnd>;
  /** Ends the remote shell as well as can be, and the channel. What it started may live on. */
  kill(): void;
}

/** One live connection to one node. Both clients make one; everything above is common to them. */
export interface Carrier {
  /** False once the connection is gone. */
  readonly alive: boolean;
  /** Gives `script` to the stdin of `/bin/sh -s`. */
  start(script: Buffer, sink: ScriptSink): RunningScript;
  close(): Promise<void>;
}

export type Dial = (signal?: AbortSignal) => Promise<Carrier | Lost>;

export const isLost = (value: object): value is Lost => 'result' in value && value.result === 'lost';
