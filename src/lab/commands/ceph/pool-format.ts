import { cephTime } from '../../world/clock.ts';
import type { Cluster, Pool } from '../../world/cluster.ts';

const BITS: readonly (readonly [string, number])[] = [
  ['hashpspool', 1],
  ['full', 2],
  ['nodelete', 16],
  ['nopgchange', 32],
  ['nosizechange', 64],
  ['noscrub', 256],
  ['nodeep-scrub', 512],
  ['full_quota', 1024],
  ['selfmanaged_snaps', 8192],
];

export function poolFlags(cluster: Cluster, pool: Pool): { names: string; bits: number } {
  const set = new Set(['hashpspool', ...[...pool.switches].filter(([, on]) => on).map(([name]) => name)]);
  if (pool.initialised) set.add('selfmanaged_snaps');
  const quota = cluster.quotaReached(pool);
  if (quota || cluster.isFull()) set.add('full');
  if (quota) set.add('full_quota');
  const names = BITS.filter(([name]) => set.has(name));
  return { names: names.map(([name]) => name).join(','), bits: names.reduce((sum, [, bit]) => sum + bit, 0) };
}

export function poolLine(cluster: Cluster, pool: Pool): string {
  const parts = [
    `pool ${pool.id} '${pool.name}' ${pool.erasure ? 'erasure profile default' : 'replicated'} size ${pool.size} min_size ${pool.minSize} crush_rule 0 object_hash rjenkins`,
    `pg_num ${pool.pgNum} pgp_num ${pool.pgNum} autoscale_mode off last_change ${pool.lastChange} flags ${poolFlags(cluster, pool).names}`,
    ...(pool.quotaBytes > 0 ? [`max_bytes ${pool.quotaBytes}`] : []),
    ...(pool.quotaObjects > 0 ? [`max_objects ${pool.quotaObjects}`] : []),
    'stripe_width 0',
    ...Object.entries(pool.options).map(([name, value]) => `${name} ${value}`),
    ...(pool.applications.size > 0 ? [`application ${[...pool.applications.keys()].join(',')}`] : []),
  ];
  return `${parts.join(' ')}\n`;
}

export const applicationsJson = (pool: Pool): Record<string, Record<string, string>> =>
  Object.fromEntries(pool.applications);

export function poolJson(cluster: Cluster, pool: Pool) {
  const flags = poolFlags(cluster, pool);
  const change = String(pool.lastChange);
  return {
    pool_id: pool.id,
    pool_name: pool.name,
    create_time: cephTime(pool.created),
    flags: flags.bits,
    flags_names: flags.names,
    type: pool.erasure ? 3 : 1,
    size: pool.size,
    min_size: pool.minSize,
    crush_rule: 0,
    peering_crush_bucket_count: 0,
    peering_crush_bucket_target: 0,
    peering_crush_bucket_barrier: 0,
    peering_crush_bucket_mandatory_member: 2_147_483_647,
    object_hash: 2,
    pg_autoscale_mode: 'off',
    pg_num: pool.pgNum,
    pg_placement_num: pool.pgNum,
    pg_placement_num_target: pool.pgNum,
    pg_num_target: pool.pgNum,
    pg_num_pending: pool.pgNum,
    last_pg_merge_meta: {
      source_pgid: '0.0',
      ready_epoch: 0,
      last_epoch_started: 0,
      last_epoch_clean: 0,
      source_version: "0'0",
      target_version: "0'0",
    },
    last_change: change,
    last_force_op_resend: '0',
    last_force_op_resend_prenautilus: '0',
    last_force_op_resend_preluminous: '0',
    auid: 0,
    snap_mode: 'selfmanaged',
    snap_seq: pool.initialised ? 5 : 0,
    snap_epoch: pool.initialised ? pool.lastChange : 0,
    pool_snaps: [],
    removed_snaps: '[]',
    quota_max_bytes: pool.quotaBytes,
    quota_max_objects: pool.quotaObjects,
    tiers: [],
    tier_of: -1,
    read_tier: -1,
    write_tier: -1,
    cache_mode: 'none',
    target_max_bytes: 0,
    target_max_objects: 0,
    cache_target_dirty_ratio_micro: 400_000,
    cache_target_dirty_high_ratio_micro: 600_000,
    cache_target_full_ratio_micro: 800_000,
    cache_min_flush_age: 0,
    cache_min_evict_age: 0,
    erasure_code_profile: '',
    hit_set_params: { type: 'none' },
    hit_set_period: 0,
    hit_set_count: 0,
    use_gmt_hitset: true,
    min_read_recency_for_promote: 0,
    min_write_recency_for_promote: 0,
    hit_set_grade_decay_rate: 0,
    hit_set_search_last_n: 0,
    grade_table: [],
    stripe_width: 0,
    expected_num_objects: 0,
    fast_read: false,
    options: pool.options,
    application_metadata: applicationsJson(pool),
  };
}
