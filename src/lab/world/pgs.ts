import type { Cluster, Pool } from './cluster.ts';

export interface PlacementGroup {
  /** `POOL.SEED`, hexadecimal seed. */
  readonly id: string;
  readonly pool: Pool;
  readonly state: string;
  readonly acting: readonly number[];
  readonly objects: number;
}

/** PG states follow from which OSDs are up and in, and from what each pool asks for. */
export function placementGroups(cluster: Cluster): PlacementGroup[] {
  return cluster.pools.flatMap((pool) => Array.from({ length: pool.pgNum }, (_, seed) => group(cluster, pool, seed)));
}

function group(cluster: Cluster, pool: Pool, seed: number): PlacementGroup {
  const n = cluster.osds.length;
  const start = (seed * 7 + pool.id) % Math.max(1, n);
  const order = cluster.osds.map((_, i) => (start + i) % n).slice(0, pool.size);
  const acting = order.filter((id) => cluster.osds[id]?.up);
  const now = cluster.clock.now();
  const recovering = acting.some((id) => (cluster.osds[id]?.catchesUpUntil ?? now) > now);
  const trims = (pool.trimsUntil ?? now) > now ? '+snaptrim' : '';
  const { objects: all } = cluster.usage(pool);
  const objects = Math.floor(all / pool.pgNum) + (seed < all % pool.pgNum ? 1 : 0);
  const degraded = objects > 0 && acting.length < pool.size ? '+degraded' : '';
  const state =
    acting.length >= pool.size
      ? recovering
        ? `active+recovering${objects > 0 ? '+degraded' : ''}`
        : `active+clean${trims}`
      : acting.length >= pool.minSize
        ? `active+undersized${degraded}`
        : acting.length > 0
          ? `undersized${degraded}+peered`
          : 'stale';
  return { id: `${pool.id}.${seed.toString(16)}`, pool, state, acting, objects };
}

/** Counts by state, most frequent first. */
export function byState(groups: readonly PlacementGroup[]): { state: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const pg of groups) counts.set(pg.state, (counts.get(pg.state) ?? 0) + 1);
  return [...counts].map(([state, count]) => ({ state, count })).sort((a, b) => b.count - a.count);
}

/** Copies missing, copies wanted. */
export function degradation(groups: readonly PlacementGroup[]): { missing: number; wanted: number } {
  let missing = 0;
  let wanted = 0;
  for (const pg of groups) {
    wanted += pg.objects * pg.pool.size;
    const lacking = pg.state.includes('recovering') ? 1 : pg.pool.size - pg.acting.length;
    missing += pg.objects * Math.max(0, lacking);
  }
  return { missing, wanted };
}
