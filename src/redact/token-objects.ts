import { type Found, report } from './scan.ts';
import { quoted } from './value.ts';

/** Keystone's second version gave the token as the `id` of an object `token`; the third's objects have no `id` of their own. */
const NAME = '"token"';
const BLANKS = ' \n\r\t';
const MOST_TEXT = 4_096;
const MEANING = { kind: 'token', rule: 'any', word: 'token' } as const;

export function tokenObjects(s: string, found: Found): void {
  for (let at = s.indexOf(NAME); at >= 0; at = s.indexOf(NAME, at + NAME.length)) {
    const colon = skip(s, at + NAME.length);
    const open = s.charAt(colon) === ':' ? skip(s, colon + 1) : colon;
    if (s.charAt(open) === '{') identifier(s, open + 1, Math.min(s.length, open + MOST_TEXT), found);
  }
}

function identifier(s: string, from: number, to: number, found: Found): void {
  let depth = 0;
  for (let i = from; i < to; i++) {
    const c = s.charAt(i);
    if (c === '{' || c === '[') depth++;
    else if ((c === '}' || c === ']') && --depth < 0) return;
    else if (c === '"') {
      const text = quoted(s, i, to);
      i = text.next - 1;
      if (depth > 0 || text.forms[0] !== 'id') continue;
      const colon = skip(s, text.next);
      const value = s.charAt(colon) === ':' ? skip(s, colon + 1) : colon;
      if (s.charAt(value) === '"') report(quoted(s, value, to), MEANING, false, false, found);
      return;
    }
  }
}

function skip(s: string, from: number): number {
  let at = from;
  while (at < s.length && BLANKS.includes(s.charAt(at))) at++;
  return at;
}
