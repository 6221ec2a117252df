import { login } from './credentials.ts';
import { type Meaning, meaningOf } from './names.ts';
import { type Context, type Found, report } from './scan.ts';
import { plain, quoteAt, quoted, skipBlanks, toEnd, within } from './value.ts';
import { isLetter, isSpace, isWord } from './values.ts';

/** Listings without bars on their left: cells between tabs, commas or bars, and Ceph's options in columns. */
export interface Listing {
  readonly separator: string;
  readonly columns: readonly (Meaning | undefined)[];
}

interface Cell {
  readonly start: number;
  readonly end: number;
}

const MOST_COLUMNS = 64;
const LONGEST_HEADING = 40;
const [DASH, PLUS, BAR] = [45, 43, 124];

function cellsOf(s: string, a: number, b: number, separator: string): Cell[] {
  const cells: Cell[] = [];
  for (let from = a; from <= b && cells.length < MOST_COLUMNS; ) {
    const quote = separator === ',' ? quoteAt(s, from, b) : -1;
    const close = quote === from ? quoted(s, quote, b).next : from;
    const at = within(s, separator, close, b);
    let [start, end] = [from, at < 0 ? b : at];
    while (start < end && isSpace(s.charCodeAt(start))) start++;
    while (end > start && isSpace(s.charCodeAt(end - 1))) end--;
    if (quote === from && end - start >= 2) [start, end] = [start + 1, end - 1];
    cells.push({ start, end });
    if (at < 0) break;
    from = at + 1;
  }
  return cells;
}

function heading(text: string): Meaning | undefined | null {
  if (text === '' || text.length > LONGEST_HEADING) return null;
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (isLetter(c)) letters++;
    else if (!isWord(c) && c !== 95 && c !== 45 && c !== 32) return null;
  }
  if (letters === 0) return null;
  const meaning = meaningOf(text.replaceAll(' ', '_'));
  return meaning?.rule === 'any' || meaning?.kind === 'access-key' || meaning?.rule === 'login' ? meaning : undefined;
}

function columnsOf(s: string, a: number, b: number, separator: string): (Meaning | undefined)[] | undefined {
  const cells = cellsOf(s, a, b, separator).map(({ start, end }) => s.slice(start, end));
  // Headings of one listing are written alike.
  if (new Set(cells.map(styleOf)).size > 1) return undefined;
  const headings = cells.map(heading);
  if (headings.includes(null) || !headings.some((meaning) => meaning)) return undefined;
  return headings.map((meaning) => meaning ?? undefined);
}

/** Small letters only, capitals only, or words that begin with a capital. */
const styleOf = (text: string): string =>
  text === text.toLowerCase() ? 'small' : text === text.toUpperCase() && text.includes('_') ? 'capital' : 'title';

/** Headings between tabs or commas, at least two, one of them of something secret. */
export function listingAt(s: string, a: number, b: number): Listing | undefined {
  if (b - a > 1024) return undefined;
  for (const separator of ['\t', ',']) {
    if (within(s, separator, a, b) < 0) continue;
    if (separator === ',' && within(s, ', ', a, b) >= 0) continue;
    const columns = columnsOf(s, a, b, separator);
    if (columns && columns.length > 1) return { separator, columns };
  }
  return undefined;
}

/** `--------+-----`: the line above holds headings, as psql draws them. One column has no plus. */
export function underlined(s: string, above: Cell, a: number, b: number): Listing | undefined {
  let dashes = 0;
  for (let i = a; i < b; i++) {
    const c = s.charCodeAt(i);
    if (c === DASH) dashes++;
    else if (c !== PLUS && !isSpace(c)) return undefined;
  }
  if (dashes < 4 || above.end - above.start > 1024) return undefined;
  const columns = columnsOf(s, above.start, above.end, '|');
  return columns && { separator: '|', columns };
}

/** A row below headings; false: the listing has ended. */
export function listed(s: string, a: number, b: number, { separator, columns }: Listing, found: Found): boolean {
  const cells = cellsOf(s, a, b, separator);
  if (cells.length !== columns.length || s.charCodeAt(skipBlanks(s, a, b)) === BAR) return false;
  for (const [at, { start, end }] of cells.entries()) {
    const meaning = columns[at];
    if (meaning === undefined || end <= start) continue;
    const value = plain(s, start, end);
    if (columns.length === 1 && value.forms[0]?.includes(' ')) return false;
    if (meaning.rule === 'login') login(value, meaning, found);
    else report(value, meaning, false, false, found);
  }
  return true;
}

const LEVELS = new Set(['basic', 'advanced', 'dev', 'unknown']);
const WORDS = 5;

/** `WHO MASK LEVEL OPTION VALUE RO` and `NAME VALUE SOURCE`, as `ceph config` prints. */
export const isOptionHeading = (s: string, a: number, b: number): boolean =>
  (s.startsWith('WHO ', a) && within(s, ' OPTION ', a, b) > 0) ||
  (s.startsWith('NAME ', a) && within(s, ' VALUE ', a, b) > 0);

/** The value that stands behind the name of an option in such a listing, or behind its level. */
export function optionRow(s: string, a: number, b: number, context: Context, found: Found): void {
  let at = skipBlanks(s, a, b);
  let leveled = context.options;
  for (let word = 0; word < WORDS && at < b; word++) {
    let end = at;
    while (end < b && !isSpace(s.charCodeAt(end))) end++;
    const text = s.slice(at, end);
    const next = skipBlanks(s, end, b);
    const meaning = leveled && text.length <= 80 ? meaningOf(text) : undefined;
    if (meaning && meaning.rule !== 'cephx' && next - end >= 2) {
      const wide = within(s, '  ', next, b);
      report(toEnd(s, next, wide > next ? wide : b), meaning, false, false, found);
      return;
    }
    leveled ||= LEVELS.has(text) && next - end >= 2;
    at = next;
  }
}
