import type { Lost } from '../domain/question.ts';

export interface ScriptSink {
  stdout(bytes: Buffer): void;
  stderr(bytes: Buffer): void;
}

/**
 * How a script's channel ended: `closed` by the node's shell; before a byte of it was sent `refused` (no more sessions) or `gone` (there
 * was no link any more); `dropped` with the link while it may have been running.
 */
export type ScriptEnd =
  | { readonly how: 'closed' }
  | { readonly how: 'refused' | 'gone' | 'dropped'; readonly says: string };

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
