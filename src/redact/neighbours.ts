import { isName, type Name } from './name-before.ts';
import { type Meaning, meaningOf } from './names.ts';
import { isQuote, quoteAt, type Value } from './value.ts';
import { isHex, isLetter, isWord } from './values.ts';

const LONGEST_LIST = 4096;
const [EQUALS, COLON, BACKSLASH, SLASH] = [61, 58, 92, 47];

/** `key` alone may have its owner before it: "Secret Key: …". */
export function meaningBefore(s: string, a: number, { from, to, quoted: own }: Name): Meaning | undefined {
  const name = s.slice(from, to);
  const meaning = meaningOf(name);
  if (own || name.toLowerCase() !== 'key' || s.charCodeAt(from - 1) !== 32) return meaning;
  let start = from - 1;
  while (start > a && from - start < 24 && isWord(s.charCodeAt(start - 1))) start--;
  const wider = start < from - 1 ? meaningOf(s.slice(start, to)) : undefined;
  return wider?.rule === 'any' || wider?.kind === 'access-key' ? wider : meaning;
}

/** `password=password,`, `secret=client_secret)`: a program hands on what a variable of that name holds. */
export function isVariable(s: string, { start, end, next }: Value, name: string): boolean {
  if (next > end || !',)'.includes(s.charAt(end)) || end === start) return false;
  for (let i = start; i < end; i++) {
    const c = s.charCodeAt(i);
    if (c !== 95 && (c < 97 || c > 122)) return false;
  }
  const text = s.slice(start, end);
  return text === name || (text.includes('_') && meaningOf(text) !== undefined);
}

/** A small word that other words follow: "Invalid secret: secret is private". */
export function inSentence(s: string, { start, end }: Value, b: number): boolean {
  if (end - start > 12 || end + 1 >= b || s.charCodeAt(end) !== 32 || !isLetter(s.charCodeAt(end + 1))) return false;
  for (let i = start; i < end; i++) if (!isLetter(s.charCodeAt(i))) return false;
  let next = end + 1;
  while (next < b && isName(s.charCodeAt(next))) next++;
  return s.charCodeAt(next) !== COLON && s.charCodeAt(next) !== EQUALS;
}

/** `keystonemiddleware.auth_token:filter_factory`, `os_compute_api:os-server-password:show`: words of a path. */
export function isEntryPoint(s: string, at: number, { from, to }: Name, { start, end }: Value): boolean {
  // `pam_unix(passwd:chauthtok)`
  const called = s.charCodeAt(from - 1) === 40 && s.charCodeAt(end) === 41 && isName(s.charCodeAt(from - 2));
  const joined = s.charCodeAt(from - 1) === COLON || called || s.slice(from, to).includes('.');
  if (start !== at + 1 || !joined) return false;
  for (let i = start; i < end; i++) {
    const c = s.charCodeAt(i);
    if (!isLetter(c) && c !== 95 && c !== 46) return false;
  }
  return true;
}

/** `"mgr/restful/keys/admin": …`: of many keys one. */
export const keyOfPath = (s: string, { from, quoted: own }: Name): Meaning | undefined =>
  own && s.charCodeAt(from - 1) === SLASH && s.slice(Math.max(0, from - 13), from).endsWith('restful/keys/')
    ? { kind: 'secret', rule: 'any', word: 'keys' }
    : undefined;

/** `Signature=…` in the query of an address. */
export function signature(s: string, { from }: Name, word: string): Meaning | undefined {
  const before = s.charCodeAt(from - 1);
  if (word.length === 9 && word.toLowerCase() === 'signature' && (isDigest(s, from + 10) || isSum(s, from + 10)))
    return { kind: 'token', rule: 'any', word: 'signature' };
  if ((before !== 63 && before !== 38) || (word !== 'Signature' && word !== 'sig' && word !== 'signature'))
    return undefined;
  return { kind: 'token', rule: 'any', word: 'signature' };
}

/** 27 letters of base64 and their padding, as the second has. */
const isSum = (s: string, from: number): boolean =>
  /^[A-Za-z0-9+/]{27}=(?![A-Za-z0-9+/=])/.test(s.slice(from, from + 29));

/** 64 digits, as the fourth version of Amazon's signatures has. */
function isDigest(s: string, from: number): boolean {
  for (let i = from; i < from + 64; i++) if (!isHex(s.charCodeAt(i))) return false;
  return !isHex(s.charCodeAt(from + 64));
}

/** A tuple or a pair: `{password, …`, `('password', …`. */
export function isPair(s: string, { from, to, quoted: own }: Name): boolean {
  let i = from - 1;
  if (own) while (isQuote(s.charCodeAt(i)) || s.charCodeAt(i) === BACKSLASH) i--;
  const c = s.charCodeAt(i);
  return to > from && (c === 123 || (own && (c === 40 || i < 0 || c === 10)));
}

/** QEMU's secret objects: `-object secret,id=…,data=…` and `{"qom-type":"secret",…,"data":"…"}`; what it was encrypted with goes too. */
export function dataOfSecret(s: string, a: number, { from, to }: Name): Meaning | undefined {
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

/** `'{"client.x": {"secret": …`: JSON between quotes whose members say by their names what they hold. */
export function holdsMembers(s: string, v: number, b: number): boolean {
  const quote = quoteAt(s, v, b);
  if (quote < 0 || s.charCodeAt(quote + 1) !== 123) return false;
  for (const [, name = ''] of s.slice(quote, Math.min(b, quote + LONGEST_LIST)).matchAll(MEMBER))
    if (meaningOf(name) !== undefined) return true;
  return false;
}

const MEMBER = /"([\w.-]{1,80})\\{0,8}"\s?:/g;
