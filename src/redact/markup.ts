import { expectValue, isNameOfName, isNameOfValue, nameGiven } from './named.ts';
import { type Meaning, meaningOf } from './names.ts';
import { type Context, type Found, report } from './scan.ts';
import { unescapeXml } from './unescape.ts';
import { plain, skipBlanks, within } from './value.ts';
import { isSpace, isWord } from './values.ts';

const isTag = (c: number): boolean => isWord(c) || c === 95 || c === 45 || c === 46 || c === 58;

/** What stands between the tag whose name ends at `end` and the next tag. */
function contentOf(s: string, end: number, b: number): string | undefined {
  if (s.charCodeAt(end) !== 62) return undefined;
  const close = within(s, '<', end + 1, Math.min(b, end + 100));
  return close < 0 ? undefined : s.slice(end + 1, close).trim();
}

/** `<option name='secret'>`: the attribute names what the element holds. */
function attribute(s: string, end: number, b: number): Meaning | undefined {
  if (!isSpace(s.charCodeAt(end))) return undefined;
  const close = within(s, '>', end, Math.min(b, end + 200));
  if (close < 0 || s.charCodeAt(close - 1) === 47) return undefined;
  const [, , text = ''] = /\s(name|key)=["']([\w./-]{1,80})["']/.exec(s.slice(end, close)) ?? [];
  const meaning = text === '' ? undefined : meaningOf(text);
  return meaning?.rule === 'any' ? meaning : undefined;
}

/** What HTML puts around a name or the value beside it, and around a text within. */
const CELLS = new Set('td th dt dd code b tt pre kbd samp span strong em'.split(' '));

/** `<td>Password</td><td><code>…`: a cell names what the next one with a text holds. */
function cell(s: string, end: number, b: number, context: Context, found: Found): number {
  const open = within(s, '>', end, Math.min(b, end + 200));
  const close = open < 0 ? -1 : within(s, '<', open + 1, Math.min(b, open + 400));
  if (close < 0) return end;
  const text = s.slice(open + 1, close).trim();
  if (text === '') return end;
  const given = context.named?.meaning;
  if (given === undefined) nameGiven(context, text.replace(/:$/, ''));
  else {
    context.named = undefined;
    const from = skipBlanks(s, open + 1, close);
    report(plain(s, from, from + text.length), given, true, false, found);
  }
  return close;
}

/** `<password>…</password>`; `at` is the opening angle. Attributes are assignments like others. Returns where reading goes on. */
export function element(s: string, at: number, b: number, context: Context, found: Found): number {
  let end = at + 1;
  while (end < b && end - at < 64 && isTag(s.charCodeAt(end))) end++;
  if (end === at + 1) return at;
  const tag = s.slice(at + 1, end);
  const name = tag.slice(tag.lastIndexOf(':') + 1);
  if (CELLS.has(name)) return cell(s, end, b, context, found);
  const named = isNameOfName(name);
  const meaning = meaningOf(name) ?? (isNameOfValue(name) ? context.named?.meaning : undefined) ?? attribute(s, end, b);
  if (named && meaning?.rule === 'cephx') {
    // `<key>` holds a key of Ceph's, or the name of what follows.
    const text = contentOf(s, end, b);
    if (text !== undefined) nameGiven(context, text);
  } else if (named && meaning === undefined) {
    const text = contentOf(s, end, b);
    if (text !== undefined) nameGiven(context, text);
    return at;
  }
  if (meaning === undefined) return at;
  let close = end;
  while (close < b && close - end < 512 && s.charCodeAt(close) !== 62) close++;
  if (close >= b || s.charCodeAt(close) !== 62 || s.charCodeAt(close - 1) === 47) return at;
  if (skipBlanks(s, close + 1, b) >= b) {
    // Only markup opens an element at the end of a line; a placeholder in a sentence does not.
    const before = s.slice(Math.max(0, at - 120), at).trimEnd();
    if (before !== '' && !before.endsWith('>') && !before.endsWith('\n')) return at;
    context.awaited = { how: 'word', meaning };
    return b;
  }
  let from = close + 1;
  if (s.charCodeAt(from) === 60 && s.charCodeAt(from + 1) !== 47) expectValue(context, meaning);
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
