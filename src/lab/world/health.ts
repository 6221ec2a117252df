import type { Cluster } from './cluster.ts';
import { degradation, placementGroups } from './pgs.ts';

export interface HealthCheck {
  readonly code: string;
  readonly severity: 'HEALTH_WARN' | 'HEALTH_ERR';
  readonly summary: string;
  readonly count: number;
  readonly detail: readonly string[];
}

/** Health of the cluster, computed from its state; in the order Ceph lists checks (by code). */
export function healthChecks(cluster: Cluster, managerUp: boolean): HealthCheck[] {
  const checks = [
    ...configChecks(cluster),
    ...(managerUp ? [] : [check('MGR_DOWN', 'no active mgr', 1, ['no active mgr'])]),
    ...osdChecks(cluster),
    ...pgChecks(cluster),
    ...poolChecks(cluster),
  ];
  return checks.sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** What follows from the central configuration and the blocklist alone. */
function configChecks(cluster: Cluster): HealthCheck[] {
  const reclaim = cluster.config.get('mon auth_allow_insecure_global_id_reclaim') === 'true';
  const barred = cluster.bars(cluster.monAddress);
  const dead = "Module 'rbd_support' has failed: Not found or unloadable";
  return [
    ...(reclaim
      ? [check('AUTH_INSECURE_GLOBAL_ID_RECLAIM_ALLOWED', 'mon is allowing insecure global_id reclaim', 1)]
      : []),
    ...(barred ? [check('MGR_MODULE_ERROR', dead, 1, [dead], 'HEALTH_ERR')] : []),
  ];
}

export const healthStatus = (checks: readonly HealthCheck[]): string =>
  checks.some((c) => c.severity === 'HEALTH_ERR') ? 'HEALTH_ERR' : checks.length > 0 ? 'HEALTH_WARN' : 'HEALTH_OK';

/** mon_health_max_detail. */
const MAX_DETAIL = 50;

const check = (
  code: string,
  summary: string,
  count: number,
  all: readonly string[] = [],
  severity: HealthCheck['severity'] = 'HEALTH_WARN',
): HealthCheck => ({ code, severity, summary, count, detail: all.slice(0, MAX_DETAIL) });

const WARNING_FLAGS = [
  'pause',
  'noup',
  'nodown',
  'noout',
  'noin',
  'nobackfill',
  'norecover',
  'norebalance',
  'noscrub',
  'nodeep-scrub',
];

function osdChecks(cluster: Cluster): HealthCheck[] {
  const checks: HealthCheck[] = [];
  const flags = [...cluster.flags].map((f) => (f.startsWith('pause') ? 'pause' : f));
  const set = WARNING_FLAGS.filter((f) => flags.includes(f)).map((f) => (f === 'pause' ? 'pauserd,pausewr' : f));
  if (set.length > 0) checks.push(check('OSDMAP_FLAGS', `${set.join(',')} flag(s) set`, set.length));
  const down = cluster.osds.filter((o) => !o.up && cluster.isIn(o));
  if (down.length > 0) {
    const detail = down.map((o) => `osd.${o.id} (root=default,host=${cluster.monName}) is down`);
    checks.push(check('OSD_DOWN', `${down.length} osds down`, down.length, detail));
  }
  const slow = cluster.upOsds().filter((o) => o.slowShare > 0 && o.slowMs >= 30_000);
  for (const osd of slow.slice(0, 1)) {
    const text = `2 slow ops, oldest one blocked for ${Math.round(osd.slowMs / 1000)} sec, osd.${osd.id} has slow ops`;
    checks.push(check('SLOW_OPS', text, 2));
  }
  const { total, used } = cluster.totals();
  const share = total > 0 ? used / total : 0;
  const each = (word: string): string[] => cluster.osds.map((o) => `osd.${o.id} is ${word}`);
  if (share >= cluster.ratios.full) {
    checks.push(
      check('OSD_FULL', `${cluster.osds.length} full osd(s)`, cluster.osds.length, each('full'), 'HEALTH_ERR'),
    );
  } else if (share >= cluster.ratios.backfillfull) {
    checks.push(
      check(
        'OSD_BACKFILLFULL',
        `${cluster.osds.length} backfillfull osd(s)`,
        cluster.osds.length,
        each('backfill full'),
      ),
    );
  } else if (share >= cluster.ratios.nearfull) {
    checks.push(
      check('OSD_NEARFULL', `${cluster.osds.length} nearfull osd(s)`, cluster.osds.length, each('near full')),
    );
  }
  return checks;
}

const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

function pgChecks(cluster: Cluster): HealthCheck[] {
  const groups = placementGroups(cluster);
  const checks: HealthCheck[] = [];
  const inactive = groups.filter((g) => !g.state.startsWith('active'));
  const worst = cluster.osds.filter((o) => !o.up).map((o) => o.since.getTime());
  const stuck = Math.floor((cluster.clock.now().getTime() - Math.max(0, ...worst)) / 1000);
  if (inactive.length > 0) {
    const detail = inactive.map(
      (g) =>
        `pg ${g.id} is stuck inactive for ${stuck}s, current state ${g.state}, last acting [${g.acting.join(',')}]`,
    );
    checks.push(
      check(
        'PG_AVAILABILITY',
        `Reduced data availability: ${plural(inactive.length, 'pg')} inactive`,
        inactive.length,
        detail,
      ),
    );
  }
  const degraded = groups.filter((g) => g.state.includes('degraded'));
  const undersized = groups.filter((g) => g.state.includes('undersized'));
  if (undersized.length > 0) {
    const { missing, wanted } = degradation(groups);
    const share = wanted > 0 ? `${missing}/${wanted} objects degraded (${((100 * missing) / wanted).toFixed(3)}%)` : '';
    const long = stuck >= 60 ? `${plural(undersized.length, 'pg')} undersized` : '';
    const parts = [share, degraded.length > 0 ? `${plural(degraded.length, 'pg')} degraded` : '', long].filter(Boolean);
    const detail =
      stuck < 60
        ? degraded.map((g) => `pg ${g.id} is ${g.state}, acting [${g.acting.join(',')}]`)
        : undersized.map(
            (g) =>
              `pg ${g.id} is stuck undersized for ${stuck}s, current state ${g.state}, last acting [${g.acting.join(',')}]`,
          );
    checks.push(check('PG_DEGRADED', `Degraded data redundancy: ${parts.join(', ')}`, missing, detail));
  }
  return checks;
}

const APPLICATION_HINT =
  "use 'ceph osd pool application enable <pool-name> <app-name>', where <app-name> is 'cephfs', 'rbd', 'rgw', or freeform for custom applications.";

function poolChecks(cluster: Cluster): HealthCheck[] {
  const checks: HealthCheck[] = [];
  const untagged = cluster.pools.filter((p) => p.applications.size === 0 && cluster.usage(p).objects > 0);
  if (untagged.length > 0) {
    const detail = [...untagged.map((p) => `application not enabled on pool '${p.name}'`), APPLICATION_HINT];
    checks.push(
      check(
        'POOL_APP_NOT_ENABLED',
        `${untagged.length} pool(s) do not have an application enabled`,
        untagged.length,
        detail,
      ),
    );
  }
  const full = cluster.pools.filter((p) => cluster.isFull() || cluster.quotaReached(p));
  if (full.length > 0) {
    const why = cluster.isFull() ? 'no space' : 'running out of quota';
    const detail = full.map((p) => `pool '${p.name}' is full (${why})`);
    checks.push(check('POOL_FULL', `${full.length} pool(s) full`, full.length, detail));
  }
  const single = cluster.pools.filter((p) => p.size === 1);
  if (single.length > 0) {
    const detail = single.map((p) => `pool '${p.name}' has no replicas configured`);
    checks.push(
      check('POOL_NO_REDUNDANCY', `${single.length} pool(s) have no replicas configured`, single.length, detail),
    );
  }
  return checks;
}
