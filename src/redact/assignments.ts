import { credential, login, withScheme } from './credentials.ts';
import { isName, isNamespace, type Name, nameBefore } from './name-before.ts';
import { expectValue, isValueOf, ownOf, pathGiven } from './named.ts';
import type { Meaning } from './names.ts';
import {
  dataOfSecret,
  holdsMembers,
  inSentence,
  isEntryPoint,
  isPair,
  isVariable,
  keyOfPath,
  meaningBefore,
  signature,
} from './neighbours.ts';
import { others, record } from './records.ts';
import { type Context, type Found, report } from './scan.ts';
import { skipBlanks, type Value } from './value.ts';
import { escapedEnd, valueAt } from './value-after.ts';
import { isSpace } from './values.ts';

const [EQUALS, COLON, COMMA, BACKSLASH, SLASH] = [61, 58, 44, 92, 47];

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
  if (separator !== COMMA) record(s, name.from, v, b, word, context, found);
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

/** A record may have its default before its value. */
const isNothing = ({ forms }: Value): boolean => /^(none|null|~|)$/i.test(forms[0] ?? '');

/** A bare `key` of a section that is not Ceph's, such as rclone's and Swift's. */
function keyOfSection(value: Value, meaning: Meaning, separator: number, context: Context, found: Found): boolean {
  if (meaning.rule !== 'cephx' || separator !== EQUALS || context.section === '') return false;
  const [form = ''] = value.forms;
  if (form.length < 16 || form === form.toLowerCase() || form === form.toUpperCase()) return false;
  return report(value, { kind: 'secret', rule: 'random', word: 'key' }, false, false, found);
}

const holdsMore = (text: string): boolean => text.includes('=') || text.includes(':') || text.includes(' ');

/** `==`, `=>`, and the second colon of LDIF. */
const isMoreSeparator = (c: number, separator: number): boolean =>
  c === separator ? c === EQUALS || c === COLON : separator === EQUALS && (c === EQUALS || c === 62);

const ACCOUNTS = 12;
const ACCOUNT: Meaning = { kind: 'password', rule: 'login', word: 'chpasswd' };

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
