import { isName, type Name } from './name-before.ts';
import { isAccount } from './named.ts';
import { meaningOf } from './names.ts';
import type { Context } from './scan.ts';
import { isQuote, plain, quoteAt, quoted, skipBlanks, toEnd, upTo, type Value, within } from './value.ts';
import { isSpace } from './values.ts';

const LONGEST_LIST = 4096;
const OPENS = '{[(';
const [EQUALS, COLON, COMMA, BACKSLASH] = [61, 58, 44, 92];
const ENDS = new Set([...`,;)}]>|&"'\``].map((c) => c.charCodeAt(0)));
const CLOSES = new Set([...',;)}]>'].map((c) => c.charCodeAt(0)));

/** What programs wrap around a secret so that it is not printed. */
const WRAPS = ['SecretStr(', 'Sensitive('];

/** The value that stands behind the separator of a name. */
export function valueAt(
  s: string,
  a: number,
  b: number,
  v: number,
  name: Name,
  separator: number,
  first: boolean,
  context: Context,
): Value | undefined {
  const wrap = WRAPS.find((text) => s.startsWith(text, v)) ?? '';
  const quote = quoteAt(s, v + wrap.length, b);
  if (quote >= 0) return tripled(s, quote, b) ?? quoted(s, quote, b);
  const c = s.charCodeAt(v);
  // A debugger shows where a text is before the text.
  const pointer = c === 48 && s.charCodeAt(v + 1) === 120 ? skipBlanks(s, upTo(s, v, b, isSpace).end, b) : b;
  if (pointer < b && quoteAt(s, pointer, b) === pointer) return quoted(s, pointer, b);
  if (c === 123 && s.charCodeAt(v + 1) !== 123) return undefined;
  if (c === 91) {
    const inner = quoteAt(s, skipBlanks(s, v + 1, b), b);
    if (inner >= 0) return quoted(s, inner, b);
  }
  // A list of records says by their names what they hold.
  if (c === 91 && OPENS.includes(s.charAt(skipBlanks(s, v + 1, b)))) return undefined;
  if (c === 91 || (c === 40 && separator === EQUALS)) return upTo(s, v, Math.min(b, v + LONGEST_LIST), isSpace);
  const before = s.charCodeAt(name.from - 1);
  if (name.quoted)
    return upTo(s, v, b, (code) => isSpace(code) || code === COMMA || code === 125 || code === 93 || code === 41);
  // `"NAME=value"`: the quote around both ends it.
  if (name.from > a && isQuote(before)) {
    let slashes = 0;
    while (slashes < 16 && s.charCodeAt(name.from - 2 - slashes) === BACKSLASH) slashes++;
    const close = within(s, '\\'.repeat(slashes) + s.charAt(name.from - 1), v, b);
    if (close >= 0) return oneOfMany(s, v, close) ?? plain(s, v, escapedEnd(s, v, close));
  }
  if (before === 63 || before === 38) return upTo(s, v, b, (code) => isSpace(code) || ENDS.has(code) || code === 35);
  if (meaningOf(s.slice(name.from, name.to))?.rule === 'cephx' && !context.keyring)
    return upTo(s, v, b, (code) => isSpace(code) || ENDS.has(code) || code === COLON || code === BACKSLASH);
  const spaced = isSpace(s.charCodeAt(at1(name))) || isSpace(s.charCodeAt(v - 1));
  if (first && isAccount(context.section, s.slice(name.from, name.to))) return upTo(s, v, b, isSpace);
  if (first && separator === EQUALS && (spaced || context.ini)) return toEnd(s, v, commentAt(s, v, b));
  if (first && separator === COLON && spaced) {
    const comment = within(s, ' #', v, b);
    return toEnd(s, v, comment > v ? comment : b);
  }
  const loose = separator === EQUALS && !spaced && (isUpperName(s, name) || s.startsWith('--', name.from));
  const word = upTo(
    s,
    v,
    b,
    (code, i) =>
      isSpace(code) ||
      (loose
        ? isQuote(code) && endsWord(s, i + 1, b)
        : ENDS.has(code) || (code === BACKSLASH && (isQuote(s.charCodeAt(i + 1)) || (!first && isEscapedEnd(s, i))))),
  );
  return loose ? trimmed(s, word) : word;
}

/** Where a comment begins behind a value of an INI file: a sign of its own, with blanks around it. */
function commentAt(s: string, v: number, b: number): number {
  for (let i = v + 1; i + 1 < b; i++) {
    const c = s.charCodeAt(i);
    if ((c === 59 || c === 35) && isSpace(s.charCodeAt(i - 1)) && isSpace(s.charCodeAt(i + 1))) return i;
  }
  return b;
}

/** Three quotes, as Python and Grafana's INI have. */
function tripled(s: string, quote: number, b: number): Value | undefined {
  const three = s.charAt(quote).repeat(3);
  if (!s.startsWith(three, quote)) return undefined;
  const end = within(s, three, quote + 3, b);
  return end > quote + 3 ? { ...plain(s, quote + 3, end), next: end + 3 } : undefined;
}

/** `\\n` and `\\r`, however often escaped. */
function isEscapedEnd(s: string, at: number): boolean {
  let i = at;
  while (s.charCodeAt(i) === BACKSLASH) i++;
  return i > at && (s.charCodeAt(i) === 110 || s.charCodeAt(i) === 114);
}

/** Where a line inside a quoted text ends: at its escaped end, or with the quote. */
export function escapedEnd(s: string, from: number, b: number): number {
  for (let i = from; i < b; i++) {
    const c = s.charCodeAt(i);
    if (c === BACKSLASH) {
      if (isEscapedEnd(s, i)) return i;
      while (s.charCodeAt(i + 1) === BACKSLASH) i++;
      i++;
    } else if (isQuote(c) && i > from && endsWord(s, i + 1, b)) return i;
  }
  return b;
}

/** `"db_password=x region=one"`: the quotes hold more than one. */
function oneOfMany(s: string, v: number, close: number): Value | undefined {
  const blank = within(s, ' ', v, close);
  if (blank < 0) return undefined;
  let at = blank + 1;
  while (at < close && isName(s.charCodeAt(at))) at++;
  return at > blank + 1 && s.charCodeAt(at) === EQUALS ? plain(s, v, blank) : undefined;
}

const at1 = ({ to, quoted: own }: Name): number => to + (own ? 1 : 0);

const endsWord = (s: string, i: number, b: number): boolean => {
  const c = s.charCodeAt(i);
  return i >= b || isSpace(c) || CLOSES.has(c) || isQuote(c);
};

function isUpperName(s: string, { from, to }: Name): boolean {
  for (let i = from; i < to; i++) {
    const c = s.charCodeAt(i);
    if (c >= 97 && c <= 122) return false;
  }
  return true;
}

/** Without the sign that ends a shell command or a list. */
function trimmed(s: string, { start, end }: Value): Value {
  let to = end;
  while (to > start && CLOSES.has(s.charCodeAt(to - 1))) to--;
  return { ...plain(s, start, to), next: end };
}
