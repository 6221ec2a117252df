import { isQuote } from './value.ts';
import { isSpace, isWord } from './values.ts';

const LONGEST_NAME = 80;
const [COLON, BACKSLASH] = [58, 92];
export const isName = (c: number): boolean => isWord(c) || c === 95 || c === 45 || c === 46;

/** `::` within a name. With a blank behind it, it is the one of LDIF. */
export const isNamespace = (s: string, at: number): boolean =>
  s.charCodeAt(at) === COLON && s.charCodeAt(at + 1) === COLON && isName(s.charCodeAt(at + 2));

export interface Name {
  readonly from: number;
  readonly to: number;
  /** It stands between quotes of its own. */
  readonly quoted: boolean;
}

/** The name that ends before the separator at `at`. */
export function nameBefore(s: string, a: number, at: number): Name | undefined {
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
