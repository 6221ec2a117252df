import { cellWidth } from '../domain/cells.ts';
import { toPrintable } from '../domain/printable.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Terminal columns of text once it is printable. */
export const columnsOf = (text: string): number => cellWidth(toPrintable(text));

/** Splits words over lines of at most `width` columns; a longer word is cut. Line ends in the text stay. */
export function wrap(text: string, width: number): string[] {
  return toPrintable(text, { lines: 'many' })
    .split('\n')
    .flatMap((paragraph) => wrapParagraph(paragraph, Math.max(width, 8)));
}

function wrapParagraph(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((w) => w !== '')) {
    for (const piece of cut(word, width)) {
      if (line === '') line = piece;
      else if (columnsOf(line) + 1 + columnsOf(piece) <= width) line += ` ${piece}`;
      else {
        lines.push(line);
        line = piece;
      }
    }
  }
  return [...lines, line];
}

/** Pieces of at most `width` columns, cut behind a separator where one is near the end. */
export function cut(word: string, width: number): string[] {
  if (columnsOf(word) <= width) return [word];
  let head = '';
  let columns = 0;
  for (const { segment } of graphemes.segment(word)) {
    columns += columnsOf(segment);
    if (columns > width) break;
    head += segment;
  }
  const nice = head.search(/[ /,;=&|][^ /,;=&|]*$/) + 1;
  if (nice > head.length / 2) head = head.slice(0, nice);
  return [head, ...cut(word.slice(head.length), width)];
}

/** The text in exactly `width` columns: filled with spaces, or cut with `…`. */
export function pad(text: string, width: number): string {
  const columns = columnsOf(text);
  if (columns <= width) return text + ' '.repeat(width - columns);
  const [head = ''] = cut(text, width - 1);
  return `${head}…${' '.repeat(Math.max(0, width - 1 - columnsOf(head)))}`;
}
