import { login } from './credentials.ts';
import { PASSWORD } from './habits.ts';
import type { Meaning } from './names.ts';
import { type Found, report } from './scan.ts';
import { quoteAt, quoted, upTo, type Value } from './value.ts';
import { isSpace, isWord } from './values.ts';

interface Word {
  readonly value: Value;
  readonly text: string;
}

/** The words of a command line, quotes off, also of a list as Python and JSON print it. */
export function nextWord(s: string, at: number, b: number): Word | undefined {
  let i = at;
  while (i < b && (isSpace(s.charCodeAt(i)) || s.charCodeAt(i) === 44 || s.charCodeAt(i) === 91)) i++;
  if (i >= b) return undefined;
  const quote = quoteAt(s, i, b);
  const value =
    quote >= 0 && quote - i < 16 && !isWord(s.charCodeAt(i))
      ? quoted(s, quote, b)
      : upTo(s, i, b, (c, k) => isSpace(c) || c === 59 || ((c === 34 || c === 39) && endsList(s, k + 1, b)));
  return { value, text: s.slice(value.start, value.end) };
}

const endsList = (s: string, i: number, b: number): boolean =>
  i >= b || s.charCodeAt(i) === 44 || s.charCodeAt(i) === 93 || isSpace(s.charCodeAt(i));

/** Reports a word of a command line as what its place makes it. */
export const tell = (value: Value, meaning: Meaning, found: Found): void => {
  if (meaning.rule === 'login') {
    const [form = ''] = value.forms;
    const percent = form.indexOf(':') < 0 ? form.indexOf('%') : -1;
    if (percent < 0) {
      login(value, meaning, found, value.next > value.end);
      return;
    }
    const start = value.start + percent + 1;
    report({ ...value, start, forms: [form.slice(percent + 1)] }, PASSWORD, false, false, found);
  } else report(value, meaning, true, false, found);
};
