import type { Cluster } from '../../world/cluster.ts';
import { size, table } from './format.ts';

function poolUsage(cluster: Cluster) {
  return cluster.pools.map((pool) => {
    const { objects, stored, used } = cluster.usage(pool);
    const avail = cluster.maxAvail(pool);
    const share = used > 0 ? used / (used + avail * pool.size) : 0;
    return { pool, objects, stored, used, avail, share };
  });
}

export function dfText(cluster: Cluster): string {
  const { total, used, avail } = cluster.totals();
  const row = (name: string) => [
    name,
    size(total),
    size(avail),
    size(used),
    size(used),
    ((100 * used) / total).toFixed(2),
  ];
  const raw = table(
    [
      { title: 'CLASS', align: 'left' },
      ...['SIZE', 'AVAIL', 'USED', 'RAW USED', '%RAW USED'].map((title) => ({ title })),
    ],
    [row('hdd'), row('TOTAL')],
  );
  const pools = table(
    [
      { title: 'POOL', align: 'left' },
      ...['ID', 'PGS', 'STORED', 'OBJECTS', 'USED', '%USED', 'MAX AVAIL'].map((title) => ({ title })),
    ],
    poolUsage(cluster).map(({ pool, objects, stored, used: u, avail: a, share }) => [
      pool.name,
      String(pool.id),
      String(pool.pgNum),
      size(stored),
      String(objects),
      size(u),
      share < 0.00005 ? '0' : (share * 100).toFixed(2),
      size(a),
    ]),
  );
  return `--- RAW STORAGE ---\n${raw} \n--- POOLS ---\n${pools}`;
}

export function dfJson(cluster: Cluster) {
  const { total, used, avail } = cluster.totals();
  const raw = {
    total_bytes: total,
    total_avail_bytes: avail,
    total_used_bytes: used,
    total_used_raw_bytes: used,
    total_used_raw_ratio: used / total,
  };
  const n = cluster.osds.length;
  return {
    stats: { ...raw, num_osds: n, num_per_pool_osds: n, num_per_pool_omap_osds: n },
    stats_by_class: { hdd: raw },
    pools: poolUsage(cluster).map(({ pool, objects, stored, used: u, avail: a, share }) => ({
      name: pool.name,
      id: pool.id,
      stats: { stored, objects, kb_used: Math.ceil(u / 1024), bytes_used: u, percent_used: share, max_avail: a },
    })),
  };
}
