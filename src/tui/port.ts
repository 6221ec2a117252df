import type { Engine } from '../domain/engine.ts';
import type { Outcome } from '../domain/judgement.ts';
import type { PracticePort } from '../domain/practice.ts';

/** Where a run looks: a site of the operator's, a scenario of the embedded practice cluster, or a file that recorded an earlier look. */
export interface Place {
  readonly kind: 'site' | 'practice' | 'recorded';
  readonly id: string;
  readonly title: string;
  /** One short line more: how many nodes, which file, what is broken. */
  readonly detail?: string;
}

export interface PlaybookSummary {
  readonly id: string;
  readonly title: string;
  /** What the operator sees when this playbook is the right one. */
  readonly symptom?: string;
  /** Titles of its checks and causes, by their ids. */
  readonly titles: Readonly<Record<string, string>>;
}

/** A playbook that fits a pasted text, best first. */
export interface Suggestion {
  readonly playbook: string;
  readonly title: string;
  /** From 0 to 1. */
  readonly score: number;
  /** What was recognised in the text: a pool, a client, a volume, a host. */
  readonly entities: readonly { readonly kind: string; readonly value: string }[];
}

export interface JournalSummary {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly site: string;
  readonly practice?: string;
  readonly outcome: Outcome | 'unfinished';
  /** First cause, or what else is worth reading in a list. */
  readonly headline: string;
  /** A fix of this run was begun, and neither finished nor taken back. */
  readonly brokenOff: boolean;
}

export interface JournalEvent {
  /** ISO 8601. */
  readonly at: string;
  readonly node?: string;
  readonly says: string;
  readonly tone?: 'good' | 'bad' | 'warn';
}

export interface JournalPage extends JournalSummary {
  readonly events: readonly JournalEvent[];
}

export interface Choice {
  readonly place: Pick<Place, 'kind' | 'id'>;
  /** Playbook ids; none means all. */
  readonly playbooks: readonly string[];
  /** The error text that led here, when there was one. */
  readonly text?: string;
}

/**
 * All that the screens may ask of the program. Every promise may reject with an Error whose message is one sentence
 * for the operator; it is shown, and the screen goes on.
 */
export interface AppPort {
  /** Lessons, drills and free play on the practice cluster. */
  readonly practice: PracticePort;
  places(): Promise<readonly Place[]>;
  playbooks(): Promise<readonly PlaybookSummary[]>;
  search(text: string): Promise<readonly Suggestion[]>;
  /**
   * Starts a run. The engine's state is shown from here on; the screens close it.
   * `warn` is told what the operator should know about the run itself, also when it ends.
   */
  start(choice: Choice, warn: (says: string) => void): Promise<Engine>;
  /** Opens the run of a journal again; what it left open is settled by reading its nodes. */
  reopen(id: string): Promise<Engine>;
  /**
   * Writes what a run saw to a new file in the working folder, without secrets, with the logs of the last two hours. `progress` is told what is being done
   * and how many bytes are written. Gives one sentence for the operator.
   */
  bundle(engine: Engine, progress: (says: string, bytes: number) => void): Promise<string>;
  journalList(): Promise<readonly JournalSummary[]>;
  journalShow(id: string): Promise<JournalPage>;
}
