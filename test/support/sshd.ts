import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Reach } from '../../src/domain/site.ts';

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path));

/** Why no sshd can be started here; undefined when one can. */
export const noSshd: string | undefined = SSHD === undefined ? 'OpenSSH sshd is not installed' : undefined;

export interface Sshd {
  readonly port: number;
  readonly directory: string;
  /** Everything a client needs; complete, so that nobody's own ssh configuration matters. */
  readonly reach: Reach & { readonly identity: readonly string[]; readonly knownHosts: readonly string[] };
  /** Public host key as in a known_hosts line: `type base64`. */
  readonly hostKey: string;
  /** What sshd wrote so far. */
  log(): string;
  /** Process id of the listener. */
  pid(): number;
  /** Ends the listener by the signal and starts it again; sessions go on unless somebody ends them. */
  restart(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

export interface SshdOptions {
  /** More lines for sshd_config. */
  readonly config?: readonly string[];
  /** Programs put first on PATH: name to shell script. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Variables of every login. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files of the login user's home. */
  readonly home?: Readonly<Record<string, string>>;
}

/** Starts a real sshd on 127.0.0.1 that lets the present user in by a fresh key; root or not. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  if (SSHD === undefined) throw new Error(noSshd);
  const directory = mkdtempSync(join(tmpdir(), 'sshd-'));
  const bin = join(directory, 'bin');
  const home = join(directory, 'home');
  for (const path of [bin, home]) mkdirSync(path);
  for (const [name, text] of Object.entries(options.programs ?? {}))
    writeFileSync(join(bin, name), text, { mode: 0o755 });
  for (const [name, text] of Object.entries(options.home ?? {})) writeFileSync(join(home, name), text);
  const hostKeyPath = makeKey(directory, 'host');
  const identity = makeKey(directory, 'id');
  writeFileSync(join(directory, 'authorized'), readFileSync(`${identity}.pub`));
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const port = await freePort();
  const lines = [
    ...(options.config ?? []),
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKeyPath}`,
    `AuthorizedKeysFile ${directory}/authorized`,
    `PidFile none`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    'MaxStartups 100',
    'LogLevel VERBOSE',
    'PrintMotd no',
    `SetEnv HOME=${home} PATH=${bin}:/usr/local/bin:/usr/bin:/bin${Object.entries(options.env ?? {})
      .map(([name, value]) => ` ${name}=${value}`)
      .join('')}`,
  ];
  writeFileSync(join(directory, 'config'), `${lines.join('\n')}\n`);
  let log = '';
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(SSHD, ['-D', '-e', '-f', join(directory, 'config')], { stdio: ['ignore', 'ignore', 'pipe'] });
    let own = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      own += text;
    });
    await listening(child, () => own);
    return child;
  };
  const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  };
  let child = await start();
  const hostKey = readFileSync(`${hostKeyPath}.pub`, 'utf8').split(' ').slice(0, 2).join(' ').trim();
  const knownHosts = join(directory, 'known_hosts');
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${hostKey}\n`);
  return {
    port,
    directory,
    hostKey,
    pid: () => child.pid ?? 0,
    reach: { host: '127.0.0.1', port, user: userInfo().username, identity: [identity], knownHosts: [knownHosts] },
    log: () => log,
    async restart(signal) {
      await end(child, signal);
      child = await start();
    },
    async stop() {
      await end(child, 'SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function makeKey(directory: string, name: string, type = 'ed25519'): string {
  const path = join(directory, name);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', name, '-f', path]);
  return path;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function listening(child: ChildProcess, log: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', () => {
      if (log().includes('Server listening')) resolve();
    });
    child.once('exit', () => reject(new Error(`sshd ended: ${log()}`)));
  });
}
