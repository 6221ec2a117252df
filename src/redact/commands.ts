import { echoed, hereString, modifier, netrc, scheme, signed, sql } from './clauses.ts';
import { login } from './credentials.ts';
import { HABITS, type Habit, SECRET } from './habits.ts';
import { WORDS } from './heat.ts';
import { meaningOf } from './names.ts';
import { type Context, type Found, report } from './scan.ts';
import { plain, upTo } from './value.ts';
import { isSpace, isWord, OPEN } from './values.ts';
import { nextWord, tell } from './words.ts';

const MOST_WORDS = 64;
/** One line may run a program so often. */
const MOST_TIMES = 16;

const BY_OPTION = HABITS.filter(({ skip }) => skip === undefined || skip === 2);

/** Secrets in the arguments of programs known to take them there. `flags` say what a quick look saw of the line. */
export function commands(s: string, a: number, b: number, small: string, flags: number, found: Found): void {
  for (const habit of (flags & WORDS) !== 0 ? HABITS : BY_OPTION) {
    let at = small.indexOf(habit.program);
    for (let times = 0; at >= 0 && times < MOST_TIMES; times++) {
      follow(s, a + at + habit.program.length, b, habit, found);
      at = small.indexOf(habit.program, at + habit.program.length);
    }
  }
  if ((flags & WORDS) === 0) return;
  echoed(s, a, b, small, found);
  hereString(s, a, b, small, found);
  sql(s, a, b, small, found);
  netrc(s, a, b, small, found);
  modifier(s, a, b, small, found);
  scheme(s, a, b, small, found);
  signed(s, a, b, small, found);
}

function follow(s: string, from: number, b: number, { program, options, skip, meaning }: Habit, found: Found): void {
  let at = from;
  // The rest of the program's own name, such as `dump` of mysqldump; a word that goes on is another word.
  if (options === undefined && (isWord(s.charCodeAt(at)) || s.charCodeAt(at) === 95)) return;
  if (skip === undefined || program === 'htpasswd')
    while (at < b && (isWord(s.charCodeAt(at)) || s.charCodeAt(at) === 45 || s.charCodeAt(at) === 95)) at++;
  if (isSpace(s.charCodeAt(at)) === false && s.charCodeAt(at) !== 39 && s.charCodeAt(at) !== 34) return;
  if (s.charCodeAt(at) === 39 || s.charCodeAt(at) === 34) at++;
  let left = skip;
  for (let count = 0; count < MOST_WORDS; count++) {
    const word = nextWord(s, at, b);
    if (word === undefined) return;
    at = word.value.next;
    const { text, value } = word;
    if (text === '|' || text === '&&' || text === ';' || text === '\\') return;
    if (text === '-i' && program.startsWith('ac-user')) return;
    if (text.startsWith('-')) {
      const own = options?.[text];
      const glued = own === undefined ? options?.[`${text.slice(0, 2)}*`] : undefined;
      if (own) {
        const next = nextWord(s, at, b);
        if (next === undefined) return;
        at = next.value.next;
        if (!next.text.startsWith('-')) tell(next.value, own, found);
        if (program === 'secret-set-value') return;
      } else if (glued && text.length > 2 && !text.startsWith('--')) {
        const cut = value.forms.map((form) => form.slice(2));
        tell({ ...value, start: value.start + 2, forms: cut }, glued, found);
      }
      continue;
    }
    if (left === undefined) continue;
    if (left-- > 0) continue;
    // haproxy writes the end of a line behind it.
    if (program.endsWith('\\'))
      tell(
        upTo(s, value.start, value.end, (c) => c === 92),
        meaning ?? SECRET,
        found,
      );
    else tell(value, meaning ?? SECRET, found);
    return;
  }
}

/** An option in its own word: `--os-password VALUE`, `'--password', 'VALUE'`. `at` is its first dash. Returns where reading goes on. */
export function option(s: string, at: number, b: number, context: Context, found: Found): number {
  let end = at;
  while (
    end < b &&
    end - at < 80 &&
    (isWord(s.charCodeAt(end)) || s.charCodeAt(end) === 45 || s.charCodeAt(end) === 95)
  )
    end++;
  if (s.charCodeAt(end) === 61 || end - at < 4) return at;
  const meaning = meaningOf(s.slice(at, end));
  if (meaning === undefined || meaning.rule === 'header') return at;
  if (s.charCodeAt(at + 1) !== 45 && meaning.rule !== 'any') return at;
  let i = end;
  while (s.charCodeAt(i) === 92) i++;
  if (s.charCodeAt(i) === 34 || s.charCodeAt(i) === 39) i++;
  if (i === end && !isSpace(s.charCodeAt(i)) && i < b) return at;
  const word = nextWord(s, i, b);
  if (word === undefined || word.text === '\\') {
    context.awaited ??= { how: 'word', meaning };
    return end;
  }
  if (word.text.startsWith('--') || word.text === '|' || word.text.startsWith('=') || word.text === ':') return end;
  if (meaning.rule === 'login') return login(word.value, meaning, found);
  // virt-customize says first how the password is given.
  const said = word.text.lastIndexOf('password:');
  if (said >= 0 && !word.text.includes(OPEN)) {
    const value = plain(s, word.value.start + said + 9, word.value.end);
    report({ ...value, next: word.value.next }, meaning, false, false, found);
    return word.value.next;
  }
  return report(word.value, meaning, false, context.keyring, found) ? word.value.next : end;
}
