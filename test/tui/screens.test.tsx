import { afterEach, describe, expect, it } from 'vitest';
import { cellWidth } from '../../src/domain/cells.ts';
import type { EngineState } from '../../src/domain/engine.ts';
import type { CheckResult } from '../../src/domain/judgement.ts';
import type { ScreenId, Size } from '../../src/tui/model.ts';
import { SCREENS } from '../../src/tui/screens/screens.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { createFakePort } from '../support/fake-port.ts';
import { CAUSE_KEYRING, confirming, judged, looking, planned, repaired, STEPS } from '../support/fake-run.ts';
import { openTerminal, settle, unmountAll } from './terminal.tsx';

afterEach(unmountAll);

const SIZES: readonly Size[] = [
  { columns: 80, rows: 24 },
  { columns: 60, rows: 16 },
  { columns: 140, rows: 45 },
];

const long = 'a very long sentence that goes on and on '.repeat(30);
const LARGE: EngineState = {
  ...judged,
  run: {
    ...judged.run,
    nodes: Array.from({ length: 60 }, (_, index) => ({
      name: `compute-${index}`,
      roles: [],
      status: 'done' as const,
      asked: 30,
      answered: 30,
      bytes: 2400,
      waiting: [],
      trips: 1,
      ms: 800,
    })),
  },
  judgement: {
    ...judged.judgement,
    causes: Array.from({ length: 40 }, (_, index) => ({
      ...CAUSE_KEYRING,
      subject: `client.${index}`,
      why: long,
      evidence: [{ node: long, says: long, command: long, output: `${long}\n`.repeat(20) }],
    })),
    checks: Array.from({ length: 60 }, (_, index) =>
      judged.judgement.checks.map((check) => ({ ...check, node: `compute-${index}` })),
    ).flat(),
  },
  fix: {
    ...planned,
    steps: Array.from({ length: 30 }, (_, index) => ({
      status: 'waiting',
      step: { ...STEPS[0], id: `s${index}`, title: long, shows: [long] },
    })) as never,
  },
};

const STATES: Readonly<Record<string, EngineState>> = {
  looking,
  judged,
  planned: { ...judged, fix: planned },
  confirming,
  repaired,
  large: LARGE,
  failed: { ...looking, run: { ...looking.run, phase: 'failed', error: long } },
  'rollback failed': {
    ...judged,
    fix: {
      ...planned,
      phase: 'done',
      outcome: 'rollback-failed',
      says: 'chown failed',
      steps: planned.steps.map((item) => ({ ...item, status: 'undo-failed', says: 'Operation not permitted' })),
    },
  },
};

function expectWhole(frame: string, { columns, rows }: Size): void {
  const lines = frame.split('\n');
  expect(lines.length).toBe(rows);
  for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(columns);
  // Header and footer are never pushed out.
  expect(lines[0]).toContain('inkling');
  expect(lines[1]).toMatch(/^ ─+/);
  expect(lines.at(-1)).toMatch(/help|close|refuse|done/);
}

describe.each(SIZES)('at $columns x $rows', (size) => {
  it.each(Object.keys(STATES))('every screen fits, with a run that is: %s', async (name) => {
    const terminal = await openTerminal({ size, engine: createFakeEngine(STATES[name] ?? judged), at: ['run'] });
    for (const { id } of SCREENS) {
      terminal.runtime.dispatch({ type: 'push', screen: id });
      await settle();
      expectWhole(terminal.frame(), size);
    }
  });

  it('help, a paste of many lines and an empty program fit too', async () => {
    const terminal = await openTerminal({ size });
    await terminal.press('?');
    expectWhole(terminal.frame(), size);
    await terminal.press('q');
    await terminal.paste(`${`${long}keyring\n`.repeat(50)}`);
    expectWhole(terminal.frame(), size);
    const empty = createFakePort(terminal.engine, {
      places: async () => [],
      playbooks: async () => [],
      journalList: async () => [],
    });
    const other = await openTerminal({ size, port: empty });
    expectWhole(other.frame(), size);
    expect(other.frame()).toContain('inkling init');
  });
});

describe('a terminal that is too small', () => {
  it('says so in one line, and comes back', async () => {
    const terminal = await openTerminal({ at: ['diagnosis'] });
    await terminal.resize(50, 10);
    expect(terminal.frame().trim()).toBe('terminal too small (50x10), needs 60x16');
    await terminal.press('q', 'f');
    expect(terminal.screen()).toBe('diagnosis');
    await terminal.resize(80, 24);
    await terminal.shows('Diagnosis');
  });
});

describe('what the screens say', () => {
  const on = async (state: EngineState, ...at: ScreenId[]) => openTerminal({ engine: createFakeEngine(state), at });

  it('run: progress, what is waited for where, and why a node was not reached', async () => {
    const terminal = await on(looking, 'run');
    for (const text of [
      '20 of 56 answers',
      '35 %',
      '2 of 4 nodes finished',
      'waits for sudo -u glance',
      'not reached',
      'refuses connections on port 22',
      '4 s',
    ])
      await terminal.shows(text);
  });

  it('run: what is not answered yet is to come, not unknown; what is lost is unknown', async () => {
    const unseen = (node: string) => ({
      ...(judged.judgement.checks[0] as CheckResult),
      node,
      verdict: 'unknown' as const,
    });
    const checks = [unseen('controller'), unseen('compute-1'), unseen('compute-2')];
    const engine = createFakeEngine({ ...looking, judgement: { ...looking.judgement, checks } });
    const terminal = await openTerminal({ engine, at: ['run'] });
    await terminal.shows('? 1 unknown   · 2 to come');
    engine.set((state) => ({ ...state, run: { ...state.run, phase: 'stopped' } }));
    await terminal.shows('? 3 unknown');
    expect(terminal.frame()).not.toContain('to come');
  });

  it('run: what is to be known about the run itself stays in sight', async () => {
    const engine = createFakeEngine(looking);
    const port = createFakePort(engine, {
      start: async (_choice, warn) => {
        warn('site.yaml: no node has the role ceph-admin');
        warn('This run is not kept in the journal: the disk is full');
        return engine;
      },
    });
    const terminal = await openTerminal({ engine, port, at: ['run'] });
    await terminal.press('down', 'up');
    await terminal.shows('! site.yaml: no node has the role ceph-admin');
    await terminal.shows('! This run is not kept in the journal: the disk is full');
  });

  it('run: what could not be kept when a run ended is told wherever one is', async () => {
    const engine = createFakeEngine(looking);
    let tell = (_says: string) => {};
    const port = createFakePort(engine, {
      start: async (_choice, warn) => {
        tell = warn;
        return engine;
      },
    });
    const terminal = await openTerminal({ engine, port, at: ['diagnosis'] });
    tell('This run is not kept in the journal: the disk is full');
    await terminal.shows('! This run is not kept in the journal: the disk is full');
  });

  it('home: a fix that was broken off is told of before anything else', async () => {
    const left = { id: 'run-3', at: '2026-02-03T04:00:00Z', site: 'production', outcome: 'unfinished' } as const;
    const port = createFakePort(createFakeEngine(judged), {
      journalList: async () => [{ ...left, headline: 'pool-name-typo', brokenOff: true }],
    });
    const terminal = await openTerminal({ port });
    await terminal.shows('✗ The fix of pool-name-typo in run run-3 was broken off.');
    await terminal.resize(60, 16);
    expectWhole(terminal.frame(), { columns: 60, rows: 16 });
    await terminal.shows('What to look into');
  });

  it('run: fills in while answers come, drawing many events once', async () => {
    const engine = createFakeEngine(looking);
    const terminal = await openTerminal({ engine, at: ['run'] });
    const before = terminal.frames.length;
    for (let n = 0; n < 200; n += 1)
      engine.set((state) => ({
        ...state,
        run: { ...state.run, nodes: state.run.nodes.map((node) => ({ ...node, answered: Math.min(14, n) })) },
      }));
    await terminal.shows('56 of 56 answers');
    expect(terminal.frames.length - before).toBeLessThan(5);
  });

  it('run: leads on to the diagnosis when judged', async () => {
    const engine = createFakeEngine(looking);
    const terminal = await openTerminal({ engine, at: ['run'] });
    engine.set(() => judged);
    await terminal.shows('Diagnosis');
  });

  it('diagnosis: ranked causes, how far was seen, evidence with node, command and output', async () => {
    const terminal = await on(judged, 'diagnosis');
    for (const text of [
      'causes found (2)',
      '55 of 56 answers',
      '1 check unknown',
      'confirmed',
      'likely',
      '$ stat -c',
      '│ root:root 600',
    ])
      await terminal.shows(text);
    expect(terminal.frame().indexOf('confirmed')).toBeLessThan(terminal.frame().indexOf('likely'));
  });

  it('cause: rivals with reasons, effects and fixes', async () => {
    const terminal = await openTerminal({ size: { columns: 100, rows: 50 }, at: ['diagnosis'] });
    await terminal.press('enter');
    for (const text of [
      'Ruled out',
      'because the file is there',
      'Explains',
      'The client can connect',
      'Fixes',
      'reversible',
    ])
      await terminal.shows(text);
    await terminal.press('q', 'down', 'enter');
    for (const text of [
      'What would settle it',
      'as nova on compute-2',
      'by hand',
      'ceph osd pool application enable vms rbd',
    ])
      await terminal.shows(text);
  });

  it('diagnosis: what is not asked yet is no gap while the looking goes on', async () => {
    const waiting = { ...judged.judgement, outcome: 'incomplete' as const, causes: [] };
    const terminal = await on({ ...looking, judgement: waiting }, 'diagnosis');
    await terminal.shows('Still looking');
    await terminal.shows('No cause yet');
    expect(terminal.frame()).not.toMatch(/incomplete|unknown|healthy/);
  });

  it('never calls an incomplete look healthy', async () => {
    const terminal = await on(
      { ...judged, judgement: { ...judged.judgement, outcome: 'incomplete', causes: [] } },
      'diagnosis',
    );
    await terminal.shows('? incomplete');
    await terminal.shows('this does not mean healthy');
    await terminal.shows('run sha256sum on the keyring');
    expect(terminal.frame()).not.toMatch(/✓ healthy/);
  });

  it('fix: commands, risk, what it touches, undo and duration before anything runs', async () => {
    const terminal = await on({ ...judged, fix: planned }, 'fix');
    for (const text of [
      'nothing changed yet',
      '$ chown root:glance',
      '↶ reversible',
      'One file',
      'Gives the file back',
      'about 2 s',
      'must still fail',
      '2 steps',
    ])
      await terminal.shows(text);
    await terminal.press('down');
    for (const text of [
      '+rbd_store_user = glance',
      'uploads under way are cut off',
      'because a restart leaves nothing behind',
    ])
      await terminal.shows(text);
  });

  it('fix: its checks have names also while nothing is judged', async () => {
    const nothingYet: EngineState = {
      ...judged,
      run: { ...judged.run, phase: 'fixing' },
      judgement: { ...judged.judgement, checks: [], causes: [] },
      fix: { ...planned, phase: 'gating' },
    };
    const terminal = await openTerminal({
      engine: createFakeEngine(nothingYet),
      at: ['fix'],
      size: { columns: 100, rows: 45 },
    });
    await terminal.shows('must still fail:  The service can read its keyring');
    expect(terminal.frame()).not.toContain('keyring-readable');
  });

  it('result: what several subjects say alike stands there once', async () => {
    const twice: EngineState = {
      ...repaired,
      judgement: {
        ...repaired.judgement,
        checks: repaired.judgement.checks.flatMap((check) => {
          const failing = { ...check, verdict: 'fail' as const, says: 'it is closed' };
          return check.check === 'keyring-readable' && check.node === 'controller'
            ? [failing, { ...failing, subject: 'another' }]
            : [check];
        }),
      },
    };
    const terminal = await on(twice, 'result');
    await terminal.shows('it is closed');
    expect(terminal.frame().split('it is closed')).toHaveLength(2);
  });

  it('result: verified where, or what is left to do by hand', async () => {
    const done = await on(repaired, 'result');
    for (const text of ['✓ Fixed and verified', 'Checked afterwards', 'controller']) await done.shows(text);
    const bad = await on(STATES['rollback failed'] ?? judged, 'result');
    for (const text of ['✗ Rollback failed', 'To do by hand', '$ chown root:root']) await bad.shows(text);
  });

  it('journal: runs and one of them', async () => {
    const terminal = await openTerminal();
    await terminal.press('J');
    await terminal.shows('The pool volumes is missing');
    await terminal.press('enter');
    await terminal.shows('ceph osd pool create volumes');
  });

  it('home: a pasted error of several lines finds its playbook', async () => {
    const terminal = await openTerminal();
    await terminal.paste('ERROR cinder\runable to find a keyring on /etc/ceph\r\nTraceback');
    for (const text of ['unable to find a keyring', 'What fits this message', 'fits 92 %', 'client client.glance'])
      await terminal.shows(text);
    await terminal.press('enter');
    await terminal.shows('Run');
    expect(terminal.port.started[0]).toMatchObject({
      playbooks: ['authentication'],
      text: 'ERROR cinder\nunable to find a keyring on /etc/ceph\nTraceback',
    });
  });

  it('home: a start that fails is said, and the screen stays', async () => {
    const engine = createFakeEngine(judged);
    const port = createFakePort(engine, {
      start: async () => Promise.reject(new Error('site.yaml:3:5: unknown role')),
    });
    const terminal = await openTerminal({ port });
    await terminal.press('enter');
    await terminal.shows('✗ site.yaml:3:5: unknown role');
    expect(terminal.screen()).toBe('home');
  });
});
