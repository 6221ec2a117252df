import type { RunPhase } from './engine.ts';
import type { Fact } from './fact.ts';
import type { Outcome } from './judgement.ts';
import type { Named } from './logs.ts';
import type { Backup, FixPhase, FixState, Plan, StepStatus } from './plan.ts';
import type { Lost } from './question.ts';

/** Everything that happens in a run. The journal is their list, the state is their fold. */
export type RunEvent =
  | {
      readonly type: 'run.started';
      readonly id: string;
      readonly site: string;
      readonly practice?: string;
      /** Site file it was read from, so that the run can be opened again. */
      readonly siteFile?: string;
      /** What the answers are read from, when no node is asked. */
      readonly recorded?: string;
      readonly playbooks: readonly string[];
      /** What the text that led here names; the text itself is not kept. */
      readonly pasted?: readonly Named[];
      readonly at: string;
      readonly nodes: readonly { readonly name: string; readonly roles: readonly string[] }[];
    }
  | { readonly type: 'node.connecting'; readonly node: string }
  /** `ms`: from the first byte to the open link; absent when it was open already. */
  | { readonly type: 'node.reached'; readonly node: string; readonly ms?: number }
  | { readonly type: 'node.lost'; readonly node: string; readonly lost: Lost }
  | {
      readonly type: 'asked';
      readonly node: string;
      readonly questions: readonly { readonly id: string; readonly command: string }[];
    }
  | { readonly type: 'fact'; readonly fact: Fact }
  | { readonly type: 'node.done'; readonly node: string; readonly trips: number; readonly ms: number }
  | { readonly type: 'phase'; readonly phase: RunPhase; readonly error?: string }
  /** What a look found, for lists of runs: the whole is judged again from the facts. */
  | { readonly type: 'judged'; readonly outcome: Outcome; readonly causes: readonly string[] }
  /** Facts of an earlier look are dropped: the nodes are asked again. */
  | { readonly type: 'forgotten' }
  | { readonly type: 'fix.planned'; readonly plan: Plan; readonly who: string }
  | { readonly type: 'fix.phase'; readonly phase: FixPhase }
  /** Written and fsynced before the first byte of the step reaches a node. */
  | {
      readonly type: 'step.intent';
      readonly plan: string;
      readonly step: string;
      readonly node: string;
      readonly shows: readonly string[];
    }
  | {
      readonly type: 'step.result';
      readonly plan: string;
      readonly step: string;
      readonly status: StepStatus;
      readonly says: string;
    }
  /** What undo needs to know of the state before, learned while applying: never a secret. */
  | { readonly type: 'step.backup'; readonly plan: string; readonly step: string; readonly backup: Backup }
  /** Small operations that show whether the change helped: written before the first of them is sent. */
  | { readonly type: 'canary.intent'; readonly plan: string; readonly shows: readonly string[] }
  | {
      readonly type: 'undo.intent';
      readonly plan: string;
      readonly step: string;
      readonly node: string;
      readonly shows: readonly string[];
    }
  | {
      readonly type: 'fix.finished';
      readonly plan: string;
      readonly outcome: NonNullable<FixState['outcome']>;
      readonly says: string;
    };

/** Where events go so that they survive. */
export interface Journal {
  /** Resolves when the event is on disk. Rejects when it cannot be: then nothing may be changed. */
  append(event: RunEvent): Promise<void>;
  /** For observations: written soon, not waited for. */
  appendSoon(event: RunEvent): void;
  close(): Promise<void>;
}
