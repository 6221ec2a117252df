import { login } from './credentials.ts';
import { type Meaning, meaningOf } from './names.ts';
import { type Context, type Found, report } from './scan.ts';
import { plain, skipBlanks } from './value.ts';
import { isSpace } from './values.ts';

interface Cell {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const MOST_COLUMNS = 64;
const LONGEST_HEADING = 40;
const BAR = 124;
const REST: Meaning = { kind: 'secret', rule: 'any', word: 'cell' };

const MARKS = '0123456789-*>';

/** The first character of a line behind its blanks, and behind the mark of a list or a quotation when a row of a table follows it. */
export function firstAt(s: string, a: number, b: number): number {
  const start = skipBlanks(s, a, b);
  if (!MARKS.includes(s.charAt(start))) return start;
  let at = start + 1;
  while (at < b && at - start < 4 && !isSpace(s.charCodeAt(at))) at++;
  return isSpace(s.charCodeAt(at)) && s.charCodeAt(at + 1) === BAR ? at + 1 : start;
}

function cellsOf(s: string, a: number, b: number): Cell[] {
  const cells: Cell[] = [];
  // Headings of a wiki stand between two bars.
  const width = s.charCodeAt(a + 1) === BAR ? 2 : 1;
  let from = a + width;
  for (let i = from; i <= b && cells.length < MOST_COLUMNS; i++) {
    if (i < b && !(s.charCodeAt(i) === BAR && s.charCodeAt(i + width - 1) === BAR)) continue;
    let [start, end] = [from, i];
    while (start < end && isSpace(s.charCodeAt(start))) start++;
    while (end > start && isSpace(s.charCodeAt(end - 1))) end--;
    if (i < b || end > start) cells.push({ start, end, text: s.slice(start, end) });
    i += width - 1;
    from = i + 1;
  }
  return cells;
}

/** The meaning of a heading or of the first cell of a row. */
function heading(text: string): Meaning | undefined {
  if (text.length > 60) return undefined;
  // Barbican's client names what it shows so.
  if (text === 'Payload') return REST;
  const meaning = meaningOf(text.replaceAll(' ', '_'));
  if (meaning) return meaning;
  return text === 'Access' ? { kind: 'access-key', rule: 'random', word: text } : undefined;
}

/** A row of a table drawn with bars, as `openstack` and `mysql` print them; `a` is the first bar. */
export function row(s: string, a: number, b: number, context: Context, found: Found): void {
  const cells = cellsOf(s, a, b);
  if (context.rowHid && cells[0]?.text === '') {
    for (const { start, end, text } of cells) if (text !== '') report(plain(s, start, end), REST, false, false, found);
    return;
  }
  if (
    context.columns === undefined ||
    (context.columns.length > 0 &&
      context.columns.length !== cells.length &&
      cells.every(({ text }) => text.length <= LONGEST_HEADING))
  ) {
    const columns = cells.map(({ text }) => heading(text));
    // Two columns may be names beside values instead of headings; a heading is no value.
    // A row that was cut out of its table is no heading.
    const isRecord = !context.framed && cells.length === 2 && columns[0] !== undefined && columns[1] === undefined;
    context.columns = isRecord ? [] : columns;
    if (cells.length !== 2) return;
  }
  const [name, second] = cells;
  if (cells.length === 2 && name && second) {
    const meaning = heading(name.text);
    if (meaning && !isHeading(second.text)) tell(s, second, meaning, context, found);
  }
  for (const [at, cell] of cells.entries()) {
    const meaning = context.columns[at];
    if (meaning && heading(cell.text) === undefined) tell(s, cell, meaning, context, found);
  }
}

const isHeading = (text: string): boolean => text === 'Value' || text === 'VALUE';

function tell(s: string, { start, end }: Cell, meaning: Meaning, context: Context, found: Found): void {
  const value = plain(s, start, end);
  if (meaning.rule === 'login') login(value, meaning, found);
  else report(value, meaning, false, context.keyring, found);
}
