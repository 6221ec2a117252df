import type { Entry, PracticeState } from '../../domain/practice.ts';
import { words } from '../../domain/printable.ts';
import type { Scene } from '../model.ts';
import { faint, type Line, line, lineWidth, plain, span, strong } from '../text/line.ts';
import { lastStart, windowOf } from '../text/window.ts';
import { block, hanging, many, one, wrap } from '../text/wrap.ts';
import { spinner, type Tone } from '../theme.ts';

/** An entry never changes, and most of what a key press draws is what was there before. */
const drawn = new WeakMap<Entry, { readonly width: number; readonly lines: readonly Line[] }>();

function entryLines(entry: Entry, width: number): readonly Line[] {
  const known = drawn.get(entry);
  if (known?.width === width) return known.lines;
  const lines = entry.kind === 'remark' ? remark(entry.says, width) : command(entry, width);
  drawn.set(entry, { width, lines });
  return lines;
}

const TONES: Readonly<Record<string, Tone>> = { '✓': 'good', '✗': 'bad' };

const remark = (says: string, width: number): Line[] =>
  many(says).flatMap((row, at) =>
    hanging([span('accent', at === 0 ? words`· ` : words`  `)], TONES[says[0] ?? ''] ?? 'accent', row, width),
  );

function command(entry: Extract<Entry, { kind: 'command' }>, width: number): Line[] {
  const [first = words``, ...more] = many(entry.command);
  const lead = [faint(words`${one(entry.node)}# `)];
  const end = entry.why ?? (entry.code === 0 || entry.code === undefined ? '' : `exit code ${entry.code}`);
  return [
    ...hanging(lead, 'strong', first, width),
    ...more.flatMap((row) => hanging([faint(words`  > `)], 'strong', row, width)),
    ...(entry.stdout === '' ? [] : block(0, () => 'plain', entry.stdout, width)),
    ...(entry.stderr === '' ? [] : block(0, () => 'warn', entry.stderr, width)),
    ...(end === '' ? [] : [line(span('warn', words`  ${one(end)}`))]),
  ];
}

export const nodeOf = (scene: Scene): string => scene.ui.console.node ?? scene.practice?.nodes[0] ?? '';

/** What was said and done, and what the command under way has written so far. */
export function transcript({ entries, running }: PracticeState, width: number): readonly Line[] {
  const done = entries.flatMap((entry) => entryLines(entry, width));
  if (!running || running.stdout + running.stderr === '') return done;
  return [...done, ...command({ kind: 'command', ...running }, width)];
}

/** The line being typed, or what runs. A long one shows the part around the cursor, over several rows. */
export function promptLines(scene: Scene, practice: PracticeState, width: number): Line[] {
  const { running } = practice;
  if (running)
    return [
      line(
        span('accent', words`${spinner(scene.now)} `),
        ...(running.stdout + running.stderr === ''
          ? [faint(words`${one(running.node)}# `), plain(one(running.command))]
          : [faint(words`goes on`)]),
      ),
      line(faint(words`  Ctrl-C stops it`)),
    ];
  const typing = scene.ui.field === 'console';
  const { draft, cursor } = scene.ui.console;
  const lead: Line = [span(typing ? 'picked' : 'faint', words`${one(nodeOf(scene))}# `)];
  if (!typing) return [line(...lead, faint(draft === '' ? words`enter to type commands` : one(draft)))];
  const text = `${draft.slice(0, cursor)}\u258f${draft.slice(cursor)}`;
  const room = width - lineWidth(lead);
  const rows = many(text).flatMap((row, at) =>
    wrap(row, room).map((part, n) => ({ part, first: at === 0 && n === 0 })),
  );
  return rows.map(({ part, first }): Line => [...(first ? lead : [faint(words`  > `)]), strong(part)]);
}

/** Exactly `height` rows: the end of what was said and done, and the line being typed below it. */
export function consoleLines(scene: Scene, practice: PracticeState, width: number, height: number): Line[] {
  const prompt = promptLines(scene, practice, width).slice(-Math.max(1, height - 1));
  const room = Math.max(0, height - prompt.length);
  const all = transcript(practice, width);
  const start = lastStart(all.length, room) - Math.min(scene.ui.console.back, lastStart(all.length, room));
  const shown = windowOf(all, start, Math.min(room, all.length));
  return [...shown, ...prompt];
}
