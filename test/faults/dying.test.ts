import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import type { RunEvent } from '../../src/domain/event.ts';
import { emptyRun, fold } from '../../src/domain/fold.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { RunOn } from '../../src/engine/fix/act.ts';
import { KEEP } from '../../src/engine/fix/file-script.ts';
import { GUARD, LEASE } from '../../src/engine/fix/lease-script.ts';
import { type Holder, takeLock } from '../../src/engine/fix/lock.ts';
import { apply } from '../../src/engine/fix/transaction.ts';
import { readJournal } from '../../src/journal/read.ts';
import type { JournalEvent } from '../../src/journal/record.ts';
import { openJournal } from '../../src/journal/write.ts';
import { type LocalNode, localNode, me } from '../engine/local-node.ts';
import { broken, fixOf, mended, planOf, type Sample, sample, step } from '../engine/transaction-sample.ts';
import { goOn, type Life, onDisk } from './life.ts';
import { allClosed, noSecretIn, toldAsItIs } from './nothing-lost.ts';
import { chance, row, SEED } from './row.ts';
import { run, target } from './target.ts';

// Inkling dies, or its journal does, at every point of a fix that really changes files of this machine.

const SECRET = 'AQBvVnVnAAAAABAAz5V0pBzzqhTwD4h0qz3nRA==';
const root = process.getuid?.() === 0;

let node: LocalNode;
let folder: string;
beforeEach(() => {
  // The programs as a node has them, not as this machine's developers do.
  vi.stubEnv('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
  node = localNode();
  folder = mkdtempSync(join(tmpdir(), 'dying-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  node.end();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string): string => join(node.folder, name);
const OLD = `[a]\r\no = old\r\npassword = ${SECRET}\r\n`;

/** A file edited, a key written, a program run, a service restarted. */
function prepared(): Plan {
  writeFileSync(file('edited'), OLD);
  chmodSync(file('edited'), 0o604);
  for (const name of ['made', 'ran']) rmSync(file(name), { force: true });
  writeFileSync(file('restarts'), '');
  writeFileSync(file('key'), SECRET);
  const restart = { do: 'run', argv: ['/bin/sh', '-c', 'echo x >> "$0"', file('restarts')], deadline: 5 } as const;
  return planOf(
    step('edit', {
      action: { do: 'set-option', path: file('edited'), section: 'a', option: 'o', was: 'old', value: 'new' },
      undo: { how: 'restore', path: file('edited'), says: 'as it was' },
    }),
    step('write', {
      action: {
        do: 'write',
        path: file('made'),
        ...me,
        mode: '0640',
        content: { name: 'the key', node: 'a', argv: ['cat', file('key')] },
        before: 'absent',
      },
      undo: { how: 'restore', path: file('made'), says: 'as it was' },
    }),
    step('run', {
      action: { do: 'run', argv: ['touch', file('ran')], deadline: 5 },
      undo: { how: 'run', actions: [{ do: 'run', argv: ['rm', '-f', file('ran')], deadline: 5 }], says: 'gone again' },
    }),
    step('restart', { action: restart, undo: { how: 'run', actions: [restart], says: 'restarted', last: true } }),
  );
}

const text = (name: string): string | undefined =>
  existsSync(file(name)) ? readFileSync(file(name), 'utf8') : undefined;
const files = () => [text('edited'), (statSync(file('edited')).mode & 0o777).toString(8), text('made'), text('ran')];
const BEFORE = [OLD, '604', undefined, undefined];
const AFTER = [OLD.replace('old', 'new'), '604', SECRET, ''];

let program: string;
beforeAll(async () => {
  program = join(mkdtempSync(join(tmpdir(), 'life-')), 'life.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'life.ts')],
    outfile: program,
    ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
});
afterAll(() => rmSync(join(program, '..'), { recursive: true, force: true }));

const journals = (): string => join(folder, 'lives');

/** One process, killed at a point. False when it came to its end before. */
async function killed(does: Life['does'], plan: Plan, dies: number, grace: number): Promise<boolean> {
  const told = join(folder, 'life.json');
  writeFileSync(told, JSON.stringify({ does, plan, node: node.folder, journal: journals(), dies, grace }));
  const child = spawn(process.execPath, [program, told], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((r) => child.on('close', (...a) => r(a)));
  expect([code, signal, said], `point ${dies}`).toEqual(signal ? [null, 'SIGKILL', ''] : [0, null, '']);
  return signal !== null;
}

/** The next process: reads the journal, asks the node, and goes on. I3 holds when it has asked; gives the fix and what the disk holds. */
async function nextLife(does: Life['does'], plan: Plan): Promise<{ it: Sample; restarts: number }> {
  const { state, events } = await onDisk(journals());
  expect(state).not.toBe('bad');
  const it = await sample({ plan, node, looks: [broken, mended] });
  it.store.replay(events);
  const both = () => closed(it, [...events, ...it.events]);
  await goOn(it, does, both);
  both();
  return { it, restarts: text('restarts')?.length ?? 0 };
}

/** I3: what the journal says is closed, and is what the node says; I5: and holds no secret. */
function closed(it: Sample, events: readonly RunEvent[]): void {
  allClosed(events);
  toldAsItIs(it.store.fix?.steps ?? [], (path) => path.replace(KEEP, node.kept));
  noSecretIn([JSON.stringify([events, it.events])], [SECRET]);
}

row('F36', async () => {
  const random = chance();
  const count = { runs: 0, again: 0, twice: 0 };
  const fresh = (): Plan => {
    rmSync(journals(), { recursive: true, force: true });
    return prepared();
  };
  const grace = () => Math.floor(random() * 60);
  const points = (does: Life['does']) => `killed at a point while it would ${does}`;
  for (const then of ['apply', 'undo'] as const)
    for (let at = 1; ; at += 1) {
      const plan = fresh();
      if (!(await killed('apply', plan, at, grace()))) break;
      count.runs += 1;
      // Every third dies in its second life too.
      if (at % 3 === 0 && (await killed(then, plan, 1 + Math.floor(random() * 20), grace()))) count.twice += 1;
      const { it, restarts } = await nextLife(then, plan);
      const ends = then === 'apply' ? ['fixed', AFTER] : ['rolled-back', BEFORE];
      expect([it.store.fix?.outcome, files()], `${points(then)}, ${at}`).toEqual(ends);
      if (restarts > 2) count.again += 1;
    }
  // And while it takes back what was done.
  for (let at = 1; ; at += 1) {
    const plan = fresh();
    expect(await killed('apply', plan, 0, 0)).toBe(false);
    if (!(await killed('undo', plan, at, grace()))) break;
    count.runs += 1;
    const { it } = await nextLife('undo', plan);
    expect([it.store.fix?.outcome, files()], `${points('undo')}, ${at}`).toEqual(['rolled-back', BEFORE]);
  }
  return {
    injected: `SIGKILL before and after every record and command and in each command's middle, in 3 lives; ${count.twice} killed twice; seed ${SEED}`,
    runs: count.runs,
    figure: `${count.runs} of ${count.runs} settled by reading, and finished or taken back; ${count.again} restarted twice`,
  };
});

row('F37', async () => {
  const plan = prepared();
  const dir = join(folder, 'journal');
  const journal = await openJournal(dir, 'run');
  const order: ({ record: RunEvent } | { changes: string })[] = [];
  const it = await sample({ plan, node });
  const [record, send] = [it.store.record.bind(it.store), it.transaction.run];
  await journal.append({ type: 'run.started', id: 'r', site: 's', playbooks: [], at: '', nodes: [] });
  await journal.append({ type: 'fix.planned', plan, who: 'tester' } as unknown as JournalEvent);
  it.store.record = async (event) => {
    await journal.append(event as unknown as JournalEvent);
    order.push({ record: event });
    await record(event);
  };
  const sending: RunOn = async (name, command) => {
    if (command.stdin || ['touch', '/bin/sh'].includes(command.argv[0]))
      order.push({ changes: it.store.fix?.steps.find((s) => s.status === 'running')?.step.id ?? 'none' });
    return send(name, command);
  };
  await apply({ ...it.transaction, run: sending }, fixOf(it));
  await journal.close();
  const bytes = readFileSync(join(dir, 'run.jsonl'));
  const cutDir = join(folder, 'cut');
  mkdirSync(cutDir, { mode: 0o700 });
  const cutFile = join(cutDir, 'run.jsonl');
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    writeFileSync(cutFile, bytes.subarray(0, cut), { mode: 0o600 });
    const events: RunEvent[] = [];
    const reading = await readJournal(cutFile, (r) => void events.push(r.event as unknown as RunEvent));
    const whole = bytes.subarray(0, cut).filter((b) => b === 10).length;
    expect([cut, reading.state !== 'bad', reading.records - whole === 0 || reading.unended]).toEqual([cut, true, true]);
    // Every change that was sent before the next record could be written belongs to a step that these records show as begun.
    const seen = events.length - 2;
    const sent = order.slice(
      0,
      order.findIndex((o, n) => 'record' in o && order.slice(0, n).filter((p) => 'record' in p).length === seen),
    );
    const state = events.reduce(fold, emptyRun);
    for (const o of sent)
      if ('changes' in o)
        expect([cut, state.fix?.steps.find((s) => s.step.id === o.changes)?.status]).not.toEqual([cut, 'waiting']);
    if (cut % 40 === 0) {
      const more = await openJournal(cutDir, 'run');
      await more.append({ type: 'more' });
      await more.close();
      expect((await readJournal(cutFile)).state).toBe('whole');
    }
  }
  return {
    injected: 'the journal of a whole fix cut at every byte',
    runs: bytes.length + 1,
    figure: `${bytes.length + 1} of ${bytes.length + 1}: whole records count, 0 changes without their intent`,
  };
});

row('T20', async () => {
  const plan = prepared();
  const dir = join(folder, 'journal');
  const journal = await openJournal(dir, 'run');
  const it = await sample({ plan, node });
  const record = it.store.record.bind(it.store);
  it.store.record = async (event) => {
    await journal.append(event as unknown as JournalEvent);
    await record(event);
  };
  await apply(it.transaction, fixOf(it));
  await journal.close();
  const file = join(dir, 'run.jsonl');
  const bytes = readFileSync(file);
  let runs = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    writeFileSync(file, flipped);
    const events: string[] = [];
    const { state, badRecord, says } = await readJournal(file, (r) => void events.push(r.event.type));
    const inRecord = 1 + bytes.subarray(0, at).filter((b) => b === 10).length;
    expect([at, state === 'whole', badRecord, events.length]).toEqual([at, false, inRecord, inRecord - 1]);
    expect(says).toContain(`record ${inRecord} of`);
    runs += 1;
    // And nobody writes on behind a record that is damaged.
    if (at % 500 === 0 && state === 'bad') await expect(openJournal(dir, 'run')).rejects.toThrow(/damaged/);
  }
  return {
    injected: 'a bit of every byte of the journal of a whole fix flipped',
    runs,
    figure: `${runs} of ${runs}: the record is named, neither it nor what follows counts`,
  };
});

row(
  'F38',
  async () => {
    const mount = join(folder, 'full');
    mkdirSync(mount);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'tmpfs', mount]);
    let runs = 0;
    try {
      for (const room of [0, 200, 2000, 5000]) {
        const plan = prepared();
        const journal = await openJournal(mount, `run-${room}`);
        const it = await sample({ plan, node, append: () => {} });
        const record = it.store.record.bind(it.store);
        it.store.record = async (event) => {
          await journal.append(event as unknown as JournalEvent);
          await record(event);
        };
        const free = Number(execFileSync('df', ['--output=avail', '-B1', mount], { encoding: 'utf8' }).split('\n')[1]);
        writeFileSync(join(mount, 'filler'), Buffer.alloc(Math.max(0, free - room)));
        node.sent.length = 0;
        const intents = () => it.events.filter((e) => e.type === 'step.intent').length;
        await expect(apply(it.transaction, fixOf(it))).rejects.toThrow(/no space is left/);
        // Only what has its intent on disk was sent.
        if (intents() === 0) expect([node.sent, files()]).toEqual([[], BEFORE]);
        runs += 1;
        await journal.close().catch(() => {});
        for (const name of ['filler', `run-${room}.jsonl`]) rmSync(join(mount, name), { force: true });
      }
    } finally {
      execFileSync('umount', [mount]);
    }
    return { injected: 'a full tmpfs below the journal', runs, figure: '0 commands sent without a record on disk' };
  },
  root ? undefined : 'needs root to mount a tmpfs',
);

/** The programs of the lock, really at the same time, in a folder of their own. */
const locking: RunOn = async (_node, { argv, stdin }) => {
  const here = argv.map((a) =>
    a.replace(GUARD[3] as string, join(folder, 'guard')).replace(LEASE, join(folder, 'lease')),
  );
  const { code, stdout, stderr } = await run(here, Buffer.from(stdin ?? []).toString());
  return { result: 'exited', code: code ?? 255, stdout, stderr, dropped: 0, ms: 1 };
};
const take = (id: string, gone: (holder: Holder) => boolean = () => false) =>
  takeLock({ run: locking, gone, repeat: () => () => {} }, ['a'], {
    run: id,
    who: id,
    host: 'desk',
    pid: 1,
    began: '',
    since: '2026-02-03T04:05:06.000Z',
    what: 'Mend it',
  });

row('F42', async () => {
  const starts = 1000;
  const seen = { one: 0, none: 0, both: 0 };
  for (let at = 0; at < starts; at += 1) {
    const taken = await Promise.all([take(`anna-${at}`), take(`bob-${at}`)]);
    const won = taken.flatMap((t) => (t.ok ? [t.lock] : []));
    seen[won.length === 1 ? 'one' : won.length === 0 ? 'none' : 'both'] += 1;
    for (const lost of taken)
      if (!lost.ok) expect(lost.says).toMatch(/(anna|bob)-\d+ on desk since 2026-02-03 04:05 UTC: Mend it/);
    for (const lock of won) await lock.release();
  }
  expect(seen.both).toBe(0);
  // A holder that was paused for longer than its lease finds out before its next step.
  const paused = await take('paused');
  execFileSync('touch', ['-d', '2 minutes ago', join(folder, 'lease', 'holder')]);
  expect((await take('second')).ok).toBe(true);
  // One that was stopped between that question and its write is fenced in by the program that writes.
  const of = target();
  const writes = (id: string) => of.write({ lease: [join(folder, 'lease'), id] });
  const fenced = await writes('paused');
  expect([fenced.code, fenced.stderr, of.state()]).toEqual([
    70,
    expect.stringContaining('somebody else has it'),
    'old',
  ]);
  expect([(await writes('second')).code, of.state()]).toEqual([0, 'new']);
  of.remove();
  expect(paused.ok && (await paused.lock.held('a'))).toMatch(/was lost/);
  return {
    injected: 'two operators start at once; one paused beyond its lease',
    runs: starts,
    figure: `${seen.both} double runs (${seen.one} one of them, ${seen.none} neither); the paused one fenced in`,
  };
});

row('F43', async () => {
  let slowest = 0;
  const runs = 20;
  for (let at = 0; at < runs; at += 1) {
    await take(`dead-${at}`);
    const since = performance.now();
    const next = await take(`next-${at}`, (holder) => holder.run.startsWith('dead'));
    slowest = Math.max(slowest, (performance.now() - since) / 1000);
    expect(next.ok).toBe(true);
    if (next.ok) await next.lock.release();
  }
  expect(slowest).toBeLessThan(2);
  return {
    injected: 'the process that held the lock is gone from this machine',
    runs,
    figure: `free after ${slowest.toFixed(1)} s at most (2 allowed); 60 s when it was on another machine`,
  };
});

row('F47', async () => {
  const runs = 10;
  for (let at = 0; at < runs; at += 1) {
    const plan = prepared();
    const it = await sample({ plan, node, looks: [broken] });
    await apply(it.transaction, fixOf(it));
    expect([it.store.fix?.outcome, files()]).toEqual(['rolled-back', BEFORE]);
    expect(it.events.filter((e) => e.type === 'step.result').map((e) => e.status)).toContain('undone');
    closed(it, it.events);
  }
  return {
    injected: 'the cause is still there after every step was done',
    runs,
    figure: `${runs} of ${runs} as before, byte for byte, with mode`,
  };
});
