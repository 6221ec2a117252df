import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal, RunEvent } from '../../src/domain/event.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Answer } from '../../src/domain/question.ts';
import type { RunOn } from '../../src/engine/fix/act.ts';
import { takeLock } from '../../src/engine/fix/lock.ts';
import { settle } from '../../src/engine/fix/settle.ts';
import { apply } from '../../src/engine/fix/transaction.ts';
import { undo } from '../../src/engine/fix/undo.ts';
import { readJournal } from '../../src/journal/read.ts';
import type { JournalEvent } from '../../src/journal/record.ts';
import { openJournal } from '../../src/journal/write.ts';
import { inFolder } from '../engine/local-node.ts';
import { broken, fixOf, mended, type Sample, sample } from '../engine/transaction-sample.ts';

/**
 * A process that works on a fix as Inkling does, with its journal on the disk, and is killed at a given point: before or after a record or
 * a command, or while a command is under way, which then goes on without it. Arguments: a file with what to do.
 */
export interface Life {
  readonly does: 'apply' | 'undo';
  readonly plan: Plan;
  /** Folders of the node and of the journal. */
  readonly node: string;
  readonly journal: string;
  /** The point at which it dies; 0: it does not. */
  readonly dies: number;
  /** Milliseconds that a command gets which is under way then. */
  readonly grace: number;
}

/** Takes the node, closes what an earlier life left open, and goes on as told unless it is over. `closed` is called in between. */
export async function goOn(it: Sample, does: Life['does'], closed: () => void = () => {}): Promise<void> {
  const { run } = it.transaction;
  // As the processes of one machine do it; another process of this run is another holder.
  const token = `run+${process.pid}-${Math.floor(performance.timeOrigin)}`;
  const holder = { run: token, who: 'x', host: 'y', pid: process.pid, began: '', since: '', what: '' };
  const leases = { run, gone: () => true, repeat: () => () => {} };
  let taken = await takeLock(leases, ['a'], holder);
  // What an earlier life has begun ends in its time.
  for (; !taken.ok; taken = await takeLock(leases, ['a'], holder)) await new Promise((r) => setTimeout(r, 20));
  await settle(it.store, run);
  closed();
  const transaction = { ...it.transaction, holder: token };
  const fix = fixOf(it);
  if (does === 'undo') await undo(transaction, fix.plan, 'asked');
  else if (fix.outcome === undefined) await apply(transaction, fix);
  await taken.lock.release();
}

export const RUN = 'run';

/** What outlived the process. */
export async function onDisk(
  folder: string,
): Promise<{ readonly state: string; readonly events: readonly RunEvent[] }> {
  const events: RunEvent[] = [];
  const { state } = await readJournal(
    join(folder, `${RUN}.jsonl`),
    (r) => void events.push(r.event as unknown as RunEvent),
  );
  return { state, events };
}

async function live({ does, plan, node: folder, journal: journals, dies, grace }: Life): Promise<void> {
  let point = 0;
  let begun = false;
  const here = (): boolean => begun && ++point === dies;
  const die = (): void => void (here() && process.kill(process.pid, 'SIGKILL'));
  const earlier = await onDisk(journals).catch(() => undefined);
  const disk = await openJournal(journals, RUN);
  const known = (): boolean => earlier !== undefined && !begun;
  const journal: Journal = {
    append: async (event) => {
      if (known()) return;
      die();
      await disk.append(event as unknown as JournalEvent);
      die();
    },
    appendSoon: (event) => known() || disk.appendSoon(event as unknown as JournalEvent),
    close: () => disk.close(),
  };
  const run: RunOn = async (_node, { argv, stdin }) => {
    die();
    const answer = await asynchronously(inFolder(argv, join(folder, 'kept')), stdin, () => {
      if (here()) setTimeout(() => process.kill(process.pid, 'SIGKILL'), grace);
    });
    die();
    return answer;
  };
  const node = { run, folder, kept: join(folder, 'kept'), sent: [], instead: () => undefined, end: () => {} };
  const it = await sample({ plan, node, looks: [broken, mended], journal });
  if (earlier) it.store.replay(earlier.events);
  begun = true;
  await goOn(it, does);
  await disk.close();
  process.stdout.write(`${point}\n`);
}

/** As over a link: whoever asked may be gone when it ends. */
function asynchronously(
  [program, ...args]: readonly [string, ...string[]],
  stdin: Uint8Array | undefined,
  sent: () => void,
): Promise<Answer> {
  const since = performance.now();
  return new Promise((resolve) => {
    const child = spawn(program, args, { detached: true });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(stdin ?? '', sent);
    child.on('close', (code) =>
      resolve({ result: 'exited', code: code ?? 255, stdout, stderr, dropped: 0, ms: performance.now() - since }),
    );
  });
}

const told = process.argv[2];
if (import.meta.filename === process.argv[1] && told?.endsWith('life.json'))
  await live(JSON.parse(readFileSync(told, 'utf8')) as Life);
