import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { COMMON } from '../../src/engine/fix/file-script.ts';
import { chance, ROUNDS, rounds, roundsWords, row, SEED } from './row.ts';
import { NEW, OLD, run, sha, type Target, target, twoAtATime } from './target.ts';

// Somebody else at the same file, between the look and the write, thousands of times. What a writer does there runs in a loop of one
// shell, with its own functions; some hundred whole writes besides.

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end();
});
const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

/** In memory where there is such a folder: what is raced is no disk. */
const folder = (): string => {
  const shm = spawnSync('test', ['-w', '/dev/shm']).status === 0;
  const made = mkdtempSync(join(shm ? '/dev/shm' : tmpdir(), 'race-'));
  ends.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
};
const made = (): Target => {
  const of = target(folder());
  ends.push(() => of.remove());
  return of;
};
const started = (program: string, ...args: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  ends.push(() => child.kill('SIGKILL'));
  return child;
};
/** Ends the other one and gives what it has to tell. */
const told = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (more) => {
      text += more;
    });
    child.on('close', () => resolve(text));
    child.kill('SIGTERM');
  });

const BATCH = 100;
/** Rounds that one shell does before the next is started. */
function* batches(): Generator<number> {
  let done = 0;
  for (const _ of rounds(BATCH)) {
    yield Math.min(BATCH, ROUNDS - done);
    done += BATCH;
  }
}

/**
 * Someone who replaces the file by renaming, again and again, and remembers over what. It rests up to three times as long as a round takes
 * here (milliseconds, told by the parent), so that some rounds meet it and some do not, however slow the machine.
 */
const CHANGER = `
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
const [, path, name, seed] = process.argv;
let state = Number(seed), k = 0, round = 40;
const random = () => { state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff; return (state >> 8) / 0x7fffff; };
process.on('message', (ms) => { round = ms; });
const log = [];
const go = () => {
  const over = readFileSync(path, 'utf8');
  const mine = name + ' ' + (k += 1) + '\\n';
  writeFileSync(path + '.mine', mine, { mode: 0o640 });
  renameSync(path + '.mine', path);
  log.push([over, mine]);
  setTimeout(go, random() * 3 * round);
};
go();
process.on('SIGTERM', () => process.stdout.write(JSON.stringify(log), () => process.exit(0)));`;

/** The look and the write of every round, and how each ended: number, digest that was seen, exit code. */
const LOOP = `${COMMON}path=$1 from=$2 rounds=$3
enter
no() { exit 70; }
n=$from
while [ "$n" -lt $((from + rounds)) ]; do
  want=$(seen "../$name" ./seen)
  printf 'ours %s\\n' "$n" > ./new
  (refuse_odd "$want"; replace "$want" 'has changed') 2>/dev/null
  echo "$n $want $?"
  n=$((n + 1))
done
clear_up
`;

row('F40', async () => {
  const lanes = [made(), made()].map((of, lane) => ({
    of,
    changer: started(CHANGER, of.path, 'theirs', String(SEED + lane)),
    ours: new Map<string, string>(),
    from: 1,
  }));
  const count = { done: 0, refused: 0, otherwise: 0, lost: 0, changes: 0 };
  await twoAtATime(batches(), async (many, at) => {
    const lane = lanes[at] as (typeof lanes)[0];
    const began = performance.now();
    const { code, stdout, hung } = await run(
      ['/bin/sh', '-c', LOOP, 'race', lane.of.path, String(lane.from), String(many)],
      '',
      env,
      180,
    );
    expect([code, hung]).toEqual([0, false]);
    lane.changer.send((performance.now() - began) / many);
    lane.from += many;
    for (const line of stdout.trim().split('\n')) {
      const [n, want, ended] = line.split(' ') as [string, string, string];
      count[ended === '0' ? 'done' : ended === '70' ? 'refused' : 'otherwise'] += 1;
      if (ended === '0') lane.ours.set(`ours ${n}\n`, want);
    }
  });
  for (const { of, changer, ours } of lanes) {
    const log = JSON.parse(await told(changer)) as [over: string, mine: string][];
    const known = new Map([OLD, ...ours.keys(), ...log.map(([, mine]) => mine)].map((text) => [sha(text), text]));
    /** What was there before ours were written over it, each in the knowledge of the one before. */
    const under = (text: string | undefined): string | undefined => {
      const want = ours.get(text ?? '');
      return want === undefined ? text : under(known.get(want));
    };
    for (const [k, [, mine]] of log.entries()) {
      const next = log[k + 1]?.[0] ?? readFileSync(of.path, 'utf8');
      count.changes += 1;
      if (under(next) !== mine) count.lost += 1;
    }
  }
  expect(count.lost).toBe(0);
  expect(count.done).toBeGreaterThan(0);
  expect(count.refused).toBeGreaterThan(0);
  const whole = await wholeWrites();
  const runs = count.done + count.refused + count.otherwise;
  return {
    injected: `${count.changes} changes at random moments of ${runs} looks and writes, and of ${whole} whole runs of the writer; seed ${SEED}`,
    runs: runs + whole,
    figure: `0 lost updates (${count.refused} refused, ${count.done} done, ${count.otherwise} ended otherwise)${roundsWords(runs)}`,
  };
});

/** Changes the file once, in place or by renaming, at a random moment of a whole write. */
const ONCE = `
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
const path = process.argv[1];
process.on('message', ({ round, wait, rename }) => setTimeout(() => {
  const over = readFileSync(path, 'utf8');
  const mine = '[x]\\nround = ' + round + '\\n';
  if (rename) { writeFileSync(path + '.mine', mine); renameSync(path + '.mine', path); } else writeFileSync(path, mine);
  process.send({ over, mine });
}, wait));`;

async function wholeWrites(): Promise<number> {
  const random = chance();
  const whole = 300;
  const lanes = [made(), made()].map((of) => ({ of, changer: started(ONCE, of.path) }));
  let usual = 60;
  await twoAtATime(Array(whole).keys(), async (round, at) => {
    const { of, changer } = lanes[at] as (typeof lanes)[0];
    writeFileSync(of.path, OLD);
    const changed = new Promise<{ over: string; mine: string }>((resolve) => changer.once('message', resolve as never));
    const began = performance.now();
    changer.send({ round, wait: random() * usual * 1.3, rename: random() < 0.5 });
    const ran = await of.write({ env });
    usual = (9 * usual + (performance.now() - began)) / 10;
    const { over, mine } = await changed;
    const now = readFileSync(of.path, 'utf8');
    // Nothing torn; and where theirs was made over the old file, ours is not what is left.
    expect([mine, NEW]).toContain(now);
    expect([round, now === NEW && over === OLD, ran.hung]).toEqual([round, false, false]);
  });
  return whole;
}

/** Swaps the file, and the writer's private folder, as fast as it can. */
const SWAPPER = `
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
const [, path, folder, victim, seed] = process.argv;
let state = Number(seed), swaps = 0;
const random = (n) => { state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff; return (state >> 8) % n; };
const mine = path + '.swap', pipe = path + '.pipe';
execFileSync('mkfifo', [pipe]);
const go = () => {
  for (let i = 0; i < 4; i += 1) try {
    rmSync(mine, { force: true, recursive: true });
    const kind = random(8);
    if (kind === 0) symlinkSync(victim, mine);
    else if (kind === 1) linkSync(victim, mine);
    else if (kind === 2) mkdirSync(mine);
    else if (kind === 3) linkSync(pipe, mine);
    else if (kind === 4) { rmSync(path, { force: true, recursive: true }); continue; }
    else writeFileSync(mine, ${JSON.stringify(OLD)}, { mode: 0o640 });
    if (random(6) === 0) for (const name of readdirSync(folder)) if (name.startsWith('.inkling-')) {
      renameSync(folder + '/' + name, folder + '/moved' + swaps);
      symlinkSync(victim + '.d', folder + '/' + name);
    }
    try { renameSync(mine, path); } catch { rmSync(path, { force: true, recursive: true }); renameSync(mine, path); }
    swaps += 1;
  } catch {}
  if (random(50) === 0) for (const name of readdirSync(folder)) if (name.startsWith('moved') || name.startsWith('.inkling-'))
    rmSync(folder + '/' + name, { force: true, recursive: true });
  setTimeout(go, 2);
};
go();
process.on('SIGTERM', () => process.stdout.write(String(swaps), () => process.exit(0)));`;

/** From the entry into the folder to the write, each round as the writer does it. */
const WHOLE_LOOP = `${COMMON}path=$1 rounds=$2
n=0
while [ "$n" -lt "$rounds" ]; do
  (
    enter
    was=$(seen "../$name" ./seen)
    refuse_odd "$was"
    [ "$was" = absent ] || [ "$(stat -c %h -- "../$name")" = 1 ] || no "$path has several hard links"
    printf 'ours\\n' > ./new || no "the new content could not be written"
    replace "$was" 'has changed since you looked'
    clear_up
  ) 2>/dev/null
  echo $?
  n=$((n + 1))
done
`;

row('F41', async () => {
  const count = { refused: 0, done: 0, otherwise: 0, hung: 0 };
  const lanes = [made(), made()].map((of, lane) => {
    const victim = join(folder(), 'victim');
    writeFileSync(victim, 'somebody else\u2019s\n');
    mkdirSync(`${victim}.d`);
    return { of, victim, swapper: started(SWAPPER, of.path, of.folder, victim, String(SEED + lane)) };
  });
  const untouched = (victim: string): void => {
    expect(readFileSync(victim, 'utf8')).toBe('somebody else\u2019s\n');
    expect(spawnSync('ls', ['-A', `${victim}.d`], { encoding: 'utf8' }).stdout).toBe('');
  };
  await twoAtATime(batches(), async (many, lane) => {
    const { of, victim } = lanes[lane] as (typeof lanes)[0];
    const ran = await run(['/bin/sh', '-c', WHOLE_LOOP, 'race', of.path, String(many)], '', env, 180);
    if (ran.hung) count.hung += 1;
    for (const code of ran.stdout.trim().split('\n'))
      count[code === '0' ? 'done' : code === '70' ? 'refused' : 'otherwise'] += 1;
    untouched(victim);
    // And one whole write.
    expect((await of.write({ env })).hung).toBe(false);
    untouched(victim);
  });
  let swaps = 0;
  for (const { swapper } of lanes) swaps += Number(await told(swapper));
  expect(count.hung).toBe(0);
  expect(count.refused).toBeGreaterThan(0);
  const runs = count.refused + count.done + count.otherwise;
  return {
    injected: `${swaps} swaps for links, hard links, folders, FIFOs, nothing; private folders moved; seed ${SEED}`,
    runs,
    figure: `0 foreign writes (${count.refused} refused, ${count.done} done, ${count.otherwise} ended otherwise)${roundsWords(runs)}`,
  };
});
