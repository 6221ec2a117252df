import { login } from './credentials.ts';
import { lineEnd } from './lines.ts';
import { type Meaning, meaningOf } from './names.ts';
import { type Context, type Found, report } from './scan.ts';
import { plain, quoteAt, quoted, skipBlanks, toEnd, upTo, type Value, within } from './value.ts';
import { isDigit, isHex, isLetter, isSpace, isWord } from './values.ts';
import { nextWord } from './words.ts';

const PASSWORD: Meaning = { kind: 'password', rule: 'any', word: 'phrase' };
const SECRET: Meaning = { kind: 'secret', rule: 'any', word: 'phrase' };

/** Secrets that people and devices name in words of their own. */
export function phrases(s: string, a: number, b: number, small: string, context: Context, found: Found): void {
  if (small.includes("'random' passwords")) context.announced = ANNOUNCED;
  isSaid(s, a, b, small, found);
  follows(s, a, b, small, found);
  pair(s, a, b, small, found);
  numbered(s, a, b, small, found);
  accessList(s, a, b, small, found);
  masterKey(s, a, b, small, context, found);
  crypt(s, a, b, small, found);
  twoWords(s, a, b, found);
}

/** So many users at most, as cloud-init gives passwords to. */
const ANNOUNCED = 8;
const ACCOUNT: Meaning = { kind: 'password', rule: 'login', word: 'announced' };

/** `cloud-init[512]: root:x1`, below the words that announce it; false: no such line. */
export function announced(s: string, a: number, b: number, found: Found): boolean {
  let end = b;
  while (end > a && isSpace(s.charCodeAt(end - 1))) end--;
  let start = end;
  while (start > a && !isSpace(s.charCodeAt(start - 1))) start--;
  const colon = s.slice(start, end).indexOf(':');
  if (colon <= 0 || colon > 32 || end - start - colon < 6) return false;
  login(
    upTo(s, start, end, () => false),
    ACCOUNT,
    found,
  );
  return true;
}

/** "The admin password is `x1`", "the token was: x1", "root's password there is still x1", "the password of compute-2: x1". */
function isSaid(s: string, a: number, b: number, small: string, found: Found): void {
  for (const [verb, apart, isSign] of VERBS) {
    for (let at = small.indexOf(verb); at >= 0; at = small.indexOf(verb, at + 1)) {
      const before = small.slice(Math.max(0, at - 48), at);
      const close = !isSign && SAID.some((word) => before.endsWith(word));
      if (!close && !apart.test(before)) continue;
      const adverb = ADVERB.exec(small.slice(at + verb.length, at + verb.length + 12))?.[0] ?? '';
      const start = skipBlanks(s, a + at + verb.length + adverb.length, b);
      const quote = quoteAt(s, start, b);
      const value = quote === start ? quoted(s, quote, b) : sentenceWord(s, start, b);
      if (value.open !== undefined) continue;
      const text = s.slice(value.start, value.end);
      if (close ? quote === start || isTyped(text) : isChosen(text)) report(value, PASSWORD, true, false, found);
    }
  }
}
/** Between the noun and the verb: whose it is, or where. */
const OF =
  /\b(?:password|passwd|passphrase|pw) (?:of|for|on|at|in) (?!(?:user|account|login|volume|image|pool|id)$)[\w.@'-]{1,32}$/;
const APART = /\b(?:password|passwd|passphrase|pw)(?: [\w.-]+){1,3}$/;
/** A sign needs such words before it: `password: x1` alone is an assignment and no sentence. */
const VERBS = [
  [' is ', APART, false],
  [' is: ', OF, false],
  [' was ', OF, false],
  [' was: ', OF, false],
  [' - ', OF, false],
  [': ', OF, true],
  [' = ', OF, true],
] as const;
const ADVERB = /^(?:still|now|again|currently|just) /;
/** A capital or a sign, and a digit: no word of a sentence. */
const isChosen = (text: string): boolean =>
  !text.startsWith('AUTH_') &&
  text.length >= 6 &&
  /^[\w!@#$%^&*+=?~-]+$/.test(text) &&
  /\d/.test(text) &&
  /[A-Z!@#$%^&*+?]/.test(text) &&
  /[a-z]/.test(text);
const SAID = ['password', 'passwd', 'passphrase', ' pw', ' pass', 'secret key', 'api key', 'the pin'];

/** "dmcrypt secret x1!": a word that nobody reads as one, right behind the noun. */
function follows(s: string, a: number, b: number, small: string, found: Found): void {
  for (const noun of ['password ', 'passphrase ', 'secret ', 'secret payload ']) {
    for (let at = small.indexOf(noun); at >= 0; at = small.indexOf(noun, at + 1)) {
      if (at > 0 && !isSpace(small.charCodeAt(at - 1))) continue;
      const start = a + at + noun.length;
      const quote = QUOTED.exec(s.slice(start, start + 3))?.[0].length ?? 0;
      const close = quote > 0 ? within(s, s.charAt(start + quote - 1), start + quote, b) : -1;
      const value = close < 0 ? sentenceWord(s, start, b) : plain(s, start + quote, close);
      const text = s.slice(value.start, value.end);
      if (isMachineMade(text)) report(value, PASSWORD, true, false, found);
    }
  }
}

/** As Python prints bytes, or a person a word. */
const QUOTED = /^b?["']/;

/** Eight letters or more, and two of: digits, signs, a capital behind a small letter; or 16 letters and digits in one. */
const isMachineMade = (text: string): boolean =>
  (/^[A-Za-z0-9]{16,}$/.test(text) && /(\d[A-Za-z]+){2}/.test(text)) ||
  (text.length >= 8 &&
    /^[\w!@#$%^&*+=?.-]+$/.test(text) &&
    [/[A-Za-z].*\d|\d.*[A-Za-z]/, /[!@#$%^&*+?]/, /[a-z][A-Z]/].filter((sign) => sign.test(text)).length >= 2);

/** A word without the full stop that ends the sentence. */
function sentenceWord(s: string, from: number, b: number): Value {
  let end = from;
  while (end < b && !isSpace(s.charCodeAt(end))) end++;
  if (end > from && '.,;)'.includes(s.charAt(end - 1))) end--;
  return upTo(s, from, end, () => false);
}

/** Letters with digits or signs among them. */
function isTyped(text: string): boolean {
  let [letters, others] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (isLetter(c)) letters++;
    else if (isDigit(c) || '!@#$%^&*+=?'.includes(text.charAt(i))) others++;
  }
  return text.length >= 6 && letters > 0 && others > 0;
}

/**
 * `iDRAC is root / x1`, `DB: nova_api / x1`, `user openstack -> x1`: who logs in, a sign between blanks, and a word that nobody reads as
 * one. For a block of lines.
 */
export function handedOver(s: string, found: Found): void {
  for (const [sign, who] of SIGNS) {
    for (let at = s.indexOf(sign); at >= 0; at = s.indexOf(sign, at + sign.length)) {
      if (!who.test(s.slice(Math.max(0, at - LONGEST_WHO), at))) continue;
      const from = at + sign.length;
      const value = sentenceWord(s, from, lineEnd(s, from));
      if (isChosen(s.slice(value.start, value.end))) report(value, PASSWORD, true, false, found);
    }
  }
}
const SIGNS = [
  [
    ' / ',
    /(?:\b(?:root|admin|administrator|ubuntu|debian)|\b(?:db|database|login|user|account|credentials):? [\w@.-]{1,24})$/i,
  ],
  [' -> ', /\b(?:user|account|login) [\w@.-]{1,24}$/i],
] as const;
const LONGEST_WHO = 48;

/** `Login: admin / x1`, `credentials: admin/x1`. */
function pair(s: string, a: number, b: number, small: string, found: Found): void {
  for (const noun of ['login:', 'credentials:', 'user/password:', 'username/password:', 'user/pass:']) {
    const at = small.indexOf(noun);
    if (at < 0) continue;
    const user = nextWord(s, a + at + noun.length, b);
    if (user === undefined || user.text.startsWith('/')) continue;
    const slash = user.text.indexOf('/');
    if (slash > 0 && !noun.startsWith('login')) {
      const value = upTo(s, user.value.start + slash + 1, user.value.end, () => false);
      if (!user.text.includes('://')) report(value, PASSWORD, true, false, found);
      continue;
    }
    const sign = nextWord(s, user.value.next, b);
    const word = sign?.text === '/' ? nextWord(s, sign.value.next, b) : undefined;
    if (word) report(sentenceWord(s, word.value.start, word.value.end), PASSWORD, true, false, found);
  }
}

/** `password 7 0822455D0A16`, `key 7 …`: a device says first how it wrote it. */
function numbered(s: string, a: number, b: number, small: string, found: Found): void {
  for (const noun of ['password ', 'secret ', 'server key ', 'server community ']) {
    const at = small.indexOf(noun);
    if (at < 0 || (at > 0 && (isWord(small.charCodeAt(at - 1)) || small.charAt(at - 1) === '.'))) continue;
    const first = nextWord(s, a + at + noun.length, b);
    if (first === undefined) continue;
    const isNumber = first.text.length === 1 && isDigit(s.charCodeAt(first.value.start));
    const word = isNumber ? nextWord(s, first.value.next, b) : first;
    if (word && (isNumber || noun.startsWith('server'))) report(word.value, PASSWORD, true, false, found);
  }
}

const DIGEST: Meaning = { kind: 'hash', rule: 'any', word: 'acl' };
const RULES = [
  [' >', PASSWORD],
  [' #', DIGEST],
] as const;
const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Redis gives its users their passwords behind an angle, or a digest: `user alice on >x1 #ab12… ~*`. */
function accessList(s: string, a: number, b: number, small: string, found: Found): void {
  if (!small.trimStart().startsWith('user ') && !small.includes('setuser ')) return;
  for (const [sign, meaning] of RULES) {
    for (let at = within(s, sign, a, b); at >= 0; at = within(s, sign, at + 2, b)) {
      const word = nextWord(s, at + 2, b);
      if (word?.value.start !== at + 2) continue;
      if (meaning !== DIGEST || isDigest(word.text)) report(word.value, meaning, false, false, found);
    }
  }
}

/** cryptsetup's `MK dump:` and the lines below. */
function masterKey(s: string, a: number, b: number, small: string, context: Context, found: Found): void {
  const at = small.indexOf('mk dump:');
  if (at < 0) return;
  report(toEnd(s, skipBlanks(s, a + at + 8, b), b), SECRET, false, false, found);
  context.awaited = { how: 'indented', meaning: SECRET, indent: 0, block: true };
}

/** `shared_key x1`: a directive and its value, alone on their line. */
function twoWords(s: string, a: number, b: number, found: Found): void {
  const name = upTo(s, skipBlanks(s, a, b), b, isSpace);
  const start = skipBlanks(s, name.end, b);
  const value = toEnd(s, start, b);
  if (start === name.end || value.end - value.start < 6 || within(s, ' ', value.start, value.end) >= 0) return;
  const text = s.slice(name.start, name.end);
  // In JSON the sign between them belongs to the name: that is no directive.
  if (!DIRECTIVE.test(text)) return;
  const meaning = text.includes('_') || PASSWORDS.has(text) ? meaningOf(text) : undefined;
  if (meaning?.rule === 'any' && isTyped(s.slice(value.start, value.end))) report(value, meaning, true, false, found);
}
const PASSWORDS = new Set(['password', 'passwd', 'secret']);
const DIRECTIVE = /^[\w.-]+$/;

const LEAST_KEY = 32;

/** `dmsetup table --showkeys`: the key behind the cipher. Zeros are a key that was not shown. */
function crypt(s: string, a: number, b: number, small: string, found: Found): void {
  const at = small.indexOf(' crypt ');
  const cipher = at < 0 ? undefined : nextWord(s, a + at + 7, b);
  const key = cipher && nextWord(s, cipher.value.next, b);
  if (key === undefined || key.text.length < LEAST_KEY || key.text.startsWith('000000')) return;
  for (let i = 0; i < key.text.length; i++) if (!isHex(key.text.charCodeAt(i))) return;
  report(key.value, SECRET, false, false, found);
}
