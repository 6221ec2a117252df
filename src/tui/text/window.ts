import { type Printable, words } from '../../domain/printable.ts';
import { EMPTY, type Line } from './line.ts';

/** First row of a window that keeps the chosen row in its middle as far as the ends allow. */
export const startFor = (count: number, height: number, chosen: number): number =>
  Math.max(0, Math.min(count - height, chosen - Math.floor(height / 2)));

export const lastStart = (count: number, height: number): number => Math.max(0, count - height);

/** Exactly `height` lines: those from `start`, then empty ones. */
export const windowOf = (lines: readonly Line[], start: number, height: number): Line[] => {
  const from = Math.min(Math.max(0, start), lastStart(lines.length, height));
  return Array.from({ length: Math.max(0, height) }, (_, index) => lines[from + index] ?? EMPTY);
};

/** Where a window stands in a text that does not fit; nothing when it fits. */
export function position(count: number, height: number, start: number): Printable {
  if (count <= height) return words``;
  const from = Math.min(start, lastStart(count, height));
  return words`${from + 1}–${Math.min(count, from + height)} of ${count}`;
}

/** The same for a whole page, as the line above the footer says it. */
export const pagePosition = (count: number, height: number, start = 0): Printable => {
  const where = position(count, height, start);
  return where === '' ? where : words`lines ${where}`;
};
