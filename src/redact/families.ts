import { lineEnd } from './lines.ts';
import type { Meaning } from './names.ts';
import { type Found, report } from './scan.ts';
import { plain, quoteAt, quoted } from './value.ts';

/** Names of blocks whose members are secrets, whatever they are called: Consul's `tokens { agent = "…" }`, `passwords:` of YAML. */
const FAMILIES: readonly (readonly [string, Meaning])[] = [
  ['tokens', { kind: 'token', rule: 'any', word: 'family' }],
  ['secrets', { kind: 'secret', rule: 'any', word: 'family' }],
  ['passwords', { kind: 'password', rule: 'any', word: 'family' }],
  ['passphrases', { kind: 'password', rule: 'any', word: 'family' }],
];
const MOST_MEMBERS = 64;
const OPENING = /^"?[\w-]+"?\s*[:=]?\s*\{?\s*$/;
const MEMBER = /^\s*(?:- )?["']?([\w.-]{1,80})["']?\s*[:=]\s*/;
/** Members that say something about a secret. */
const ABOUT = new Set(
  'name path file type kind url user username image version namespace engine provider backend mount address host id ref accessor ttl policy policies role expires created mode owner description in at count length size format prefix suffix min max algorithm lifetime'.split(
    ' ',
  ),
);

const saysAbout = (name: string): boolean => ABOUT.has(name.toLowerCase().split(/[_.-]/).at(-1) ?? '');

/** Reports the members of such blocks. A block ends at a line that is indented no deeper than its name. */
export function families(s: string, found: Found): void {
  for (const [name, meaning] of FAMILIES) {
    for (let at = s.indexOf(name); at >= 0; at = s.indexOf(name, at + name.length)) {
      const from = s.lastIndexOf('\n', at) + 1;
      const end = lineEnd(s, at);
      const indent = indentOf(s, from, end);
      if (OPENING.test(s.slice(from + indent, end))) members(s, end + 1, indent, meaning, found);
    }
  }
}

/** Terraform's made-up passwords: `resource "random_password" "db" { ~ result = "old" -> "new" }`. */
export function madeUp(s: string, found: Found): void {
  for (let at = s.indexOf(MADE_UP); at >= 0; at = s.indexOf(MADE_UP, at + MADE_UP.length)) {
    const end = s.indexOf('}', at);
    const text = s.slice(at, Math.min(end < 0 ? s.length : end, at + LONGEST_RESOURCE));
    for (const line of text.matchAll(RESULT))
      for (const value of line[0].matchAll(/"([^"]+)"/g)) {
        const start = at + line.index + value.index + 1;
        report(plain(s, start, start + (value[1] as string).length), PASSWORD, false, false, found);
      }
  }
}
const MADE_UP = '"random_password"';
const LONGEST_RESOURCE = 4096;
const RESULT = /^\W*(?:result|bcrypt_hash) +=.*$/gm;
const PASSWORD: Meaning = { kind: 'password', rule: 'any', word: 'random_password' };

function members(s: string, first: number, indent: number, meaning: Meaning, found: Found): void {
  let from = first;
  for (let count = 0; count < MOST_MEMBERS && from < s.length; count++) {
    const end = lineEnd(s, from);
    const deep = indentOf(s, from, end);
    if (from + deep < end && deep <= indent) return;
    const [all = '', name = ''] = MEMBER.exec(s.slice(from, end)) ?? [];
    if (all !== '' && !saysAbout(name)) {
      const start = from + all.length;
      const quote = quoteAt(s, start, end);
      const value = quote === start ? quoted(s, quote, end) : plain(s, start, end);
      if (value.open === undefined && isTyped(value.forms[0] ?? '')) report(value, meaning, false, false, found);
    }
    from = end + 1;
  }
}

/** One word of six signs or more, with letters and something else. */
const isTyped = (text: string): boolean => /^\S{6,}$/.test(text) && /[A-Za-z]/.test(text) && /[^A-Za-z_/.-]/.test(text);

const indentOf = (s: string, from: number, end: number): number => {
  let at = from;
  while (at < end && (s.charAt(at) === ' ' || s.charAt(at) === '\t')) at++;
  return at - from;
};
