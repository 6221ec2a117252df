import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import type { Answer } from '../../src/domain/question.ts';
import type { Link, Transport } from '../../src/domain/transport.ts';
import { createTransport } from '../../src/transport/index.ts';
import { buildScript } from '../../src/transport/script.ts';
import { sessionKeys } from '../../src/transport/seal.ts';
import { newHouse } from '../support/inkling.ts';
import { type Faults, startProxy, type Proxy as TcpProxy } from '../support/proxy.ts';
import { freePort, makeKey, noSshd, type Sshd, startSshd } from '../support/sshd.ts';
import { answers, ask, exited, nodeOf, opened, QUICK, shell, why } from '../transport/nodes.ts';
import { noFalseDone, wholeFile } from './nothing-lost.ts';
import { chance, row, SEED } from './row.ts';
import { programsOf, sessions, writing } from './sessions.ts';
import { has, NEW, OLD, sha, type Target, target, twoAtATime } from './target.ts';

// A real sshd, and what networks and nodes do to the way there. The in-process client: the other one has the contract suite.

let sshd: Sshd;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  if (noSshd === undefined) sshd = await startSshd({ config: ['MaxSessions 20'] });
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});
afterAll(() => sshd?.stop());

const transport = (timing: Parameters<typeof createTransport>[0] = { timing: QUICK }): Transport => {
  const one = createTransport(timing);
  ends.push(() => one.close());
  return one;
};
/** A node behind a proxy that spoils its link. */
async function spoilt(
  faults: Faults,
  options?: Parameters<typeof createTransport>[0],
): Promise<{ proxy: TcpProxy; link: () => Promise<Link> }> {
  const proxy = await startProxy(sshd.port, faults);
  ends.push(() => proxy.close());
  const known = join(sshd.directory, `known-${proxy.port}`);
  writeFileSync(known, `[127.0.0.1]:${proxy.port} ${sshd.hostKey}\n`);
  const own = transport(options);
  return { proxy, link: () => opened(own, nodeOf(sshd, 'ssh2', { port: proxy.port, knownHosts: [known] })) };
}
const timed = async <T>(work: () => Promise<T>): Promise<readonly [T, number]> => {
  const since = performance.now();
  return [await work(), (performance.now() - since) / 1000];
};
const seconds = (s: number): string => `${s.toFixed(1)} s`;
const made = (): Target => {
  const of = target();
  ends.push(() => of.remove());
  return of;
};
row(
  'F1',
  async () => {
    const empty = join(sshd.directory, 'none');
    writeFileSync(empty, '');
    const before = sshd.log().length;
    const lost = await transport().open(nodeOf(sshd, 'ssh2', { knownHosts: [empty] }));
    expect(lost).toMatchObject({ why: 'hostkey', detail: expect.stringContaining('SHA256:') });
    const tries =
      sshd
        .log()
        .slice(before)
        .match(/Accepted|Failed|Postponed/g) ?? [];
    expect(tries).toEqual([]);
    return { injected: 'empty known_hosts', runs: 1, figure: `${tries.length} logins tried` };
  },
  noSshd,
);

row(
  'F2',
  async () => {
    const name = `[127.0.0.1]:${sshd.port}`;
    const other = readFileSync(`${makeKey(sshd.directory, 'another')}.pub`, 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
    for (const [at, text] of [
      `${name} ${other}\n`,
      `${name} ${sshd.hostKey}\n@revoked * ${sshd.hostKey}\n`,
    ].entries()) {
      const file = join(sshd.directory, `bad-${at}`);
      writeFileSync(file, text);
      const trust = vi.fn(async () => true);
      expect(why(await transport({ timing: QUICK, trust }).open(nodeOf(sshd, 'ssh2', { knownHosts: [file] })))).toBe(
        'hostkey',
      );
      expect(trust).not.toHaveBeenCalled();
    }
    return { injected: 'another key; a revoked one', runs: 2, figure: '0 ways past it' };
  },
  noSshd,
);

row(
  'F3',
  async () => {
    const port = await freePort();
    const [lost, took] = await timed(() => transport({}).open(nodeOf(sshd, 'ssh2', { port })));
    expect([why(lost), took < 1]).toEqual(['refused', true]);
    return { injected: 'no listener', runs: 1, figure: seconds(took) };
  },
  noSshd,
);

row(
  'F5',
  async () => {
    const mute = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    ends.push(() => mute.close());
    const { port } = mute.address() as { port: number };
    const [lost, took] = await timed(() => transport({}).open(nodeOf(sshd, 'ssh2', { port })));
    expect([why(lost), took < 10.5]).toEqual(['unreachable', true]);
    return { injected: 'a port that never speaks', runs: 1, figure: `${seconds(took)} (10.5 allowed)` };
  },
  noSshd,
);

row(
  'F4',
  async () => {
    // Nobody accepts and the queue is full: further connections are dropped without a word, as a firewall does it.
    const deaf = spawn('python3', [
      '-c',
      'import socket, time; s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(0); print(s.getsockname()[1], flush=True); time.sleep(60)',
    ]);
    ends.push(() => deaf.kill('SIGKILL'));
    const port = await new Promise<number>((resolve) => deaf.stdout.once('data', (text) => resolve(Number(text))));
    const queued = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}));
    ends.push(() => queued.forEach((socket) => void socket.destroy()));
    await vi.waitFor(() => expect(queued.some((socket) => !socket.connecting)).toBe(true));
    const [lost, took] = await timed(() => transport({}).open(nodeOf(sshd, 'ssh2', { port })));
    expect([why(lost), took < 10.5]).toEqual(['unreachable', true]);
    return { injected: 'packets that nobody answers', runs: 1, figure: `${seconds(took)} (10.5 allowed)` };
  },
  noSshd ?? (has('python3') ? undefined : 'needs python3 for a socket that never accepts'),
);

row(
  'F6',
  async () => {
    const random = chance();
    // 400 ms for every piece, 2 s more for one in twenty.
    const { link } = await spoilt({ hold: () => (random() < 0.05 ? 2400 : 400) }, {});
    const one = await link();
    const questions = [longAnswer, ...Array.from({ length: 20 }, (_, n) => ask(`q${n}`, ['echo', `${n}`]))];
    const [got, took] = await timed(() => answers(one, questions));
    expect(exited(got.get('long')).stdout).toBe(wholeAnswer);
    for (let n = 0; n < 20; n += 1) expect(exited(got.get(`q${n}`)).stdout).toBe(`${n}\n`);
    return {
      injected: `400 ms for each piece of the answer, 2 s more for 5 % of them, seed ${SEED}`,
      runs: questions.length,
      figure: `0 lost, 0 wrong, in ${seconds(took)}`,
    };
  },
  noSshd,
);

row(
  'F7',
  async () => {
    const runs = 50;
    const { proxy, link } = await spoilt({});
    const one = await link();
    for (let at = 0; at < runs; at += 1) {
      proxy.reset();
      expect(exited((await answers(one, [ask('back', ['echo', 'back'])])).get('back')).stdout).toBe('back\n');
    }
    return { injected: 'reset of an idle link', runs, figure: '0 exits; came back each time' };
  },
  noSshd,
);

const LINES = 2000;
const longAnswer = ask('long', ['seq', String(LINES)]);
const wholeAnswer = Array.from({ length: LINES }, (_, n) => `${n + 1}\n`).join('');

/** Cuts every link after so many bytes from the node: an answer is whole or there is none. */
async function cutEverywhere(halfClose: boolean, step: number): Promise<{ runs: number; whole: number; lost: number }> {
  const measure = await spoilt({});
  const one = await measure.link();
  const handshake = measure.proxy.down();
  await answers(one, [longAnswer]);
  const end = measure.proxy.down();
  const count = { runs: 0, whole: 0, lost: 0 };
  for (let at = handshake; at < end + step; at += step) {
    const { link } = await spoilt({ halfClose, cutDown: () => at });
    const answer = (await answers(await link(), [longAnswer])).get('long') as Answer;
    count.runs += 1;
    if (answer.result === 'exited') {
      count.whole += 1;
      expect(answer.stdout).toBe(wholeAnswer);
    } else {
      count.lost += 1;
      expect(answer.why).toBe('dropped');
    }
    for (const close of ends.splice(0).toReversed()) await close();
  }
  return count;
}

row(
  'F8',
  async () => {
    const { runs, whole, lost } = await cutEverywhere(false, 97);
    expect(lost).toBeGreaterThan(10);
    return {
      injected: 'reset after every 97th byte of the answer',
      runs,
      figure: `0 partial answers taken (${lost} unknown, ${whole} whole)`,
    };
  },
  noSshd,
);

row(
  'F11',
  async () => {
    const { runs, whole, lost } = await cutEverywhere(true, 193);
    return {
      injected: 'half close after every 193rd byte',
      runs,
      figure: `0 partial answers taken (${lost} unknown, ${whole} whole)`,
    };
  },
  noSshd,
);

row(
  'F9',
  async () => {
    const lanes = [made(), made()];
    const scripts = lanes.map((of) =>
      buildScript([{ id: 'w', ...writing(of) }], {
        become: 'root',
        nonce: 'f'.repeat(32),
        mark: 'e'.repeat(32),
        keys: sessionKeys(Buffer.alloc(32)),
      }),
    );
    const length = scripts[0]?.length ?? 0;
    const brace = scripts[0]?.lastIndexOf('}') ?? 0;
    function* cuts() {
      for (let cut = 0; cut <= brace; cut += 1) yield cut;
    }
    let runs = 0;
    // What a shell that was given a part of it does, byte by byte …
    await twoAtATime(cuts(), async (cut, lane) => {
      const of = lanes[lane] as Target;
      spawnSync('/bin/sh', ['-s'], { input: scripts[lane]?.subarray(0, cut), stdio: ['pipe', 'ignore', 'ignore'] });
      runs += 1;
      if (cut % 256 === 0 || cut > brace - 40)
        expect([cut, of.state(), of.left(), existsSync(of.keep)]).toEqual([cut, 'old', [], false]);
    });
    for (const [lane, of] of lanes.entries()) {
      expect([of.state(), existsSync(of.keep)]).toEqual(['old', false]);
      spawnSync('/bin/sh', ['-s'], { input: scripts[lane], stdio: ['pipe', 'ignore', 'ignore'] });
      expect(of.state()).toBe('new');
    }
    // … and over the wire, where a packet comes whole or not at all.
    const of = made();
    const measure = await spoilt({});
    const one = await measure.link();
    const [from, before] = [measure.proxy.up(), of.state()];
    expect([before, (await one.run({ id: 'w', ...writing(of) })).answer.result]).toEqual(['old', 'exited']);
    const end = measure.proxy.up();
    const seen = { old: 0, new: 0 };
    for (let cut = from; cut <= end; cut += 251) {
      of.reset();
      rmSync(of.keep, { recursive: true, force: true });
      const { link } = await spoilt({ cutUp: () => cut });
      const { answer } = await (await link()).run({ id: 'w', ...writing(of) });
      runs += 1;
      noFalseDone(answer.result === 'exited' && answer.code === 0, of);
      if (answer.result === 'lost') {
        await vi.waitFor(() => expect(of.left()).toEqual([]), 20_000);
        expect(answer).toMatchObject({ why: 'dropped' });
      }
      seen[wholeFile(of)] += 1;
    }
    return {
      injected: `cut at each of ${length} bytes for the shell, each 251st on the wire`,
      runs,
      figure: `0 half scripts run (on the wire: ${seen.old} old, ${seen.new} new)`,
    };
  },
  noSshd,
);

row(
  'F10',
  async () => {
    const of = made();
    const measure = await spoilt({});
    const one = await measure.link();
    const from = measure.proxy.down();
    await one.run({ id: 'w', ...writing(of) });
    const end = measure.proxy.down();
    const count = { right: 0, dropped: 0, runs: 0, before: 0 };
    for (let cut = from; cut <= end; cut += 8) {
      of.reset();
      rmSync(of.keep, { recursive: true, force: true });
      // Patient in connecting: a busy machine is not the fault that is injected.
      const { link } = await spoilt({ cutDown: (n) => (n === 0 ? cut : undefined) }, {});
      const cutLink = await link();
      const others = programsOf(sshd);
      const { answer } = await cutLink.run({ id: 'w', ...writing(of) });
      count.runs += 1;
      // The script lives on without us, if it came so far: it is waited for, as reading the node before its end could find it old and be
      // wrong later.
      await vi.waitFor(() => expect([programsOf(sshd), of.left()]).toEqual([others, []]), 20_000);
      if (!existsSync(of.kept)) count.before += 1;
      noFalseDone(answer.result === 'exited', of);
      if (answer.result === 'exited') expect(answer.code).toBe(0);
      else {
        count.dropped += 1;
        expect(answer.why).toBe('dropped');
        const read = exited(
          (await cutLink.run({ id: 'r', argv: ['sha256sum', of.path], deadline: 10 })).answer,
        ).stdout.slice(0, 64);
        expect(read).toBe(sha(wholeFile(of) === 'new' ? NEW : OLD));
      }
      count.right += 1;
    }
    return {
      injected: 'cut at every 8th byte of the answer to a write',
      runs: count.runs,
      figure: `${count.right} of ${count.runs} told right by reading (${count.dropped} unknown until then, ${count.before} before the script had begun)`,
    };
  },
  noSshd,
);

row(
  'F12',
  async () => {
    const count = { runs: 0, lost: 0, slowest: 0 };
    const measure = await spoilt({});
    const one = await measure.link();
    const from = measure.proxy.down();
    await answers(one, [longAnswer]);
    const end = measure.proxy.down();
    for (let at = from; at < end; at += Math.ceil((end - from) / 50)) {
      const { link } = await spoilt({ flip: (n) => (n < 2 ? at : undefined) });
      const [answer, took] = await timed(async () => (await answers(await link(), [longAnswer])).get('long') as Answer);
      count.runs += 1;
      count.slowest = Math.max(count.slowest, took);
      if (answer.result === 'exited') expect(answer.stdout).toBe(wholeAnswer);
      else count.lost += 1;
      for (const close of ends.splice(0).toReversed()) await close();
    }
    expect(count.slowest).toBeLessThan(15);
    return {
      injected: 'a bit flipped on its way',
      runs: count.runs,
      figure: `0 wrong answers, 0 uncaught (${count.lost} unknown); slowest ${seconds(count.slowest)} (15 allowed)`,
    };
  },
  noSshd,
);

row(
  'F13',
  async () => {
    const node = await startSshd();
    ends.push(() => node.stop());
    const one = await opened(transport({}), nodeOf(node, 'ssh2'));
    const file = join(node.directory, 'begun');
    const [frozen, since] = [[] as number[], performance.now()];
    const run = one.run(shell('x', `touch ${file}; sleep 40`, { deadline: 60 }));
    await vi.waitFor(() => expect(existsSync(file)).toBe(true), 10_000);
    frozen.push(...sessions(node));
    const stopped = performance.now();
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    const { answer } = await run;
    const took = (performance.now() - stopped) / 1000;
    for (const pid of frozen) process.kill(pid, 'SIGKILL');
    // Keepalives are counted from the last sign of life; a busy machine is given some seconds more.
    expect([why(answer), took < 21]).toEqual(['dropped', true]);
    return {
      injected: `sshd frozen ${seconds((stopped - since) / 1000)} after the start`,
      runs: 1,
      figure: `given up after ${seconds(took)} (16 aimed at)`,
    };
  },
  noSshd,
);

row(
  'F14',
  async () => {
    const node = await startSshd();
    ends.push(() => node.stop());
    const one = await opened(transport({}), nodeOf(node, 'ssh2'));
    const file = join(node.directory, 'ran');
    const run = one.run(shell('x', `echo ran >> ${file}; sleep 9`, { deadline: 30 }));
    await vi.waitFor(() => expect(existsSync(file)).toBe(true), 10_000);
    const frozen = sessions(node);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 8000));
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
    expect(exited((await run).answer).code).toBe(0);
    const ran = readFileSync(file, 'utf8').length / 4;
    expect(ran).toBe(1);
    return { injected: 'sshd frozen for 8 s', runs: 1, figure: `${ran} run on the node` };
  },
  noSshd,
);

row(
  'F15',
  async () => {
    let asked = 0;
    for (const most of [1, 2, 10]) {
      const node = await startSshd({ config: [`MaxSessions ${most}`] });
      const one = await opened(transport(), nodeOf(node, 'ssh2'));
      const questions = Array.from({ length: 15 }, (_, n) => ask(`q${n}`, ['echo', `${n}`], { lane: `${n}` }));
      const got = await answers(one, questions);
      expect(questions.map(({ id }) => exited(got.get(id)).stdout)).toEqual(questions.map((_, n) => `${n}\n`));
      asked += questions.length;
      await node.stop();
    }
    return { injected: 'MaxSessions 1, 2, 10; 15 lanes', runs: 3, figure: `0 of ${asked} failed` };
  },
  noSshd,
);

row(
  'F21',
  async () => {
    spawnSync('mkfifo', [join(sshd.directory, 'fifo')]);
    const one = await opened(transport({}), nodeOf(sshd, 'ssh2'));
    const hang = ask('hang', ['cat', join(sshd.directory, 'fifo')], { deadline: 3 });
    const [got, took] = await timed(() => answers(one, [hang, ask('next', ['echo', 'on'])]));
    expect([why(got.get('hang')), exited(got.get('next')).stdout, took < 6]).toEqual(['timeout', 'on\n', true]);
    return {
      injected: 'cat of a FIFO, deadline 3 s',
      runs: 1,
      figure: `${seconds(took)} with the next question answered`,
    };
  },
  noSshd,
);

row(
  'F22',
  async () => {
    const node = await startSshd({ programs: { ceph: '#!/bin/sh\nsleep 300\n', rbd: '#!/bin/sh\nsleep 300\n' } });
    ends.push(() => node.stop());
    const house = newHouse();
    ends.push(() => house.remove());
    const { host, port, user, identity, knownHosts } = node.reach;
    const ssh = { host, port, user, identity: identity[0], known_hosts: knownHosts[0] };
    writeFileSync(
      join(house.folder, 'site.yaml'),
      `name: dead\nnodes:\n  - {name: mon, roles: [ceph-admin], ssh: ${JSON.stringify(ssh)}${process.getuid?.() === 0 ? ', become: root' : ''}}\n`,
    );
    const [ran, took] = await timed(() => house.run(['check', '--site', 'site.yaml', '--format', 'json']));
    expect([ran.code, ran.stderr]).toEqual([expect.any(Number), '']);
    const { outcome, causes } = JSON.parse(ran.stdout) as { outcome: string; causes: { id: string }[] };
    expect([outcome, causes[0]?.id ?? 'cluster-mons-silent', ran.stderr]).toEqual([
      expect.stringMatching(/^(causes|incomplete)$/),
      'cluster-mons-silent',
      '',
    ]);
    expect(took).toBeLessThan(45);
    return {
      injected: 'ceph and rbd that hang for 300 s',
      runs: 1,
      figure: `whole check ${seconds(took)} (45 allowed)`,
    };
  },
  noSshd,
);

/** Peak of what this process holds beyond before, in MiB, and the longest pause of its event loop, in ms. */
async function watched<T>(work: () => Promise<T>): Promise<{ result: T; mib: number; pause: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let [peak, pause, last] = [before, 0, performance.now()];
  const timer = setInterval(() => {
    const now = performance.now();
    pause = Math.max(pause, now - last - 10);
    last = now;
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 10);
  const result = await work();
  clearInterval(timer);
  return { result, mib: (peak - before) / 2 ** 20, pause };
}

row(
  'F23',
  async () => {
    const one = await opened(transport({}), nodeOf(sshd, 'ssh2'));
    const { result, mib, pause } = await watched(() =>
      answers(one, [shell('flood', 'yes | head -c 2G', { deadline: 120 }), ask('next', ['echo', 'on'])]),
    );
    expect([why(result.get('flood')), exited(result.get('next')).stdout]).toEqual(['timeout', 'on\n']);
    expect(mib).toBeLessThan(200);
    return {
      injected: 'yes | head -c 2G',
      runs: 1,
      figure: `stopped; +${mib.toFixed(0)} MiB (64 aimed at), longest pause ${pause.toFixed(0)} ms (100 aimed at)`,
    };
  },
  noSshd,
);

row(
  'F24',
  async () => {
    const one = await opened(transport({}), nodeOf(sshd, 'ssh2'));
    const { result, mib, pause } = await watched(() =>
      answers(one, [
        shell('line', 'head -c 40000000 /dev/zero | tr "\\0" x', { deadline: 120 }),
        shell('lines', 'yes | head -n 3000000', { deadline: 120 }),
      ]),
    );
    const line = exited(result.get('line'));
    const lines = exited(result.get('lines'));
    expect([
      line.stdout.length + line.dropped > 39_000_000,
      line.stdout.length <= 9 * 2 ** 20,
      lines.stdout.length <= 9 * 2 ** 20,
    ]).toEqual([true, true, true]);
    return {
      injected: '40 MB in one line; 3 million lines',
      runs: 2,
      figure: `8 MiB kept of each, the rest counted; +${mib.toFixed(0)} MiB, longest pause ${pause.toFixed(0)} ms`,
    };
  },
  noSshd,
);

row(
  'F26',
  async () => {
    const one = await opened(transport({}), nodeOf(sshd, 'ssh2'));
    const stubborn = shell('stubborn', 'trap "" TERM; while :; do sleep 1; done', { deadline: 2 });
    const holding = shell('holding', '(sleep 25) & echo begun', { deadline: 3 });
    const [got, took] = await timed(() => answers(one, [stubborn, holding, ask('next', ['echo', 'on'])]));
    expect([why(got.get('stubborn')), exited(got.get('next')).stdout]).toEqual(['timeout', 'on\n']);
    const [, closing] = await timed(() => one.close());
    expect(closing).toBeLessThan(2);
    return {
      injected: 'TERM ignored; a child that keeps stdout',
      runs: 2,
      figure: `${seconds(took)} for all three; closed in ${seconds(closing)} (2 allowed)`,
    };
  },
  noSshd,
);
