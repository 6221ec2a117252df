import type { Fact } from './fact.ts';
import type { Judgement } from './judgement.ts';
import type { Named } from './logs.ts';
import type { FixState } from './plan.ts';
import type { Lost } from './question.ts';
import type { HostKey } from './transport.ts';

export type NodeStatus = 'waiting' | 'connecting' | 'asking' | 'done' | 'lost';

export interface NodeRun {
  readonly name: string;
  readonly roles: readonly string[];
  readonly status: NodeStatus;
  readonly lost?: Lost;
  /** Questions: asked so far, answered so far. */
  readonly asked: number;
  readonly answered: number;
  /** What it has said, in UTF-16 units: near enough to bytes for telling how far a look is. */
  readonly bytes: number;
  /** Commands not answered yet, oldest first, as an operator would type them. */
  readonly waiting: readonly string[];
  readonly trips: number;
  /** Milliseconds until the link was open; absent: it was open already, or never was. */
  readonly connectMs?: number;
  /** Milliseconds from the first byte to the last answer. */
  readonly ms: number;
}

export type RunPhase = 'looking' | 'judged' | 'fixing' | 'stopped' | 'failed';

export interface RunState {
  readonly id: string;
  readonly site: string;
  /** Practice scenario id when the nodes are embedded. */
  readonly practice?: string;
  readonly playbooks: readonly string[];
  /** What the text that led here names: causes about these come before others of the same status. */
  readonly pasted?: readonly Named[];
  readonly startedAt: string;
  readonly phase: RunPhase;
  readonly nodes: readonly NodeRun[];
  readonly facts: ReadonlyMap<string, Fact>;
  /** What the answers were read from, when no node was asked: `bundle case.tar.gz`. Nothing can be changed then. */
  readonly recorded?: string;
  /** Why the run failed, when Inkling itself did. */
  readonly error?: string;
}

/** A question to the operator. It is data in the state, so it survives navigation and resize. */
export type Prompt =
  | {
      readonly kind: 'confirm-step';
      readonly id: string;
      readonly stepId: string;
      /** Text that must be typed, for disruptive and destructive steps. Absent: a focused non-default button. */
      readonly typed?: string;
    }
  | { readonly kind: 'trust-host-key'; readonly id: string; readonly key: HostKey; readonly typed: string };

export interface EngineState {
  readonly run: RunState;
  readonly judgement: Judgement;
  readonly fix?: FixState;
  readonly prompt?: Prompt;
}

/** What a front end can want. Everything the operator does reaches the engine as one of these. */
export type Intent =
  | { readonly type: 'look-again' }
  /** Reads what only a bundle needs: the logs of the last minutes. */
  | { readonly type: 'collect'; readonly minutes: number }
  | {
      readonly type: 'plan-fix';
      readonly cause: string;
      readonly subject: string;
      readonly fix: string;
      readonly canary?: true;
    }
  | { readonly type: 'apply-fix' }
  | { readonly type: 'abandon-fix' }
  | { readonly type: 'undo-fix' }
  | { readonly type: 'answer'; readonly prompt: string; readonly yes: boolean }
  | { readonly type: 'cancel' };

/** It looks at nodes or changes them; there is more to come without anybody asking. */
export const isRunning = (engine: EngineState | undefined): boolean =>
  engine?.run.phase === 'looking' || engine?.run.phase === 'fixing';

/** What all nodes of a run have said so far, in bytes, nearly. */
export const bytesOf = (nodes: readonly NodeRun[]): number => nodes.reduce((sum, node) => sum + node.bytes, 0);

/** One run. Knows nothing of React or terminals; a front end reads its state and sends intents. */
export interface Engine {
  getState(): EngineState;
  subscribe(listener: () => void): () => void;
  send(intent: Intent): void;
  /** Resolves when nothing is under way: judged, fixed, stopped or failed. */
  settled(): Promise<EngineState>;
  close(): Promise<void>;
}
