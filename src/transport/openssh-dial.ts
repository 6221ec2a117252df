import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import type { Lost } from '../domain/question.ts';
import type { Reach, SiteNode } from '../domain/site.ts';
import type { Carrier } from './carrier.ts';
import type { HostRecord } from './host-keys.ts';
import { keyType, parseKnownHosts } from './known-hosts.ts';
import { pause } from './lane.ts';
import { type Master, OpenSshCarrier, SILENT_ENV } from './openssh-carrier.ts';
import { quote } from './quote.ts';
import type { RuntimeDirectory } from './runtime-directory.ts';
import { sshOptions, wantsSshConfig } from './ssh-config.ts';
import type { Dialling } from './ssh2-dial.ts';
import type { Target } from './target.ts';
import type { Timing } from './timing.ts';
import { type Attempt, NO_SUCH_NAME, NotReached, persist, type Unreached } from './unreached.ts';

const set = (...options: readonly string[]): string[] => options.flatMap((option) => ['-o', option]);

const quiet = (timing: Timing): string[] =>
  set(
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'UpdateHostKeys=no',
    'HashKnownHosts=no',
    'VisualHostKey=no',
    'LogLevel=INFO',
    'ConnectionAttempts=1',
    `ConnectTimeout=${Math.ceil(timing.connect / 1000)}`,
    `ServerAliveInterval=${Math.ceil(timing.keepalive / 1000)}`,
    'ServerAliveCountMax=2',
    'ForwardAgent=no',
    'ForwardX11=no',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    'RemoteCommand=none',
    'RequestTTY=no',
    'ControlPersist=no',
  );

/** Dials a node by the system's ssh: a master process that holds the connection, sessions through its control socket. */
export async function dialOpenSsh(
  node: SiteNode,
  target: Target,
  dialling: Dialling,
  directory: RuntimeDirectory,
  signal?: AbortSignal,
): Promise<Carrier | Lost> {
  try {
    return await persist({ ...dialling, node, target, signal }, (record) =>
      attempt(node.reach, target, record, dialling, directory, signal),
    );
  } catch (error) {
    if (error instanceof NotReached) return error.lost;
    throw error;
  }
}

async function attempt(
  reach: Reach,
  target: Target,
  record: HostRecord,
  dialling: Dialling,
  directory: RuntimeDirectory,
  signal: AbortSignal | undefined,
): Promise<Attempt<Carrier>> {
  const socket = directory.next('s');
  const trusted = await trustedFile(record.name, dialling, directory);
  const base = [...siteOptions(reach, target, trusted, dialling.timing), ...quiet(dialling.timing)];
  const child = execa('ssh', ['-M', '-N', '-S', socket, ...base, '--', reach.alias ?? reach.host], {
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
    env: SILENT_ENV,
    maxBuffer: 100_000,
  });
  const exited = child.then((result) => result);
  const master: Master = { exited, kill: () => child.kill('SIGTERM') };
  const started = performance.now();
  let ended = false;
  exited.then(() => {
    ended = true;
  });
  for (let wait = 10; !ended; wait = Math.min(wait * 1.3, 100)) {
    if (existsSync(socket)) return { how: 'ready', opened: new OpenSshCarrier(master, socket) };
    if (signal?.aborted || performance.now() - started > dialling.timing.connect + 200) {
      master.kill();
      await exited;
      return { how: 'unreachable', says: `no login within ${Math.ceil(dialling.timing.connect / 1000)} s` };
    }
    await Promise.race([exited, pause(wait, signal)]);
  }
  const { stderr, code } = await exited;
  if (code === 'ENOENT') return { how: 'unreachable', says: 'the ssh program is not installed on this machine' };
  const failure = readFailure(stderr);
  if (failure !== 'unknown-key') return failure;
  const unknownName = /host key is known for (\S+)/.exec(stderr)?.[1] ?? record.name;
  return unknownKey(reach, target, record, unknownName, directory, dialling.timing);
}

/** The key of a host that nobody vouches for, fetched without a login. */
async function unknownKey(
  reach: Reach,
  target: Target,
  record: HostRecord,
  unknownName: string,
  directory: RuntimeDirectory,
  timing: Timing,
): Promise<Attempt<Carrier>> {
  const seen = directory.next('h');
  const noLogin = set('StrictHostKeyChecking=accept-new', 'PreferredAuthentications=none', 'PubkeyAuthentication=no');
  const only = set(`UserKnownHostsFile="${seen}"`, 'GlobalKnownHostsFile=none');
  await execa(
    'ssh',
    [
      '-T',
      ...noLogin,
      ...only,
      ...siteOptions(reach, target, [], timing),
      ...quiet(timing),
      '--',
      reach.alias ?? reach.host,
      'true',
    ],
    {
      reject: false,
      stdin: 'ignore',
      timeout: timing.connect + 200,
      env: SILENT_ENV,
    },
  );
  const text = await readFile(seen, 'utf8').catch(() => '');
  const entry = parseKnownHosts(text)[0];
  if (entry === undefined) return { how: 'hostkey', says: unknownName };
  const key = Buffer.from(entry.key, 'base64');
  const verdict = record.judge(key);
  if (verdict === 'changed' || verdict === 'revoked') return { how: 'bad-key', verdict, key };
  return { how: 'unknown-key', key };
}

/** Keys the operator accepted for this run, where this run's ssh reads them; the operator's own files stay as they are. */
async function trustedFile(name: string, dialling: Dialling, directory: RuntimeDirectory): Promise<string[]> {
  const keys = await dialling.hostKeys.acceptedKeys(name);
  if (keys.length === 0) return [];
  const path = directory.next('k');
  await writeFile(path, keys.map((key) => `${name} ${keyType(key)} ${key.toString('base64')}\n`).join(''), {
    mode: 0o600,
  });
  return [path];
}

/** What the site says, as ssh's options; `extra` known_hosts files come before the operator's. */
function siteOptions(reach: Reach, target: Target, extra: readonly string[], timing: Timing): string[] {
  const { jump, ...rest } = reach;
  const known =
    extra.length === 0
      ? []
      : set(`UserKnownHostsFile=${[...extra, ...target.knownHosts].map((path) => `"${path}"`).join(' ')}`);
  const through = jump === undefined ? [] : set(`ProxyCommand=${jumpCommand(jump, reach, timing)}`);
  return [...known, ...(wantsSshConfig(reach) ? [] : ['-F', 'none']), ...sshOptions(rest), ...through];
}

/** ssh's own ProxyJump hands none of our options on; this does, so that the jump host is checked and never prompts. */
function jumpCommand(jump: string, reach: Reach, timing: Timing): string {
  const hops = jump.split(',');
  const last = hops.pop() ?? jump;
  const { jump: _, alias: __, port: ___, user: ____, ...own } = reach;
  const rest = hops.length > 0 ? ['-J', hops.join(',')] : [];
  const at = /^(?:ssh:\/\/)?((?:[^@]+@)?(?:\[[^\]]+\]|[^:]+))(?::(\d+))?$/.exec(last);
  const port = at?.[2] === undefined ? [] : ['-p', at[2]];
  const host = (at?.[1] ?? last).replace(/\[|\]/g, '');
  const config = wantsSshConfig(reach) ? [] : ['-F', 'none'];
  const words = ['ssh', ...config, ...sshOptions(own), ...port, ...rest, ...quiet(timing)]
    .map(quote)
    .join(' ')
    .replaceAll('%', '%%');
  return `${words} -W '[%h]:%p' -- ${quote(host).replaceAll('%', '%%')}`;
}

/** ssh tells why only in words, on its standard error. */
function readFailure(stderr: string): Unreached | 'unknown-key' {
  const has = (pattern: RegExp): boolean => pattern.test(stderr);
  const last = stderr.trim().split('\n').at(-1)?.trim() ?? '';
  if (has(/REVOKED HOST KEY|revoked/i)) return { how: 'bad-key', verdict: 'revoked' };
  if (has(/IDENTIFICATION HAS CHANGED|Host key for .* has changed/)) return { how: 'bad-key', verdict: 'changed' };
  if (has(/host key is known for|Host key verification failed/)) return 'unknown-key';
  if (has(/Permission denied|Too many authentication failures|No supported authentication/))
    return { how: 'auth', says: last };
  if (has(/Connection refused/)) return { how: 'refused', says: 'nothing listens there' };
  if (has(/Could not resolve hostname/)) return NO_SUCH_NAME;
  if (has(/timed out|No route to host|Network is unreachable/)) return { how: 'unreachable', says: last };
  if (has(/UNKNOWN port 65535/)) return { how: 'unreachable', says: stderr.trim().split('\n')[0] ?? last };
  if (has(/kex_exchange_identification|Connection (closed|reset) by|Not allowed at this time/))
    return { how: 'busy', says: last };
  return { how: 'unreachable', says: last || 'ssh ended without a word' };
}
