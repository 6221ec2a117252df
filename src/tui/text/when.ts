import { type Printable, words } from '../../domain/printable.ts';
import { one } from './wrap.ts';

/** A moment as a short local date and time; what cannot be read as one is shown as it is. */
export function moment(iso: string): Printable {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return one(iso);
  const two = (n: number) => words`${n < 10 ? words`0` : words``}${n}`;
  return words`${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The time of day with seconds. */
export function clockTime(iso: string): Printable {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? one(iso) : one(date.toTimeString().slice(0, 8));
}
