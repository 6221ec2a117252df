/** The practice cluster's time. `sleep` in a fault moves it forward instead of waiting. */
export interface Clock {
  now(): Date;
  /** Moves time forward by so many seconds at once. */
  skip(seconds: number): void;
  /** Does something as if it were that time: what was due then and is made up for now. */
  during(at: Date, act: () => void): void;
}

/** `behind`: seconds the world's time starts before the real one. */
export function startClock(behind = 0): Clock {
  let ahead = -behind * 1000;
  let held: Date | undefined;
  return {
    now: () => held ?? new Date(Date.now() + ahead),
    skip: (seconds) => {
      ahead += Math.max(0, seconds) * 1000;
    },
    during: (at, act) => {
      held = at;
      try {
        act();
      } finally {
        held = undefined;
      }
    },
  };
}

const two = (n: number): string => String(n).padStart(2, '0');
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const date = (t: Date): string => t.toISOString().slice(0, 10);
const time = (t: Date): string => t.toISOString().slice(11, 19);
const month = (t: Date): string => MONTHS[t.getUTCMonth()] ?? '';
const day = (t: Date): string => DAYS[t.getUTCDay()] ?? '';

/** `2026-11-22T16:51:37.696012+0000`, as Ceph writes times; `digits` of the second's fraction. */
export const cephTime = (t: Date, digits = 6): string =>
  `${date(t)}T${time(t)}.${String(t.getUTCMilliseconds()).padStart(3, '0').padEnd(digits, '0').slice(0, digits)}+0000`;

/** `2026-11-22 16:51:37.696`, as oslo.log writes times. */
export const osloTime = (t: Date): string => `${date(t)} ${time(t)}.${t.toISOString().slice(20, 23)}`;

/** `2026-11-22T16:51:37.000000`, as the OpenStack APIs write times. */
export const apiTime = (t: Date): string => `${date(t)}T${time(t)}.000000`;

/** `Sun 2026-11-22 16:41:17 UTC`, as systemd writes times. */
export const systemdTime = (t: Date): string => `${day(t)} ${date(t)} ${time(t)} UTC`;

/** `Nov 22 16:41:17`, as the journal writes times. */
export const journalTime = (t: Date): string => `${month(t)} ${two(t.getUTCDate())} ${time(t)}`;

/** `Sun Nov 22 16:41:17 2026`, as ctime does. */
export const ctime = (t: Date): string =>
  `${day(t)} ${month(t)} ${String(t.getUTCDate()).padStart(2)} ${time(t)} ${t.getUTCFullYear()}`;

/** `Nov 22 16:40`, or `May 16  2026` when half a year or more away, as ls does. */
export function lsTime(t: Date, now: Date): string {
  const near = Math.abs(now.getTime() - t.getTime()) < 182.6 * 86_400_000;
  const head = `${month(t)} ${String(t.getUTCDate()).padStart(2)}`;
  return near ? `${head} ${time(t).slice(0, 5)}` : `${head} ${String(t.getUTCFullYear()).padStart(5)}`;
}

/** `6m`, `90s`, `3h`: a Ceph age. */
export function cephAge(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.floor(seconds))}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** `4min 57s ago`, `5min ago`: a systemd age. */
export function systemdAge(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s}s ago`;
  if (s < 300) return s % 60 === 0 ? `${s / 60}min ago` : `${Math.floor(s / 60)}min ${s % 60}s ago`;
  if (s < 3600) return `${Math.floor(s / 60)}min ago`;
  return `${Math.floor(s / 3600)}h ${Math.floor((s % 3600) / 60)}min ago`;
}
