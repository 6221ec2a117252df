import type { Call } from '../../shell/program.ts';
import { cephAge, cephTime } from '../../world/clock.ts';
import type { Cluster } from '../../world/cluster.ts';
import { healthChecks, healthStatus } from '../../world/health.ts';
import { byState, degradation, type PlacementGroup, placementGroups } from '../../world/pgs.ts';
import { type CephCommand, document, managed, managerUp } from './command.ts';
import { size, table } from './format.ts';

export const VERSION = 'ceph version 16.2.15 (618f440892089921c3e944a991122ddc44e60516) pacific (stable)';

const age = (cluster: Cluster, since: Date): string =>
  cephAge((cluster.clock.now().getTime() - since.getTime()) / 1000);
const epochSeconds = (t: Date): number => Math.floor(t.getTime() / 1000);
const latest = (dates: readonly Date[], fallback: Date): Date =>
  new Date(Math.max(fallback.getTime(), ...dates.map((d) => d.getTime())));

export const upSince = (cluster: Cluster): Date =>
  latest(
    cluster.osds.map((o) => o.since),
    cluster.created,
  );

export const usageLine = (cluster: Cluster): string => {
  const { total, used, avail } = cluster.totals();
  return `${size(used)} used, ${size(avail)} / ${size(total)} avail`;
};

export function checksJson(cluster: Cluster, call: Call, detail: boolean) {
  const checks = healthChecks(cluster, managerUp(call));
  return {
    status: healthStatus(checks),
    checks: Object.fromEntries(
      checks.map((c) => [
        c.code,
        {
          severity: c.severity,
          summary: { message: c.summary, count: c.count },
          ...(detail && { detail: c.detail.map((message) => ({ message })) }),
          muted: false,
        },
      ]),
    ),
    mutes: [],
  };
}

function degraded(groups: readonly PlacementGroup[]) {
  const { missing, wanted } = degradation(groups);
  return missing > 0 ? { degraded_objects: missing, degraded_total: wanted, degraded_ratio: missing / wanted } : {};
}

function statusJson(cluster: Cluster, call: Call) {
  const groups = placementGroups(cluster);
  const { total, used, avail, objects, stored } = cluster.totals();
  const inactive = groups.filter((g) => !g.state.startsWith('active')).length;
  return {
    fsid: cluster.fsid,
    health: checksJson(cluster, call, false),
    election_epoch: 5,
    quorum: [0],
    quorum_names: [cluster.monName],
    quorum_age: Math.floor((cluster.clock.now().getTime() - cluster.created.getTime()) / 1000),
    monmap: { epoch: 2, min_mon_release_name: 'pacific', num_mons: 1 },
    osdmap: {
      epoch: cluster.epoch,
      num_osds: cluster.osds.length,
      num_up_osds: cluster.upOsds().length,
      osd_up_since: epochSeconds(upSince(cluster)),
      num_in_osds: cluster.osds.filter((o) => cluster.isIn(o)).length,
      osd_in_since: epochSeconds(cluster.created),
      num_remapped_pgs: 0,
    },
    pgmap: {
      pgs_by_state: byState(groups).map((s) => ({ state_name: s.state, count: s.count })),
      num_pgs: groups.length,
      num_pools: cluster.pools.length,
      num_objects: objects,
      data_bytes: stored,
      bytes_used: used,
      bytes_avail: avail,
      bytes_total: total,
      ...(inactive > 0 && { inactive_pgs_ratio: inactive / groups.length }),
      ...degraded(groups),
    },
    fsmap: { epoch: 1, by_rank: [], 'up:standby': 0 },
    mgrmap: { available: managerUp(call), num_standbys: 0, modules: ['iostat', 'nfs', 'restful'], services: {} },
    servicemap: { epoch: 5, modified: cephTime(cluster.created), services: {} },
    progress_events: {},
  };
}

export function osdSummary(cluster: Cluster): string {
  const inCount = cluster.osds.filter((o) => cluster.isIn(o)).length;
  return `${cluster.osds.length} osds: ${cluster.upOsds().length} up (since ${age(cluster, upSince(cluster))}), ${inCount} in (since ${age(cluster, cluster.created)})`;
}

/** Flags an operator set; the standing ones are not told. */
export const shownFlags = (cluster: Cluster): string => [...cluster.flags].sort().join(',');

function statusText(cluster: Cluster, call: Call): string {
  const checks = healthChecks(cluster, managerUp(call));
  const groups = placementGroups(cluster);
  const { objects, stored } = cluster.totals();
  const flags = shownFlags(cluster);
  const { missing, wanted } = degradation(groups);
  const inactive = groups.filter((g) => !g.state.startsWith('active')).length;
  const states = byState(groups);
  const width = Math.max(...states.map((s) => String(s.count).length));
  const pgs = [
    ...(inactive > 0 ? [`${((100 * inactive) / groups.length).toFixed(3)}% pgs not active`] : []),
    ...(missing > 0 ? [`${missing}/${wanted} objects degraded (${((100 * missing) / wanted).toFixed(3)}%)`] : []),
    ...states.map((s) => `${String(s.count).padEnd(width)} ${s.state}`),
  ];
  const mgr = managerUp(call)
    ? `${cluster.monName}(active, since ${age(cluster, cluster.created)})`
    : 'no daemons active';
  return `  cluster:
    id:     ${cluster.fsid}
    health: ${healthStatus(checks)}
${checks.map((c) => `            ${c.summary}\n`).join('')} 
  services:
    mon: 1 daemons, quorum ${cluster.monName} (age ${age(cluster, cluster.created)})
    mgr: ${mgr}
    osd: ${osdSummary(cluster)}
${flags ? `         flags ${flags}\n` : ''} 
  data:
    pools:   ${cluster.pools.length} pools, ${groups.length} pgs
    objects: ${objects} objects, ${size(stored)}
    usage:   ${usageLine(cluster)}
    pgs:     ${pgs.join('\n             ')}
 
`;
}

function healthText(cluster: Cluster, call: Call, detail: boolean): string {
  const checks = healthChecks(cluster, managerUp(call));
  if (checks.length === 0) return 'HEALTH_OK\n';
  const head = `${healthStatus(checks)} ${checks.map((c) => c.summary).join('; ')}\n`;
  if (!detail) return head;
  const level = (s: string): string => (s === 'HEALTH_ERR' ? 'ERR' : 'WRN');
  return (
    head +
    checks
      .map((c) => `[${level(c.severity)}] ${c.code}: ${c.summary}\n${c.detail.map((d) => `    ${d}\n`).join('')}`)
      .join('')
  );
}

function pgText(cluster: Cluster): string {
  const groups = placementGroups(cluster);
  const { missing, wanted } = degradation(groups);
  const states = byState(groups)
    .map((s) => `${s.count} ${s.state}`)
    .join(', ');
  const degraded =
    missing > 0 ? `; ${missing}/${wanted} objects degraded (${((100 * missing) / wanted).toFixed(3)}%)` : '';
  return `${groups.length} pgs: ${states}; ${size(cluster.totals().stored)} data, ${usageLine(cluster)}${degraded}\n`;
}

function versions(call: Call) {
  const count = (prefix: string): number =>
    [...call.world.nodes.values()]
      .flatMap((n) => [...n.units.values()])
      .filter((u) => u.name.startsWith(prefix) && u.active === 'active').length;
  const of = (n: number): Record<string, number> => (n > 0 ? { [VERSION]: n } : {});
  const [mon, mgr, osd] = [count('ceph-mon@'), count('ceph-mgr@'), count('ceph-osd@')];
  return { mon: of(mon), mgr: of(mgr), osd: of(osd), mds: {}, overall: of(mon + mgr + osd) };
}

function poolUsage(cluster: Cluster) {
  return cluster.pools.map((pool) => {
    const { objects, stored, used } = cluster.usage(pool);
    const avail = cluster.maxAvail(pool);
    const share = used > 0 ? used / (used + avail * pool.size) : 0;
    return { pool, objects, stored, used, avail, share };
  });
}

function dfText(cluster: Cluster): string {
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

function dfJson(cluster: Cluster) {
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

export const statusCommands: readonly CephCommand[] = [
  {
    words: 'status',
    right: 'read',
    answer: ({ cluster, call, json }) =>
      json ? document(statusJson(cluster, call), true) : { out: statusText(cluster, call) },
  },
  {
    words: 'health',
    right: 'read',
    answer: ({ cluster, call, json, words }) => {
      const detail = words[0] === 'detail';
      return json ? document(checksJson(cluster, call, detail)) : { out: healthText(cluster, call, detail) };
    },
  },
  {
    words: 'fsid',
    right: 'read',
    answer: ({ cluster, json }) => (json ? document({ fsid: cluster.fsid }) : { out: `${cluster.fsid}\n` }),
  },
  {
    words: 'version',
    right: 'read',
    answer: ({ json }) => (json ? document({ version: VERSION }, true) : { out: `${VERSION}\n` }),
  },
  {
    words: 'versions',
    right: 'read',
    answer: ({ call, json }) =>
      json ? document(versions(call), true) : { out: `${JSON.stringify(versions(call), null, 4)}\n` },
  },
  {
    words: 'df',
    right: 'read',
    answer: ({ cluster, json }) => (json ? document(dfJson(cluster), true) : { out: dfText(cluster) }),
  },
  {
    words: 'pg stat',
    right: 'mgr',
    answer: ({ cluster, json }) => {
      if (!json) return { out: pgText(cluster) };
      const { total, used, avail, stored } = cluster.totals();
      const groups = placementGroups(cluster);
      return managed('pg_summary', {
        num_pg_by_state: byState(groups).map((s) => ({ name: s.state, num: s.count })),
        num_pgs: groups.length,
        num_bytes: stored,
        total_bytes: total,
        total_avail_bytes: avail,
        total_used_bytes: used,
        total_used_raw_bytes: used,
        ...degraded(groups),
      });
    },
  },
  {
    words: 'pg dump_stuck',
    right: 'mgr',
    answer: ({ cluster, json }) => {
      const stuck = placementGroups(cluster).filter((g) => g.state !== 'active+clean');
      const up = (g: (typeof stuck)[number]): string => `[${g.acting.join(',')}]`;
      if (json) {
        const stats = stuck.map((g) => ({
          pgid: g.id,
          state: g.state,
          up: g.acting,
          acting: g.acting,
          up_primary: g.acting[0] ?? -1,
          acting_primary: g.acting[0] ?? -1,
        }));
        return { ...managed('stuck_pg_stats', stats), err: 'ok\n' };
      }
      if (stuck.length === 0) return { err: 'ok\n' };
      const columns = ['PG_STAT', 'STATE', 'UP', 'UP_PRIMARY', 'ACTING', 'ACTING_PRIMARY'].map((title) => ({
        title,
        align: 'left' as const,
      }));
      return {
        out: table(
          columns,
          stuck.map((g) => [g.id, g.state, up(g), String(g.acting[0] ?? -1), up(g), String(g.acting[0] ?? -1)]),
        ),
        err: 'ok\n',
      };
    },
  },
];
