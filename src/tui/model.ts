import type { EngineState, Intent } from '../domain/engine.ts';
import type { Catalogue, PracticeChoice, PracticeIntent, PracticeState } from '../domain/practice.ts';
import type { Printable } from '../domain/printable.ts';
import type { ConsoleState } from './console/state.ts';
import type { PromptUi } from './input/prompt-guard.ts';
import type { Choice, JournalPage, JournalSummary, Place, PlaybookSummary, Suggestion } from './port.ts';
import type { Tone } from './theme.ts';

export type ScreenId =
  | 'home'
  | 'place'
  | 'run'
  | 'diagnosis'
  | 'checks'
  | 'cause'
  | 'offers'
  | 'fix'
  | 'result'
  | 'journal'
  | 'entry'
  | 'practice'
  | 'drills'
  | 'desk'
  | 'naming'
  | 'grade'
  | 'progress';

export interface Notice {
  readonly tone: Tone;
  readonly text: Printable;
}

/** Text fields. */
export type Field = 'error' | 'filter' | 'console';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What the program knows besides the run: loaded through the port. */
export interface Library {
  readonly places: readonly Place[];
  readonly playbooks: readonly PlaybookSummary[];
  readonly suggestions: readonly Suggestion[];
  readonly journal: readonly JournalSummary[];
  readonly entry?: JournalPage;
  /** What there is to practise; absent until it was read. */
  readonly catalogue?: Catalogue;
  readonly loaded: boolean;
}

/** Everything that belongs to this terminal and not to the run. */
export interface UiState {
  readonly stack: readonly ScreenId[];
  readonly size: Size;
  readonly library: Library;
  readonly place?: Pick<Place, 'kind' | 'id'>;
  readonly errorText: string;
  /** Which of the home screen's parts has the keys. */
  readonly homeFocus: 'menu' | 'recent';
  /** The text field that takes the keys now. */
  readonly field?: Field;
  /** The command line of the practice nodes. */
  readonly console: ConsoleState;
  /** Chosen row of each list, by the row's own id. */
  readonly chosen: Readonly<Record<string, string>>;
  /** First row shown of each page that scrolls. */
  readonly scrolled: Readonly<Record<string, number>>;
  /** Filter text of each screen. */
  readonly filters: Readonly<Partial<Record<ScreenId, string>>>;
  readonly help: boolean;
  readonly notice?: Notice;
  readonly prompt?: PromptUi;
  /** A question of the screens' own. */
  readonly ask?: 'undo-fix';
  /** A run is being started. */
  readonly starting: boolean;
  /** A bundle is being made: what is being done now. */
  readonly bundling?: Printable;
  /** What the operator should know about the run itself, in the order in which it was told. */
  readonly warnings: readonly Printable[];
  /** The operator has pressed a key since the run began. */
  readonly touched: boolean;
  /** Ctrl-C was pressed once while something ran. */
  readonly interrupted: boolean;
}

/** Changes of the UI state; pure data. */
export type Action =
  | { readonly type: 'push'; readonly screen: ScreenId }
  | { readonly type: 'replace'; readonly screen: ScreenId }
  | { readonly type: 'pop' }
  | { readonly type: 'choose'; readonly list: string; readonly id: string }
  | { readonly type: 'scroll'; readonly page: string; readonly to: number }
  | { readonly type: 'field'; readonly field?: Field }
  | { readonly type: 'console'; readonly to: ConsoleState }
  | { readonly type: 'edit-error'; readonly text: string }
  | { readonly type: 'edit-filter'; readonly text: string }
  | { readonly type: 'home-focus'; readonly to: UiState['homeFocus'] }
  | { readonly type: 'place'; readonly place: Pick<Place, 'kind' | 'id'> }
  | { readonly type: 'help'; readonly open: boolean }
  | { readonly type: 'notice'; readonly notice?: Notice }
  | { readonly type: 'resized'; readonly size: Size; readonly at: number }
  | { readonly type: 'prompt'; readonly prompt: PromptUi }
  | { readonly type: 'ask'; readonly ask: 'undo-fix'; readonly at: number }
  | { readonly type: 'loaded'; readonly library: Partial<Library> }
  | { readonly type: 'starting'; readonly starting: boolean }
  | { readonly type: 'warned'; readonly says: Printable }
  | { readonly type: 'interrupted' }
  | { readonly type: 'bundling'; readonly says?: Printable }
  | { readonly type: 'touched' }
  | { readonly type: 'engine'; readonly was?: EngineState; readonly is: EngineState; readonly at: number };

/** What reaches beyond the screens; the runtime carries it out. */
export type Effect =
  | { readonly type: 'send'; readonly intent: Intent }
  | { readonly type: 'start'; readonly choice: Choice }
  | { readonly type: 'reopen'; readonly id: string }
  | { readonly type: 'search'; readonly text: string }
  | { readonly type: 'load' }
  /** Writes a bundle of the run that is shown. */
  | { readonly type: 'bundle' }
  | { readonly type: 'load-practice' }
  | { readonly type: 'open-practice'; readonly choice: PracticeChoice }
  | { readonly type: 'practice'; readonly intent: PracticeIntent }
  /** Inkling's own look at the practice cluster that is open. */
  | { readonly type: 'look-practice' }
  | { readonly type: 'close-practice' }
  | { readonly type: 'open-entry'; readonly id: string }
  | { readonly type: 'leave'; readonly code: number };

export type Act = Action | Effect;

/** All that a screen is drawn from. */
export interface Scene {
  readonly ui: UiState;
  readonly engine?: EngineState;
  /** The practice cluster that is open. */
  readonly practice?: PracticeState;
  /** Milliseconds, the injected clock's. */
  readonly now: number;
  /** Milliseconds since the epoch, for ages of runs. */
  readonly wall: number;
}

export const top = (ui: UiState): ScreenId => ui.stack.at(-1) ?? 'home';
