import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../src/domain/question.ts';
import type { TrustHostKey } from '../../src/domain/transport.ts';
import { Demultiplexer } from '../../src/transport/frame.ts';
import { createTransport } from '../../src/transport/index.ts';
import { startProxy } from '../support/proxy.ts';
import { freePort, makeKey, noSshd, type Sshd, startSshd } from '../support/sshd.ts';
import { answers, ask, type Client, exited, nodeOf, opened, QUICK, shell, why } from './nodes.ts';

const KEY = 'AQBhfWlnAAAAABAAu3jQx5Uq0uRvfX/m8i4oPg==';
const CEPH = `#!/bin/sh
case "$1" in
  keyring) printf '[client.cinder]\\n\\tkey = ${KEY}\\n\\tcaps mon = "profile rbd"\\n'; echo 'exported ${KEY}' >&2 ;;
  key) printf '${KEY}\\n' ;;
  conf) printf '[DEFAULT]\\nrbd_user = cinder\\nadmin_password = hunter2\\n' ;;
  damaged) echo 'auth: error setting modifier for [client.x] type=key val=AQBhfW!broken' >&2; exit 1 ;;
esac
`;
const SUDO = `#!/bin/sh
case "$*" in *forbidden*) echo 'sudo: a password is required' >&2; exit 1 ;; esac
while [ "$1" != -- ]; do shift; done; shift
exec "$@"
`;

/** Long outputs are compared here, so that a difference does not fill the screen. */
const same = (answer: Answer | undefined, text: string): string =>
  answer?.result === 'lost' ? answer.detail : answer?.stdout === text ? 'same' : `${answer?.stdout.length} characters`;

/** What every client must do, over a real sshd. */
export function contract(client: Client): void {
  if (noSshd) console.log(`skipped: the ${client} contract suite, because ${noSshd}`);
  describe.skipIf(noSshd)(`the ${client} client over a real sshd`, () => {
    let sshd: Sshd;
    const transport = createTransport({ timing: QUICK });
    beforeAll(async () => {
      sshd = await startSshd({ programs: { ceph: CEPH, sudo: SUDO } });
    });
    afterAll(async () => {
      await transport.close();
      await sshd?.stop();
    });
    const link = () => opened(transport, nodeOf(sshd, client));

    it('answers with code, both streams and the arguments untouched', async () => {
      const nasty = ["it's", 'a b', '$HOME `id` "x" \\', 'new\nline!', '-n', '', '*', '€', '%s\\n'];
      const got = await answers(await link(), [
        ask('args', ['printf', '[%s]', ...nasty]),
        shell('both', 'echo out; echo err >&2; exit 3'),
        shell('bare', 'printf nothing-after'),
        shell('place', 'pwd; umask; echo $LC_ALL; echo $PATH'),
        shell('stdin', 'cat; echo done'),
      ]);
      expect(exited(got.get('args')).stdout).toBe(nasty.map((word) => `[${word}]`).join(''));
      expect(got.get('both')).toMatchObject({ code: 3, stdout: 'out\n', stderr: 'err\n', dropped: 0 });
      expect(exited(got.get('bare')).stdout).toBe('nothing-after');
      const place = exited(got.get('place')).stdout.split('\n');
      expect(place.slice(0, 2)).toEqual(['/', '0077']);
      expect(place[2]).toMatch(/^C(\.UTF-8)?$/);
      expect(place[3]?.split(':')).toEqual(expect.arrayContaining(['/usr/sbin', '/sbin']));
      expect(exited(got.get('stdin')).stdout).toBe('done\n');
    });

    it('keeps characters whole that packets split, and survives bytes that are no text', async () => {
      const got = await answers(await link(), [
        ask('euro', ['awk', 'BEGIN { for (i = 0; i < 40000; i++) printf "€" }']),
        shell('bytes', "printf '\\377\\000\\n\\376x'"),
        ask('after', ['echo', 'fine']),
      ]);
      expect(exited(got.get('euro')).stdout).toBe('€'.repeat(40000));
      expect(exited(got.get('bytes')).stdout).toBe('\ufffd\0\n\ufffdx');
      expect(exited(got.get('after')).stdout).toBe('fine\n');
    });

    it('asks 50 questions in one trip, and each lane in one more', async () => {
      const one = await link();
      const many = Array.from({ length: 50 }, (_, n) => ask(`q${n}`, ['echo', String(n)]));
      const got = await answers(one, many);
      expect([...got.values()].map((answer) => exited(answer).stdout)).toEqual(many.map((_, n) => `${n}\n`));
      expect(one.trips).toBe(1);
      const lanes = await answers(
        one,
        Array.from({ length: 6 }, (_, n) => ask(`l${n}`, ['echo', String(n)], { lane: `${n}` })),
      );
      expect(lanes.size).toBe(6);
      expect(one.trips).toBe(7);
    });

    it('carries 10 MB whole when allowed, else head and tail with the count of what fell between', async () => {
      const lines =
        'i=0; while [ $i -lt 160 ]; do head -c 65535 /dev/zero | tr "\\0" x; echo; i=$((i+1)); done; echo END';
      const got = await answers(await link(), [
        shell('whole', lines, { maxBytes: 16 * 2 ** 20 }),
        shell('part', `echo BEGIN; ${lines}`, { maxBytes: 100_000 }),
      ]);
      expect(exited(got.get('whole')).stdout.length).toBe(160 * 65536 + 4);
      const part = exited(got.get('part'));
      expect(part.stdout.length).toBe(100_000);
      expect(part.stdout.startsWith('BEGIN\nxxx')).toBe(true);
      expect(part.stdout.endsWith('x\nEND\n')).toBe(true);
      expect(part.dropped).toBe(160 * 65536 + 10 - 100_000);
    });

    it('stops a flood, in bounded memory, and goes on with the next question', async () => {
      const before = process.memoryUsage().rss;
      const got = await answers(await link(), [
        shell('flood', 'yes | head -c 2000000000', { maxBytes: 2 ** 20, deadline: 30 }),
        ask('after', ['echo', 'fine']),
      ]);
      expect(why(got.get('flood'))).toBe('timeout');
      expect(got.get('flood')).toMatchObject({ detail: expect.stringContaining('wrote more than') });
      expect(exited(got.get('after')).stdout).toBe('fine\n');
      expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(200);
    });

    it('ends what outlives its deadline, skips its family, asks the rest, and waits for nothing that cannot be ended', async () => {
      const file = join(sshd.directory, `stuck-${client}`);
      const got = await answers(await link(), [
        shell('stubborn', 'trap "" TERM; while :; do sleep 0.2; done', { deadline: 1, family: 'ceph' }),
        ask('sibling', ['echo', 'no'], { family: 'ceph' }),
        ask('other', ['echo', 'yes'], { family: 'virsh' }),
        shell('own124', 'exit 124', { family: 'virsh' }),
        shell('own137', 'exit 137', { family: 'virsh' }),
        ask('last', ['echo', 'yes'], { family: 'virsh' }),
        // `timeout` itself is stopped, as a program in uninterruptible sleep would stop it.
        shell('stuck', `echo $PPID > ${file}; kill -STOP $PPID; sleep 4`, { deadline: 1, family: 'ceph', lane: 'b' }),
        ask('cousin', ['echo', 'no'], { family: 'ceph', lane: 'b' }),
        ask('after', ['echo', 'fine'], { lane: 'b' }),
      ]);
      expect(why(got.get('stubborn'))).toBe('timeout');
      expect(why(got.get('sibling'))).toBe('skipped');
      expect(exited(got.get('other')).stdout).toBe('yes\n');
      expect([exited(got.get('own124')).code, exited(got.get('own137')).code]).toEqual([124, 137]);
      expect(exited(got.get('last')).stdout).toBe('yes\n');
      expect(got.get('stuck')).toMatchObject({
        why: 'timeout',
        detail: expect.stringContaining('may still be running'),
      });
      expect(why(got.get('cousin'))).toBe('skipped');
      expect(exited(got.get('after')).stdout).toBe('fine\n');
      process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL');
    });

    it('says which program is missing, and keeps the 127 of a program', async () => {
      const got = await answers(await link(), [
        ask('missing', ['no-such-program', '-x']),
        shell('inner', 'no-such-program'),
        shell('plain', 'exit 127'),
      ]);
      expect(got.get('missing')).toMatchObject({ why: 'missing', detail: expect.stringContaining('no-such-program') });
      expect(exited(got.get('inner')).code).toBe(127);
      expect(exited(got.get('plain')).code).toBe(127);
    });

    it('tells the refusal of sudo from the failure of a program', async () => {
      const sudo = await opened(transport, nodeOf(sshd, client, {}, 'sudo'));
      const got = await answers(sudo, [
        ask('root', ['echo', 'as root'], { as: 'root' }),
        ask('service', ['echo', 'as cinder'], { as: 'cinder' }),
        ask('denied', ['echo', 'forbidden'], { as: 'root' }),
        shell('program', 'echo "sudo: no rule" >&2; exit 1', { as: 'root' }),
        ask('missing', ['no-such-program'], { as: 'root' }),
      ]);
      expect(exited(got.get('root')).stdout).toBe('as root\n');
      expect(exited(got.get('service')).stdout).toBe('as cinder\n');
      expect(got.get('denied')).toMatchObject({ why: 'denied', detail: expect.stringContaining('NOPASSWD') });
      expect(exited(got.get('program')).code).toBe(1);
      expect(why(got.get('missing'))).toBe('missing');
    });

    it('gives standard input byte for byte, and shows it to nobody', async () => {
      const one = await link();
      const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, n) => (n * 7) % 256));
      const digest = createHash('sha256').update(bytes).digest('hex');
      const binary = await one.run({ ...ask('b', ['sha256sum']), stdin: bytes });
      expect(exited(binary.answer).stdout).toBe(`${digest}  -\n`);
      const text = "it's a 'secret'\n with $x `y` \\ and €\n\n";
      expect(exited((await one.run({ ...ask('t', ['cat']), stdin: Buffer.from(text) })).answer).stdout).toBe(text);
      expect(exited((await one.run({ ...ask('e', ['cat']), stdin: Buffer.alloc(0) })).answer).stdout).toBe('');
      const watch =
        'sleep 0.2; cat >/dev/null; grep -al "plant[e]d-secret" /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; exit 0';
      const seen = await one.run({ ...shell('w', watch), stdin: Buffer.from('planted-secret') });
      expect(exited(seen.answer).stdout).toBe('');
    });

    it('lets no key and no password off the node', async () => {
      const wire: Buffer[] = [];
      const push = Demultiplexer.prototype.push;
      const spy = vi.spyOn(Demultiplexer.prototype, 'push').mockImplementation(function (this: Demultiplexer, chunk) {
        wire.push(chunk);
        push.call(this, chunk);
      });
      const got = await answers(await link(), [
        ask('keyring', ['ceph', 'keyring'], { seal: 'keyring' }),
        ask('value', ['ceph', 'key'], { seal: 'value' }),
        ask('config', ['ceph', 'conf'], { seal: 'config' }),
        ask('damaged', ['ceph', 'damaged'], { seal: 'keyring' }),
        ask('slow', ['sleep', '5'], { seal: 'keyring', deadline: 1, lane: 'slow' }),
        ask('missing', ['no-such-program'], { seal: 'keyring' }),
        ask('large', ['head', '-c', '9000000', '/dev/zero'], { seal: 'config' }),
      ]);
      spy.mockRestore();
      const value = exited(got.get('value')).stdout.trim();
      expect(value).toMatch(/^sealed:[0-9a-f]{16}:aes$/);
      expect(got.get('keyring')).toMatchObject({
        code: 0,
        stdout: `[client.cinder]\n\tkey = ${value}\n\tcaps mon = "profile rbd"\n`,
        stderr: 'exported sealed\n',
      });
      expect(exited(got.get('config')).stdout).toMatch(
        /^\[DEFAULT\]\nrbd_user = cinder\nadmin_password = sealed-[0-9a-f]{16}\n$/,
      );
      expect(got.get('damaged')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('val=sealed') });
      expect(why(got.get('slow'))).toBe('timeout');
      expect(why(got.get('missing'))).toBe('missing');
      expect(got.get('large')).toMatchObject({
        result: 'lost',
        detail: expect.stringContaining('nothing of it was sent'),
      });
      const all = Buffer.concat(wire).toString('latin1');
      for (const secret of [KEY, KEY.slice(4, 20), 'hunter2', 'AQBhfW!broken']) expect(all).not.toContain(secret);
    });

    it('sends nothing when the filter fails', async () => {
      for (const broken of ['exit 3', "printf 'tsome\\n'; kill -9 $$", 'cat']) {
        const node = await startSshd({ programs: { ceph: CEPH, awk: `#!/bin/sh\n${broken}\n` } });
        const got = await answers(await opened(transport, nodeOf(node, client)), [
          ask('keyring', ['ceph', 'keyring'], { seal: 'keyring' }),
          ask('value', ['ceph', 'key'], { seal: 'value' }),
          ask('config', ['ceph', 'conf'], { seal: 'config' }),
        ]);
        for (const answer of got.values())
          expect(answer).toMatchObject({ result: 'lost', detail: expect.stringContaining('kept back') });
        await node.stop();
      }
    });

    it('gives up at once when the operator stops, with every question answered', async () => {
      const one = await link();
      const stop = new AbortController();
      const got = answers(
        one,
        [ask('a', ['sleep', '20']), ask('b', ['echo']), ask('c', ['sleep', '20'], { lane: 'x' })],
        stop.signal,
      );
      setTimeout(() => stop.abort(), 300);
      expect([...(await got).values()].map((answer) => why(answer))).toEqual(['cancelled', 'cancelled', 'cancelled']);
      const other = await link();
      const closing = answers(other, [ask('a', ['sleep', '20'])]);
      setTimeout(() => other.close(), 300);
      expect(why((await closing).get('a'))).toBe('cancelled');
      expect(why((await other.run(ask('late', ['echo']))).answer)).toBe('cancelled');
    });

    describe('when the link fails', () => {
      const questions = [
        shell('one', 'echo first; echo e1 >&2; exit 1'),
        ask('two', ['awk', 'BEGIN { for (i = 0; i < 3000; i++) print "line", i }']),
        ask('three', ['echo', 'third']),
      ];
      const lines = Array.from({ length: 3000 }, (_, n) => `line ${n}\n`).join('');

      it('makes no verdict of a part, wherever the stream is cut', async () => {
        const whole = await startProxy(sshd.port);
        const known = join(sshd.directory, `known-cut-${client}`);
        const through = async (port: number) => {
          writeFileSync(known, `[127.0.0.1]:${port} ${sshd.hostKey}\n`);
          return nodeOf(sshd, client, { port, knownHosts: [known] });
        };
        const once = createTransport({ timing: QUICK });
        await answers(await opened(once, await through(whole.port)), questions);
        await once.close();
        const total = whole.down();
        await whole.close();
        const steps = client === 'ssh2' ? 14 : 6;
        for (let step = 1; step <= steps; step++) {
          const cut = Math.floor((total * step) / (steps + 1));
          const halfClose = step % 2 === 0;
          const proxy = await startProxy(sshd.port, { halfClose, cutDown: (n) => (n === 0 ? cut : undefined) });
          const own = createTransport({ timing: QUICK });
          const result = await own.open(await through(proxy.port));
          if (!('result' in result)) {
            const got = await answers(result, questions);
            expect([...got.keys()].sort()).toEqual(['one', 'three', 'two']);
            expect(got.get('one')).toMatchObject({ result: 'exited', code: 1, stdout: 'first\n', stderr: 'e1\n' });
            expect(same(got.get('two'), lines)).toBe('same');
            expect(got.get('three')).toMatchObject({ result: 'exited', code: 0, stdout: 'third\n' });
          } else expect(['unreachable', 'refused', 'auth']).toContain(result.why);
          await own.close();
          await proxy.close();
        }
      });

      it('says dropped when it breaks twice, and never asks a command again', async () => {
        const file = join(sshd.directory, `ran-${client}`);
        let cut = Number.POSITIVE_INFINITY;
        const proxy = await startProxy(sshd.port, { cutDown: () => cut });
        const known = join(sshd.directory, `known-twice-${client}`);
        writeFileSync(known, `[127.0.0.1]:${proxy.port} ${sshd.hostKey}\n`);
        const own = createTransport({ timing: QUICK });
        const one = await opened(own, nodeOf(sshd, client, { port: proxy.port, knownHosts: [known] }));
        const running = one.run(shell('change', `echo ran >> ${file}; sleep 3`));
        await vi.waitFor(() => expect(existsSync(file)).toBe(true), 3000);
        proxy.reset();
        expect((await running).answer).toMatchObject({
          why: 'dropped',
          detail: expect.stringContaining('may have happened'),
        });
        expect(readFileSync(file, 'utf8')).toBe('ran\n');
        expect(exited((await answers(one, [ask('idle', ['echo', 'back'])])).get('idle')).stdout).toBe('back\n');
        const twice = answers(one, [ask('quick', ['echo', 'x']), ask('slow', ['sleep', '8'])]);
        const resets = setInterval(() => proxy.reset(), 900);
        const got = await twice;
        clearInterval(resets);
        expect(exited(got.get('quick')).stdout).toBe('x\n');
        expect(why(got.get('slow'))).toMatch(/dropped|refused|unreachable/);
        cut = 0;
        proxy.reset();
        await own.close();
        await proxy.close();
      });

      it('survives a reset of an idle link and a corrupted byte', async () => {
        let flip = Number.POSITIVE_INFINITY;
        const proxy = await startProxy(sshd.port, { flip: (n) => (n === 1 ? flip : undefined) });
        const known = join(sshd.directory, `known-idle-${client}`);
        writeFileSync(known, `[127.0.0.1]:${proxy.port} ${sshd.hostKey}\n`);
        const own = createTransport({ timing: QUICK });
        const one = await opened(own, nodeOf(sshd, client, { port: proxy.port, knownHosts: [known] }));
        proxy.reset();
        await new Promise((resolve) => setTimeout(resolve, 100));
        flip = 6000;
        const got = await answers(one, [ask('big', ['awk', 'BEGIN { for (i = 0; i < 3000; i++) print "line", i }'])]);
        expect(exited(got.get('big')).stdout).toBe(lines);
        expect(proxy.taken()).toBeGreaterThan(2);
        await own.close();
        await proxy.close();
      });

      it('notices a frozen node by its silence and asks again', async () => {
        const node = await startSshd();
        const own = createTransport({ timing: { ...QUICK, keepalive: client === 'ssh2' ? 300 : 1000 } });
        const one = await opened(own, nodeOf(node, client));
        const file = join(node.directory, 'asked');
        const asked = answers(one, [shell('x', `[ -e ${file} ] || { touch ${file}; sleep 20; }; echo fine`)]);
        await vi.waitFor(() => expect(existsSync(file)).toBe(true), 5000);
        const children = (pid: string | number): string[] =>
          readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
        const sessions = children(node.pid()).flatMap((pid) => [pid, ...children(pid)]);
        const frozen = sessions.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('sshd'));
        for (const pid of frozen) process.kill(Number(pid), 'SIGSTOP');
        try {
          expect(exited((await asked).get('x')).stdout).toBe('fine\n');
          expect(one.trips).toBe(2);
        } finally {
          for (const pid of frozen) process.kill(Number(pid), 'SIGKILL');
        }
        await own.close();
        await node.stop();
      });
    });

    describe('when there is no way in', () => {
      it('names a refused port', async () => {
        const lost = await transport.open(nodeOf(sshd, client, { port: await freePort() }));
        expect(lost).toMatchObject({ why: 'refused', detail: expect.stringContaining('node-1 (127.0.0.1:') });
      });

      it('gives up on a port that never speaks and on a name that nobody knows', async () => {
        const mute = createServer(() => {});
        const port = await freePort();
        await new Promise<void>((resolve) => mute.listen(port, '127.0.0.1', resolve));
        const own = createTransport({ timing: { ...QUICK, connect: 1000 } });
        expect(why(await own.open(nodeOf(sshd, client, { port })))).toBe('unreachable');
        expect(why(await own.open(nodeOf(sshd, client, { host: 'no-such-host.invalid' })))).toBe('unreachable');
        await own.close();
        mute.close();
      });

      it('says so when the key is not accepted, after one login', async () => {
        const wrong = makeKey(sshd.directory, `wrong-${client}`);
        const before = sshd.log().length;
        const lost = await transport.open(nodeOf(sshd, client, { identity: [wrong] }));
        expect(lost).toMatchObject({ why: 'auth', detail: expect.stringContaining('node-1') });
        expect(sshd.log().slice(before)).not.toMatch(/Too many authentication failures/);
      });

      it('logs in by a key that only the agent has', async () => {
        const socket = join(sshd.directory, `agent-${client}`);
        const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
        await vi.waitFor(() => expect(existsSync(socket)).toBe(true));
        execFileSync('ssh-add', ['-q', sshd.reach.identity[0] ?? ''], {
          env: { ...process.env, SSH_AUTH_SOCK: socket },
        });
        vi.stubEnv('SSH_AUTH_SOCK', socket);
        const own = createTransport({ timing: QUICK });
        const got = await answers(await opened(own, nodeOf(sshd, client, { identity: [] })), [
          ask('q', ['echo', 'in']),
        ]);
        expect(exited(got.get('q')).stdout).toBe('in\n');
        vi.unstubAllEnvs();
        await own.close();
        agent.kill();
      });

      it('refuses names that an option parser or a shell could act on', async () => {
        for (const host of ['-oProxyCommand=touch /tmp/x', 'a;b', '$(id)', '']) {
          expect(why(await transport.open(nodeOf(sshd, client, { host })))).toBe('unreachable');
        }
      });
    });

    describe('host keys', () => {
      const knownHosts = (name: string, text: string): string => {
        const path = join(sshd.directory, `${name}-${client}`);
        writeFileSync(path, text);
        return path;
      };
      const open = async (path: string, trust?: TrustHostKey) => {
        const own = createTransport({ timing: QUICK, ...(trust && { trust }) });
        const before = sshd.log().length;
        const result = await own.open(nodeOf(sshd, client, { knownHosts: [path] }));
        const ran =
          'result' in result ? '' : exited((await answers(result, [ask('q', ['echo', 'in'])])).get('q')).stdout;
        await own.close();
        return { result, ran, log: () => sshd.log().slice(before) };
      };
      const other = (): string => {
        const path = join(sshd.directory, `other-${client}`);
        if (!existsSync(path)) makeKey(sshd.directory, `other-${client}`);
        return readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
      };

      it('refuses an unknown one before any login, or asks', async () => {
        const path = knownHosts('none', '');
        const refused = await open(path);
        expect(refused.result).toMatchObject({ why: 'hostkey', detail: expect.stringMatching(/SHA256:/) });
        expect(refused.log()).not.toMatch(/Accepted|Failed|Postponed/);
        const asked: string[] = [];
        const no = await open(path, async (key) => {
          asked.push(key.fingerprint);
          return false;
        });
        expect(why(no.result)).toBe('hostkey');
        expect(no.log()).not.toMatch(/Accepted/);
        const yes = await open(path, async (key) => key.type === 'ssh-ed25519' && key.node === 'node-1');
        expect(yes.ran).toBe('in\n');
        expect(readFileSync(path, 'utf8')).toBe('');
        const listed = execFileSync('ssh-keygen', ['-lf', join(sshd.directory, 'host.pub')])
          .toString()
          .split(' ')[1];
        expect(asked).toEqual([listed]);
      });

      it.each(['changed', 'revoked'])('refuses a %s one without asking', async (how) => {
        const name = `[127.0.0.1]:${sshd.port}`;
        const text =
          how === 'changed' ? `${name} ${other()}\n` : `${name} ${sshd.hostKey}\n@revoked * ${sshd.hostKey}\n`;
        const trust = vi.fn(async () => true);
        const { result, log } = await open(knownHosts(how, text), trust);
        expect(result).toMatchObject({
          why: 'hostkey',
          detail: expect.stringMatching(how === 'changed' ? /CHANGED/ : /revoked/),
        });
        expect(trust).not.toHaveBeenCalled();
        expect(log()).not.toMatch(/Accepted|Failed|Postponed/);
      });

      it('refuses when a list of known keys cannot be read', async () => {
        const path = join(sshd.directory, `folder-${client}`);
        mkdirSync(path);
        const { result, log } = await open(path, async () => true);
        expect(result).toMatchObject({ why: 'hostkey', detail: expect.stringContaining(path) });
        expect(log()).not.toMatch(/Accepted|Failed|Postponed/);
      });

      it('takes hashed, wildcard and second entries', async () => {
        const name = `[127.0.0.1]:${sshd.port}`;
        const plain = knownHosts('hashed', `${name} ${sshd.hostKey}\n`);
        execFileSync('ssh-keygen', ['-q', '-H', '-f', plain], { stdio: 'ignore' });
        expect(readFileSync(plain, 'utf8')).toMatch(/^\|1\|/);
        expect((await open(plain)).ran).toBe('in\n');
        expect((await open(knownHosts('wild', `[127.0.0.*]:* ${other()}\n${name} ${sshd.hostKey}\n`))).ran).toBe(
          'in\n',
        );
        const negated = await open(knownHosts('negated', `*,!${name},!127.0.0.1 ${sshd.hostKey}\n`));
        expect(why(negated.result)).toBe('hostkey');
      });
    });

    it.each([1, 2])('gets all answers of four lanes where MaxSessions is %i', async (sessions) => {
      const node = await startSshd({ config: [`MaxSessions ${sessions}`] });
      const own = createTransport({ timing: QUICK });
      const one = await opened(own, nodeOf(node, client));
      const asked = Array.from({ length: 8 }, (_, n) =>
        shell(`q${n}`, `sleep 0.1; echo ${n}`, { lane: String(n % 4) }),
      );
      const got = await answers(one, asked);
      expect(asked.map(({ id }) => exited(got.get(id)).stdout)).toEqual(asked.map((_, n) => `${n}\n`));
      await own.close();
      await node.stop();
    });

    it('gets every host up where MaxStartups lets in two at a time', async () => {
      const node = await startSshd({ config: ['MaxStartups 2:100:2'] });
      const own = createTransport({ timing: { ...QUICK, connect: 9000 } });
      const links = await Promise.all(Array.from({ length: 10 }, () => own.open(nodeOf(node, client))));
      expect(links.map((one) => ('result' in one ? one.detail : 'up'))).toEqual(links.map(() => 'up'));
      await own.close();
      await node.stop();
    });

    it('finds its answers among what login scripts print', async () => {
      const node = await startSshd({
        home: { '.bashrc': 'echo noise; echo more >&2; alias echo=false; touch ~/sourced; set -e; PS1=x\n' },
      });
      const got = await answers(await opened(transport, nodeOf(node, client)), [shell('q', 'echo out; echo err >&2')]);
      expect(got.get('q')).toMatchObject({ code: 0, stdout: 'out\n', stderr: 'err\n' });
      await node.stop();
    });

    it('says so when the login shell runs nothing', async () => {
      const node = await startSshd({ config: ['ForceCommand echo This account is currently not available.; exit 1'] });
      const got = await answers(await opened(transport, nodeOf(node, client)), [ask('q', ['echo'])]);
      expect(got.get('q')).toMatchObject({ why: 'auth', detail: expect.stringContaining('currently not available') });
      await node.stop();
    });

    for (const login of ['fish', 'tcsh', 'dash', 'zsh']) {
      const path = ['/bin', '/usr/bin'].map((folder) => `${folder}/${login}`).find((file) => existsSync(file));
      it.skipIf(path === undefined)(`works for a login shell ${login}`, async () => {
        const node = await startSshd({ config: [`ForceCommand exec ${path} -c "$SSH_ORIGINAL_COMMAND"`] });
        const got = await answers(await opened(transport, nodeOf(node, client)), [
          ask('q', ['printf', '%s', "it's! $x\nline"]),
        ]);
        expect(exited(got.get('q')).stdout).toBe("it's! $x\nline");
        await node.stop();
      });
    }

    it('goes through a jump host, whose key must be known as well', async () => {
      const jump = await startSshd();
      writeFileSync(join(jump.directory, 'authorized'), readFileSync(`${sshd.reach.identity[0]}.pub`));
      const both = join(jump.directory, 'both');
      writeFileSync(both, [sshd, jump].map((node) => `[127.0.0.1]:${node.port} ${node.hostKey}\n`).join(''));
      const hop = `${jump.reach.user}@127.0.0.1:${jump.port}`;
      const node = nodeOf(sshd, client, { jump: hop, knownHosts: [both] });
      const got = await answers(await opened(transport, node), [ask('q', ['echo', 'through'])]);
      expect(exited(got.get('q')).stdout).toBe('through\n');
      const unknown = await transport.open(nodeOf(sshd, client, { jump: hop }));
      expect(why(unknown)).toBe('hostkey');
      expect(jump.log().match(/Accepted publickey/g)).toHaveLength(1);
      await jump.stop();
    });
  });
}
