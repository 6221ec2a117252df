import { randomBytes } from 'node:crypto';
import { type Lost, lost } from '../domain/question.ts';
import type { Reach, SiteNode } from '../domain/site.ts';
import type { Link, Transport, TrustHostKey } from '../domain/transport.ts';
import { nodeName } from './answer.ts';
import { type Carrier, isLost } from './carrier.ts';
import { HostKeys } from './host-keys.ts';
import { cancelled } from './lane.ts';
import { Limit } from './limit.ts';
import { CarrierLink } from './link.ts';
import { dialOpenSsh } from './openssh-dial.ts';
import { RuntimeDirectory } from './runtime-directory.ts';
import { sessionKeys } from './seal.ts';
import { SealedWords } from './sealed-words.ts';
import { resolveBySsh, wantsSshConfig } from './ssh-config.ts';
import { dialSsh2 } from './ssh2-dial.ts';
import { plainTarget, type Target, validHost, validUser } from './target.ts';
import { TIMING, type Timing } from './timing.ts';

export interface TransportOptions {
  /** Asked for unknown host keys; absent: they are refused. */
  readonly trust?: TrustHostKey;
  /** Secret of the run: equal keys on different nodes get equal digests under it. Default: 32 random bytes. */
  readonly sessionKey?: Buffer;
  /** What configurations keep secret, to be hidden in logs of other nodes. Made with the same key. */
  readonly sealed?: SealedWords;
  /** Handshakes under way at once. Default 8. */
  readonly maxHosts?: number;
  /** Deadlines of the connection, milliseconds; for tests. */
  readonly timing?: Partial<Timing>;
}

export { SealedWords } from './sealed-words.ts';

/** Reaches nodes over SSH, each by the client that its `reach` asks for. */
export function createTransport(options: TransportOptions = {}): Transport {
  return new SshTransport(options);
}

class SshTransport implements Transport {
  private readonly hostKeys: HostKeys;
  private readonly handshakes: Limit;
  private readonly directory = new RuntimeDirectory();
  private readonly resolving = new Limit(8);
  private readonly keys;
  private readonly sealed: SealedWords;
  private readonly timing: Timing;
  private readonly links = new Set<Link>();
  private readonly closing = new AbortController();

  constructor(options: TransportOptions) {
    this.hostKeys = new HostKeys(options.trust);
    this.handshakes = new Limit(options.maxHosts ?? 8);
    this.timing = { ...TIMING, ...options.timing };
    const key = options.sessionKey ?? randomBytes(32);
    this.keys = sessionKeys(key);
    this.sealed = options.sealed ?? new SealedWords(key);
  }

  async open(node: SiteNode, signal?: AbortSignal): Promise<Link | Lost> {
    const stop = AbortSignal.any([this.closing.signal, ...(signal ? [signal] : [])]);
    const dial = (redial?: AbortSignal): Promise<Carrier | Lost> => this.dial(node, redial ?? stop);
    // Logs of other nodes wait until it is known which configurations this one is asked for.
    const opening = this.sealed.expect(1);
    const carrier = await dial();
    if (isLost(carrier)) {
      opening.end();
      return carrier;
    }
    const link = new CarrierLink(node, this.keys, this.sealed, opening, this.timing, carrier, dial);
    this.links.add(link);
    return link;
  }

  private async dial(node: SiteNode, signal: AbortSignal): Promise<Carrier | Lost> {
    try {
      if (signal.aborted) return cancelled(node);
      const target = await this.resolve(node.reach, signal);
      const dialling = {
        hostKeys: this.hostKeys,
        handshakes: this.handshakes,
        timing: this.timing,
        resolve: this.resolve,
      };
      const client = node.reach.client ?? 'auto';
      if (client === 'openssh' || (client === 'auto' && target.needsOpenSsh !== undefined)) {
        return await dialOpenSsh(node, target, dialling, this.directory, signal);
      }
      return await dialSsh2(node, target, dialling, signal);
    } catch (error) {
      if (signal.aborted) return cancelled(node);
      const says = error instanceof Error ? error.message : String(error);
      return lost('unreachable', `${nodeName(node)} could not be contacted: ${says}; check how the site reaches it.`);
    }
  }

  private readonly resolve = async (reach: Reach, signal?: AbortSignal): Promise<Target> => {
    const name = reach.alias ?? reach.host;
    if (!validHost(name) || !validHost(reach.host)) throw new Error(`"${name}" is no host name`);
    if (reach.user !== undefined && !validUser(reach.user)) throw new Error(`"${reach.user}" is no user name`);
    if (!wantsSshConfig(reach)) return plainTarget(reach);
    return (await this.resolving.run(() => resolveBySsh(reach, signal))) ?? plainTarget(reach);
  };

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([...this.links].map((link) => link.close()));
    this.links.clear();
    this.directory.remove();
  }
}
