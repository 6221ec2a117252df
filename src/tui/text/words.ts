import { type Printable, words } from '../../domain/printable.ts';

/** `1 node`, `2 nodes`. */
export const count = (n: number, singular: Printable, plural: Printable = words`${singular}s`): Printable =>
  words`${n} ${n === 1 ? singular : plural}`;

/** A duration with its unit, as short as it can be read: `80 ms`, `3.2 s`, `2 min 5 s`. */
export function duration(ms: number): Printable {
  const whole = Math.max(0, ms);
  if (whole < 1_000) return words`${Math.round(whole)} ms`;
  if (whole < 10_000) return words`${Math.round(whole / 100) / 10} s`;
  const seconds = Math.round(whole / 1_000);
  if (seconds < 60) return words`${seconds} s`;
  if (seconds < 3_600) return words`${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return words`${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

export const share = (part: number, whole: number): Printable =>
  words`${whole === 0 ? 0 : Math.floor((100 * part) / whole)} %`;

/** Items in one sentence: `a, b and c`. */
export function listed(items: readonly Printable[]): Printable {
  const last = items.at(-1);
  if (last === undefined) return words``;
  if (items.length === 1) return last;
  return words`${items.slice(0, -1).reduce((all, next) => words`${all}, ${next}`)} and ${last}`;
}
