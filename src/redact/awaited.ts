import { login } from './credentials.ts';
import { expectValue } from './named.ts';
import { type Awaited, type Context, type Found, report } from './scan.ts';
import { plain, quoteAt, quoted, skipBlanks, toEnd, within } from './value.ts';
import { isSpace } from './values.ts';

/** The secret that a line above announced, if this line has it: the rest of a quoted text, an indented block, a word. */
export function awaitedValue(
  s: string,
  from: number,
  to: number,
  awaited: Awaited,
  context: Context,
  found: Found,
): void {
  const above = skipBlanks(s, from, to);
  const start = awaited.how === 'word' && s.startsWith(': ', above) ? skipBlanks(s, above + 1, to) : above;
  if (start >= to) return;
  if (awaited.how === 'quoted') {
    const end = within(s, awaited.close, from, to);
    const last = end < 0 ? to : end;
    if (last < to || ++awaited.lines > 64) context.awaited = undefined;
    report(toEnd(s, start, last), awaited.meaning, false, false, found);
    return;
  }
  if (awaited.how === 'word') {
    context.awaited = undefined;
    let end = start;
    while (end < to && !isSpace(s.charCodeAt(end)) && s.charCodeAt(end) !== 60) end++;
    const quote = quoteAt(s, start, to);
    if (end === start) expectValue(context, awaited.meaning);
    report(quote === start ? quoted(s, quote, to) : plain(s, start, end), awaited.meaning, false, false, found);
    return;
  }
  const indent = start - from;
  const item = s.startsWith('- ', start) ? start + 2 : start;
  const value = toEnd(s, item, to);
  const text = value.forms[0] ?? '';
  if (text.startsWith(VAULT)) return;
  // A list in YAML and a text in JSON may stand no deeper than their name.
  const level = indent === awaited.indent && !awaited.block && (item > start || quoteAt(s, item, to) === item);
  const below = indent > awaited.indent || level;
  if (
    !below ||
    text.startsWith('-----') ||
    CLOSED.test(text) ||
    (!awaited.block && awaited.meaning.rule !== 'login' && (isPair(text) || text.includes(' ')))
  ) {
    context.awaited = undefined;
    if (below && isPair(text)) expectValue(context, awaited.meaning);
    return;
  }
  if (awaited.meaning.rule === 'login') {
    login(value, awaited.meaning, found);
    return;
  }
  const quote = quoteAt(s, item, to);
  report(quote === item ? quoted(s, quote, to) : value, awaited.meaning, false, true, found);
}

/** What Ansible's vault writes first. */
export const VAULT = '$ANSIBLE_VAULT;';

/** The end of a list or a record. */
const CLOSED = /^[\]})]+,?$/;

const isPair = (text: string): boolean => {
  const at = text.search(/[:=]/);
  return at > 0 && (text.charAt(at + 1) === ' ' || at === text.length - 1);
};
