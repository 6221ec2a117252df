// Fifty nodes for nothing: one real sshd on 127.0.0.1 … 127.0.0.50, with keys made for this run.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

export const NODES = 50;
const addresses = Array.from({ length: NODES }, (_, i) => `127.0.0.${i + 1}`);
const playbook = join(import.meta.dirname, 'playbooks', 'fleet', 'playbook.yaml');

const quoted = (word) => `'${word.replaceAll("'", `'\\''`)}'`;

/** The commands of the playbook as one shell script. */
export function script() {
  const { probes } = parse(readFileSync(playbook, 'utf8'));
  return Object.values(probes).map(({ run }) => `${run.map(quoted).join(' ')}\n`);
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const listens = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.destroy(resolve(true))).once('error', () => resolve(false));
  });

/** Starts sshd and writes everything the three tools need; `stop` ends it and removes the folder. */
export async function startFleet() {
  const sshd = ['/usr/sbin/sshd', '/usr/bin/sshd'].find(existsSync);
  if (!sshd) throw new Error('no sshd on this machine: apt-get install openssh-server');
  const folder = mkdtempSync(join(tmpdir(), 'inkling-bench-'));
  const file = (name, text, mode = 0o600) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  };
  for (const name of ['host', 'user']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'bench', '-f', join(folder, name)]);
  }
  const port = await freePort();
  const user = userInfo().username;
  const hostKey = readFileSync(join(folder, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  const knownHosts = file('known_hosts', addresses.map((address) => `[${address}]:${port} ${hostKey}\n`).join(''));
  const authorized = file('authorized_keys', readFileSync(join(folder, 'user.pub')));
  const config = file(
    'sshd_config',
    [
      `Port ${port}`,
      ...['ListenAddress 0.0.0.0', 'UsePAM no', 'StrictModes no', 'PasswordAuthentication no', 'LogLevel ERROR'],
      ...['MaxStartups 1000', 'PermitRootLogin prohibit-password', 'PerSourceMaxStartups none'],
      `HostKey ${join(folder, 'host')}`,
      `AuthorizedKeysFile ${authorized}`,
      `PidFile ${join(folder, 'sshd.pid')}`,
      '',
    ].join('\n'),
  );
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const server = spawn(sshd, ['-D', '-e', '-f', config], { stdio: 'ignore' });
  const identity = join(folder, 'user');
  for (let i = 0; !(await listens(port)); i++) {
    if (i > 100 || server.exitCode !== null) throw new Error('sshd did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const sshConfig = file(
    'ssh_config',
    [
      'Host *',
      `  Port ${port}`,
      `  User ${user}`,
      `  IdentityFile ${identity}`,
      `  UserKnownHostsFile ${knownHosts}`,
      ...['  IdentitiesOnly yes', '  StrictHostKeyChecking yes', '  BatchMode yes', '  LogLevel ERROR', ''],
    ].join('\n'),
  );
  const site = {
    name: 'fleet',
    nodes: addresses.map((host, i) => ({
      name: `node-${i + 1}`,
      roles: ['nova-compute'],
      ssh: { host, port, user, identity, known_hosts: knownHosts },
      become: user === 'root' ? 'root' : 'sudo',
    })),
  };
  return {
    folder,
    sshConfig,
    hosts: file('hosts', `${addresses.join('\n')}\n`),
    list: addresses.join(','),
    site: file('fleet.yaml', JSON.stringify(site, null, 2)),
    script: file('fleet.sh', script().join('')),
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
