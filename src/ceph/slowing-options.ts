/**
 * Options of Ceph that make a healthy cluster slow or change what new images can do, when somebody set them. Values as `ceph config
 * dump`, ceph.conf, `rbd config pool ls` and `ceph tell osd.N config diff` write them. Limits are far below the defaults (Ceph
 * configuration reference, Pacific to Tentacle), so that ordinary tuning is never blamed.
 */
export type Slowing =
  | 'injection'
  | 'throttle'
  | 'recovery'
  | 'logging'
  | 'features'
  | 'uncloneable'
  | 'cache'
  | 'timeout';

export interface Effect {
  readonly kind: Slowing;
  /** What it does, as the end of a sentence about the option. */
  readonly says: string;
}

const KiB = 1024;
const MiB = KiB * 1024;

/** Values above 0 and below the limit throttle; the default follows in words. */
const FLOORS: readonly (readonly [name: RegExp, floor: number, usual: string])[] = [
  [/^objecter_inflight_ops$/, 64, 'the default is 1024 operations under way'],
  [/^objecter_inflight_op_bytes$/, 8 * MiB, 'the default is 100 MiB under way'],
  [/^osd_client_message_cap$/, 32, 'the default is 256 messages'],
  [/^osd_client_message_size_cap$/, 16 * MiB, 'the default is 500 MiB'],
  [
    /^rbd_concurrent_management_ops$/,
    4,
    'the default is 10; deleting, importing and flattening take as many times longer',
  ],
  [/^rbd_qos_(read_|write_)?iops_limit$/, 500, 'the default, 0, is no limit'],
  [/^rbd_qos_(read_|write_)?bps_limit$/, 50 * MiB, 'the default, 0, is no limit'],
  [/^bluestore_throttle_bytes$/, 4 * MiB, 'the default is 64 MiB'],
  [/^bluestore_throttle_deferred_bytes$/, 8 * MiB, 'the default is 128 MiB'],
  [/^osd_mclock_max_capacity_iops(_hdd|_ssd)?$/, 100, 'a single disk does more; mClock holds clients down to it'],
];

/** Values above the ceiling let background work push clients aside. */
const CEILINGS: readonly (readonly [name: RegExp, ceiling: number, usual: string])[] = [
  [/^osd_max_backfills$/, 8, 'the default is 1'],
  [/^osd_recovery_max_active(_hdd|_ssd)?$/, 20, 'the default is 3 on disks and 10 on flash'],
  [/^osd_recovery_op_priority$/, 30, 'the default is 3, clients have 63'],
  [/^osd_snap_trim_priority$/, 30, 'the default is 5, clients have 63'],
  [/^osd_scrub_priority$/, 30, 'the default is 5, clients have 63'],
  [/^osd_max_scrubs$/, 5, 'the default is 1 to 3'],
];

const FEATURE_BITS: Readonly<Record<string, number>> = {
  layering: 1,
  striping: 2,
  'exclusive-lock': 4,
  'object-map': 8,
  'fast-diff': 16,
  'deep-flatten': 32,
  journaling: 64,
  'data-pool': 128,
};

/** Names of the features that a value of `rbd_default_features` gives to new images: a number or names. */
export function defaultFeatures(value: string): readonly string[] {
  const bits = /^\d+$/.test(value.trim())
    ? Number(value)
    : value.split(/[,\s]+/).reduce((sum, name) => sum | (FEATURE_BITS[name.trim()] ?? 0), 0);
  return Object.entries(FEATURE_BITS).flatMap(([name, bit]) => (bits & bit ? [name] : []));
}

const OFF = /^(0(\.0+)?|false|no|off|)$/i;

/** `4K`, `64M`, `1000`, `0.5` as numbers. */
export function figure(value: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?$/i.exec(value.trim()) ?? [];
  return digits === undefined ? Number.NaN : Number(digits) * KiB ** ' KMGT'.indexOf(unit.toUpperCase() || ' ');
}

/** What the option with this value does to speed, or undefined when it is harmless or unknown. */
export function slowing(option: string, value: string): Effect | undefined {
  // Durations, bounds and kinds of an injection do nothing while its probability is 0.
  if (/(^|_)(inject|drop|omit|random)_/.test(option) && !/_(duration|max|min|type|interval|size)$/.test(option))
    return /(^|_)(debug|inject)_/.test(option) && !OFF.test(value)
      ? { kind: 'injection', says: 'delays or breaks requests on purpose, a switch for tests' }
      : undefined;
  const number = figure(value);
  const floor = FLOORS.find(([name]) => name.test(option));
  if (floor && number > 0 && number < floor[1]) return { kind: 'throttle', says: `is a tight limit: ${floor[2]}` };
  const ceiling = CEILINGS.find(([name]) => name.test(option));
  if (ceiling && number > ceiling[1])
    return { kind: 'recovery', says: `lets background work crowd out clients: ${ceiling[2]}` };
  if (option === 'osd_mclock_profile' && value === 'high_recovery_ops')
    return { kind: 'recovery', says: 'gives recovery precedence over clients' };
  if (option === 'osd_client_op_priority' && number < 40)
    return { kind: 'recovery', says: 'lowers clients to where background work is: the default is 63' };
  if (
    /^debug_(osd|ms|bluestore|bdev|bluefs|rocksdb|objecter|objectcacher|rbd|rados|optracker|journal|filestore|monc|mon|client)$/.test(
      option,
    )
  )
    return Number(/^\d+/.exec(value)?.[0] ?? 0) >= 10
      ? { kind: 'logging', says: 'writes a log line for every step of every request' }
      : undefined;
  if (option === 'rbd_default_features') {
    const has = defaultFeatures(value);
    if (!has.includes('layering'))
      return {
        kind: 'uncloneable',
        says: `gives new images ${has.join(', ') || 'no feature'}, without layering, so they cannot be cloned`,
      };
    if (!has.includes('exclusive-lock'))
      return {
        kind: 'features',
        says: `gives new images ${has.join(' and ')} only: no exclusive-lock, object-map and fast-diff, so two writers are not kept apart, and \`rbd du\`, backups and diffs read everything`,
      };
    return undefined;
  }
  if (option === 'rbd_default_order' && number > 0 && number < 20)
    return {
      kind: 'features',
      says: 'makes objects smaller than 1 MiB, so many more requests; the default is 22 (4 MiB)',
    };
  if (option === 'rbd_cache' && OFF.test(value))
    return { kind: 'cache', says: 'makes every small write wait for the OSDs' };
  if (option === 'rbd_cache_max_dirty' && value.trim() === '0')
    return { kind: 'cache', says: 'turns the client cache into write-through: every small write waits for the OSDs' };
  if (option === 'rbd_cache_policy' && value === 'writethrough')
    return { kind: 'cache', says: 'makes every small write wait for the OSDs' };
  if (/^rados_(osd|mon)_op_timeout$/.test(option) && number > 0 && number < 30)
    return {
      kind: 'timeout',
      says: 'gives up on requests that recovery or a busy moment holds for that long, and leaves images half done',
    };
  return undefined;
}
