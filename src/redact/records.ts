import { commandGiven, isNameOfName, nameGiven, pathGiven, typeGiven, webKeyGiven } from './named.ts';
import type { Meaning } from './names.ts';
import { type Context, type Found, report } from './scan.ts';
import { quoteAt, quoted, skipBlanks, upTo, type Value } from './value.ts';
import { isSpace } from './values.ts';

const MOST_ITEMS = 64;
const [COMMA, BACKSLASH] = [44, 92];
const ENDS = new Set([...`,;)}]>|&"'\``].map((c) => c.charCodeAt(0)));
const PUTTY: Meaning = { kind: 'private-key', rule: 'any', word: 'Private-Lines' };
const RECORDS = new Set(['type', 'path', 'prefix', 'kty', 'Private-Lines']);
/** A member that names another: `name: DB_PASSWORD`. */
export function record(s: string, v: number, b: number, word: string, context: Context): void {
  const isName = isNameOfName(word);
  if (!isName && !RECORDS.has(word)) return;
  const at = skipBlanks(s, v, b);
  const quote = quoteAt(s, at, b);
  const { start, end } = quote >= 0 ? quoted(s, quote, b) : upTo(s, at, b, (c) => isSpace(c) || ENDS.has(c));
  if (isName) nameGiven(context, s.slice(start, end));
  else if (word === 'kty') webKeyGiven(context);
  else if (word === 'Private-Lines') context.awaited = { how: 'indented', meaning: PUTTY, indent: -1, block: false };
  else if (word === 'prefix') commandGiven(context, s.slice(start, end));
  else if (word === 'path') pathGiven(context, s.slice(start, end));
  else typeGiven(context, s.slice(start, end));
}

/** The other values of a list, and what a plan changes the value to: `["a", "b"]`, `"a" -> "b"`. */
export function others(s: string, { end, next, start }: Value, b: number, meaning: Meaning, found: Found): void {
  if (next === end) return;
  const bracket = s.charCodeAt(skipBack(s, start - 1)) === 91;
  for (let at = skipBlanks(s, next, b), left = MOST_ITEMS; left > 0 && at < b; left--) {
    const arrow = s.startsWith('-> ', at);
    if (!arrow && !(bracket && s.charCodeAt(at) === COMMA)) return;
    const quote = skipBlanks(s, at + (arrow ? 3 : 1), b);
    if (quoteAt(s, quote, b) !== quote) return;
    const value = quoted(s, quote, b);
    report(value, meaning, false, false, found);
    at = skipBlanks(s, value.next, b);
  }
}

/** Where the text before a quoted value ends. */
function skipBack(s: string, quote: number): number {
  let at = quote - 1;
  while (at > 0 && (isSpace(s.charCodeAt(at)) || s.charCodeAt(at) === BACKSLASH)) at--;
  return at;
}
