import type { Choice, Grade } from './drill.ts';
import type { Engine } from './engine.ts';
import type { GoalState, Lesson, LessonCommand } from './lesson.ts';
import type { Summary } from './progress.ts';

/** One command of the learner and what came of it, or a remark of the program's own. */
export type Entry =
  | {
      readonly kind: 'command';
      readonly node: string;
      readonly command: string;
      readonly stdout: string;
      readonly stderr: string;
      /** Absent: it was stopped, or gave no answer; `why` says so. */
      readonly code?: number;
      readonly why?: string;
    }
  | { readonly kind: 'remark'; readonly says: string };

export interface LessonState {
  readonly lesson: Lesson;
  readonly goals: readonly GoalState[];
  /** Hints read of each goal. */
  readonly hints: Readonly<Record<string, number>>;
  /** Goals whose commands were shown. */
  readonly shown: readonly string[];
}

export interface DrillState {
  readonly id: string;
  readonly reports: readonly string[];
  readonly choices: readonly Choice[];
  /** How many causes there are. */
  readonly causes: number;
  readonly named: readonly { readonly id: string; readonly right: boolean }[];
  /** Inkling looked before all causes were named. */
  readonly helped: boolean;
  readonly grade?: Grade;
}

export interface PracticeState {
  readonly kind: 'lesson' | 'drill' | 'free';
  readonly title: string;
  readonly nodes: readonly string[];
  readonly entries: readonly Entry[];
  /** The command under way, and what it has written so far. */
  readonly running?: {
    readonly node: string;
    readonly command: string;
    readonly stdout: string;
    readonly stderr: string;
  };
  /** What the program is doing by itself: preparing, looking at the goals, grading. */
  readonly busy?: string;
  /** Commands typed so far, last ones last: the history. */
  readonly typed: readonly string[];
  /** Files worth naming, by node. */
  readonly paths: Readonly<Record<string, readonly string[]>>;
  readonly lesson?: LessonState;
  readonly drill?: DrillState;
}

export type PracticeIntent =
  | { readonly type: 'run'; readonly node: string; readonly command: string }
  | { readonly type: 'cancel' }
  | { readonly type: 'clear' }
  /** The next hint of a goal that is open: the first unless named. */
  | { readonly type: 'hint'; readonly goal?: string }
  /** The exact commands of a goal; `run`: they are run as well. */
  | { readonly type: 'show'; readonly goal?: string; readonly run: boolean }
  | { readonly type: 'name'; readonly cause: string }
  | { readonly type: 'grade' };

/** A practice cluster with a learner at it. Knows nothing of terminals. */
export interface Practice {
  getState(): PracticeState;
  subscribe(listener: () => void): () => void;
  send(intent: PracticeIntent): void;
  /** Inkling's own look at this cluster; a drill remembers that it was asked for. */
  look(): Promise<Engine>;
  /** Resolves when nothing is under way. */
  settled(): Promise<PracticeState>;
  close(): Promise<void>;
}

export type PracticeChoice =
  | { readonly kind: 'lesson'; readonly id: string; readonly resume?: boolean }
  /** One id, or two joined by `+` for two faults at once. */
  | { readonly kind: 'drill'; readonly id: string; readonly resume?: boolean }
  | { readonly kind: 'random'; readonly faults: 1 | 2 }
  | { readonly kind: 'free'; readonly scenario: string };

export interface LessonSummary {
  readonly id: string;
  readonly title: string;
  readonly guide: string;
  readonly goals: number;
  readonly reached: number;
  readonly done: boolean;
}

export interface DrillSummary {
  readonly id: string;
  readonly playbook: string;
  readonly report: string;
  readonly tries: number;
  readonly best?: number;
  readonly passed: boolean;
}

/** What there is to practise, and how far the learner has come. */
export interface Catalogue {
  readonly lessons: readonly LessonSummary[];
  readonly drills: readonly DrillSummary[];
  readonly summary: Summary;
  /** What was left open, with its title or report. */
  readonly open?: {
    readonly kind: 'lesson' | 'drill';
    readonly id: string;
    readonly title: string;
    readonly commands: number;
  };
}

/** The command that a step of a lesson stands for, as it is typed. */
export const stepWords = ({ on, run }: LessonCommand): string => `${on}# ${run}`;

/** What a front end may ask of the practice cluster. Rejects with an InputError for what the learner got wrong. */
export interface PracticePort {
  catalogue(): Promise<Catalogue>;
  lessons(): Promise<readonly Lesson[]>;
  open(choice: PracticeChoice): Promise<Practice>;
  /** Forgets all progress. */
  reset(): Promise<void>;
}
