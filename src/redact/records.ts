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
export function record(
  s: string,
  name: number,
  v: number,
  b: number,
  word: string,
  context: Context,
  found: Found,
): void {
  const isName = isNameOfName(word);
  if (!isName && !RECORDS.has(word)) return;
  const at = skipBlanks(s, v, b);
  const quote = quoteAt(s, at, b);
  const { start, end } = quote >= 0 ? quoted(s, quote, b) : upTo(s, at, b, (c) => isSpace(c) || ENDS.has(c));
  if (isName) {
    nameGiven(context, s.slice(start, end));
    if (context.named !== undefined && valueBefore(s, name, context.named.meaning, found)) context.named = undefined;
  } else if (word === 'kty') webKeyGiven(context);
  else if (word === 'Private-Lines') context.awaited = { how: 'indented', meaning: PUTTY, indent: -1, block: false };
  else if (word === 'prefix') commandGiven(context, s.slice(start, end));
  else if (word === 'path') pathGiven(context, s.slice(start, end));
  else typeGiven(context, s.slice(start, end));
}

/** `<nvpair value="…" name="password"/>`: the value stands before what names it. Returns whether one does, hidden or not. */
function valueBefore(s: string, name: number, meaning: Meaning, found: Found): boolean {
  let any = false;
  const before = s.slice(Math.max(0, name - LONGEST_BEFORE), name);
  const from =
    name - before.length + Math.max(before.lastIndexOf('<'), before.lastIndexOf('{'), before.lastIndexOf('\n'));
  for (const { index, 0: all } of s.slice(from + 1, name).matchAll(VALUE)) {
    const quote = from + 1 + index + all.length - 1;
    const value = quoted(s, quote, name);
    if (value.open !== undefined) continue;
    any = true;
    report(value, meaning, false, false, found);
  }
  return any;
}
const LONGEST_BEFORE = 300;
const VALUE = /\bvalue["']?\s?[:=]\s?["']/g;

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
