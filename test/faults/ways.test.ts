import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { isUnknown } from '../../src/domain/fact.ts';
import { PARSERS, type ParserName, parse } from '../../src/parsers/index.ts';
import { createTransport } from '../../src/transport/index.ts';
import { exited as said } from '../parsers/recorded.ts';
import { makeKey, noSshd, type Sshd, type SshdOptions, startSshd } from '../support/sshd.ts';
import { answers, ask, type Client, exited, nodeOf, opened, QUICK, shell } from '../transport/nodes.ts';
import { row } from './row.ts';
import { verdict } from './verdict.ts';

// Nodes that let nobody in, speak before they are asked, or have not what is asked for: who looks is told, and is not fooled.

let sshd: Sshd;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  if (noSshd === undefined) sshd = await startSshd({ config: ['MaxSessions 20'] });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of ends.splice(0).toReversed()) await end();
});
afterAll(() => sshd?.stop());

const CLIENTS: readonly Client[] = ['ssh2', 'openssh'];
const transport = (timing: Parameters<typeof createTransport>[0] = { timing: QUICK }) => {
  const one = createTransport(timing);
  ends.push(() => one.close());
  return one;
};
const started = async (options: SshdOptions): Promise<Sshd> => {
  const one = await startSshd(options);
  ends.push(() => one.stop());
  return one;
};

row(
  'F16',
  async () => {
    const hosts = 10;
    for (const client of CLIENTS) {
      const node = await started({ config: ['MaxStartups 2:100:2'] });
      const own = transport({ timing: { ...QUICK, connect: 9000 } });
      const links = await Promise.all(Array.from({ length: hosts }, () => own.open(nodeOf(node, client))));
      expect(links.map((one) => ('result' in one ? one.detail : 'up'))).toEqual(links.map(() => 'up'));
    }
    return {
      injected: 'MaxStartups 2:100:2; ten logins at once, both clients',
      runs: CLIENTS.length,
      figure: `${hosts * CLIENTS.length} of ${hosts * CLIENTS.length} came up`,
    };
  },
  noSshd,
);

row(
  'F17',
  async () => {
    let runs = 0;
    for (const client of CLIENTS) {
      const wrong = makeKey(sshd.directory, `wrong-${client}`);
      vi.stubEnv('SSH_AUTH_SOCK', join(sshd.directory, 'no-agent'));
      for (const identity of [[wrong], []]) {
        const own = transport();
        const [bad, good] = await Promise.all([
          own.open(nodeOf(sshd, client, { identity })),
          opened(own, nodeOf(sshd, client)),
        ]);
        expect(bad).toMatchObject({ why: 'auth', detail: expect.stringContaining('node-1') });
        expect(exited((await answers(good, [ask('q', ['echo', 'on'])])).get('q')).stdout).toBe('on\n');
        runs += 1;
      }
    }
    expect(sshd.log()).not.toMatch(/Too many authentication failures/);
    return {
      injected: 'a key that is not accepted; no key and an agent that is gone; both clients',
      runs,
      figure: `${runs} of ${runs} named as such, other hosts went on`,
    };
  },
  noSshd,
);

row(
  'F27',
  async () => {
    const noise = 'echo noise; echo more >&2; alias echo=false; alias printf=false; set -e; PS1=x; IFS=:\n';
    for (const client of CLIENTS) {
      const node = await started({ home: { '.bashrc': noise, '.profile': noise } });
      const got = await answers(await opened(transport(), nodeOf(node, client)), [
        shell('q', 'echo out; echo err >&2'),
        shell('fails', 'exit 3'),
        ask('next', ['echo', 'on']),
      ]);
      expect(got.get('q')).toMatchObject({ code: 0, stdout: 'out\n', stderr: 'err\n' });
      expect([exited(got.get('fails')).code, exited(got.get('next')).stdout]).toEqual([3, 'on\n']);
    }
    return {
      injected: 'login scripts that print, alias echo and printf, set -e and IFS; both clients',
      runs: CLIENTS.length,
      figure: '0 answers with anything of theirs in them',
    };
  },
  noSshd,
);

const SHELLS = ['bash', 'dash', 'fish', 'tcsh', 'zsh', 'busybox'].flatMap((name) => {
  const path = ['/bin', '/usr/bin'].map((folder) => `${folder}/${name}`).find((file) => existsSync(file));
  return path === undefined ? [] : [name === 'busybox' ? `${path} sh` : path];
});

row(
  'F28',
  async () => {
    const word = 'it\'s! $x `id` "q" \\ \nline \u00e9';
    for (const login of SHELLS)
      for (const client of CLIENTS) {
        const node = await started({ config: [`ForceCommand exec ${login} -c "$SSH_ORIGINAL_COMMAND"`] });
        const got = await answers(await opened(transport(), nodeOf(node, client)), [ask('q', ['printf', '%s', word])]);
        expect([login, exited(got.get('q')).stdout]).toEqual([login, word]);
      }
    return {
      injected: `login shells ${SHELLS.map((path) => path.replace(/.*\//, '')).join(', ')}; both clients`,
      runs: SHELLS.length * CLIENTS.length,
      figure: '0 words changed on their way',
    };
  },
  noSshd,
);

row('F25', async () => {
  const MIB = 2 ** 20;
  const bodies: readonly (readonly [string, string])[] = [
    ['deep', '['.repeat(100_000)],
    ['deep and closed', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['members', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['8 MiB of a list', `[${'"volume-457eb676",'.repeat((8 * MIB) / 18)}1]`],
    ['8 MiB of one word', `"${'x'.repeat(8 * MIB)}"`],
    ['a number without end', `[${'9'.repeat(MIB)}]`],
    ['prototypes', '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'],
  ];
  let slowest = 0;
  const names = Object.keys(PARSERS) as ParserName[];
  for (const [what, body] of bodies)
    for (const name of names) {
      const since = performance.now();
      const value = parse(name, said(body));
      slowest = Math.max(slowest, performance.now() - since);
      if (isUnknown(value)) expect([what, name, value.unknown]).not.toEqual([what, name, '']);
    }
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  return {
    injected: `${bodies.length} documents, 100,000 deep or 8 MiB long, for each of ${names.length} parsers`,
    runs: bodies.length * names.length,
    figure: `0 crashes; slowest ${slowest.toFixed(0)} ms`,
  };
});

row(
  'F32',
  async () => {
    const gone = '#!/bin/sh\nexit 127\n';
    const other = '#!/bin/sh\necho \'{"version": "ceph version 99.1.0 (0) zebra (dev)", "new": [{"shape": 1}]}\'\n';
    const seen: string[] = [];
    for (const program of [gone, other]) {
      const { outcome, code, stderr, checks } = await verdict({
        programs: { ceph: program, rbd: program, virsh: program },
      });
      expect([stderr, outcome === 'healthy', code === 0]).toEqual(['', false, false]);
      // Nothing of the cluster is called well by a program that did not tell of it.
      expect(checks.filter((line) => /^(cluster-(?!answers )|pool-|osds?-).* pass$/.test(line))).toEqual([]);
      seen.push(outcome);
    }
    return {
      injected: 'ceph, rbd and virsh that are missing, or of a release whose answers have another shape',
      runs: seen.length,
      figure: `${seen.join(', ')}: 0 checks of the cluster passed`,
    };
  },
  noSshd,
);
