import type { Dossier, Happening } from './dossier.ts';
import { html } from './escape.ts';
import { clock, size } from './words.ts';

export interface Bar {
  readonly name: string;
  /** 0 … 1 of the longest. */
  readonly share: number;
  readonly says: string;
  readonly bad: boolean;
}

const ROW = 22;
const LABEL = 190;
const ROOM = 420;

/** Bars below each other, each with its name and its number. */
export function bars(title: string, rows: readonly Bar[]): string {
  if (rows.length === 0) return '';
  return [
    `<svg class="plot" viewBox="0 0 ${LABEL + ROOM + 150} ${rows.length * ROW + 4}" role="img" aria-label="${html(title)}">`,
    ...rows.map(({ name, share, says, bad }, at) => {
      const y = at * ROW;
      const width = Math.max(1, Math.round(Math.min(1, Math.max(0, share)) * ROOM));
      return [
        `<text x="0" y="${y + 15}">${html(name.length > 26 ? `${name.slice(0, 25)}…` : name)}</text>`,
        `<rect class="${bad ? 'bad' : 'bar'}" x="${LABEL}" y="${y + 3}" width="${width}" height="${ROW - 6}"/>`,
        `<text x="${LABEL + width + 6}" y="${y + 15}">${html(says)}</text>`,
      ].join('');
    }),
    '</svg>',
  ].join('\n');
}

const MOST_BARS = 64;
/** An OSD this much slower than the middle stands out. */
const SLOW = 3;
const FULL = 0.85;

export function osdBars({ osds }: Dossier): readonly Bar[] {
  const sorted = osds.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const longest = Math.max(1e-9, ...sorted);
  return osds
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, MOST_BARS)
    .map(({ name, ms }) => ({
      name,
      share: ms / longest,
      says: `${ms.toFixed(1)} ms`,
      bad: osds.length > 2 && ms > SLOW * middle && ms > 10,
    }));
}

export const poolBars = ({ pools }: Dossier): readonly Bar[] =>
  pools
    .toSorted((a, b) => b.used - a.used)
    .slice(0, MOST_BARS)
    .map(({ name, used, bytes }) => ({
      name,
      share: used,
      says: `${(used * 100).toFixed(1)} %, ${size(bytes)}`,
      bad: used >= FULL,
    }));

const COLUMNS = 120;
const HIGH = 90;

/** Errors and warnings of all services over time, in at most so many columns. */
export function errorsOverTime(timeline: readonly Happening[]): string {
  const all = timeline.filter(({ level }) => level !== 'event');
  const [first, last] = [all[0]?.at, all.at(-1)?.at];
  if (first === undefined || last === undefined) return '';
  const minutes = Math.max(1, Math.ceil((last - first + 1) / 60));
  const wide = Math.max(1, Math.ceil(minutes / COLUMNS));
  const start = Math.floor(first / 60) * 60;
  const columns = Math.ceil((last - start + 1) / (60 * wide));
  const counts = Array.from({ length: columns }, () => ({ error: 0, warning: 0 }));
  for (const { at, level } of all) {
    const column = counts[Math.floor((at - start) / (60 * wide))];
    if (column && level !== 'event') column[level] += 1;
  }
  const most = Math.max(1, ...counts.map((c) => c.error + c.warning));
  const step = Math.min(24, Math.max(5, Math.floor(760 / columns)));
  return [
    `<svg class="plot" viewBox="0 0 ${Math.max(320, columns * step) + 10} ${HIGH + 36}" role="img" aria-label="Errors and warnings over time">`,
    `<text x="0" y="12">most in ${wide === 1 ? 'a minute' : `${wide} minutes`}: ${most}</text>`,
    ...counts.flatMap(({ error, warning }, at) => {
      const x = at * step;
      const errors = Math.round((error / most) * HIGH * 0.8);
      const warnings = Math.round((warning / most) * HIGH * 0.8);
      const says = `${clock(start + at * 60 * wide)} UTC: ${error} errors, ${warning} warnings`;
      if (error + warning === 0) return [];
      return [
        `<g><title>${html(says)}</title><rect class="warn" x="${x}" y="${HIGH + 18 - errors - warnings}" width="${step - 1}" height="${warnings}"/>` +
          `<rect class="bad" x="${x}" y="${HIGH + 18 - errors}" width="${step - 1}" height="${errors}"/></g>`,
      ];
    }),
    `<text x="0" y="${HIGH + 32}">${html(clock(start))} to ${html(clock(last))} UTC, dark: errors, light: warnings</text>`,
    '</svg>',
  ].join('\n');
}
