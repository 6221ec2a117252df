import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { cellWidth } from '../../src/domain/cells.ts';
import type { EngineState } from '../../src/domain/engine.ts';
import { SCREENS } from '../../src/tui/screens/screens.ts';
import { createFakeEngine, type FakeEngine } from '../support/fake-engine.ts';
import { createFakePort, JOURNAL } from '../support/fake-port.ts';
import { CAUSE_KEYRING, CAUSE_POOL, confirming, judged, looking, planned, repaired } from '../support/fake-run.ts';
import { HOSTILE as CASES, RAW } from '../support/hostile.ts';
import { type FakeTerminal, openTerminal, settle, unmountAll } from './terminal.tsx';

afterEach(unmountAll);

/** One string with everything in it that could act, deceive or break the layout. */
const HOSTILE =
  'x\u001b[2J\u001b]52;c;cm0=\u0007\u009b31m\u0090q\u009c\r\b\u0000\u007f\u202egnp\u2066\u200b\ufeff\u00ad\u2028\u0301\u0301\u{1f468}\u200d\u{1f469}\ue0b0\ud800\tHEALTH_OK\n✓ healthy ';

/** Every string of a value with `text` before it, except those that are one of a closed set. */
function poisoned<T>(value: T, text: string): T {
  if (value instanceof Map) return value;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, text)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (CLOSED.includes(key)) return [key, item];
      if (typeof item === 'string') return [key, `${text}${item}`];
      if (Array.isArray(item) && item.every((one) => typeof one === 'string'))
        return [key, item.map((one) => `${text}${one}`)];
      return [key, poisoned(item, text)];
    }),
  ) as T;
}

const CLOSED = ['phase', 'status', 'verdict', 'outcome', 'kind', 'risk', 'how', 'do', 'result', 'why!', 'type', 'tone'];
const poison = <T,>(value: T): T => poisoned(value, HOSTILE);

/** All that the port says comes from outside too. */
const portSaying = (engine: FakeEngine, text: string) =>
  createFakePort(engine, {
    places: async () =>
      poisoned(
        [
          { kind: 'site', id: 'a', title: 'b', detail: 'c' },
          { kind: 'practice', id: 'd', title: 'e', detail: 'f' },
        ] as const,
        text,
      ),
    playbooks: async () => poisoned([{ id: 'a', title: 'b', symptom: 'c', titles: { 'keyring-readable': 'd' } }], text),
    search: async () =>
      poisoned([{ playbook: 'a', title: 'b', score: 0.5, entities: [{ kind: 'pool', value: 'x' }] }], text),
    journalList: async () => poisoned(JOURNAL, text),
    journalShow: async () => ({
      ...poisoned(JOURNAL[0] as (typeof JOURNAL)[0], text),
      events: poisoned([{ at: '2026-02-02T10:00:01Z', node: 'n', says: 's', tone: 'bad' as const }], text),
    }),
  });

/** Every screen in turn. */
async function tour(terminal: FakeTerminal): Promise<void> {
  for (const { id } of SCREENS) {
    terminal.runtime.dispatch({ type: 'push', screen: id });
    if (id === 'entry') terminal.runtime.dispatch({ type: 'open-entry', id: 'x' });
    await settle();
  }
}

const STATES: Readonly<Record<string, EngineState>> = {
  looking: poison({ ...looking, run: { ...looking.run, error: 'failed' } }),
  failed: poison({ ...looking, run: { ...looking.run, phase: 'failed', error: 'why' } }),
  judged: poison({ ...judged, judgement: { ...judged.judgement, causes: [CAUSE_KEYRING, CAUSE_POOL] } }),
  planned: poison({ ...judged, fix: { ...planned, says: 'because' } }),
  confirming: poison(confirming),
  'confirming by name': poison({
    ...confirming,
    prompt: { kind: 'confirm-step', id: 'p', stepId: 'step-1', typed: 'name' },
  }),
  'host key': poison({
    ...looking,
    prompt: { kind: 'trust-host-key', id: 'p', typed: 'n', key: { node: 'n', host: 'h', type: 't', fingerprint: 'f' } },
  }),
  repaired: poison(repaired),
  'rollback failed': poison({
    ...judged,
    fix: {
      ...planned,
      phase: 'done',
      outcome: 'rollback-failed',
      says: 'x',
      steps: planned.steps.map((item) => ({ ...item, status: 'undo-failed', says: 'y' })),
    },
  }),
};

/** A frame of 80×24 that holds only what can be seen, and no status of its own at the beginning of a row. */
function whole(frame: string): void {
  expect(frame).not.toMatch(RAW);
  const rows = frame.split('\n');
  expect(rows.length).toBe(24);
  for (const row of rows) {
    expect(cellWidth(row)).toBeLessThanOrEqual(80);
    expect(row).not.toMatch(/^ ?✓ healthy/);
  }
}

describe('text from outside', () => {
  it.each(Object.keys(STATES))('never reaches the frame raw, on any screen, with a run that is: %s', async (name) => {
    const engine = createFakeEngine(STATES[name] ?? judged);
    const terminal = await openTerminal({ engine, port: portSaying(engine, HOSTILE), at: ['run'] });
    await tour(terminal);
    terminal.runtime.dispatch({ type: 'edit-error', text: HOSTILE });
    terminal.runtime.dispatch({ type: 'search', text: HOSTILE });
    terminal.runtime.dispatch({ type: 'push', screen: 'home' });
    await settle();
    terminal.runtime.dispatch({ type: 'push', screen: 'checks' });
    terminal.runtime.dispatch({ type: 'edit-filter', text: HOSTILE });
    await settle();
    expect(terminal.frames.length).toBeGreaterThan(8);
    for (const frame of terminal.frames) whole(frame);
  });

  it.each(Object.entries(CASES))('acts on no screen and forges nothing: %s', async (_, text) => {
    const engine = createFakeEngine(poisoned({ ...judged, fix: { ...planned, says: 'because' } }, text));
    const terminal = await openTerminal({ engine, port: portSaying(engine, text), at: ['run'] });
    await tour(terminal);
    expect(terminal.frames.length).toBeGreaterThan(SCREENS.length);
    for (const frame of terminal.frames) whole(frame);
  });

  it('is shown by stand-ins, not dropped', async () => {
    const terminal = await openTerminal({
      engine: createFakeEngine(STATES.judged ?? judged),
      at: ['diagnosis'],
      size: { columns: 140, rows: 45 },
    });
    await terminal.shows('x␛[2J␛]52;c;cm0=␇‹U+009B›31m');
  });

  it('an error of the program is made printable too', async () => {
    const port = createFakePort(undefined, { start: async () => Promise.reject(new Error(HOSTILE)) });
    const terminal = await openTerminal({ port });
    await terminal.press('enter');
    await terminal.shows('✗ x␛[2J');
    expect(terminal.frame()).not.toMatch(RAW);
  });
});

describe('the boundary', () => {
  const files = readdirSync('src/tui', { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  const source = (file: string) => readFileSync(`src/tui/${file}`, 'utf8');

  it('Ink’s Text is used in one file, which takes printable text only', () => {
    const users = files.filter((file) => /import \{[^}]*\bText\b[^}]*\} from 'ink'/.test(source(file)));
    expect(users).toEqual(['components/Lines.tsx']);
  });

  it('text is called printable without the function only where printable text is cut or joined', () => {
    const users = files.filter((file) => /as (unknown as )?Printable/.test(source(file)));
    expect(users.filter((file) => !file.startsWith('text/'))).toEqual(['screens/home.tsx']);
  });

  it('components have no timers, no waiting and no files', () => {
    for (const file of files.filter((name) => name.startsWith('components/') || name.startsWith('screens/')))
      expect(source(file), file).not.toMatch(/\bawait\b|setTimeout|setInterval|setImmediate|node:fs|\bfetch\(/);
  });
});
