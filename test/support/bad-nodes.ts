import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Served } from './practice-serve.ts';
import { startProxy } from './proxy.ts';
import { freePort, makeKey, noSshd, startSshd } from './sshd.ts';

export interface BadNodes {
  /** Site entries (YAML), by the way in which each node is bad. */
  readonly entries: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A sudo that wants a password, as it answers `sudo -n`. */
const ASKING_SUDO = '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n';

/** Bytes from the node until the link breaks: enough for a login and the first answers. */
const FIRST_ANSWERS = 2200;

/** Compute nodes that are bad in every way a network and an sshd can be, beside a practice cluster that is good. */
export async function startBadNodes(served: Served): Promise<BadNodes> {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-bad-'));
  const good = served.port('compute-2');
  const proxies: Awaited<ReturnType<typeof startProxy>>[] = [];
  const servers: Server[] = [];
  const through = async (faults = {}): Promise<number> => {
    const proxy = await startProxy(good, faults);
    proxies.push(proxy);
    return proxy.port;
  };
  const listen = async (server: Server): Promise<number> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  };
  const [changed, unknown, login, dropping] = [
    await through(),
    await through(),
    await through(),
    await through({ cutDown: () => FIRST_ANSWERS }),
  ];
  const closed = await freePort();
  const silent = await listen(createServer((socket) => socket.on('error', () => {})));
  const web = await listen(
    createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  );
  const strangerKey = readFileSync(`${makeKey(folder, 'stranger')}.pub`, 'utf8').trim();
  const knownHosts = join(folder, 'known_hosts');
  const lines = [
    `[127.0.0.1]:${changed} ${strangerKey}`,
    `[127.0.0.1]:${login} ${served.hostKey('compute-2')}`,
    `[127.0.0.1]:${dropping} ${served.hostKey('compute-2')}`,
  ];
  const sshd = noSshd === undefined ? await startSshd({ programs: { sudo: ASKING_SUDO } }) : undefined;
  if (sshd) lines.push(readFileSync(sshd.reach.knownHosts[0] ?? '', 'utf8').trim());
  writeFileSync(knownHosts, `${lines.join('\n')}\n`);

  const entry = (name: string, reach: Record<string, string | number>, role = 'nova-compute'): string => {
    const all = { host: '127.0.0.1', user: 'ops', known_hosts: knownHosts, identity: served.identity, ...reach };
    return `  - {name: ${name}, roles: [${role}], ssh: ${JSON.stringify(all)}}\n`;
  };
  const entries = {
    'changed-key': entry('changed-key', { port: changed }),
    'unknown-key': entry('unknown-key', { port: unknown }),
    closed: entry('closed', { port: closed }),
    silent: entry('silent', { port: silent }),
    web: entry('web', { port: web }),
    nameless: entry('nameless', { host: 'no-such-host.invalid' }),
    stranger: entry('stranger', { port: login, identity: join(folder, 'stranger') }),
    'behind-jump': entry('behind-jump', { host: '10.255.255.1', jump: `127.0.0.1:${closed}` }),
    dropping: entry('dropping', { port: dropping }),
    ...(sshd && {
      // No compute: this machine does not know the others by name, and that would be a cause of its own.
      'asking-sudo': entry(
        'asking-sudo',
        {
          port: sshd.port,
          user: userInfo().username,
          identity: sshd.reach.identity[0] ?? '',
        },
        'cinder-backup',
      ),
    }),
  };
  return {
    entries,
    stop: async () => {
      await Promise.all([...proxies.map((proxy) => proxy.close()), sshd?.stop()]);
      for (const server of servers) server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
