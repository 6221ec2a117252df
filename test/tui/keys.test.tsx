import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { EngineState } from '../../src/domain/engine.ts';
import type { PracticeChoice, PracticeIntent } from '../../src/domain/practice.ts';
import { footerBindings } from '../../src/tui/components/Frame.tsx';
import { keyTable } from '../../src/tui/key-table.ts';
import type { ScreenId } from '../../src/tui/model.ts';
import type { JournalSummary } from '../../src/tui/port.ts';
import { SCREENS, screenOf } from '../../src/tui/screens/screens.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { createFakePort, JOURNAL } from '../support/fake-port.ts';
import { drillState, type FakePractice } from '../support/fake-practice.ts';
import { confirming, judged, looking, planned, repaired } from '../support/fake-run.ts';
import { type FakeTerminal, openTerminal, settle, unmountAll } from './terminal.tsx';

afterEach(unmountAll);

interface Case {
  readonly at: readonly ScreenId[];
  readonly state?: EngineState;
  /** What each key of the footer does: `key does` → what is to be seen afterwards. */
  readonly expect: Readonly<Record<string, (terminal: FakeTerminal) => void | Promise<void>>>;
  readonly before?: (terminal: FakeTerminal) => Promise<void>;
  /** The newest run of the journal has a fix that was neither finished nor taken back. */
  readonly brokenOff?: boolean;
}

const goes = (screen: ScreenId) => (terminal: FakeTerminal) => expect(terminal.screen()).toBe(screen);
const shows = (text: string) => (terminal: FakeTerminal) => terminal.shows(text);
const sends = (type: string) => (terminal: FakeTerminal) =>
  expect(terminal.engine.sent.map((intent) => intent.type)).toContain(type);
const leaves = (code: number) => async (terminal: FakeTerminal) =>
  expect((await terminal.runtime.left).code).toBe(code);
const scrolls = (page: string) => (terminal: FakeTerminal) =>
  expect(terminal.runtime.getScene().ui.scrolled[page]).toBeGreaterThan(0);
const chooses = (list: string) => (terminal: FakeTerminal) =>
  expect(terminal.runtime.getScene().ui.chosen[list]).toBeDefined();
const field = (name: string | undefined) => (terminal: FakeTerminal) =>
  expect(terminal.runtime.getScene().ui.field).toBe(name);
const help = shows('Keys everywhere');

const CASES: Readonly<Record<string, Case>> = {
  home: {
    at: [],
    expect: {
      'enter look': goes('run'),
      'down move': shows('› Authentication'),
      '/ type an error': field('error'),
      'w where': goes('place'),
      'p practise': goes('practice'),
      'tab recent runs': shows('› 2026-02-02'),
      'J journal': goes('journal'),
      'q quit': leaves(0),
      '? help': help,
    },
  },
  'home with an error': {
    at: [],
    before: (terminal) => terminal.paste('no keyring'),
    expect: {
      'enter look': (terminal) => expect(terminal.port.started[0]?.playbooks).toEqual(['authentication']),
      'down move': shows('› Pools'),
      'x clear': shows('paste the message'),
    },
  },
  'home, after a run': {
    at: ['run'],
    before: (terminal) => terminal.press('q'),
    expect: { 'b back to the run': goes('run'), 'q quit': leaves(3) },
  },
  'home, recent runs': {
    at: [],
    before: (terminal) => terminal.press('tab'),
    expect: { 'enter read': goes('entry'), 'down move': shows('› 2026-02-01') },
  },
  'home, typing': {
    at: [],
    before: (terminal) => terminal.press('/', 'o', 'u', 'q'),
    expect: {
      'enter done': shows('Error   ouq'),
      'escape cancel': shows('paste the message'),
      'ctrl-u clear': field('error'),
    },
  },
  place: {
    at: ['place'],
    expect: {
      'enter look there': goes('run'),
      'down move': chooses('place'),
      '/ filter': field('filter'),
      'q back': goes('run'),
      '? help': help,
    },
  },
  run: {
    at: ['run'],
    expect: {
      'enter diagnosis': goes('diagnosis'),
      'B bundle': shows('✓ inkling-production-run.tar.gz: 12 kB'),
      'r look again': sends('look-again'),
      'q back': goes('home'),
      '? help': help,
    },
  },
  'run on a low terminal': {
    at: ['run'],
    before: (terminal) => terminal.resize(80, 16),
    expect: { 'down scroll': scrolls('run') },
  },
  diagnosis: {
    at: ['diagnosis'],
    expect: {
      'down move': shows('› ! likely'),
      'enter whole cause': goes('cause'),
      'f fix': goes('offers'),
      'tab all checks': goes('checks'),
      'B bundle': shows('✓ inkling-production-run.tar.gz: 12 kB'),
      'r look again': sends('look-again'),
      '/ filter': field('filter'),
      'pagedown page down': scrolls('diagnosis/detail'),
      'q back': goes('run'),
      '? help': help,
    },
  },
  cause: {
    at: ['diagnosis', 'cause'],
    expect: { 'down scroll': scrolls('cause'), 'f fix': goes('offers'), 'q back': goes('diagnosis'), '? help': help },
  },
  checks: {
    at: ['diagnosis', 'checks'],
    expect: {
      'down move': chooses('checks'),
      'tab causes': goes('diagnosis'),
      '/ filter': field('filter'),
      'q back': goes('diagnosis'),
      '? help': help,
    },
  },
  offers: {
    at: ['diagnosis', 'offers'],
    expect: {
      'enter show the plan': sends('plan-fix'),
      'down move': shows('› Write the keyring'),
      'q back': goes('diagnosis'),
      '? help': help,
    },
  },
  fix: {
    at: ['diagnosis', 'fix'],
    state: { ...judged, fix: planned },
    expect: {
      'a apply, step by step': sends('apply-fix'),
      'down move': shows('Step 2 of 2'),
      'c with or without canary': sends('plan-fix'),
      'x drop the plan': sends('abandon-fix'),
      'q back': goes('diagnosis'),
      '? help': help,
    },
  },
  'fix, broken off': {
    at: ['diagnosis', 'fix'],
    state: { ...judged, fix: { ...planned, phase: 'applying' } },
    expect: { 'a go on': sends('apply-fix'), 'u take it back': shows('Undo it now?') },
  },
  'fix, finished': { at: ['diagnosis', 'fix'], state: repaired, expect: { 'enter result': goes('result') } },
  'a step to confirm': {
    at: ['diagnosis', 'fix'],
    state: confirming,
    before: (terminal) => terminal.pass(400),
    expect: {
      'right choose': shows('▸ Yes ◂'),
      'y go to yes or no': shows('▸ Yes ◂'),
      'enter answer': (terminal) =>
        expect(terminal.engine.sent).toEqual([{ type: 'answer', prompt: 'prompt-1', yes: false }]),
      'escape refuse': (terminal) =>
        expect(terminal.engine.sent).toEqual([{ type: 'answer', prompt: 'prompt-1', yes: false }]),
    },
  },
  result: {
    at: ['diagnosis', 'result'],
    state: repaired,
    expect: {
      'r look again': sends('look-again'),
      'u undo the fix': shows('Undo it now?'),
      'q back': goes('diagnosis'),
      '? help': help,
    },
  },
  journal: {
    at: ['journal'],
    expect: {
      'enter read': goes('entry'),
      'down move': chooses('journal'),
      '/ filter': field('filter'),
      'q back': goes('run'),
      '? help': help,
    },
  },
  entry: { at: ['journal', 'entry'], expect: { 'q back': goes('journal'), '? help': help } },
  'entry of a fix that was broken off': {
    at: ['journal'],
    state: { ...judged, fix: { ...planned, phase: 'applying' } },
    before: (terminal) => terminal.press('enter'),
    brokenOff: true,
    expect: { 'r settle the broken-off fix': shows('! broken off; the nodes were read again') },
  },
  practice: {
    at: ['practice'],
    before: withPractice(),
    expect: {
      'enter begin': goes('desk'),
      'down move': chooses('practice'),
      's summary': goes('progress'),
      'q back': goes('run'),
      '? help': help,
    },
  },
  drills: {
    at: ['practice', 'drills'],
    before: withPractice(),
    expect: {
      'enter begin': goes('desk'),
      'down move': chooses('drills'),
      '/ filter': field('filter'),
      'q back': goes('practice'),
      '? help': help,
    },
  },
  progress: {
    at: ['practice', 'progress'],
    before: withPractice(),
    expect: { 'q back': goes('practice'), '? help': help },
  },
  'progress on a low terminal': {
    at: ['practice', 'progress'],
    before: async (terminal) => {
      await withPractice()(terminal);
      await terminal.resize(80, 16);
    },
    expect: { 'down scroll': scrolls('progress') },
  },
  'a lesson': {
    at: ['practice'],
    before: withPractice({ kind: 'lesson', id: 'pools' }),
    expect: {
      'enter type': field('console'),
      'h hint': wants('hint'),
      's show me': wants('show'),
      'S do it': wants('show'),
      'l Inkling looks': goes('run'),
      'n next node': shows('[compute-1]'),
      'q leave it': goes('practice'),
      '? help': help,
    },
  },
  'a lesson on a low terminal': {
    at: ['practice'],
    before: async (terminal) => {
      await withPractice({ kind: 'lesson', id: 'pools' })(terminal);
      await terminal.resize(80, 16);
    },
    expect: { 'down scroll': scrolls('desk') },
  },
  'a command': {
    at: ['practice'],
    before: async (terminal) => {
      await withPractice({ kind: 'lesson', id: 'pools' })(terminal);
      await terminal.press('enter', 'l', 's');
    },
    expect: {
      'enter run': wants('run'),
      'tab complete': shows('ls'),
      'shift-tab next node': shows('[compute-1]'),
      'up history': shows('ls'),
      'pageup scroll back': (terminal) => expect(terminal.runtime.getScene().ui.console.back).toBeGreaterThan(0),
      'escape leave the line': field(undefined),
    },
  },
  'a drill': {
    at: ['practice'],
    before: async (terminal) => {
      drilled(terminal);
      await withPractice({ kind: 'drill', id: 'glance-keyring' })(terminal);
      await terminal.press('escape');
    },
    expect: { 'c name the cause': goes('naming'), 'd grade': goes('grade') },
  },
  naming: {
    at: ['practice'],
    before: async (terminal) => {
      drilled(terminal);
      await withPractice({ kind: 'drill', id: 'glance-keyring' })(terminal);
      await terminal.press('escape', 'c');
    },
    expect: {
      'enter that is it': wants('name'),
      'down move': chooses('naming'),
      'q back': goes('desk'),
      '? help': help,
    },
  },
  grade: {
    at: ['practice'],
    before: async (terminal) => {
      drilled(terminal);
      await withPractice({ kind: 'drill', id: 'glance-keyring' })(terminal);
      await terminal.press('escape', 'd');
    },
    expect: { 'enter to the drills': goes('practice'), 'q back': goes('desk'), '? help': help },
  },
};

/** The practice home as it is once it was read, or what was chosen there. */
function withPractice(choice?: PracticeChoice): (terminal: FakeTerminal) => Promise<void> {
  return async (terminal) => {
    terminal.runtime.dispatch({ type: 'load-practice' });
    if (choice) terminal.runtime.dispatch({ type: 'open-practice', choice });
    await settle();
  };
}

const practiceOf = ({ port }: FakeTerminal) => port.practice as FakePractice;
const drilled = (terminal: FakeTerminal): void => practiceOf(terminal).become(drillState);
function wants(type: PracticeIntent['type']) {
  return (terminal: FakeTerminal): void =>
    expect(practiceOf(terminal).sent.map((intent) => intent.type)).toContain(type);
}

async function reach({ at, state = judged, before, brokenOff = false }: Case): Promise<FakeTerminal> {
  const engine = createFakeEngine(state);
  const entry = { ...(JOURNAL[0] as JournalSummary), brokenOff };
  const port = createFakePort(engine, { journalShow: async () => ({ ...entry, events: [] }) });
  const terminal = await openTerminal({ engine, port, ...(at.length > 0 && { at }) });
  await before?.(terminal);
  return terminal;
}

describe('the keys in the footer do what it says', () => {
  for (const [name, each] of Object.entries(CASES)) {
    for (const [key, seen] of Object.entries(each.expect)) {
      it(`${name}: ${key}`, async () => {
        const terminal = await reach(each);
        const [press = '', ...does] = key.split(' ');
        const scene = terminal.runtime.getScene();
        const binding = footerBindings(scene, screenOf(scene)).find(
          (item) => item.keys.includes(press) && item.does === does.join(' '),
        );
        expect(binding, `the footer has no key ${key}`).toBeDefined();
        await terminal.press(press);
        await seen(terminal);
      });
    }
  }

  it('no key of a footer is left untested', async () => {
    for (const each of Object.values(CASES)) {
      const terminal = await reach(each);
      const scene = terminal.runtime.getScene();
      for (const { keys, does } of footerBindings(scene, screenOf(scene))) {
        const tested = Object.values(CASES).some(({ expect: all }) =>
          Object.keys(all).some((key) => keys.some((name) => key === `${name} ${does}`)),
        );
        expect(tested, `${keys.join('/')} ${does}`).toBe(true);
      }
      terminal.unmount();
    }
  });

  it('the help and the key table name every key of every screen', async () => {
    const table = keyTable();
    for (const screen of SCREENS) {
      const row = table.split('\n').find((line) => line.startsWith(`| ${screen.id} |`));
      for (const { shown, does } of screen.bindings) expect(row).toContain(`\`${shown}\` ${does}`);
    }
    expect(readFileSync('README.md', 'utf8'), 'the README shows the table as it is').toContain(table);
    const terminal = await openTerminal({ size: { columns: 80, rows: 50 }, at: ['diagnosis'] });
    await terminal.press('?');
    for (const { does } of SCREENS.find(({ id }) => id === 'diagnosis')?.bindings ?? [])
      expect(terminal.frame()).toContain(does);
  });
});

describe('moving', () => {
  it('keeps the chosen cause when the ranking changes under it', async () => {
    const terminal = await openTerminal({ at: ['diagnosis'] });
    await terminal.press('j');
    await terminal.shows('› ! likely');
    terminal.engine.set((state) => ({
      ...state,
      judgement: { ...state.judgement, causes: [...state.judgement.causes].reverse() },
    }));
    await terminal.shows('! likely');
    expect(terminal.rows().find((row) => row.includes('›'))).toContain('The pool vms has no application tag');
    await terminal.press('enter');
    await terminal.shows('Clients with the profile rbd');
  });

  it('goes to the ends with g and G, and not beyond', async () => {
    const terminal = await openTerminal({ at: ['diagnosis', 'checks'] });
    await terminal.press('G', 'j', 'j');
    expect(terminal.rows().find((row) => row.includes('›'))).toContain('skip');
    await terminal.press('g', 'k');
    expect(terminal.rows().find((row) => row.includes('›'))).toContain('fail');
  });

  it('stops scrolling at the last line, so that one key goes back', async () => {
    const terminal = await openTerminal({ at: ['diagnosis', 'cause'] });
    await terminal.press('G', 'down', 'down', 'pagedown');
    const end = terminal.frame();
    await terminal.press('up');
    expect(terminal.frame()).not.toBe(end);
    await terminal.press('ctrl-u', 'ctrl-d', 'pageup', 'pageup', 'pageup');
    await terminal.shows('lines 1–');
  });

  it('splits quick keys that arrive together', async () => {
    const terminal = await openTerminal({ at: ['diagnosis', 'checks'] });
    await terminal.send('jjj');
    expect(terminal.rows().findIndex((row) => row.includes('›'))).toBe(5);
  });

  it('filters as one types, moves within, and escape shows all again', async () => {
    const terminal = await openTerminal({ at: ['diagnosis', 'checks'] });
    await terminal.press('/');
    for (const char of 'sha256') await terminal.press(char);
    await terminal.shows('? unknown compute-2');
    expect(terminal.frame()).not.toContain('✗ fail');
    await terminal.press('enter', 'escape');
    await terminal.shows('✗ fail');
    expect(terminal.screen()).toBe('checks');
  });
});

describe('Ctrl-C', () => {
  it('leaves at once with 130 when nothing runs', async () => {
    const terminal = await openTerminal();
    await terminal.press('ctrl-c');
    expect((await terminal.runtime.left).code).toBe(130);
  });

  it('first stops what runs, then leaves', async () => {
    const terminal = await openTerminal({ engine: createFakeEngine(looking), at: ['run'] });
    await terminal.press('ctrl-c');
    expect(terminal.engine.sent).toEqual([{ type: 'cancel' }]);
    await terminal.shows('Ctrl-C again leaves');
    await terminal.press('ctrl-c');
    expect((await terminal.runtime.left).code).toBe(130);
  });

  it('says during a fix which steps were begun, on the screen and after leaving', async () => {
    const [first, ...rest] = planned.steps;
    const state: EngineState = {
      ...judged,
      run: { ...judged.run, phase: 'fixing' },
      fix: {
        ...planned,
        phase: 'applying',
        steps: [{ ...(first as (typeof planned.steps)[0]), status: 'running' }, ...rest],
      },
    };
    const terminal = await openTerminal({
      size: { columns: 140, rows: 30 },
      engine: createFakeEngine(state),
      at: ['fix'],
    });
    await terminal.shows('Ctrl-C stop what runs');
    await terminal.press('q');
    expect(terminal.screen()).toBe('fix');
    await terminal.press('ctrl-c');
    await terminal.shows('“Give the keyring to the group glance” on controller (running)');
    await terminal.press('ctrl-c');
    const { says } = await terminal.runtime.left;
    expect(says.join('\n')).toContain('inkling journal resume');
  });
});
