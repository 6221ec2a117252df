/** The command line of a practice node while it is being typed. */
export interface ConsoleState {
  readonly node?: string;
  readonly draft: string;
  /** UTF-16 position in the draft. */
  readonly cursor: number;
  /** Which earlier command is shown, counted from the last; absent: the learner's own draft. */
  readonly past?: number;
  /** What was typed before the history was opened. */
  readonly own: string;
  /** Rows of the transcript below the window. */
  readonly back: number;
}

export const EMPTY_CONSOLE: ConsoleState = { draft: '', cursor: 0, own: '', back: 0 };

const typedAs = (state: ConsoleState, draft: string, cursor: number): ConsoleState => {
  const { past: _, ...rest } = state;
  return { ...rest, draft, cursor, own: draft, back: 0 };
};

export const inserted = (state: ConsoleState, text: string): ConsoleState =>
  typedAs(
    state,
    state.draft.slice(0, state.cursor) + text + state.draft.slice(state.cursor),
    state.cursor + text.length,
  );

export const replaced = (state: ConsoleState, draft: string): ConsoleState => typedAs(state, draft, draft.length);

const lastOf = (text: string): number => [...text].at(-1)?.length ?? 0;
const firstOf = (text: string): number => [...text][0]?.length ?? 0;

/** What a key that is no text does to the line; the same state when it does nothing. */
export function edited(state: ConsoleState, key: string, typed: readonly string[]): ConsoleState {
  const { draft, cursor } = state;
  const [before, after] = [draft.slice(0, cursor), draft.slice(cursor)];
  switch (key) {
    case 'backspace': {
      const kept = before.slice(0, before.length - lastOf(before));
      return typedAs(state, kept + after, kept.length);
    }
    case 'ctrl-d':
      return typedAs(state, before + after.slice(firstOf(after)), cursor);
    case 'ctrl-u':
      return typedAs(state, after, 0);
    case 'ctrl-k':
      return typedAs(state, before, cursor);
    case 'ctrl-w': {
      const kept = before.replace(/\S*\s*$/, '');
      return typedAs(state, kept + after, kept.length);
    }
    case 'left':
      return { ...state, cursor: cursor - lastOf(before) };
    case 'right':
      return { ...state, cursor: cursor + firstOf(after) };
    case 'home':
    case 'ctrl-a':
      return { ...state, cursor: 0 };
    case 'end':
    case 'ctrl-e':
      return { ...state, cursor: draft.length };
    case 'up':
    case 'ctrl-p':
      return recalled(state, typed, (state.past ?? -1) + 1);
    case 'down':
    case 'ctrl-n':
      return recalled(state, typed, (state.past ?? -1) - 1);
    default:
      return state;
  }
}

/** An earlier command, without repetitions; below the last one is what was being typed. */
function recalled(state: ConsoleState, typed: readonly string[], past: number): ConsoleState {
  const all = typed.filter((command, at) => command !== typed[at + 1]).toReversed();
  if (past < 0) {
    const { past: _, ...rest } = state;
    return { ...rest, draft: state.own, cursor: state.own.length };
  }
  const found = all[past];
  return found === undefined ? state : { ...state, past, draft: found, cursor: found.length };
}

/** The shell would wait for more: an open here-document, quote or a backslash at the end. */
export function isUnfinished(draft: string): boolean {
  if (/(^|[^\\])(\\\\)*\\$/.test(draft)) return true;
  const [, word] = /<<-?\s*['"]?(\w+)['"]?/.exec(draft) ?? [];
  if (word !== undefined)
    return !draft
      .split('\n')
      .slice(1)
      .some((line) => line.trim() === word);
  let quote = '';
  for (let at = 0; at < draft.length; at++) {
    const char = draft[at] ?? '';
    if (char === '\\' && quote !== "'") at++;
    else if (quote === '' && char === '#' && /^$|\s/.test(draft[at - 1] ?? '')) return false;
    else if (quote === '' && (char === "'" || char === '"')) quote = char;
    else if (char === quote) quote = '';
  }
  return quote !== '';
}
