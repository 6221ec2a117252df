import { credential, login, withScheme } from './credentials.ts';
import { expectValue, isValueOf, ownOf, pathGiven } from './named.ts';
import { type Meaning, meaningOf } from './names.ts';
import { others, record } from './records.ts';
import { type Context, type Found, report } from './scan.ts';
import { isQuote, plain, quoteAt, quoted, skipBlanks, toEnd, upTo, type Value, within } from './value.ts';
import { isHex, isLetter, isSpace, isWord } from './values.ts';

const LONGEST_NAME = 80;
const LONGEST_LIST = 4096;
const OPENS = '{[(';
const [EQUALS, COLON, COMMA, BACKSLASH, SLASH] = [61, 58, 44, 92, 47];
const isName = (c: number): boolean => isWord(c) || c === 95 || c === 45 || c === 46;
const ENDS = new Set([...`,;)}]>|&"'\``].map((c) => c.charCodeAt(0)));
const CLOSES = new Set([...',;)}]>'].map((c) => c.charCodeAt(0)));

/** `::` within a name. With a blank behind it, it is the one of LDIF. */
const isNamespace = (s: string, at: number): boolean =>
  s.charCodeAt(at) === COLON && s.charCodeAt(at + 1) === COLON && isName(s.charCodeAt(at + 2));

interface Name {
  readonly from: number;
  readonly to: number;
  /** It stands between quotes of its own. */
  readonly quoted: boolean;
}

/** The name that ends before the separator at `at`. */
function nameBefore(s: string, a: number, at: number): Name | undefined {
  let to = at;
  while (to > a && isSpace(s.charCodeAt(to - 1))) to--;
  if (s.charCodeAt(to - 1) === 93 && isQuote(s.charCodeAt(to - 2))) to--;
  const own = to > a && isQuote(s.charCodeAt(to - 1));
  if (own) {
    to--;
    while (to > a && s.charCodeAt(to - 1) === BACKSLASH) to--;
  }
  let from = to;
  while (from > a && to - from < LONGEST_NAME && isName(s.charCodeAt(from - 1))) from--;
  if (from === to) return undefined;
  // The end of a line inside a quoted text: `\\npassword = …`.
  if (s.charCodeAt(from - 1) === BACKSLASH && 'nrt'.includes(s.charAt(from)) && to - from > 2) from++;
  // Puppet's names: `nova::db::mysql::password`.
  while (from - 2 > a && isNamespace(s, from - 2))
    for (from -= 2; from > a && to - from < LONGEST_NAME && isName(s.charCodeAt(from - 1)); ) from--;
  return { from, to, quoted: own };
}

/** `key` alone may have its owner before it: "Secret Key: …". */
function meaningBefore(s: string, a: number, { from, to, quoted: own }: Name): Meaning | undefined {
  const name = s.slice(from, to);
  const meaning = meaningOf(name);
  if (own || name.toLowerCase() !== 'key' || s.charCodeAt(from - 1) !== 32) return meaning;
  let start = from - 1;
  while (start > a && from - start < 24 && isWord(s.charCodeAt(start - 1))) start--;
  const wider = start < from - 1 ? meaningOf(s.slice(start, to)) : undefined;
  return wider?.rule === 'any' || wider?.kind === 'access-key' ? wider : meaning;
}

const STARTERS = new Set(['export', 'set', 'setenv', 'local', 'declare', '-', 'env', 'ENV', 'ARG', '#', ';', '+', '>']);

/** Nothing but blanks, a dash, a comment sign or `export` stands before it. */
function isFirst(s: string, a: number, from: number): boolean {
  const start = skipBlanks(s, a, from);
  if (start === from) return true;
  return from - start < 12 && STARTERS.has(s.slice(start, from).trim());
}

/**
 * `name = value`, `name: value`, `"name": "value"`, `name=value`, `'name', 'value'` and Erlang's `{name, <<"value">>}`; `at` is the
 * separator. Returns where reading goes on.
 */
export function assignment(s: string, a: number, b: number, at: number, context: Context, found: Found): number {
  const separator = s.charCodeAt(at);
  if (separator === COLON && isNamespace(s, at)) return at;
  const name = nameBefore(s, a, at);
  if (name === undefined) return at;
  if (separator === COMMA && !isPair(s, name)) return at;
  const word = s.slice(name.from, name.to);
  const meaning =
    meaningBefore(s, a, name) ??
    dataOfSecret(s, a, name) ??
    ownOf(context.section, word) ??
    signature(s, name, word) ??
    keyOfPath(s, name) ??
    (context.named && isValueOf(context.named.meaning, word) ? context.named.meaning : undefined);
  let v = at + 1;
  while (v < b && v < at + 4 && isMoreSeparator(s.charCodeAt(v), separator)) v++;
  if (separator !== COMMA) record(s, v, b, word, context);
  if (word === 'chpasswd' && separator === COLON) context.accounts = ACCOUNTS;
  if (meaning === undefined) {
    if (context.accounts > 0 && word === 'list') awaitBelow(s, a, name, ACCOUNT, true, context);
    if (separator === COLON && v >= b && s.charCodeAt(name.from - 1) === SLASH)
      pathGiven(context, s.slice(a, at).trim());
    return at;
  }
  v = skipBlanks(s, v, b);
  const first = isFirst(s, a, name.from - (name.quoted ? 1 : 0));
  const prose = separator === COLON && !name.quoted;
  if (s.charCodeAt(v) === 123 && s.charCodeAt(v + 1) !== 123) expectValue(context, meaning);
  if (separator === COLON) v = skipTag(s, v, b);
  if (v >= b || (separator === COLON && isBlockSign(s, v, b))) {
    if (first && separator !== COMMA) awaitBelow(s, a, name, meaning, v < b, context);
    return b;
  }
  if (separator !== COMMA && holdsMembers(s, v, b)) return at;
  const escaped = s.charCodeAt(name.from - 2) === BACKSLASH && 'nrt'.includes(s.charAt(name.from - 1));
  if (s.charCodeAt(v) === 91 && skipBlanks(s, v + 1, b) >= b) {
    awaitBelow(s, a, name, meaning, false, context);
    expectValue(context, meaning);
    return b;
  }
  const value = escaped
    ? valueAt(s, a, escapedEnd(s, v, b), v, name, separator, true, context)
    : valueAt(s, a, b, v, name, separator, first, context);
  if (value === undefined) return at;
  if (prose && value.end === value.start) return at;
  if (isVariable(s, value, word)) return at;
  if (value.open !== undefined && !context.awaited && value.end - value.start < 4096)
    context.awaited = { how: 'quoted', meaning, close: value.open, lines: 0 };
  if (meaning.rule === 'header') return credential(s, withScheme(s, value, b), meaning, found);
  if (meaning.rule === 'login') return login(value, meaning, found);
  if (prose && !first && inSentence(s, value, b)) return at;
  if (prose && isEntryPoint(s, at, name, value)) return at;
  if (meaning === context.named?.meaning && meaning.rule === 'any' && /^https?:\/\//.test(value.forms[0] ?? '')) {
    context.named = undefined;
    return at;
  }
  if (separator !== COMMA) others(s, value, b, meaning, found);
  const hidden =
    report(value, meaning, prose, context.keyring, found) || keyOfSection(value, meaning, separator, context, found);
  if (meaning === context.named?.meaning && !isNothing(value)) context.named = undefined;
  if (hidden) return value.next;
  // What is no secret as a whole may hold one: a text in a text.
  return value.next > value.end && !holdsMore(value.forms[0] ?? '') ? value.next : at;
}

/** `password=password,`, `secret=client_secret)`: a program hands on what a variable of that name holds. */
function isVariable(s: string, { start, end, next }: Value, name: string): boolean {
  if (next > end || !',)'.includes(s.charAt(end)) || end === start) return false;
  for (let i = start; i < end; i++) {
    const c = s.charCodeAt(i);
    if (c !== 95 && (c < 97 || c > 122)) return false;
  }
  const text = s.slice(start, end);
  return text === name || (text.includes('_') && meaningOf(text) !== undefined);
}

/** A record may have its default before its value. */
const isNothing = ({ forms }: Value): boolean => /^(none|null|~|)$/i.test(forms[0] ?? '');

/** A bare `key` of a section that is not Ceph's, such as rclone's and Swift's. */
function keyOfSection(value: Value, meaning: Meaning, separator: number, context: Context, found: Found): boolean {
  if (meaning.rule !== 'cephx' || separator !== EQUALS || context.section === '') return false;
  const [form = ''] = value.forms;
  if (form.length < 16 || form === form.toLowerCase() || form === form.toUpperCase()) return false;
  return report(value, { kind: 'secret', rule: 'random', word: 'key' }, false, false, found);
}

/** A small word that other words follow: "Invalid secret: secret is private". */
function inSentence(s: string, { start, end }: Value, b: number): boolean {
  if (end - start > 12 || end + 1 >= b || s.charCodeAt(end) !== 32 || !isLetter(s.charCodeAt(end + 1))) return false;
  for (let i = start; i < end; i++) if (!isLetter(s.charCodeAt(i))) return false;
  let next = end + 1;
  while (next < b && isName(s.charCodeAt(next))) next++;
  return s.charCodeAt(next) !== COLON && s.charCodeAt(next) !== EQUALS;
}

/** `keystonemiddleware.auth_token:filter_factory`, `os_compute_api:os-server-password:show`: words of a path. */
function isEntryPoint(s: string, at: number, { from, to }: Name, { start, end }: Value): boolean {
  const joined = s.charCodeAt(from - 1) === COLON || s.slice(from, to).includes('.');
  if (start !== at + 1 || !joined) return false;
  for (let i = start; i < end; i++) {
    const c = s.charCodeAt(i);
    if (!isLetter(c) && c !== 95 && c !== 46) return false;
  }
  return true;
}

/** `'{"client.x": {"secret": …`: JSON between quotes whose members say by their names what they hold. */
function holdsMembers(s: string, v: number, b: number): boolean {
  const quote = quoteAt(s, v, b);
  if (quote < 0 || s.charCodeAt(quote + 1) !== 123) return false;
  for (const [, name = ''] of s.slice(quote, Math.min(b, quote + LONGEST_LIST)).matchAll(MEMBER))
    if (meaningOf(name) !== undefined) return true;
  return false;
}
const MEMBER = /"([\w.-]{1,80})\\{0,8}"\s?:/g;

const holdsMore = (text: string): boolean => text.includes('=') || text.includes(':') || text.includes(' ');

/** `==`, `=>`, and the second colon of LDIF. */
const isMoreSeparator = (c: number, separator: number): boolean =>
  c === separator ? c === EQUALS || c === COLON : separator === EQUALS && (c === EQUALS || c === 62);

const ACCOUNTS = 12;
const ACCOUNT: Meaning = { kind: 'password', rule: 'login', word: 'chpasswd' };

/** `"mgr/restful/keys/admin": …`: of many keys one. */
const keyOfPath = (s: string, { from, quoted: own }: Name): Meaning | undefined =>
  own && s.charCodeAt(from - 1) === SLASH && s.slice(Math.max(0, from - 13), from).endsWith('restful/keys/')
    ? { kind: 'secret', rule: 'any', word: 'keys' }
    : undefined;

/** `Signature=…` in the query of an address. */
function signature(s: string, { from }: Name, word: string): Meaning | undefined {
  const before = s.charCodeAt(from - 1);
  if (word.length === 9 && word.toLowerCase() === 'signature' && isDigest(s, from + 10))
    return { kind: 'token', rule: 'any', word: 'signature' };
  if ((before !== 63 && before !== 38) || (word !== 'Signature' && word !== 'sig' && word !== 'signature'))
    return undefined;
  return { kind: 'token', rule: 'any', word: 'signature' };
}

/** 64 digits, as the fourth version of Amazon's signatures has. */
function isDigest(s: string, from: number): boolean {
  for (let i = from; i < from + 64; i++) if (!isHex(s.charCodeAt(i))) return false;
  return !isHex(s.charCodeAt(from + 64));
}

/** YAML's tags and anchors before a value: `!vault`, `!!str`, `&name`. */
function skipTag(s: string, v: number, b: number): number {
  let at = v;
  for (let c = s.charCodeAt(at); c === 33 || c === 38; c = s.charCodeAt(at)) {
    let end = at + 1;
    while (end < b && (isName(s.charCodeAt(end)) || s.charCodeAt(end) === 33 || s.charCodeAt(end) === SLASH)) end++;
    // With a blank behind it, or at the end: else it belongs to the value.
    if (end === at + 1 || !(isSpace(s.charCodeAt(end)) || end >= b)) return at;
    if (end >= b) return c === 33 && isTag(s.slice(at + 1, end)) ? b : v;
    at = skipBlanks(s, end, b);
  }
  return at;
}

const isTag = (text: string): boolean => text.startsWith('!') || text === 'vault' || text.startsWith('encrypted/');

/** A tuple or a pair: `{password, …`, `('password', …`. */
function isPair(s: string, { from, to, quoted: own }: Name): boolean {
  let i = from - 1;
  if (own) while (isQuote(s.charCodeAt(i)) || s.charCodeAt(i) === BACKSLASH) i--;
  const c = s.charCodeAt(i);
  return to > from && (c === 123 || (own && (c === 40 || i < 0 || c === 10)));
}

/** QEMU's secret objects: `-object secret,id=…,data=…` and `{"qom-type":"secret",…,"data":"…"}`; what it was encrypted with goes too. */
function dataOfSecret(s: string, a: number, { from, to }: Name): Meaning | undefined {
  const word = s.slice(from, to);
  if (word !== 'data' && word !== 'iv') return undefined;
  const before = s.slice(Math.max(a, from - 240), from);
  const object = Math.max(
    before.lastIndexOf('secret,'),
    before.lastIndexOf('"secret"'),
    before.lastIndexOf('secret\\"'),
  );
  return object < 0 || before.includes(' ', object + 12) ? undefined : { kind: 'secret', rule: 'any', word };
}

/** YAML's `|` and `>`: the value is the indented block below. */
function isBlockSign(s: string, v: number, b: number): boolean {
  const c = s.charCodeAt(v);
  return (c === 124 || c === 62) && b - v <= 3;
}

function awaitBelow(s: string, a: number, name: Name, meaning: Meaning, block: boolean, context: Context): void {
  if (meaning.rule !== 'any' && meaning.rule !== 'cephx' && meaning.rule !== 'login') return;
  context.awaited = {
    how: 'indented',
    meaning,
    indent: skipBlanks(s, a, name.from) - a,
    block,
  };
}

function valueAt(
  s: string,
  a: number,
  b: number,
  v: number,
  name: Name,
  separator: number,
  first: boolean,
  context: Context,
): Value | undefined {
  const quote = quoteAt(s, v, b);
  if (quote >= 0) return tripled(s, quote, b) ?? quoted(s, quote, b);
  const c = s.charCodeAt(v);
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
  if (first && separator === EQUALS && (spaced || context.ini)) return toEnd(s, v, b);
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
function escapedEnd(s: string, from: number, b: number): number {
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
