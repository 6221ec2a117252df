import { unescapeBackslashes, unescapeShell } from './unescape.ts';
import { isSpace } from './values.ts';

/** A value as it stands in a text: where it is, what it may mean (the likeliest first), and where reading goes on. */
export interface Value {
  readonly start: number;
  readonly end: number;
  readonly forms: readonly string[];
  readonly next: number;
  /** The closing quote is on a later line. */
  readonly open?: string;
}

const [QUOTE, DOUBLE, BACKTICK, BACKSLASH] = [39, 34, 96, 92];
export const isQuote = (c: number): boolean => c === DOUBLE || c === QUOTE || c === BACKTICK;

/** Skips what languages put before a quote: Python's `u` and `b`, Erlang's `<<`, backslashes of an outer quote. */
export function quoteAt(text: string, at: number, to: number): number {
  let i = at;
  const c = text.charCodeAt(i);
  if ((c === 117 || c === 98 || c === 114 || c === 36) && i + 1 < to) i++;
  else if (c === 60 && text.charCodeAt(i + 1) === 60) i += 2;
  const from = i;
  while (i < to && text.charCodeAt(i) === BACKSLASH && i - from < 16) i++;
  return i < to && isQuote(text.charCodeAt(i)) ? i : -1;
}

/** Reads a quoted value whose quote is at `at` after `slashes` backslashes; ends at its like, or at `to`. */
export function quoted(text: string, at: number, to: number): Value {
  const quote = text.charCodeAt(at);
  let slashes = 0;
  while (slashes < 16 && text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
  const start = at + 1;
  let run = 0;
  for (let i = start; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) run++;
    else {
      if (c === quote && (slashes > 0 ? run === slashes : run % 2 === 0)) {
        const doubled = slashes === 0 && quote === QUOTE && text.charCodeAt(i + 1) === QUOTE;
        const shell = slashes === 0 && quote === QUOTE && text.startsWith(`\\''`, i + 1);
        if (!doubled && !shell) return valued(text, start, i - (slashes > 0 ? run : 0), slashes, quote, i + 1);
        i += doubled ? 1 : 3;
      }
      run = 0;
    }
  }
  return { ...valued(text, start, to, slashes, quote, to), open: '\\'.repeat(slashes) + text.charAt(at) };
}

function valued(text: string, start: number, end: number, slashes: number, quote: number, next: number): Value {
  const raw = text.slice(start, end);
  const forms = [raw];
  if (raw.includes('\\')) {
    let plain = raw;
    for (let level = 1; level <= slashes + 1; level = level * 2) plain = unescapeBackslashes(plain);
    if (quote === QUOTE && slashes === 0) forms.push(plain);
    else forms.unshift(plain);
  }
  if (quote === QUOTE) {
    if (raw.includes(`'\\''`)) forms.unshift(raw.replaceAll(`'\\''`, "'"));
    else if (raw.includes("''")) forms.unshift(raw.replaceAll("''", "'"));
  }
  return { start, end, forms, next };
}

/** Reads up to the first character that `ends` names. */
export function upTo(text: string, at: number, to: number, ends: (code: number, at: number) => boolean): Value {
  let end = at;
  while (end < to && !ends(text.charCodeAt(end), end)) end++;
  return plain(text, at, end);
}

/** A value between two places, as it stands. */
export function plain(text: string, start: number, end: number): Value {
  const raw = text.slice(start, end);
  const forms = [raw];
  if (raw.includes('\\')) forms.push(unescapeShell(raw));
  if (raw.includes('%%')) forms.push(raw.replaceAll('%%', '%'));
  return { start, end, forms, next: end };
}

/** The rest of the line without the blanks around it. */
export function toEnd(text: string, at: number, to: number): Value {
  let end = to;
  while (end > at && isSpace(text.charCodeAt(end - 1))) end--;
  return plain(text, at, end);
}

export const skipBlanks = (text: string, at: number, to: number): number => {
  let i = at;
  while (i < to && isSpace(text.charCodeAt(i))) i++;
  return i;
};

/** Where `what` is in `[from, to)`; -1: nowhere. Looks no further than `to`, so that a search per line stays cheap. */
export function within(text: string, what: string, from: number, to: number): number {
  const at = text.slice(from, to).indexOf(what);
  return at < 0 ? -1 : from + at;
}
