import type { Key } from 'ink';

/** One key, or text that arrived in one piece. */
export interface KeyPress {
  /** `up`, `enter`, `ctrl-d`, `j`, `?` …; empty for text of several characters. */
  readonly name: string;
  /** Characters that a text field takes; empty for other keys. */
  readonly text: string;
  /** Came as a paste, or with a line end inside: a hand did not type it. */
  readonly pasted: boolean;
}

const NAMED: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageDown', 'pagedown'],
  ['pageUp', 'pageup'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
];

const CONTROL = /\p{C}/u;
/** A slow line may deliver this many quick keys at once; longer pieces are text for a field, never keys. */
const KEYS_AT_ONCE = 8;

/** Terminals send the line ends of a paste as carriage returns. */
export const paste = (text: string): KeyPress => ({ name: '', text: text.replace(/\r\n?/g, '\n'), pasted: true });

const typed = (char: string): KeyPress => ({ name: char === ' ' ? 'space' : char, text: char, pasted: false });

/**
 * What Ink reports, as key presses. A slow line delivers several quick keys in one piece: a short piece is split again.
 * One with a line end or another control code in it is a paste from a terminal that does not mark pastes.
 */
export function keyPresses(input: string, key: Key): KeyPress[] {
  if (key.eventType === 'release') return [];
  if (key.tab) return [{ name: key.shift ? 'shift-tab' : 'tab', text: '', pasted: false }];
  const named = NAMED.find(([flag]) => key[flag]);
  if (named) return [{ name: named[1], text: '', pasted: false }];
  if (key.ctrl) return [{ name: `ctrl-${input}`, text: '', pasted: false }];
  if (key.meta || input === '') return [];
  const chars = [...input];
  if (chars.length === 1 && !CONTROL.test(input)) return [typed(input)];
  if (chars.some((char) => CONTROL.test(char))) return [paste(input)];
  if (chars.length > KEYS_AT_ONCE) return [{ name: '', text: input, pasted: false }];
  return chars.map(typed);
}
