import type { Call } from '../../shell/program.ts';
import { cephAge, cephTime } from '../../world/clock.ts';
import type { Cluster } from '../../world/cluster.ts';
import { healthChecks, healthStatus } from '../../world/health.ts';
import { byState, degradation, type PlacementGroup, placementGroups } from '../../world/pgs.ts';
import { managerUp } from './command.ts';
import { size } from './format.ts';

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

export function degraded(groups: readonly PlacementGroup[]) {
  const { missing, wanted } = degradation(groups);
  return missing > 0 ? { degraded_objects: missing, degraded_total: wanted, degraded_ratio: missing / wanted } : {};
}

export function statusJson(cluster: Cluster, call: Call) {
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

export function statusText(cluster: Cluster, call: Call): string {
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

export function healthText(cluster: Cluster, call: Call, detail: boolean): string {
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

export function pgText(cluster: Cluster): string {
  const groups = placementGroups(cluster);
  const { missing, wanted } = degradation(groups);
  const states = byState(groups)
    .map((s) => `${s.count} ${s.state}`)
    .join(', ');
  const degraded =
    missing > 0 ? `; ${missing}/${wanted} objects degraded (${((100 * missing) / wanted).toFixed(3)}%)` : '';
  return `${groups.length} pgs: ${states}; ${size(cluster.totals().stored)} data, ${usageLine(cluster)}${degraded}\n`;
}

export function versions(call: Call) {
  const count = (prefix: string): number =>
    [...call.world.nodes.values()]
      .flatMap((n) => [...n.units.values()])
      .filter((u) => u.name.startsWith(prefix) && u.active === 'active').length;
  const of = (n: number): Record<string, number> => (n > 0 ? { [VERSION]: n } : {});
  const [mon, mgr, osd] = [count('ceph-mon@'), count('ceph-mgr@'), count('ceph-osd@')];
  return { mon: of(mon), mgr: of(mgr), osd: of(osd), mds: {}, overall: of(mon + mgr + osd) };
}
