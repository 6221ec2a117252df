import { readFile } from 'node:fs/promises';
import type { HostKey, TrustHostKey } from '../domain/transport.ts';
import {
  fingerprint,
  hasAuthority,
  hostName,
  judgeKey,
  type KeyVerdict,
  type KnownHost,
  keyType,
  knownTypes,
  parseKnownHosts,
} from './known-hosts.ts';
import { Limit } from './limit.ts';
import type { Target } from './target.ts';

/** What the known_hosts files say about one host. */
export interface HostRecord {
  readonly name: string;
  readonly types: readonly string[];
  readonly authority: boolean;
  /** The first file that has a key for it. */
  readonly file?: string;
  judge(blob: Buffer): KeyVerdict;
}

/** A known_hosts file that is there but cannot be read: nobody can say which keys are known, so no key is. */
export class UnreadableKnownHosts extends Error {
  constructor(
    readonly path: string,
    cause: unknown,
  ) {
    super(`cannot read ${path}: ${cause instanceof Error ? cause.message : cause}`);
  }
}

/** Host keys of one run: the files' entries, and keys the operator accepted, which are kept in memory only. */
export class HostKeys {
  private readonly files = new Map<string, Promise<KnownHost[]>>();
  private readonly accepted = new Map<string, Promise<boolean>>();
  private readonly asking = new Limit(1);

  constructor(private readonly trust: TrustHostKey | undefined) {}

  /** Throws UnreadableKnownHosts. */
  async record(target: Target): Promise<HostRecord> {
    const files = await Promise.all(target.knownHosts.map((path) => this.read(path)));
    const entries = files.flat();
    const name = hostName(target.hostKeyAlias ?? target.host, target.hostKeyAlias === undefined ? target.port : 22);
    // Like ssh: a key known for the host itself is good at its other ports.
    const bare = target.hostKeyAlias === undefined ? hostName(target.host, 22) : name;
    const file = target.knownHosts[files.findIndex((lines) => knownTypes(lines, name).length > 0)];
    return {
      name,
      ...(file !== undefined && { file }),
      types: [...new Set([...knownTypes(entries, name), ...knownTypes(entries, bare)])],
      authority: hasAuthority(entries, name),
      judge: (blob) => {
        const verdict = judgeKey(entries, name, blob);
        const other = verdict === 'unknown' ? judgeKey(entries, bare, blob) : verdict;
        return other === 'changed' ? verdict : other;
      },
    };
  }

  /** Asks the operator once per host and key; false without anyone to ask. */
  async ask(node: string, name: string, blob: Buffer): Promise<boolean> {
    if (this.trust === undefined) return false;
    const trust = this.trust;
    const id = `${name} ${blob.toString('base64')}`;
    const key: HostKey = { node, host: name, type: keyType(blob), fingerprint: fingerprint(blob) };
    const answer = this.accepted.get(id) ?? this.asking.run(() => trust(key).catch(() => false));
    this.accepted.set(id, answer);
    return answer;
  }

  /** Keys the operator accepted for a host in this run. */
  async acceptedKeys(name: string): Promise<Buffer[]> {
    const mine = [...this.accepted].filter(([id]) => id.startsWith(`${name} `));
    const answers = await Promise.all(mine.map(async ([id, answer]) => ((await answer) ? id : undefined)));
    return answers.flatMap((id) => (id === undefined ? [] : [Buffer.from(id.slice(name.length + 1), 'base64')]));
  }

  async isAccepted(name: string, blob: Buffer): Promise<boolean> {
    return (await this.accepted.get(`${name} ${blob.toString('base64')}`)) ?? false;
  }

  private read(path: string): Promise<KnownHost[]> {
    const known = this.files.get(path) ?? readKnownHosts(path);
    this.files.set(path, known);
    return known;
  }
}

async function readKnownHosts(path: string): Promise<KnownHost[]> {
  try {
    return parseKnownHosts(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw new UnreadableKnownHosts(path, error);
  }
}
