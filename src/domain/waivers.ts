import { z } from 'zod';
import { type Problem, readPositioned } from './positioned.ts';

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const said = (what: string) => z.string().trim().min(1, `expected ${what}`).max(500);

/** The calendar has it; what is no date at all is another rule's matter. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !DAY.test(text) || (!Number.isNaN(time) && new Date(time).toISOString().startsWith(text));
}

const waiver = z.strictObject({
  id: said('the id of a check or a cause, as `inkling check` prints it'),
  node: said('the name of a node').optional(),
  subject: said('a subject, as `inkling check` prints it').optional(),
  owner: said('who answers for it'),
  reason: said('why it is accepted'),
  expires: z.string().regex(DAY, 'expected a day, such as 2026-12-31').refine(isDay, 'there is no such day'),
});

export const waiversSchema = z.strictObject({ waivers: z.array(waiver).max(10_000) });

/** A finding that somebody answers for. `expires`: the last day (UTC) on which it counts. */
export type Waiver = z.infer<typeof waiver>;

/** Text of a waivers file → waivers, or what is wrong where. */
export function readWaivers(
  text: string,
  file: string,
):
  | { readonly ok: true; readonly waivers: readonly Waiver[] }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const read = readPositioned(waiversSchema, text, file);
  return read.ok ? { ok: true, waivers: read.value.waivers } : read;
}
