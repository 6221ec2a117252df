import { hideKeys } from '../ceph/hide-keys.ts';
import type { RunEvent } from '../domain/event.ts';

/** Takes secrets out of a text; equal ones leave equal tokens. Never throws. */
export type Hide = (text: string) => string;

/** Keys only: what a run without a redactor of its own does. */
export const HIDE_KEYS: Hide = hideKeys;

/** Members of events that hold words of nodes, of programs and about them. All others are names, digests and numbers. */
const WORDS = new Set(['stdout', 'stderr', 'detail', 'says', 'shows', 'error']);

/** An event as the journal and everybody who looks at the state get it. */
export const hidden = (event: RunEvent, hide: Hide): RunEvent => inside(event, hide) as RunEvent;

function inside(value: unknown, hide: Hide): unknown {
  if (Array.isArray(value)) return same(value, (one) => inside(one, hide));
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  let changed = false;
  const entries = Object.entries(value).map(([name, member]) => {
    const now = WORDS.has(name) ? words(member, hide) : inside(member, hide);
    changed ||= now !== member;
    return [name, now] as const;
  });
  return changed ? Object.fromEntries(entries) : value;
}

function words(value: unknown, hide: Hide): unknown {
  if (typeof value === 'string') return value === '' ? value : hide(value);
  return Array.isArray(value) ? same(value, (one) => words(one, hide)) : inside(value, hide);
}

const isPlain = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype;

function same(values: readonly unknown[], each: (value: unknown) => unknown): readonly unknown[] {
  const now = values.map(each);
  return now.some((value, i) => value !== values[i]) ? now : values;
}
