import { login } from './credentials.ts';
import { LOGIN, PASSWORD } from './habits.ts';
import { meaningOf } from './names.ts';
import { originOf } from './origin.ts';
import { type Found, report } from './scan.ts';
import { plain, quoteAt, quoted, skipBlanks, upTo, within } from './value.ts';
import { isBase64, isWord, OPEN } from './values.ts';
import { nextWord, tell } from './words.ts';

/** `echo password > /root/pw`, `echo user:password | chpasswd`, `echo password | passwd --stdin`, `… | sudo -S`, `… | cryptsetup`. */
export function echoed(s: string, a: number, b: number, small: string, found: Found): void {
  const echo = Math.max(small.indexOf('echo '), small.indexOf('printf '));
  if (echo < 0) return;
  const into = small.indexOf('>', echo);
  const file = into > 0 ? nextWord(s, a + into + (small.charAt(into + 1) === '>' ? 2 : 1), b) : undefined;
  const named = file === undefined ? undefined : originOf(file.text).bare;
  if (named === undefined && !small.includes('|')) return;
  // `ceph dashboard set-grafana-api-password -i -`: it says itself what it reads.
  const setter = pipesIntoSetter(small, echo);
  const reader = [
    'chpasswd',
    'passwd',
    'sudo -s',
    'cryptsetup',
    'secret-set-value',
    '--password-stdin',
    'kinit',
    'base64',
  ].find((name) => small.indexOf(name, echo) > 0);
  if (named === undefined && reader === undefined && !setter) return;
  let word = nextWord(s, a + small.indexOf(' ', echo), b);
  while (word && (word.text.startsWith('-') || word.text === '%s' || word.text === '%s\\n'))
    word = nextWord(s, word.value.next, b);
  // What is put into base64 may be anything.
  if (named === undefined && reader === 'base64' && !/[a-z].*\d|\d.*[a-z]/i.test(word?.text ?? '')) return;
  if (word) tell(word.value, reader === 'chpasswd' ? LOGIN : (named ?? PASSWORD), found);
}

/** `… | ceph dashboard set-grafana-api-password -i -`. */
function pipesIntoSetter(small: string, from: number): boolean {
  const at = small.indexOf(' set-', small.indexOf('|', from));
  const end = at < 0 ? -1 : small.indexOf(' ', at + 1);
  return end > 0 && small.startsWith(' -i -', end) && meaningOf(small.slice(at + 5, end)) !== undefined;
}

/** `kinit admin <<< password`. */
export function hereString(s: string, a: number, b: number, small: string, found: Found): void {
  const at = small.indexOf('<<<');
  if (at < 0 || !['kinit', 'passwd', 'cryptsetup', 'sudo -s', 'login', '-stdin'].some((name) => small.includes(name)))
    return;
  const word = nextWord(s, a + at + 3, b);
  if (word) tell(word.value, small.includes('chpasswd') ? LOGIN : PASSWORD, found);
}

/** `IDENTIFIED BY 'x'`, `WITH PASSWORD 'x'`, `PASSWORD('x')`, `the password "x"`. */
export function sql(s: string, a: number, b: number, small: string, found: Found): void {
  for (const words of ['identified', 'password', 'passwd']) {
    for (let at = small.indexOf(words); at >= 0; at = small.indexOf(words, at + 1)) {
      let i = a + at + words.length;
      if (words === 'identified') {
        const by = small.indexOf(' by ', at);
        if (by < 0 || by - at > 60) continue;
        i = a + by + 4;
        if (small.startsWith('password', i - a)) i += 8;
      }
      const open = s.charCodeAt(i) === 40 ? i + 1 : i;
      const value = skipBlanks(s, open, b);
      const c = s.charCodeAt(value);
      if ((value > i || words === 'identified') && (c === 39 || c === 34) && quoteAt(s, value, b) === value) {
        const read = quoted(s, value, b);
        const spaced =
          read.open !== undefined || (words !== 'identified' && s.slice(read.start, read.end).includes(' '));
        if (!spaced) report(read, PASSWORD, true, false, found);
      }
    }
  }
}

/** `Bearer …` and `Basic …` behind a name without a sign: `RequestHeader set Authorization "Basic …"`. */
export function scheme(s: string, a: number, b: number, small: string, found: Found): void {
  for (const name of ['bearer ', 'basic ']) {
    for (let at = small.indexOf(name); at >= 0; at = small.indexOf(name, at + name.length)) {
      if (at > 0 && isWord(small.charCodeAt(at - 1))) continue;
      const value = upTo(s, a + at + name.length, b, (c) => !isCredential(c));
      const text = value.forms[0] ?? '';
      if (text.length < 12) continue;
      if (name === 'basic ') login(value, { ...LOGIN, rule: 'login' }, found);
      else
        report(
          value,
          { kind: 'token', rule: text.length >= 32 ? 'any' : 'random', word: 'bearer' },
          false,
          false,
          found,
        );
    }
  }
}

/** `AWS ID:signature`, as the second version of Amazon's signatures writes it. */
export function signed(s: string, a: number, b: number, small: string, found: Found): void {
  const at = small.indexOf('aws ');
  const [all] =
    at < 0 ? [] : (/^[A-Z0-9]{16,32}:[A-Za-z0-9+/]{27}=/.exec(s.slice(a + at + 4, Math.min(b, a + at + 80))) ?? []);
  if (all) found(a + at + 4, a + at + 4 + all.length, 'token', [all]);
}

const isCredential = (c: number): boolean => isBase64(c) || c === 46 || c === 126 || c === 61;

/** Ceph prints a key that it cannot read, whole or damaged: "error setting modifier for [client.x] type=key val=…: Malformed input". */
export function modifier(s: string, a: number, b: number, small: string, found: Found): void {
  const at = small.indexOf('type=key val=');
  if (at < 0) return;
  const start = a + at + 13;
  const end = within(s, ': Malformed input', start, b);
  const value = plain(s, start, end < 0 ? b : end);
  if (value.end > start && !value.forms[0]?.includes(OPEN)) found(start, value.end, 'cephx', value.forms);
}

/** `machine x login y password z`, haproxy's `user x password y`, and a line of two words. */
export function netrc(s: string, a: number, b: number, small: string, found: Found): void {
  for (const name of ['password ', 'secret ', 'passwd ', 'psk ']) {
    const at = small.indexOf(name);
    if (at < 0 || (at > 0 && isWord(small.charCodeAt(at - 1)))) continue;
    const before = small.slice(Math.max(0, at - 200), at);
    const word = nextWord(s, a + at + name.length, b);
    if (word === undefined) continue;
    const rest = skipBlanks(s, word.value.next, b);
    const alone = before.trim() === '' && (rest >= b || s.startsWith(';', rest)) && /[^a-z]/.test(word.text);
    const listed = before.includes('login ') || before.trim().split(' ').at(-2) === 'user';
    if (alone || listed) report(word.value, PASSWORD, true, false, found);
  }
}
