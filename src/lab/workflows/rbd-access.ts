import { connect } from '../ceph-client.ts';
import { driverTrouble } from '../services.ts';
import { allowsPool, type PoolRight } from '../world/cephx.ts';
import type { Pool } from '../world/cluster.ts';
import { reachesOsds } from '../world/network.ts';
import type { LabNode, World } from '../world/world.ts';

/** Who opens a pool, and how it was told to. */
export interface Opener {
  /** Unix user of the service. */
  readonly user: string;
  /** `client.cinder`. */
  readonly entity: string;
  readonly conf: string;
  readonly pool: string;
  readonly right: PoolRight;
  /** What librbd was asked for, for its error: `error creating image`. */
  readonly doing: string;
}

/** `waits`: no answer comes until the cluster changes. `error`: what the Python binding raises. */
export type Access =
  | { readonly how: 'open'; readonly pool: Pool }
  | { readonly how: 'waits' }
  | { readonly how: 'error'; readonly at: 'connecting' | 'working'; readonly error: string };

/** What a service that uses librados and librbd through Python meets when it goes to work in a pool. */
export function openPoolAs(world: World, node: LabNode, by: Opener): Access {
  const { cluster } = world;
  const trouble = driverTrouble(world, node, by);
  if (trouble !== undefined) return { how: 'error', at: 'connecting', error: trouble };
  const pool = cluster.pool(by.pool) as Pool;
  if (!cluster.isActive(pool) || cluster.flags.has('pauserd') || !reachesOsds(world, node)) return { how: 'waits' };
  const identity = node.accounts.identity(by.user) ?? node.root;
  const session = connect({ world, node, identity, entity: by.entity, conf: by.conf });
  const caps = session.how === 'connected' ? (session.entity.caps.osd ?? '') : '';
  if (!allowsPool(caps, pool.name, by.right))
    return { how: 'error', at: 'working', error: `rbd.PermissionError: [errno 1] RBD permission error (${by.doing})` };
  if (by.right === 'write' && (cluster.writesBlock(pool) || cluster.crawls())) return { how: 'waits' };
  return { how: 'open', pool };
}
