import { cellWidth, graphemes } from '../../domain/cells.ts';
import { type Printable, words } from '../../domain/printable.ts';
import type { Mark, Tone } from '../theme.ts';

export interface Span {
  readonly text: Printable;
  readonly tone: Tone;
}

/** One row of the screen, drawn from left to right. */
export type Line = readonly Span[];

export const EMPTY: Line = [];

export const span = (tone: Tone, text: Printable): Span => ({ tone, text });
export const plain = (text: Printable): Span => span('plain', text);
export const strong = (text: Printable): Span => span('strong', text);
export const faint = (text: Printable): Span => span('faint', text);
export const line = (...spans: readonly (Span | Printable)[]): Line =>
  spans.map((piece) => (typeof piece === 'string' ? plain(piece) : piece));

/** A mark as glyph and word, the word padded so that columns line up. */
export const marked = (mark: Mark, pad = 0): readonly Span[] => [
  span(mark.tone, words`${mark.glyph} ${fill(mark.word, pad)}`),
];

export const spaces = (count: number): Printable => ' '.repeat(Math.max(0, count)) as Printable;
export const repeated = (glyph: Printable, count: number): Printable => glyph.repeat(Math.max(0, count)) as Printable;

export const lineWidth = (row: Line): number => row.reduce((sum, piece) => sum + cellWidth(piece.text), 0);

/** Cuts text to a width in cells, with an ellipsis where something is missing. */
export function cut(text: Printable, width: number): Printable {
  if (cellWidth(text) <= width) return text;
  if (width <= 0) return words``;
  let out = '';
  let used = 0;
  for (const part of graphemes(text)) {
    if (used + part.width > width - 1) break;
    out += part.text;
    used += part.width;
  }
  return `${out}…` as Printable;
}

/** Pads or cuts text to exactly this many cells. */
export function fill(text: Printable, width: number): Printable {
  const short = width > 0 ? cut(text, width) : text;
  return words`${short}${spaces(width - cellWidth(short))}`;
}

export const fillLeft = (text: Printable, width: number): Printable =>
  words`${spaces(width - cellWidth(text))}${cut(text, width)}`;

/** Cuts a line to a width in cells. */
export function fitLine(row: Line, width: number): Line {
  if (lineWidth(row) <= width) return row;
  const out: Span[] = [];
  let left = width;
  for (const [index, piece] of row.entries()) {
    const own = cellWidth(piece.text);
    const more = row.slice(index + 1).some((next) => next.text !== '');
    if (own < left || (own === left && !more)) {
      out.push(piece);
      left -= own;
      continue;
    }
    out.push({ ...piece, text: own === left ? cut(words`${piece.text} `, left) : cut(piece.text, left) });
    break;
  }
  return out;
}

/** Puts one line at the left edge and another at the right; the left one gives way. */
export function spread(left: Line, right: Line, width: number): Line {
  const end = fitLine(right, width);
  const room = width - lineWidth(end);
  const start = fitLine(left, Math.max(0, room - (end.length > 0 ? 2 : 0)));
  return [...start, plain(spaces(room - lineWidth(start))), ...end];
}

/** Two blocks side by side, a thin line between. */
export function beside(left: readonly Line[], right: readonly Line[], leftWidth: number, height: number): Line[] {
  return Array.from({ length: height }, (_, index) => {
    const start = fitLine(left[index] ?? EMPTY, leftWidth);
    return [...start, plain(spaces(leftWidth - lineWidth(start))), faint(words` │ `), ...(right[index] ?? EMPTY)];
  });
}

/** A thin line with a title at its left end and a remark at its right. */
export function rule(title: Printable, width: number, remark: Printable = words``, tone: Tone = 'strong'): Line {
  const head = title === '' ? [] : [span(tone, words`${cut(title, width - 6)} `)];
  const tail = remark === '' ? [] : [faint(words` ${remark}`)];
  const room = width - lineWidth(head) - lineWidth(tail);
  return room < 2 ? fitLine(head, width) : [...head, faint(repeated(words`─`, room)), ...tail];
}
