import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, vi } from 'vitest';
import type { Step } from '../../src/domain/plan.ts';
import { act, type RunOn, takeBack } from '../../src/engine/fix/act.ts';
import { createTransport } from '../../src/transport/index.ts';
import { me } from '../engine/local-node.ts';
import { step } from '../engine/transaction-sample.ts';
import { newHouse } from '../support/inkling.ts';
import { noSshd, startSshd } from '../support/sshd.ts';
import { nodeOf, opened } from '../transport/nodes.ts';
import { noSecretIn } from './nothing-lost.ts';
import { row } from './row.ts';
import { has } from './target.ts';

// Every program that a node starts for Inkling, with its arguments and its environment, as the kernel was told of it: none is missed.

const KEYS = ['AQBvVnVnAAAAABAAz5V0pBzzqhTwD4h0qz3nRA==', 'AQDfVnVnAAAAABAAQ2bB0b5mVq1Ylq0Zb4xk8w=='] as const;
const FAKES = {
  ceph: `#!/bin/sh
case "$*" in
  *'auth export'*) printf '[client.glance]\\n\\tkey = ${KEYS[0]}\\n\\tcaps mon = "profile rbd"\\n[client.cinder]\\n\\tkey = ${KEYS[1]}\\n' ;;
  *'auth get-key'*) printf '%s' '${KEYS[1]}' ;;
  *) echo '{}' ;;
esac
`,
  virsh: `#!/bin/sh
case "$*" in
  *secret-list*) printf ' UUID Usage\\n---\\n 457eb676-33da-42ec-9a8c-9293d545c337 ceph client.cinder secret\\n' ;;
  *secret-get-value*) printf '%s\\n' '${KEYS[1]}' ;;
  *secret-set-value*) cat > /dev/null ;;
esac
`,
} as const;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const root = process.getuid?.() === 0;
const without = noSshd ?? (has('strace') ? undefined : 'strace is not installed') ?? (root ? undefined : 'needs root');

row(
  'T13',
  async () => {
    const node = await startSshd({ programs: FAKES });
    ends.push(() => node.stop());
    const house = newHouse();
    ends.push(() => house.remove());
    const log = join(node.directory, 'execve');
    const strace = spawn('strace', [
      '-f',
      '-q',
      '-v',
      '-s',
      '1000000',
      '-e',
      'trace=execve',
      '-o',
      log,
      '-p',
      String(node.pid()),
    ]);
    ends.push(() => strace.kill('SIGTERM'));
    const transport = createTransport({});
    ends.push(() => transport.close());
    const link = await opened(transport, nodeOf(node, 'ssh2'));
    const seen = (): string => readFileSync(log, 'latin1');
    // It sees what it is to see: an argument of a program on the node.
    await vi.waitFor(async () => {
      await link.run({ id: 'c', argv: ['/bin/echo', 'canary-of-the-watch'], deadline: 10 });
      expect(seen()).toContain('canary-of-the-watch');
    }, 20_000);

    const { host, port, user, identity, knownHosts } = node.reach;
    const ssh = { host, port, user, identity: identity[0], known_hosts: knownHosts[0] };
    const site = `name: watched\nnodes:\n  - {name: a, roles: [ceph-admin, glance-api, nova-compute], become: root, ssh: ${JSON.stringify(ssh)}}\n`;
    writeFileSync(join(house.folder, 'site.yaml'), site);
    const checked = await house.run(['check', '--site', 'site.yaml', '--format', 'json']);
    expect([0, 3, 4, 5], checked.stderr).toContain(checked.code);

    const run: RunOn = async (_node, command) => (await link.run({ id: 'act', ...command })).answer;
    const folder = mkdtempSync(join(tmpdir(), 'watched-'));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'ceph.client.cinder.keyring');
    const secret = {
      name: 'key of client.cinder',
      node: 'a',
      argv: ['ceph', 'auth', 'get-key', 'client.cinder'],
    } as const;
    const steps: readonly Step[] = [
      step('write', {
        action: { do: 'write', path, ...me, mode: '0640', content: secret, before: 'absent' },
        undo: { how: 'restore', path, says: 'as it was' },
      }),
      step('set', {
        action: { do: 'run', argv: ['virsh', 'secret-set-value', '--file', '/dev/stdin'], stdin: secret, deadline: 10 },
        undo: { how: 'nothing', because: 'the key is right' },
      }),
    ];
    for (const one of steps) {
      const done = await act(one, one.action, { run, stamp: 'watched' });
      expect(done).toMatchObject({ ok: true });
      if (one.id === 'write') expect(readFileSync(path, 'utf8')).toBe(KEYS[1]);
      const back = await takeBack(one, done.ok ? done.backup : undefined, { run, stamp: 'watched-undo' });
      expect(back.ok).toBe(true);
    }
    await vi.waitFor(() => expect(seen()).toContain('secret-set-value'), 20_000);
    const programs = seen().split('execve(').length - 1;
    const journals = join(house.folder, 'state', 'inkling', 'journal');
    const kept = readdirSync(journals).map((name) => readFileSync(join(journals, name), 'utf8'));
    noSecretIn([seen(), checked.stdout, checked.stderr, node.log(), ...kept], KEYS);
    return {
      injected:
        'a whole check, a key written, set and taken back; every execve of the node with arguments and environment',
      runs: programs,
      figure: `0 of ${programs} programs were given a key, 0 keys in ${kept.length} journals, on stdout, in sshd's log`,
    };
  },
  without,
);

/** Lets some commands be run as another user, and asks for a password for the rest. */
const sudo = (refused: string): string => `#!/bin/sh
list=
while :; do case $1 in
  -n) shift ;; -l) list=yes; shift ;; -u) shift 2 ;; --) shift; break ;; *) break ;;
esac; done
case "$*" in ${refused}) echo 'sudo: a password is required' >&2; exit 1 ;; esac
[ -z "$list" ] || exit 0
exec "$@"
`;

/** The login is no root, whoever runs the tests. */
const NOBODY_MUCH = '#!/bin/sh\n[ "$*" != -un ] || { echo ops; exit 0; }\nexec /usr/bin/id "$@"\n';

row(
  'F31',
  async () => {
    // What is refused, whether something is said of looks, and of repairs.
    const cases = [
      ['*/bin/sh*|*/inkling/anything*', false, true],
      ["*'auth export'*|*/inkling/anything*", true, false],
      ['*', true, true],
    ] as const;
    const figures: string[] = [];
    for (const [refused, looks, repairs] of cases) {
      const node = await startSshd({ programs: { ...FAKES, id: NOBODY_MUCH, sudo: sudo(refused) } });
      ends.push(() => node.stop());
      const house = newHouse();
      ends.push(() => house.remove());
      const { host, port, user, identity, knownHosts } = node.reach;
      const ssh = { host, port, user, identity: identity[0], known_hosts: knownHosts[0] };
      const site = `name: rights\nnodes:\n  - {name: a, roles: [ceph-admin, nova-compute], become: sudo, ssh: ${JSON.stringify(ssh)}}\n`;
      writeFileSync(join(house.folder, 'site.yaml'), site);
      const told = (await house.run(['nodes', '--site', 'site.yaml'])).stdout.replace(/\s+/g, ' ');
      expect([refused, /checks that rest on them are unknown/.test(told)]).toEqual([refused, looks]);
      expect([refused, /these repairs are impossible|no repair/.test(told)]).toEqual([refused, repairs]);
      const checked = await house.run(['check', '--site', 'site.yaml', '--format', 'json']);
      const { checks } = JSON.parse(checked.stdout) as { checks: { verdict: string; says: string }[] };
      const unknown = checks.filter((c) => c.verdict === 'unknown').length;
      // What is not refused still works, and what is refused is not taken for an answer.
      expect(checks.length).toBeGreaterThan(unknown);
      figures.push(`${checks.length - unknown} of ${checks.length} checks answered`);
    }
    return {
      injected: 'sudo refuses shells, refuses one look, refuses all',
      runs: cases.length,
      figure: `\`inkling nodes\` says what is impossible each time; ${figures.join(', ')}`,
    };
  },
  noSshd,
);
