import { cellWidth, graphemes } from '../../domain/cells.ts';
import { type Printable, toPrintable, words } from '../../domain/printable.ts';
import type { Tone } from '../theme.ts';
import { fitLine, type Line, lineWidth, plain, spaces, span } from './line.ts';

/** Characters of one remote text that a screen will lay out; the rest is counted. */
const LIMIT = 20_000;

/** Remote text for one line. */
export const one = (text: string): Printable => toPrintable(text, { limit: LIMIT });

/** Remote text that may have several lines, as its lines. */
export const many = (text: string): Printable[] =>
  toPrintable(text.replace(/\r?\n$/, ''), { lines: 'many', limit: LIMIT }).split('\n') as Printable[];

/** Breaks one line at spaces, or inside a word that is wider than the line. Widths in cells; never an empty list. */
export function wrap(text: Printable, width: number): Printable[] {
  const room = Math.max(1, width);
  if (cellWidth(text) <= room) return [text];
  const rows: string[] = [];
  let row = '';
  let used = 0;
  const end = () => {
    rows.push(row.trimEnd());
    row = '';
    used = 0;
  };
  for (const word of text.match(/ +|[^ ]+/g) ?? []) {
    const own = cellWidth(word);
    if (used + own <= room) {
      row += word;
      used += own;
    } else if (word.startsWith(' ')) {
      end();
    } else {
      if (used > 0 && own <= room) end();
      for (const part of graphemes(word)) {
        if (used + part.width > room) end();
        row += part.text;
        used += part.width;
      }
    }
  }
  if (row !== '' || rows.length === 0) end();
  return rows as Printable[];
}

/**
 * Wrapped text behind a lead; further lines are indented to the lead's end. A lead that would take more than half of
 * the width gets a line of its own.
 */
export function hanging(lead: Line, tone: Tone, text: Printable, width: number): Line[] {
  const leadWidth = lineWidth(lead);
  if (leadWidth > width / 2) return [fitLine(lead, width), ...paragraph(tone, text, width, 4)];
  return wrap(text, width - leadWidth).map((row, index) =>
    index === 0 ? [...lead, span(tone, row)] : [plain(spaces(leadWidth)), span(tone, row)],
  );
}

/** Wrapped text, indented. */
export const paragraph = (tone: Tone, text: Printable, width: number, indent = 0): Line[] =>
  wrap(text, width - indent).map((row) => [plain(spaces(indent)), span(tone, row)]);

/**
 * A block of lines (a command's output, a diff), each behind a bar so that it cannot pose as ours. The bar is solid where
 * a line begins and broken where it goes on, so that a wrapped command is not read as two.
 */
export const block = (indent: number, tone: (row: Printable) => Tone, text: string, width: number): Line[] =>
  many(text).flatMap((row) =>
    wrap(row, width - indent - 2).map((part, index) => [
      span('faint', words`${spaces(indent)}${index === 0 ? words`│` : words`┊`} `),
      span(tone(row), part),
    ]),
  );
