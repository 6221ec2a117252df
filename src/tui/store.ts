import { type EngineState, isRunning } from '../domain/engine.ts';
import { words } from '../domain/printable.ts';
import { EMPTY_CONSOLE } from './console/state.ts';
import { newPrompt, resized } from './input/prompt-guard.ts';
import { type Action, type ScreenId, type Size, top, type UiState } from './model.ts';

export const initialUi = (size: Size, stack: readonly ScreenId[] = ['home']): UiState => ({
  stack,
  size,
  library: { places: [], playbooks: [], suggestions: [], journal: [], loaded: false },
  errorText: '',
  console: EMPTY_CONSOLE,
  homeFocus: 'menu',
  chosen: {},
  scrolled: {},
  filters: {},
  help: false,
  starting: false,
  warnings: [],
  touched: false,
  interrupted: false,
});

/** The only way the UI state changes. Pure. */
export function reduce(ui: UiState, action: Action): UiState {
  switch (action.type) {
    case 'push':
      return top(ui) === action.screen ? ui : atTop({ ...ui, stack: onto(ui.stack, action.screen) });
    case 'replace':
      return atTop({ ...ui, stack: onto(ui.stack.slice(0, -1), action.screen) });
    case 'pop':
      return ui.stack.length > 1 ? { ...ui, stack: ui.stack.slice(0, -1), field: undefined } : ui;
    case 'choose':
      return {
        ...ui,
        chosen: { ...ui.chosen, [action.list]: action.id },
        scrolled: startOf(ui, `${action.list}/detail`),
      };
    case 'scroll':
      return { ...ui, scrolled: { ...ui.scrolled, [action.page]: Math.max(0, action.to) } };
    case 'field':
      return { ...ui, field: action.field };
    case 'console':
      return { ...ui, console: action.to, notice: undefined };
    case 'edit-error':
      return { ...ui, errorText: action.text, chosen: without(ui.chosen, 'home/menu'), homeFocus: 'menu' };
    case 'edit-filter':
      return { ...ui, filters: { ...ui.filters, [top(ui)]: action.text } };
    case 'home-focus':
      return { ...ui, homeFocus: action.to };
    case 'place':
      return { ...ui, place: action.place };
    case 'help':
      return { ...ui, help: action.open, scrolled: startOf(ui, 'help') };
    case 'notice':
      return { ...ui, notice: action.notice };
    case 'resized':
      return { ...ui, size: action.size, prompt: ui.prompt && resized(ui.prompt, action.at) };
    case 'prompt':
      return { ...ui, prompt: action.prompt, ask: action.prompt.answered ? undefined : ui.ask };
    case 'ask':
      return { ...ui, ask: action.ask, prompt: newPrompt(action.ask, action.at) };
    case 'loaded':
      return { ...ui, library: { ...ui.library, ...action.library } };
    case 'starting':
      return {
        ...ui,
        starting: action.starting,
        touched: false,
        interrupted: false,
        ...(action.starting && { warnings: [] }),
      };
    case 'warned':
      return {
        ...ui,
        warnings: [...ui.warnings, action.says],
        notice: { tone: 'warn', text: words`! ${action.says}` },
      };
    case 'bundling':
      return { ...ui, bundling: action.says };
    case 'interrupted':
      return { ...ui, interrupted: true };
    case 'touched':
      return ui.touched && !ui.notice ? ui : { ...ui, touched: true, notice: undefined };
    case 'engine':
      return follow(ui, action.was, action.is, action.at);
  }
}

const startOf = (ui: UiState, page: string) => ({ ...ui.scrolled, [page]: 0 });

/** A screen is at most once on the stack: going to it again goes back to it. */
function onto(stack: readonly ScreenId[], screen: ScreenId): readonly ScreenId[] {
  const at = stack.indexOf(screen);
  return at < 0 ? [...stack, screen] : stack.slice(0, at + 1);
}

const without = (record: UiState['chosen'], key: string): UiState['chosen'] =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

/** A screen that is opened shows its beginning. */
const atTop = (ui: UiState): UiState => ({ ...ui, scrolled: startOf(ui, top(ui)), field: undefined });

/** What a new state of the run does to the screens: new prompts are guarded, and idle eyes are led on. */
function follow(ui: UiState, was: EngineState | undefined, is: EngineState, at: number): UiState {
  const fresh = is.run.phase === 'looking' && was?.run.phase !== 'looking';
  // Where nothing runs any more, nothing is being stopped.
  const rested = ui.interrupted && isRunning(was) && !isRunning(is);
  const next: UiState = {
    ...ui,
    ...promptFor(ui, is, at),
    ...(fresh && { touched: false, interrupted: false }),
    ...(rested && { interrupted: false, notice: undefined }),
  };
  const judged = was?.run.phase === 'looking' && is.run.phase === 'judged';
  if (judged && top(ui) === 'run' && !ui.touched) return atTop({ ...next, stack: onto(ui.stack, 'diagnosis') });
  const fixed = was?.fix && was.fix.phase !== 'done' && is.fix?.phase === 'done';
  if (fixed && top(ui) === 'fix') return atTop({ ...next, stack: onto(ui.stack.slice(0, -1), 'result') });
  return next;
}

/** The run's own question goes before one that the screens ask. */
function promptFor(ui: UiState, is: EngineState, at: number): Pick<UiState, 'prompt' | 'ask'> {
  if (!is.prompt) return ui.ask ? { prompt: ui.prompt, ask: ui.ask } : { prompt: undefined, ask: undefined };
  return { prompt: ui.prompt?.id === is.prompt.id ? ui.prompt : newPrompt(is.prompt.id, at), ask: undefined };
}
