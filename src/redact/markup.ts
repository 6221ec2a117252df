import { meaningOf } from './names.ts';
import { type Context, type Found, report } from './scan.ts';
import { unescapeXml } from './unescape.ts';
import { plain, skipBlanks } from './value.ts';
import { isSpace, isWord } from './values.ts';

const isTag = (c: number): boolean => isWord(c) || c === 95 || c === 45 || c === 46 || c === 58;

/** `<password>…</password>`; `at` is the opening angle. Attributes are assignments like others. Returns where reading goes on. */
export function element(s: string, at: number, b: number, context: Context, found: Found): number {
  let end = at + 1;
  while (end < b && end - at < 64 && isTag(s.charCodeAt(end))) end++;
  if (end === at + 1) return at;
  const tag = s.slice(at + 1, end);
  const meaning = meaningOf(tag.slice(tag.lastIndexOf(':') + 1));
  if (meaning === undefined) return at;
  let close = end;
  while (close < b && close - end < 512 && s.charCodeAt(close) !== 62) close++;
  if (close >= b || s.charCodeAt(close) !== 62 || s.charCodeAt(close - 1) === 47) return at;
  if (skipBlanks(s, close + 1, b) >= b) {
    context.awaited = { how: 'word', meaning };
    return b;
  }
  let from = close + 1;
  let to = from;
  while (to < b && s.charCodeAt(to) !== 60) to++;
  while (from < to && isSpace(s.charCodeAt(from))) from++;
  let last = to;
  while (last > from && isSpace(s.charCodeAt(last - 1))) last--;
  const value = plain(s, from, last);
  const unescaped = unescapeXml(s.slice(from, last));
  const forms = unescaped === value.forms[0] ? value.forms : [unescaped, ...value.forms];
  return report({ ...value, forms, next: to }, meaning, false, context.keyring, found) ? to : at;
}
