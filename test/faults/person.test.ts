import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { readJournal } from '../../src/journal/read.ts';
import { newHouse } from '../support/inkling.ts';
import { KEYS, type Pty, pasted, startPty } from '../support/pty.ts';
import { answeredSoon, KEY_MS, terminalAsItWas } from './nothing-lost.ts';
import { chance, row, SEED } from './row.ts';
import { twoAtATime } from './target.ts';

// The built program on a real terminal and its practice cluster, and a person whose fingers, clipboard and window do what they do.

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'inkling.cjs');
/** Seconds that a busy machine may take for a look at the practice cluster. */
const PATIENCE = 300;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Sitting {
  readonly pty: Pty;
  /** Steps whose intent is in the journal. */
  intents(): Promise<number>;
  /** The journal can be read to its end. */
  journalHolds(): Promise<void>;
  /** Process of Inkling's launcher. */
  pid(): number;
}

const homes: string[] = [];
const ptys: Pty[] = [];
afterEach(() => {
  for (const pty of ptys.splice(0)) pty.kill('SIGKILL');
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

/** A shell that tells how the terminal is set before and after, as a person's would be. */
function sit(...args: readonly string[]): Sitting {
  return sitWith({}, ...args);
}

function sitWith(more: Readonly<Record<string, string>>, ...args: readonly string[]): Sitting {
  const home = mkdtempSync(join(tmpdir(), 'inkling-person-'));
  homes.push(home);
  const state = join(home, 'state');
  const script = `trap : INT; echo "shell $$ $(stty -g) ."; "$0" "$@"; echo "left with $?"; echo "then $(stty -g) ."`;
  const pty = startPty([], {
    rows: 40,
    columns: 100,
    env: { HOME: home, XDG_STATE_HOME: state, XDG_CONFIG_HOME: join(home, 'config'), ...more },
    command: ['/bin/sh', '-c', script, process.execPath, launcher, ...args],
  });
  ptys.push(pty);
  const folder = join(state, 'inkling', 'journal');
  const journals = (): string[] => {
    try {
      return readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    } catch {
      return [];
    }
  };
  return {
    pty,
    intents: async () => {
      let count = 0;
      for (const name of journals())
        await readJournal(join(folder, name), (r) => {
          if (r.event.type === 'step.intent') count += 1;
        });
      return count;
    },
    journalHolds: async () => {
      for (const name of journals()) expect((await readJournal(join(folder, name))).state).not.toBe('bad');
    },
    pid: () => {
      const shell = /shell (\d+) /.exec(pty.raw())?.[1] ?? '';
      return Number(readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ')[0]);
    },
  };
}

const SCENARIO = ['--practice', 'glance-keyring-unreadable'];
const QUESTION = /Do this on controller now\?/;

/** Yes, as a person says it: to the button, a moment, and Enter. Again while the question stands, as early keys count for nothing. */
async function yes(pty: Pty, step: number): Promise<void> {
  const title = new RegExp(`Step ${step} of 2 on controller`);
  await pty.waitFor(title, PATIENCE);
  for (let tries = 0; tries < 40 && title.test(pty.screen().join('\n')); tries += 1) {
    await pause(400);
    pty.type('y');
    if (
      !(await pty.waitFor('▸ Yes ◂', 2).then(
        () => true,
        () => false,
      ))
    )
      continue;
    await pause(300);
    pty.type(KEYS.enter);
    await pause(300);
  }
}

/** As a person does it who sees nothing happen: while it is still looked, a key may find nothing to do. */
async function press(pty: Pty, key: string, shows: string | RegExp): Promise<void> {
  for (let tries = 0; tries < PATIENCE / 10; tries += 1) {
    pty.type(key);
    const came = await pty.waitFor(shows, 10).then(
      () => true,
      () => false,
    );
    if (came) return;
  }
  await pty.waitFor(shows, 1);
}

/** Each point of a repair, and how to come to it from the one before. */
const WAY: readonly (readonly [string, (pty: Pty) => Promise<void>])[] = [
  ['looking', (pty) => pty.waitFor('inkling', PATIENCE)],
  [
    'diagnosis',
    async (pty) => {
      await pty.waitFor(/causes found/, PATIENCE);
      pty.type(KEYS.enter);
      await pty.waitFor('Evidence', PATIENCE);
    },
  ],
  [
    'plan',
    async (pty) => {
      await press(pty, 'f', 'planned, nothing changed yet');
    },
  ],
  [
    'question',
    async (pty) => {
      await press(pty, 'a', QUESTION);
    },
  ],
  ['first step', (pty) => yes(pty, 1)],
  ['second question', (pty) => pty.waitFor('Step 2 of 2 on controller', PATIENCE)],
  ['second step', (pty) => yes(pty, 2)],
  ['result', (pty) => pty.waitFor(/finished|Fixed and verified/, PATIENCE)],
];

async function goTo(pty: Pty, point: number): Promise<void> {
  for (const [, way] of WAY.slice(0, point + 1)) await way(pty);
}

const restored = ({ pty }: Sitting): void => terminalAsItWas(pty.raw(), pty.buffer());

row('F51', async () => {
  const means = ['Ctrl-C', 'SIGTERM', 'SIGHUP'] as const;
  const cases = WAY.flatMap(([name], point) =>
    (point % 2 === 0 ? [means[0], means[1]] : [means[0], means[2]]).map((by) => ({ name, point, by })),
  );
  let slowest = 0;
  await twoAtATime(cases, async ({ point, by, name }) => {
    const sitting = sit(...SCENARIO);
    const { pty } = sitting;
    await goTo(pty, point);
    const since = performance.now();
    const stop = (): unknown => (by === 'Ctrl-C' ? pty.type(KEYS.ctrlC) : process.kill(sitting.pid(), by));
    stop();
    const gone = (): boolean => /left with \d+/.test(pty.raw());
    // Once stops what runs; again leaves.
    for (let tries = 0; tries < 60 && !gone(); tries += 1) {
      await pause(500);
      if (!gone() && by === 'Ctrl-C') stop();
    }
    expect([name, by, gone()]).toEqual([name, by, true]);
    slowest = Math.max(slowest, (performance.now() - since) / 1000);
    expect(await pty.ended()).toBe(0);
    restored(sitting);
    await sitting.journalHolds();
  });
  return {
    injected: `Ctrl-C, SIGTERM or SIGHUP at ${WAY.length} points of a repair`,
    runs: cases.length,
    figure: `terminal as it was, journal readable each time; gone after ${slowest.toFixed(1)} s at most`,
  };
});

/** A fault of the program itself, at a signal: what it says has a key in it. */
const THROWN = 'AQBhfWlnAAAAABAAu3jQx5Uq0uRvfX/m8i4oPg==';
const FAULTY = `process.on('SIGUSR2', () => setTimeout(() => { throw new Error('no more of key = ${THROWN}'); }));`;

row('F52', async () => {
  const points = WAY.map((_, point) => point);
  await twoAtATime(points, async (point) => {
    const sitting = sitWith(
      { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(FAULTY)}` },
      ...SCENARIO,
    );
    const { pty } = sitting;
    await goTo(pty, point);
    process.kill(sitting.pid(), 'SIGUSR2');
    expect(await pty.ended()).toBe(0);
    restored(sitting);
    expect(pty.raw()).toMatch(/inkling: no more of key = /);
    expect(pty.raw()).toContain('left with 1');
    expect(pty.raw().includes(THROWN)).toBe(false);
    await sitting.journalHolds();
  });
  const house = newHouse();
  const starved = await house.run(['check', ...SCENARIO], { NODE_OPTIONS: '--max-old-space-size=20' });
  expect(starved.code).not.toBe(0);
  expect((await house.run(['journal', 'list'])).code).toBe(0);
  house.remove();
  return {
    injected: `an exception that nobody catches, with a key in its words, at ${points.length} points of a repair; a heap of 20 MiB`,
    runs: points.length + 1,
    figure: 'terminal as it was, exit code 1, 0 keys shown; journal readable each time',
  };
});

row('F44', async () => {
  const sitting = sit(...SCENARIO);
  const { pty } = sitting;
  await goTo(pty, 2);
  // Typed ahead: all this is there before the question is.
  pty.type(`a${'y\r'.repeat(20)}`);
  await pty.waitFor(/Do this on controller now\?|declined/i, 60).catch(() => undefined);
  if (!QUESTION.test(pty.screen().join('\n'))) {
    // The first Enters may have answered No: planned once more, and asked.
    expect(await sitting.intents()).toBe(0);
  }
  pty.kill('SIGKILL');
  let keys = 41;
  const second = sit(...SCENARIO);
  await goTo(second.pty, 3);
  const random = chance();
  for (const burst of [pasted('y\r'), pasted('y\ny\ny\n'), '\r\r', 'y\r', 'y\ry\r', `y${'\r'.repeat(50)}`]) {
    second.pty.type(burst);
    keys += burst.length;
    await pause(50);
    expect(await second.intents()).toBe(0);
    if (!QUESTION.test(second.pty.screen().join('\n'))) {
      // Enter on No: declined. It is asked again from the plan.
      second.pty.kill('SIGKILL');
      break;
    }
  }
  const third = sit(...SCENARIO);
  await goTo(third.pty, 3);
  // 1,000 random keys at some 1 kHz, with no pause a person would make; Enter and Escape among them.
  for (let n = 0; n < 1000; n += 1) {
    const all = 'abcdefghijklmnopqrstuvwxyzy\r\ry';
    third.pty.type(all[Math.floor(random() * all.length)] as string);
    if (n % 10 === 0) await pause(10);
  }
  keys += 1000;
  await pause(500);
  const stormed = await third.intents();
  expect(stormed).toBe(0);
  // And once for good, with a double Enter: one step, not two.
  const fourth = sit(...SCENARIO);
  await goTo(fourth.pty, 3);
  await pause(500);
  const pressed = performance.now();
  fourth.pty.type('y');
  await fourth.pty.waitFor('▸ Yes ◂');
  const answered = performance.now() - pressed;
  answeredSoon(answered);
  await pause(400);
  // Each as a key of its own: what comes in one piece is a paste.
  for (let n = 0; n < 5; n += 1) {
    fourth.pty.type('\r');
    await pause(20);
  }
  await fourth.pty.waitFor('Step 2 of 2 on controller', PATIENCE);
  await pause(500);
  expect(await fourth.intents()).toBe(1);
  return {
    injected: `typed ahead, pasted, repeated, ${keys} keys in all, 1,000 of them at random, seed ${SEED}; a fivefold Enter`,
    runs: 4,
    figure: `0 steps confirmed by any of it; the fivefold Enter confirmed 1; a key answered in ${answered.toFixed(0)} ms (${KEY_MS.aim} aimed at)`,
  };
});

row('F45', async () => {
  const sitting = sit(...SCENARIO);
  const { pty } = sitting;
  await goTo(pty, 3);
  const random = chance();
  const sizes = [
    [20, 5],
    [300, 100],
    [80, 24],
    [40, 10],
    [100, 8],
  ] as const;
  let resizes = 0;
  const until = performance.now() + 15_000;
  while (performance.now() < until) {
    const [columns, rows] = sizes[Math.floor(random() * sizes.length)] as readonly [number, number];
    pty.resize(columns, rows);
    resizes += 1;
    if (random() < 0.3) pty.type(random() < 0.5 ? 'y' : '\r');
    await pause(25);
  }
  expect(await sitting.intents()).toBe(0);
  // Too small to be read: no yes.
  const small = sit(...SCENARIO);
  await goTo(small.pty, 3);
  small.pty.resize(20, 5);
  for (let tries = 0; tries < 6; tries += 1) {
    await pause(400);
    small.pty.type(tries % 2 === 0 ? 'y' : KEYS.enter);
  }
  await pause(500);
  expect(await small.intents()).toBe(0);
  // Large again: the question is whole, and can be answered.
  small.pty.resize(100, 40);
  await small.pty.waitFor(QUESTION);
  await yes(small.pty, 1);
  await small.pty.waitFor('Step 2 of 2 on controller', PATIENCE);
  expect(await small.intents()).toBe(1);
  return {
    injected: `${resizes} resizes, 40 a second, with y and Enter between them; a terminal of 20x5; seed ${SEED}`,
    runs: 2,
    figure: '0 confirmed meanwhile; asked whole again at 100x40',
  };
});

row('F53', async () => {
  const seen = new Map<string, string>();
  const TERMS: Readonly<Record<string, Record<string, string>>> = {
    'xterm-256color': {},
    dumb: { TERM: 'dumb' },
    '16 colours': { TERM: 'xterm-16color' },
    NO_COLOR: { NO_COLOR: '1' },
    tmux: { TERM: 'tmux-256color', TMUX: '/tmp/none,1,0' },
  };
  for (const [name, env] of Object.entries(TERMS)) {
    const home = mkdtempSync(join(tmpdir(), 'inkling-person-'));
    homes.push(home);
    const pty = startPty(['check', ...SCENARIO], { rows: 400, env: { HOME: home, ...env } });
    ptys.push(pty);
    expect([name, await pty.ended(PATIENCE)]).toEqual([name, 3]);
    seen.set(name, /(The keyring of .*is not readable.*)/.exec(pty.screen().join('\n'))?.[1] ?? 'nothing');
  }
  expect(new Set(seen.values()).size).toBe(1);
  expect([...seen.values()][0]).toContain('The keyring of client.glance');
  return { injected: [...seen.keys()].join(', '), runs: seen.size, figure: `the same verdict in all ${seen.size}` };
});
