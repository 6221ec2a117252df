import { type Meaning, meaningOf } from './names.ts';
import { type Context, type Found, report } from './scan.ts';
import { quoted, skipBlanks, toEnd, upTo, within } from './value.ts';
import { isSpace, isWord } from './values.ts';

/** Rows of databases as dumps write them: `CREATE TABLE` names the columns, or `INSERT INTO t (a, b)` does. */
const MOST_COLUMNS = 128;
const MOST_ROWS = 4096;
const isName = (c: number): boolean => isWord(c) || c === 95;

/** Remembers the columns of the table whose definition is being read. */
export function tableLine(s: string, a: number, b: number, context: Context): void {
  const at = skipBlanks(s, a, b);
  if (/^create table/i.test(s.slice(at, at + 12))) {
    context.table = [];
    return;
  }
  if (context.table === undefined || context.table.length >= MOST_COLUMNS) return;
  if (s.charCodeAt(at) !== 96) return;
  const end = within(s, '`', at + 1, Math.min(b, at + 80));
  if (end > 0) context.table.push(meaningOf(s.slice(at + 1, end)));
}

const usable = (meaning: Meaning | undefined): Meaning | undefined =>
  meaning && meaning.rule !== 'cephx' ? { ...meaning, rule: meaning.rule === 'header' ? 'header' : 'any' } : undefined;

/** The values of `INSERT INTO`, each judged by its column. */
export function insert(s: string, a: number, b: number, context: Context, found: Found): void {
  const at = skipBlanks(s, a, b);
  if (!/^(insert|replace)( ignore)? into/i.test(s.slice(at, at + 24))) return;
  const small = s.slice(at, Math.min(b, at + 4096)).toLowerCase();
  const values = small.indexOf('values');
  if (values < 0) return;
  const open = small.indexOf('(');
  const columns = open > 0 && open < values ? namesIn(s, at + open + 1, at + values) : context.table;
  if (!columns?.some((meaning) => usable(meaning))) return;
  let from = at + values + 6;
  for (let row = 0; row < MOST_ROWS; row++) {
    from = skipSigns(s, from, b);
    if (s.charCodeAt(from) !== 40) return;
    from = oneRow(s, from + 1, b, columns, found);
  }
}

function namesIn(s: string, from: number, to: number): (Meaning | undefined)[] {
  const names: (Meaning | undefined)[] = [];
  for (let i = from; i < to && names.length < MOST_COLUMNS && s.charCodeAt(i) !== 41; i++) {
    if (!isName(s.charCodeAt(i))) continue;
    let end = i;
    while (end < to && isName(s.charCodeAt(end))) end++;
    names.push(meaningOf(s.slice(i, end)));
    i = end - 1;
  }
  return names;
}

const skipSigns = (s: string, from: number, b: number): number => {
  let i = from;
  while (i < b && (isSpace(s.charCodeAt(i)) || s.charCodeAt(i) === 44)) i++;
  return i;
};

function oneRow(s: string, from: number, b: number, columns: readonly (Meaning | undefined)[], found: Found): number {
  let at = from;
  for (let column = 0; at < b && column < MOST_COLUMNS; column++) {
    at = skipBlanks(s, at, b);
    const c = s.charCodeAt(at);
    const value =
      c === 39 || c === 34 ? quoted(s, at, b) : upTo(s, at, b, (code) => code === 44 || code === 41 || isSpace(code));
    const meaning = usable(columns[column]);
    if (meaning && (c === 39 || c === 34)) {
      const blank = meaning.rule === 'header' ? s.slice(value.start, value.end).lastIndexOf(' ') : -1;
      if (blank < 0) report(value, meaning, false, false, found);
      else
        report(
          { ...toEnd(s, value.start + blank + 1, value.end), next: value.next },
          { ...meaning, rule: 'any' },
          false,
          false,
          found,
        );
    }
    at = skipBlanks(s, value.next, b);
    if (s.charCodeAt(at) !== 44) return s.charCodeAt(at) === 41 ? at + 1 : b;
    at++;
  }
  return b;
}
