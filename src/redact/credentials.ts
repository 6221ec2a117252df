import type { Meaning } from './names.ts';
import { type Found, report } from './scan.ts';
import { plain, skipBlanks, upTo, type Value } from './value.ts';
import { isSpace, isWord, OPEN } from './values.ts';

const SCHEMES = new Set(['aws', 'bearer', 'basic', 'token', 'negotiate']);

/** `HTTP_AUTHORIZATION=AWS key:signature`: the scheme alone is not all of it. */
export function withScheme(s: string, value: Value, b: number): Value {
  if (value.next !== value.end || !SCHEMES.has((value.forms[0] ?? '').toLowerCase())) return value;
  const after = skipBlanks(s, value.end, b);
  return after === value.end ? value : plain(s, value.start, upTo(s, after, b, isSpace).end);
}

/** A scheme stays, what follows it goes: `Bearer …`, `Basic …`, `AWS key:signature`, and a cookie's whole value. */
export function credential(s: string, value: Value, meaning: Meaning, found: Found): number {
  const end = value.end;
  let start = value.start;
  if (meaning.word === 'chap') start = s.slice(start, end).lastIndexOf(' ') + 1 + start;
  else if (meaning.word !== 'cookie') {
    const scheme = upTo(s, start, end, (c) => !(isWord(c) || c === 45 || c === 95));
    const after = skipBlanks(s, scheme.end, end);
    if (after > scheme.end && after < end) start = after;
    // Its parts have names of their own.
    if (after >= end && s.slice(scheme.start, end) === 'AWS4-HMAC-SHA256') return value.next;
    if (s.slice(scheme.start, scheme.end).toLowerCase() === 'basic')
      return login({ ...plain(s, start, end), next: end }, meaning, found);
  }
  report({ ...plain(s, start, end), next: end }, { ...meaning, rule: 'any' }, false, false, found);
  return value.next;
}

/** `user:password`, plain or as base64 of it. */
/** `spaced`: the password may have blanks, because quotes stand around it. */
export function login(value: Value, meaning: Meaning, found: Found, spaced = false): number {
  const [form = ''] = value.forms;
  if (form.includes(OPEN)) return value.next;
  if ((!spaced && form.includes(' ')) || form.includes('://')) return value.start;
  const colon = form.indexOf(':');
  const any: Meaning = { ...meaning, kind: 'password', rule: 'any' };
  if (colon > 0) {
    const at = value.start + (value.end - value.start === form.length ? colon + 1 : 0);
    report({ start: at, end: value.end, forms: [form.slice(colon + 1)], next: value.next }, any, false, false, found);
    return value.next;
  }
  const pair = Buffer.from(form, 'base64').toString('latin1');
  const inner = pair.indexOf(':');
  if (inner >= 0 && form.length >= 8 && isPrintable(pair)) {
    found(value.start, value.end, 'password', [form]);
    // Known by itself from now on; it stands nowhere in this line.
    if (inner + 1 < pair.length) found(-1, -1, 'password', [pair.slice(inner + 1)]);
  } else if (meaning.rule === 'header') report(value, any, false, false, found);
  return value.next;
}

export function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if ((c < 32 && c !== 9 && c !== 10 && c !== 13) || c === 127) return false;
  }
  return true;
}
