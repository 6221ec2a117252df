import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Reach } from '../domain/site.ts';
import { plainTarget, splitJumps, type Target } from './target.ts';

/** What `ssh -G` prints: options in lower case, each with all its values in order. */
export function parseSshG(text: string): Map<string, string[]> {
  const options = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space <= 0) continue;
    const name = line.slice(0, space).toLowerCase();
    options.set(name, [...(options.get(name) ?? []), line.slice(space + 1).trim()]);
  }
  return options;
}

/** Options given to ssh for what the site says itself; the alias and the configuration decide the rest. */
export function sshOptions(reach: Reach): string[] {
  return [
    ...(reach.config === undefined ? [] : ['-F', reach.config]),
    ...(reach.port === undefined ? [] : ['-p', String(reach.port)]),
    ...(reach.user === undefined ? [] : ['-l', reach.user]),
    ...(reach.identity ?? []).flatMap((path) => ['-i', path]),
    ...(reach.jump === undefined ? [] : ['-J', reach.jump]),
    ...(reach.alias !== undefined && reach.alias !== reach.host ? ['-o', `HostName=${reach.host}`] : []),
    ...(reach.knownHosts === undefined
      ? []
      : [
          '-o',
          `UserKnownHostsFile=${reach.knownHosts.map((path) => `"${path}"`).join(' ')}`,
          '-o',
          'GlobalKnownHostsFile=none',
        ]),
  ];
}

/**
 * Must ssh be asked? Always with an alias or a configuration file; else only when the operator has a configuration and the site left
 * something open that it could decide.
 */
export function wantsSshConfig(reach: Reach): boolean {
  if (reach.alias !== undefined || reach.config !== undefined) return true;
  const complete = reach.port !== undefined && reach.user && reach.identity && reach.knownHosts;
  return !complete && existsSync(join(homedir(), '.ssh', 'config'));
}

/** Resolves a host as the user's ssh would. Undefined when there is no ssh on this machine; throws what ssh said when it refused. */
export async function resolveBySsh(reach: Reach, signal?: AbortSignal): Promise<Target | undefined> {
  const name = reach.alias ?? reach.host;
  const result = await execa('ssh', ['-G', ...sshOptions(reach), '--', name], {
    reject: false,
    stdin: 'ignore',
    timeout: 10_000,
    ...(signal && { cancelSignal: signal }),
  });
  if (result.code === 'ENOENT') return undefined;
  if (result.exitCode !== 0) throw new Error(result.stderr.trim().split('\n').at(-1) || 'ssh -G failed');
  return targetOf(parseSshG(result.stdout), reach);
}

const expandHome = (path: string): string => path.replace(/^~(?=\/)/, homedir());

/** ssh prints lists of paths bare; the site's own lists are taken as given, so that a blank in a path does not split it. */
function paths(values: readonly string[] | undefined): string[] {
  return (values ?? []).flatMap((value) => value.split(/\s+/)).map(expandHome);
}

function targetOf(options: Map<string, string[]>, reach: Reach): Target {
  const one = (name: string): string | undefined => {
    const value = options.get(name)?.[0];
    return value === undefined || value === 'none' ? undefined : value;
  };
  const plain = plainTarget(reach);
  const listed = (options.get('identityfile') ?? []).map((path) => unquote(expandHome(path)));
  const identities = listed.filter((path) => existsSync(path));
  const agent = one('identityagent');
  const { agent: _, jumps: __, ...base } = plain;
  const socket =
    agent === undefined || agent === 'SSH_AUTH_SOCK' ? process.env.SSH_AUTH_SOCK : expandHome(agent.replace(/^\$/, ''));
  const alias = one('hostkeyalias');
  const revoked = one('revokedhostkeys');
  const needs = needsOpenSsh(options, identities, listed);
  return {
    ...base,
    host: one('hostname') ?? reach.host,
    port: Number(one('port') ?? 22),
    user: one('user') ?? plain.user,
    identities,
    identitiesOnly: one('identitiesonly') === 'yes',
    ...(socket && options.get('identityagent')?.[0] !== 'none' && { agent: socket }),
    knownHosts:
      reach.knownHosts ??
      [...paths(options.get('userknownhostsfile')), ...paths(options.get('globalknownhostsfile'))].filter(
        (path) => path !== 'none',
      ),
    ...(alias !== undefined && { hostKeyAlias: alias }),
    ...(revoked !== undefined && { revokedHostKeys: revoked }),
    jumps: one('proxyjump') === undefined ? [] : splitJumps(one('proxyjump') ?? ''),
    ...(needs !== undefined && { needsOpenSsh: needs }),
  };
}

const unquote = (text: string): string => text.replace(/^"(.*)"$/, '$1');

/** What only the system's client can do, as far as the configuration and the key files show it. */
function needsOpenSsh(
  options: Map<string, string[]>,
  identities: readonly string[],
  listed: readonly string[],
): string | undefined {
  const set = (name: string): boolean => !['none', 'no', 'false', undefined].includes(options.get(name)?.[0]);
  if (set('proxycommand')) return 'ProxyCommand';
  if (set('certificatefile')) return 'a certificate';
  if (listed.some((path) => existsSync(`${path}-cert.pub`))) return 'a certificate';
  if (set('pkcs11provider')) return 'PKCS#11';
  if (set('knownhostscommand')) return 'KnownHostsCommand';
  if (set('revokedhostkeys')) return 'RevokedHostKeys';
  if (identities.some(isSecurityKey)) return 'a FIDO key';
  if (set('gssapiauthentication') && identities.length === 0 && !process.env.SSH_AUTH_SOCK && hasTicket())
    return 'GSSAPI';
  return undefined;
}

function isSecurityKey(path: string): boolean {
  try {
    return readFileSync(`${path}.pub`, 'utf8').startsWith('sk-');
  } catch {
    return /_sk$/.test(path);
  }
}

/** Kerberos is wanted only where there is a ticket: distributions switch GSSAPI on for everyone. */
function hasTicket(): boolean {
  if (process.env.KRB5CCNAME) return true;
  try {
    return readdirSync(tmpdir()).some((name) => name.startsWith(`krb5cc_${process.getuid?.() ?? ''}`));
  } catch {
    return false;
  }
}
