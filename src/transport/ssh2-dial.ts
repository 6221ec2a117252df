import type { Client } from 'ssh2';
import type { Lost } from '../domain/question.ts';
import type { Reach, SiteNode } from '../domain/site.ts';
import type { Carrier } from './carrier.ts';
import type { HostKeys } from './host-keys.ts';
import type { Limit } from './limit.ts';
import { attempt, type Opened } from './ssh2-attempt.ts';
import { Ssh2Carrier } from './ssh2-carrier.ts';
import { jumpReach, type Target } from './target.ts';
import type { Timing } from './timing.ts';
import { NotReached, persist } from './unreached.ts';

export interface Dialling {
  readonly hostKeys: HostKeys;
  /** Handshakes under way at once. */
  readonly handshakes: Limit;
  readonly timing: Timing;
  resolve(reach: Reach, signal?: AbortSignal): Promise<Target>;
}

/** Dials a node in process, through its jump hosts, every hop's host key verified. */
export async function dialSsh2(
  node: SiteNode,
  target: Target,
  dialling: Dialling,
  signal?: AbortSignal,
): Promise<Carrier | Lost> {
  const hops: Opened[] = [];
  const closeAll = (): void => {
    for (const hop of hops.toReversed()) hop.close();
  };
  const open = (to: Target, hop: string | undefined, through: Client | undefined): Promise<Opened> =>
    persist({ ...dialling, node, target: to, ...(hop !== undefined && { hop }), signal }, (record) =>
      attempt(to, record, (key) => dialling.hostKeys.isAccepted(record.name, key), through, dialling.timing, signal),
    );
  try {
    for (const jump of target.jumps) {
      const to = await dialling.resolve(jumpReach(jump, node.reach), signal);
      hops.push(await open(to, `jump host ${jump}`, hops.at(-1)?.client));
    }
    const last = await open(target, undefined, hops.at(-1)?.client);
    hops.push(last);
    return new Ssh2Carrier(last.client, closeAll);
  } catch (error) {
    closeAll();
    if (error instanceof NotReached) return error.lost;
    throw error;
  }
}
