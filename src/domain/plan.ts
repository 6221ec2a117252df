/** What a step can do to the site. Each needs its own kind of yes. */
export const RISKS = ['none', 'reversible', 'disruptive', 'destructive'] as const;
export type Risk = (typeof RISKS)[number];

export type Action =
  /** A program with its arguments. `secret`: where its stdin comes from; the bytes pass through memory only. */
  | {
      readonly do: 'run';
      readonly argv: readonly [string, ...string[]];
      readonly as?: string;
      readonly stdin?: SecretSource;
      /** Text for its stdin that is no secret. */
      readonly input?: string;
      /** Seconds. */
      readonly deadline: number;
    }
  /** Writes a whole file: either content that is shown, or a secret's bytes that are not. */
  | {
      readonly do: 'write';
      readonly path: string;
      readonly owner: string;
      readonly group: string;
      readonly mode: string;
      readonly content: string | SecretSource;
      /** SHA-256 of the file as seen, or `absent`; the write is refused when it has changed since. */
      readonly before: string | 'absent' | 'any';
    }
  /** Edits one option of an INI file in place; every other byte stays. */
  | {
      readonly do: 'set-option';
      readonly path: string;
      readonly section: string;
      readonly option: string;
      /** Absent: the option is removed. */
      readonly value?: string;
      /** Absent: it is not there, and is added. */
      readonly was?: string;
    }
  /** Gives a libvirt secret its value, a secret itself; the node keeps the one before. */
  | { readonly do: 'set-secret'; readonly uuid: string; readonly value: SecretSource }
  /** Replaces a whole line of a file, or adds one at its end where `was` is absent. */
  | { readonly do: 'edit-line'; readonly path: string; readonly line: string; readonly was?: string };

/** A secret read on one node and used on another: `argv` prints it on stdout. Shown by name, never by value. */
export interface SecretSource {
  readonly name: string;
  readonly node: string;
  readonly argv: readonly [string, ...string[]];
}

export type Undo =
  /** `last`: after all other steps were taken back, and also when the step itself failed, as a failed restart leaves a service down. */
  | { readonly how: 'run'; readonly actions: readonly Action[]; readonly says: string; readonly last?: true }
  | { readonly how: 'restore'; readonly path: string; readonly says: string }
  | { readonly how: 'nothing'; readonly because: string }
  | { readonly how: 'impossible'; readonly because: string };

export interface Step {
  readonly id: string;
  readonly title: string;
  readonly node: string;
  readonly action: Action;
  readonly risk: Risk;
  /** Exact commands or unified diff, secrets as tokens: what is shown is what is hashed is what runs. */
  readonly shows: readonly string[];
  /** Which services restart, which instances, volumes or clients are touched. */
  readonly touches: string;
  readonly undo: Undo;
  /** Expected duration in seconds. */
  readonly seconds: number;
}

export interface Plan {
  /** SHA-256 over the canonical steps. */
  readonly hash: string;
  readonly cause: string;
  readonly subject: string;
  readonly fix: string;
  readonly title: string;
  readonly steps: readonly Step[];
  /** Checks that must still fail just before, and pass after. */
  readonly gate: readonly string[];
  readonly verify: readonly string[];
  /** Afterwards every service user makes a small RBD image in its pools and removes it again: the operator allowed that. */
  readonly canary?: true;
  /** ISO 8601; a plan older than ten minutes is made again. */
  readonly at: string;
}

export type StepStatus = 'waiting' | 'running' | 'done' | 'failed' | 'unknown' | 'skipped' | 'undone' | 'undo-failed';

/**
 * What undo needs of the file, or the value of a secret, before: where the node keeps it, and digests (SHA-256, or `absent`) to tell changes since. `before` is
 * `unknown` until the node has said what was there.
 */
export interface Backup {
  /** UUID of a secret. */
  readonly path: string;
  /** Path on the node; empty when there was no file. */
  readonly kept: string;
  readonly before: string;
  readonly after: string;
}

export interface StepState {
  readonly step: Step;
  readonly status: StepStatus;
  readonly backup?: Backup;
  /** What the node said, printable and redacted. */
  readonly says?: string;
}

export type FixPhase = 'planned' | 'gating' | 'applying' | 'verifying' | 'undoing' | 'done';

export interface FixState {
  readonly plan: Plan;
  readonly phase: FixPhase;
  readonly steps: readonly StepState[];
  readonly outcome?: 'fixed' | 'refused' | 'rolled-back' | 'rollback-failed' | 'not-verified' | 'declined';
  readonly says?: string;
}
