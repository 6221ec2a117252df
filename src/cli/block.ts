import { toPrintable } from '../domain/printable.ts';
import { type Line, type Span, span, type Tone } from './lines.ts';
import { columnsOf, cut, pad, wrap } from './wrap.ts';

/** Wrapped text under a first-line prefix; the rest is indented as far. */
export function block(prefix: string, text: string, width: number, tone: Tone = 'plain'): Line[] {
  const indent = columnsOf(prefix);
  return wrap(text, width - indent).map((line, i) => [i === 0 ? prefix : ' '.repeat(indent), span(tone, line)]);
}

/** A sentence at the margin with names from outside in it: whatever they hold, no further line begins where Inkling's own do. */
export const hanging = (text: string, width: number, tone: Tone = 'plain'): Line[] =>
  wrap(text, width - 2).map((line, i) => [i === 0 ? '' : '  ', span(tone, line)]);

/** What a node said, kept as it is but for long lines, which go on below; at most `most` lines of it. */
export function quote(text: string, width: number, indent: number, most: number): Line[] {
  const margin = `${' '.repeat(indent)}| `;
  const lines = text.split('\n').filter((line, i, all) => line !== '' || i < all.length - 1);
  const shown = lines.slice(0, most).flatMap((line): Line[] => {
    const clean = toPrintable(line, { tab: 2 });
    const pieces = columnsOf(clean) <= width - indent - 2 ? [clean] : cut(clean, width - indent - 4);
    return pieces.map((piece, i) => [margin, span('dim', i === 0 ? piece : `  ${piece}`)]);
  });
  const left = lines.length - most;
  return left > 0 ? [...shown, [margin, span('dim', `… ${left} more lines`)]] : shown;
}

export type Cell = string | Span;
const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);

/** Columns as wide as their widest cell; the last one wraps inside `width`. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], width: number): Line[] {
  const widths = head.map((title, i) =>
    Math.max(columnsOf(title), ...rows.map((row) => columnsOf(textOf(row[i] ?? '')))),
  );
  const last = head.length - 1;
  const before = widths.slice(0, last).reduce((sum, w) => sum + w + 2, 2);
  const room = Math.max(12, width - before);
  const line = (cells: readonly Cell[]): Line[] => {
    const wrapped = wrap(textOf(cells[last] ?? ''), room);
    const first = cells.slice(0, last).map((cell, i) => {
      const text = `${pad(textOf(cell), widths[i] ?? 0)}  `;
      return typeof cell === 'string' ? text : span(cell.tone, text);
    });
    const end = cells[last] ?? '';
    const tone: Tone = typeof end === 'string' ? 'plain' : end.tone;
    return wrapped.map((text, i) =>
      i === 0 ? ['  ', ...first, span(tone, text)] : [' '.repeat(before), span(tone, text)],
    );
  };
  return [
    ['  ', span('dim', head.map((title, i) => (i === last ? title : pad(title, widths[i] ?? 0))).join('  '))],
    ...rows.flatMap(line),
  ];
}
