import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Config } from 'node-ssh';
import type { AnyAuthMethod, Client, IdentityCallback, ParsedKey } from 'ssh2';
import { toPrintable } from '../domain/printable.ts';
import type { HostRecord } from './host-keys.ts';
import type { Target } from './target.ts';
import type { Timing } from './timing.ts';
import { type Attempt, NO_SUCH_NAME, type Unreached } from './unreached.ts';

/** A connection that is logged in. */
export interface Opened {
  readonly client: Client;
  close(): void;
}

/** No SHA-1, no CBC, no chacha20-poly1305: what is left withstands prefix truncation even where a server has no strict key exchange. */
const CIPHERS = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'] as const;
const KEX = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
] as const;
const HOST_KEYS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;
type HostKeyAlgorithm = (typeof HOST_KEYS)[number];

/** Known types first: a second, unknown key of the same host must not look like an attack. */
function hostKeyAlgorithms(types: readonly string[]): HostKeyAlgorithm[] {
  const isKnown = (algorithm: string): boolean => types.includes(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  return [...HOST_KEYS.filter(isKnown), ...HOST_KEYS.filter((algorithm) => !isKnown(algorithm))];
}

/** Opens the TCP connection with Nagle's delay off: 45 ms against 220 for a login. */
function openSocket(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, noDelay: true });
    const stop = (): void => {
      socket.destroy();
      reject(Object.assign(new Error('connect deadline'), { code: 'ETIMEDOUT' }));
    };
    signal.addEventListener('abort', stop, { once: true });
    socket.once('connect', () => {
      signal.removeEventListener('abort', stop);
      resolve(socket);
    });
    socket.once('error', (error) => {
      signal.removeEventListener('abort', stop);
      reject(error);
    });
    // For the life of the socket, also after the listeners above are spent.
    socket.on('error', () => {});
    if (signal.aborted) stop();
  });
}

function forward(through: Client, host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    through.forwardOut('127.0.0.1', 0, host, port, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
}

interface Logins {
  readonly methods: AnyAuthMethod[];
  /** Keys that could not be used, and an agent that turned out to be gone, for the message when nothing else worked. */
  readonly unusable: readonly string[];
}

async function logins(target: Target): Promise<Logins> {
  const { default: ssh2 } = await import('ssh2');
  const { methods, unusable, wanted } = readIdentities(target, ssh2.utils.parseKey);
  const agent = target.agent === undefined ? undefined : agentMethod(target, wanted, unusable, ssh2);
  const explicit = target.identitiesOnly || methods.length > 0;
  const ordered = agent === undefined ? methods : explicit ? [...methods, agent] : [agent, ...methods];
  return { methods: ordered, unusable };
}

function readIdentities(target: Target, parseKey: typeof import('ssh2').utils.parseKey) {
  const methods: AnyAuthMethod[] = [];
  const unusable: string[] = [];
  const wanted: Buffer[] = [];
  for (const path of target.identities) {
    const publicKey = readPublic(path, parseKey);
    if (publicKey) wanted.push(publicKey);
    try {
      const text = readFileSync(path);
      const key = parseKey(text);
      if (key instanceof Error) {
        unusable.push(
          `${path} ${/passphrase|encrypted/i.test(key.message) ? 'needs a passphrase (ssh-add it)' : 'is no key ssh can read'}`,
        );
      } else methods.push({ type: 'publickey', username: target.user, key: text });
    } catch (error) {
      unusable.push(`${path} cannot be read (${error instanceof Error && 'code' in error ? error.code : error})`);
    }
  }
  return { methods, unusable, wanted };
}

function readPublic(path: string, parseKey: typeof import('ssh2').utils.parseKey): Buffer | undefined {
  try {
    const key = parseKey(readFileSync(`${path}.pub`));
    return key instanceof Error ? undefined : key.getPublicSSH();
  } catch {
    return undefined;
  }
}

/** The agent's keys; with IdentitiesOnly those alone whose public half is listed, so that no server counts the others as failed logins. */
function agentMethod(
  target: Target,
  wanted: readonly Buffer[],
  unusable: string[],
  ssh2: typeof import('ssh2'),
): AnyAuthMethod {
  class ListedAgent extends ssh2.OpenSSHAgent {
    override getIdentities(done: IdentityCallback<ParsedKey>): void {
      super.getIdentities((error, keys = []) => {
        // One that is gone has no keys: the others may still let us in.
        if (error) unusable.push(`the ssh agent at ${target.agent} does not answer`);
        const isWanted = (key: (typeof keys)[number]): boolean =>
          wanted.some((blob) => 'getPublicSSH' in key && blob.equals(key.getPublicSSH()));
        done(undefined, target.identitiesOnly ? keys.filter(isWanted) : keys);
      });
    }
  }
  return { type: 'agent', username: target.user, agent: new ListedAgent(target.agent ?? '') };
}

/** One attempt: TCP (or a channel of the jump host), host key before any login, login. Settles within the connect deadline. */
export async function attempt(
  target: Target,
  record: HostRecord,
  accepted: (key: Buffer) => Promise<boolean>,
  through: Client | undefined,
  timing: Timing,
  signal?: AbortSignal,
): Promise<Attempt<Opened>> {
  const deadline = AbortSignal.any([AbortSignal.timeout(timing.connect), ...(signal ? [signal] : [])]);
  const started = performance.now();
  let sock: Duplex;
  try {
    sock = through
      ? await withDeadline(forward(through, target.host, target.port), deadline)
      : await openSocket(target.host, target.port, deadline);
  } catch (error) {
    return socketFailure(error, through !== undefined, timing);
  }
  const { methods, unusable } = await logins(target);
  if (methods.length === 0) {
    sock.destroy();
    return { how: 'auth', says: noLogin(unusable) };
  }
  let refusal: Unreached | undefined;
  const config: Config = {
    sock,
    username: target.user,
    readyTimeout: Math.max(1, timing.connect - (performance.now() - started)),
    keepaliveInterval: timing.keepalive,
    // The third that stays unanswered ends the link.
    keepaliveCountMax: 2,
    algorithms: { cipher: [...CIPHERS], kex: [...KEX], serverHostKey: hostKeyAlgorithms(record.types) },
    authHandler: methods,
    hostVerifier: (key: Buffer, verify: (ok: boolean) => void) => {
      const verdict = record.judge(key);
      if (verdict === 'known') return verify(true);
      if (verdict !== 'unknown') {
        refusal = { how: 'bad-key', verdict, key };
        return verify(false);
      }
      accepted(key).then((yes) => {
        if (!yes) refusal = { how: 'unknown-key', key };
        verify(yes);
      });
    },
  };
  const { NodeSSH } = await import('node-ssh');
  const ssh = new NodeSSH();
  const connecting = ssh.connect(config);
  const client = ssh.connection;
  const heard = firstWords(sock);
  const close = (): void => {
    client?.end();
    sock.destroy();
  };
  // Without a listener for the connection's whole life a reset of an idle link would end the process.
  client?.on('error', () => {});
  try {
    await withDeadline(connecting, deadline);
    if (!client) throw new Error('closed at once');
    client.setNoDelay(true);
    return { how: 'ready', opened: { client, close } };
  } catch (error) {
    close();
    return refusal ?? notSsh(heard()) ?? handshakeFailure(error, unusable, deadline.aborted, timing);
  }
}

/** What the other side said first: its greeting, and lines that may stand before it. */
function firstWords(sock: Duplex): () => string {
  let words = '';
  const listen = (bytes: Buffer): void => {
    words += bytes.toString('latin1');
    if (words.length > 4096) sock.off('data', listen);
  };
  sock.on('data', listen);
  return () => words;
}

/** Another service answers on this port. Some sshd say a line before their own greeting, or why they are busy. */
function notSsh(heard: string): Unreached | undefined {
  if (heard === '' || /^SSH-|MaxStartups|Not allowed at this time/m.test(heard)) return undefined;
  const line = toPrintable(heard.split(/\r?\n/)[0] ?? '', { limit: 60 });
  return { how: 'unreachable', says: `what answers there is not SSH ("${line}")`, todo: 'is the port right?' };
}

function withDeadline<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(Object.assign(new Error('connect deadline'), { code: 'ETIMEDOUT' }));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

const noLogin = (unusable: readonly string[]): string =>
  unusable.length > 0 ? unusable.join('; ') : 'no private key file and no ssh agent was found';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const within = ({ connect }: Timing): string => `${Math.ceil(connect / 1000)} s`;

function socketFailure(error: unknown, jumped: boolean, timing: Timing): Unreached {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ECONNREFUSED' || (jumped && /connection refused/i.test(message))) {
    return { how: 'refused', says: 'nothing listens there' };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return NO_SUCH_NAME;
  if (code === 'ECONNRESET') return { how: 'busy', says: 'connection reset' };
  if (code === 'ETIMEDOUT') return { how: 'unreachable', says: `no answer within ${within(timing)}` };
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return { how: 'unreachable', says: 'there is no route to it' };
  return { how: 'unreachable', says: message };
}

function handshakeFailure(error: unknown, unusable: readonly string[], late: boolean, timing: Timing): Unreached {
  const message = error instanceof Error ? error.message : String(error);
  const level = error instanceof Error && 'level' in error ? String(error.level) : '';
  if (level === 'client-authentication')
    return { how: 'auth', says: ['its sshd refused every key offered', ...unusable].join('; ') };
  if (late || level === 'client-timeout' || /timed out/i.test(message)) {
    return {
      how: 'unreachable',
      says: `it took the connection but said nothing within ${within(timing)}`,
      todo: 'does its sshd hang, is the port right?',
    };
  }
  if (
    /before handshake|ECONNRESET|EPIPE|Exceeded MaxStartups|Not allowed at this time|No response from server/i.test(
      `${codeOf(error)} ${message}`,
    )
  ) {
    return { how: 'busy', says: 'connection closed' };
  }
  if (/no matching/i.test(message)) {
    return {
      how: 'unreachable',
      says: `it offers only old or foreign algorithms (${message})`,
      todo: 'set client: openssh for this node, or update its sshd.',
    };
  }
  return { how: 'unreachable', says: message };
}
