import type { Cluster } from '../../world/cluster.ts';
import { healthChecks, healthStatus } from '../../world/health.ts';

/** Some of what the manager's prometheus module shows; names and types are the module's of 16.2. */
export function managerMetrics(cluster: Cluster): string {
  const metric = (name: string, help: string, values: readonly string[], type = 'gauge'): string =>
    `\n# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${values.map((v) => `${name}${v}\n`).join('')}`.slice(1);
  const checks = healthChecks(cluster, true);
  const status = ['HEALTH_OK', 'HEALTH_WARN', 'HEALTH_ERR'].indexOf(healthStatus(checks));
  const slow = checks.find((c) => c.code === 'SLOW_OPS')?.count ?? 0;
  const pools = (value: (p: Cluster['pools'][number]) => number): string[] =>
    cluster.pools.map((p) => `{pool_id="${p.id}"} ${value(p).toFixed(1)}`);
  const osds = (value: (o: Cluster['osds'][number]) => number): string[] =>
    cluster.osds.map((o) => `{ceph_daemon="osd.${o.id}"} ${value(o).toFixed(1)}`);
  return [
    metric('ceph_health_status', 'Cluster health status', [` ${status}.0`], 'untyped'),
    metric(
      'ceph_osd_up',
      'OSD status up',
      osds((o) => Number(o.up)),
      'untyped',
    ),
    metric(
      'ceph_osd_in',
      'OSD status in',
      osds((o) => Number(cluster.isIn(o))),
      'untyped',
    ),
    metric(
      'ceph_osd_apply_latency_ms',
      'OSD stat apply_latency_ms',
      osds(() => 0),
    ),
    metric(
      'ceph_osd_commit_latency_ms',
      'OSD stat commit_latency_ms',
      osds(() => 0),
    ),
    metric(
      'ceph_pool_stored',
      'DF pool stored',
      pools((p) => cluster.usage(p).stored),
    ),
    metric(
      'ceph_pool_bytes_used',
      'DF pool bytes_used',
      pools((p) => cluster.usage(p).used),
    ),
    metric(
      'ceph_pool_max_avail',
      'DF pool max_avail',
      pools((p) => cluster.maxAvail(p)),
    ),
    metric('ceph_healthcheck_slow_ops', 'OSD or Monitor requests taking a long time to process', [` ${slow}.0`]),
  ].join('');
}
