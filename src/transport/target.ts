import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Reach } from '../domain/site.ts';

/** Where and how to connect, with nothing left open. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Private key files that exist, in order. */
  readonly identities: readonly string[];
  readonly identitiesOnly: boolean;
  /** Socket of the ssh agent. */
  readonly agent?: string;
  /** known_hosts files named by the operator: each must be readable when it exists. */
  readonly knownHosts: readonly string[];
  /** Name to look up in known_hosts instead of the host's. */
  readonly hostKeyAlias?: string;
  readonly revokedHostKeys?: string;
  /** Jump hosts, nearest first, as `[user@]host[:port]` or aliases. */
  readonly jumps: readonly string[];
  readonly config?: string;
  /** Why the system's ssh is needed; absent when the in-process client will do. */
  readonly needsOpenSsh?: string;
}

const DEFAULT_IDENTITIES = ['id_rsa', 'id_ecdsa', 'id_ed25519'];

export const defaultKnownHosts = (): string[] => [
  join(homedir(), '.ssh', 'known_hosts'),
  join(homedir(), '.ssh', 'known_hosts2'),
  '/etc/ssh/ssh_known_hosts',
  '/etc/ssh/ssh_known_hosts2',
];

/** A target from the fields of the site alone, with ssh's own defaults. */
export function plainTarget(reach: Reach): Target {
  const given = reach.identity ?? DEFAULT_IDENTITIES.map((name) => join(homedir(), '.ssh', name));
  const agent = process.env.SSH_AUTH_SOCK;
  return {
    host: reach.host,
    port: reach.port ?? 22,
    user: reach.user ?? userInfo().username,
    identities: given.filter((path) => existsSync(path)),
    identitiesOnly: false,
    ...(agent && { agent }),
    knownHosts: reach.knownHosts ?? defaultKnownHosts(),
    jumps: reach.jump === undefined ? [] : splitJumps(reach.jump),
    ...(reach.config !== undefined && { config: reach.config }),
  };
}

export const splitJumps = (jump: string): string[] =>
  jump === 'none' ? [] : jump.split(',').filter((hop) => hop !== '');

/** `[user@]host[:port]`, also `[2001:db8::1]:22` and `ssh://…`, as a Reach of its own. */
export function jumpReach(hop: string, from: Reach): Reach {
  const text = hop.replace(/^ssh:\/\//, '').replace(/\/$/, '');
  const at = text.lastIndexOf('@');
  const user = at >= 0 ? text.slice(0, at) : undefined;
  const place = text.slice(at + 1);
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(place);
  const plain = /^([^:]+):(\d+)$/.exec(place);
  const host = bracketed?.[1] ?? plain?.[1] ?? place;
  const port = bracketed?.[2] ?? plain?.[2];
  return {
    host,
    alias: host,
    ...(port !== undefined && { port: Number(port) }),
    ...(user !== undefined && { user }),
    ...(from.identity && { identity: from.identity }),
    ...(from.knownHosts && { knownHosts: from.knownHosts }),
    ...(from.config !== undefined && { config: from.config }),
    client: 'ssh2',
  };
}

/** OpenSSH's own rule for names given on a command line: nothing a shell or an option parser could act on. */
export function validHost(host: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return host !== '' && !host.startsWith('-') && !/[\s'"`$\\;&<>|(){}\u0000-\u001f\u007f]/.test(host);
}

export function validUser(user: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return user !== '' && !user.startsWith('-') && !/['"`$;&<>|(){}\u0000-\u001f\u007f]|\\$|\s-/.test(user);
}
