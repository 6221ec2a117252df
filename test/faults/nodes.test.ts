import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { createTransport } from '../../src/transport/index.ts';
import { newHouse, records, repair } from '../support/inkling.ts';
import { noSshd, type Sshd, type SshdOptions, startSshd } from '../support/sshd.ts';
import { answers, ask, type Client, exited, nodeOf, opened, QUICK, shell } from '../transport/nodes.ts';
import { noFalseDone, wholeFile } from './nothing-lost.ts';
import { chance, row, SEED } from './row.ts';
import { programsOf, sessions, writing } from './sessions.ts';
import { age, NEW, OLD, sha, type Target, target } from './target.ts';
import { verdict } from './verdict.ts';

// What happens to nodes and to those on the way to them, in the middle of a change or of a look.

let sshd: Sshd;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  if (noSshd === undefined) sshd = await startSshd({ config: ['MaxSessions 20'] });
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});
afterAll(() => sshd?.stop());

const transport = () => {
  const one = createTransport({ timing: QUICK });
  ends.push(() => one.close());
  return one;
};
const made = (): Target => {
  const of = target();
  ends.push(() => of.remove());
  return of;
};
const started = async (options?: SshdOptions): Promise<Sshd> => {
  const one = await startSshd(options);
  ends.push(() => one.stop());
  return one;
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const atEnd = async (): Promise<void> => {
  for (const end of ends.splice(0).toReversed()) await end();
};
const killed = (pids: readonly (number | string)[]): void => {
  for (const pid of pids)
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
};

/** How long a write takes here, in ms. */
async function usual(): Promise<number> {
  const of = made();
  const link = await opened(transport(), nodeOf(sshd, 'ssh2'));
  const since = performance.now();
  await link.run({ id: 'w', ...writing(of) });
  return performance.now() - since;
}
const asRead = async (of: Target): Promise<string> => {
  const link = await opened(transport(), nodeOf(sshd, 'ssh2'));
  return exited((await link.run({ id: 'r', argv: ['sha256sum', of.path], deadline: 10 })).answer).stdout.slice(0, 64);
};

row(
  'F18',
  async () => {
    const [random, long] = [chance(), await usual()];
    const count = { runs: 0, unknown: 0, old: 0, new: 0 };
    for (let n = 0; n < 24; n += 1) {
      const client: Client = n % 2 === 0 ? 'ssh2' : 'openssh';
      const jump = await started();
      writeFileSync(join(jump.directory, 'authorized'), readFileSync(`${sshd.reach.identity[0]}.pub`));
      const both = join(jump.directory, 'both');
      writeFileSync(both, [sshd, jump].map((node) => `[127.0.0.1]:${node.port} ${node.hostKey}\n`).join(''));
      const hop = `${jump.reach.user}@127.0.0.1:${jump.port}`;
      const link = await opened(transport(), nodeOf(sshd, client, { jump: hop, knownHosts: [both] }));
      const of = made();
      const others = programsOf(sshd);
      const run = link.run({ id: 'w', ...writing(of) });
      await pause(random() * long * 1.3);
      killed([...sessions(jump), jump.pid()]);
      const { answer } = await run;
      // What was sent lives on without us: it is waited for, and then the node is read.
      await vi.waitFor(() => expect([programsOf(sshd).length <= others.length, of.left()]).toEqual([true, []]), 20_000);
      noFalseDone(answer.result === 'exited' && answer.code === 0, of);
      if (answer.result === 'lost') count.unknown += 1;
      const state = wholeFile(of);
      count[state] += 1;
      count.runs += 1;
      expect(await asRead(of)).toBe(sha(state === 'new' ? NEW : OLD));
      await atEnd();
    }
    return {
      injected: `jump host killed at random moments of a write, both clients; seed ${SEED}`,
      runs: count.runs,
      figure: `0 torn, 0 false done (${count.old} old, ${count.new} new; ${count.unknown} unknown until read)`,
    };
  },
  noSshd,
);

row(
  'F19',
  async () => {
    const [random, long] = [chance(), await usual()];
    const count = { runs: 0, done: 0 };
    for (const signal of ['SIGHUP', 'SIGTERM'] as const) {
      const node = await startSshd();
      for (let n = 0; n < 12; n += 1) {
        const link = await opened(transport(), nodeOf(node, n % 2 === 0 ? 'ssh2' : 'openssh'));
        const of = made();
        const run = link.run({ id: 'w', ...writing(of) });
        await pause(random() * long);
        await restarted(node, signal);
        const { answer } = await run;
        noFalseDone(answer.result === 'exited' && answer.code === 0, of);
        expect(answer).toMatchObject({ result: 'exited', code: 0 });
        // Who comes now is let in by the new listener.
        const again = await opened(transport(), nodeOf(node, 'ssh2'));
        expect(exited((await answers(again, [ask('on', ['echo', 'on'])])).get('on')).stdout).toBe('on\n');
        count.done += wholeFile(of) === 'new' ? 1 : 0;
        count.runs += 1;
        await atEnd();
      }
      await node.stop();
    }
    expect(count.done).toBe(count.runs);
    return {
      injected: `sshd told to read itself anew, or ended and started, at random moments of a write; seed ${SEED}`,
      runs: count.runs,
      figure: `${count.done} of ${count.runs} went on to their end`,
    };
  },
  noSshd,
);

/** HUP makes sshd start itself anew; it says when it listens. */
async function restarted(node: Sshd, signal: 'SIGHUP' | 'SIGTERM'): Promise<void> {
  if (signal === 'SIGTERM') return node.restart(signal);
  const before = node.log().split('Server listening').length;
  process.kill(node.pid(), signal);
  await vi.waitFor(() => expect(node.log().split('Server listening').length).toBeGreaterThan(before), 10_000);
}

row(
  'F20',
  async () => {
    const [random, long] = [chance(), await usual()];
    const count = { runs: 0, old: 0, new: 0, left: 0 };
    const node = await startSshd();
    for (let n = 0; n < 60; n += 1) {
      const link = await opened(transport(), nodeOf(node, 'ssh2'));
      const of = made();
      const run = link.run({ id: 'w', ...writing(of) });
      await pause(random() * long * 1.2);
      // All of the node at once: nobody is left to tidy up.
      killed([...sessions(node), ...programsOf(node)]);
      killed([...sessions(node), ...programsOf(node)]);
      await node.restart('SIGKILL');
      const { answer } = await run;
      noFalseDone(answer.result === 'exited' && answer.code === 0, of);
      const state = wholeFile(of);
      count[state] += 1;
      count.left += of.left().length;
      count.runs += 1;
      // After the boot: what was left there is swept by the next write, which succeeds on what is there.
      if (of.left().length > 0) age(of);
      const back = await opened(transport(), nodeOf(node, 'ssh2'));
      if (state === 'old') {
        rmSync(of.keep, { recursive: true, force: true });
        expect(exited((await back.run({ id: 'w', ...writing(of) })).answer).code).toBe(0);
        expect(of.left()).toEqual([]);
      }
      await atEnd();
    }
    await node.stop();
    return {
      injected: `every process of the node killed at once at random moments of a write, sshd started again; seed ${SEED}`,
      runs: count.runs,
      figure: `0 torn (${count.old} old, ${count.new} new); ${count.left} private folders left, swept`,
    };
  },
  noSshd,
);

const LOCALES = (spawnSync('locale', ['-a'], { encoding: 'utf8' }).stdout ?? '')
  .split('\n')
  .filter((name) => name !== '' && !/^(C|POSIX)(\.|$)/.test(name));

row(
  'F29',
  async () => {
    const plain = await verdict({});
    for (const name of LOCALES) {
      const env = { LANG: name, LC_ALL: name, LANGUAGE: name.slice(0, 2) };
      const node = await started({ env });
      const link = await opened(transport(), nodeOf(node, 'ssh2'));
      const key = 'AQBhfWlnAAAAABAAu3jQx5Uq0uRvfX/m8i4oPg==';
      const got = await answers(link, [
        ask('gone', ['ls', '/n\u00f6where']),
        ask('number', ['sh', '-c', 'printf "%.1f\\n" 1.5']),
        shell('config', `printf 'password = p\u00e4ss-w0rd\\nkey = ${key}\\n'`, { seal: 'config' }),
        shell('keyring', `printf '[client.x]\\n\\tkey = ${key}\\n'`, { seal: 'keyring' }),
      ]);
      expect(exited(got.get('gone')).stderr).toContain('No such file or directory');
      expect(exited(got.get('number')).stdout).toBe('1.5\n');
      expect(exited(got.get('config')).stdout).toMatch(/^password = sealed-[0-9a-f]{16}\nkey = sealed-[0-9a-f]{16}\n$/);
      expect(exited(got.get('keyring')).stdout).toMatch(/^\[client\.x\]\n\tkey = sealed:[0-9a-f]{16}:aes\n$/);
      const of = made();
      expect(exited((await link.run({ id: 'w', ...writing(of) })).answer).code).toBe(0);
      expect(wholeFile(of)).toBe('new');
      expect(await verdict({ env })).toEqual(plain);
    }
    return {
      injected: `logins in ${LOCALES.join(', ')}: words, numbers, seals, a write, a whole check`,
      runs: LOCALES.length,
      figure: '0 verdicts unlike those in C',
    };
  },
  noSshd ?? (LOCALES.length === 0 ? 'no locale but C is installed' : undefined),
);

/** `date` with its clock wrong by so many seconds. */
const wrongDate = (seconds: number): string =>
  `#!/bin/sh\nnow=$(/bin/date +%s)\nexec /bin/date -d "@$((now + ${seconds}))" "$@"\n`;
const DAY = 86_400;

/** Inkling's own clock, which is set back by a day the moment it has printed `text`. */
const setBackAt = (text: string): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(`
    const Real = Date; let off = 0;
    globalThis.Date = class extends Real {
      constructor(...given) { if (given.length === 0) super(Real.now() + off); else super(...given); }
      static now() { return Real.now() + off; }
    };
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = (chunk, ...rest) => {
      if (String(chunk).includes(${JSON.stringify(text)})) off = -${DAY * 1000};
      return write(chunk, ...rest);
    };`)}`,
});

row(
  'F39',
  async () => {
    const right = await verdict({});
    for (const seconds of [DAY, -DAY]) expect(await verdict({ programs: { date: wrongDate(seconds) } })).toEqual(right);
    const house = newHouse();
    ends.push(() => house.remove());
    const ran = await house.run(repair('ndjson'), setBackAt('"status":"running"'));
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    const spent = records(ran.stdout).flatMap(({ ms }) => (typeof ms === 'number' ? [ms] : []));
    expect(spent.filter((ms) => ms < 0)).toEqual([]);
    const listed = await house.run(['journal', 'list', '--format', 'json']);
    const [run] = (JSON.parse(listed.stdout) as { runs: { outcome: string; unresolved: number }[] }).runs;
    expect([listed.code, run?.outcome, run?.unresolved]).toEqual([0, 'fixed', 0]);
    return {
      injected: "a node's clock a day ahead and a day behind; Inkling's own set back by a day in the middle of a fix",
      runs: 3,
      figure: 'the same verdicts; fixed and verified, journal in order, 0 spans below zero',
    };
  },
  noSshd,
);
