import { cephTime } from '../../world/clock.ts';
import type { Cluster, Osd } from '../../world/cluster.ts';
import { table } from './format.ts';
import { poolJson, poolLine } from './pool-format.ts';
import { upSince } from './status-format.ts';

const WEIGHT = 0.005889892578125;

const STANDING = ['sortbitwise', 'recovery_deletes', 'purged_snapdirs', 'pglog_hardlimit'];

const FLAG_BITS: Readonly<Record<string, number>> = {
  pauserd: 4, pausewr: 8, noup: 32, nodown: 64, noout: 128, noin: 256, nobackfill: 512, norecover: 1024, noscrub: 2048, 'nodeep-scrub': 4096, norebalance: 65_536,
}; // biome-ignore format: a table

export const allFlags = (cluster: Cluster): string[] => [...[...cluster.flags].sort(), ...STANDING];

const port = (osd: Osd, n: number): number => 6800 + osd.id * 8 + n;

const addresses = (cluster: Cluster, osd: Osd, n: number) => ({
  addrvec: [
    { type: 'v2', addr: `${cluster.monAddress}:${port(osd, n)}`, nonce: 1139 },
    { type: 'v1', addr: `${cluster.monAddress}:${port(osd, n + 1)}`, nonce: 1139 },
  ],
});

export function dumpJson(cluster: Cluster) {
  const flags = allFlags(cluster);
  return {
    epoch: cluster.epoch,
    fsid: cluster.fsid,
    created: cephTime(cluster.created),
    modified: cephTime(cluster.clock.now()),
    last_up_change: cephTime(upSince(cluster)),
    last_in_change: cephTime(cluster.created),
    flags: flags.join(','),
    flags_num: 5_799_936 + [...cluster.flags].reduce((sum, f) => sum + (FLAG_BITS[f] ?? 0), 0),
    flags_set: [...flags].sort(),
    crush_version: 7,
    full_ratio: Math.fround(cluster.ratios.full),
    backfillfull_ratio: Math.fround(cluster.ratios.backfillfull),
    nearfull_ratio: Math.fround(cluster.ratios.nearfull),
    cluster_snapshot: '',
    pool_max: Math.max(0, ...cluster.pools.map((p) => p.id)),
    max_osd: cluster.osds.length,
    require_min_compat_client: cluster.minCompatClient,
    min_compat_client: 'jewel',
    require_osd_release: 'pacific',
    pools: cluster.pools.map((p) => {
      const { pool_id, ...rest } = poolJson(cluster, p);
      return { pool: pool_id, ...rest };
    }),
    osds: cluster.osds.map((o) => ({
      osd: o.id,
      uuid: o.uuid,
      up: o.up ? 1 : 0,
      in: cluster.isIn(o) ? 1 : 0,
      weight: cluster.isIn(o) ? 1 : 0,
      primary_affinity: o.primaryAffinity,
      last_clean_begin: 0,
      last_clean_end: 0,
      up_from: 6,
      up_thru: 22,
      down_at: 0,
      lost_at: 0,
      public_addrs: addresses(cluster, o, 0),
      cluster_addrs: addresses(cluster, o, 2),
      heartbeat_back_addrs: addresses(cluster, o, 6),
      heartbeat_front_addrs: addresses(cluster, o, 4),
      public_addr: `${cluster.monAddress}:${port(o, 1)}/1139`,
      cluster_addr: `${cluster.monAddress}:${port(o, 3)}/1139`,
      heartbeat_back_addr: `${cluster.monAddress}:${port(o, 7)}/1139`,
      heartbeat_front_addr: `${cluster.monAddress}:${port(o, 5)}/1139`,
      state: ['exists', ...(o.up ? ['up'] : [])],
    })),
    osd_xinfo: cluster.osds.map((o) => ({
      osd: o.id,
      down_stamp: '0.000000',
      laggy_probability: 0,
      laggy_interval: 0,
      features: 4_540_138_320_759_226_000,
      old_weight: 0,
      last_purged_snaps_scrub: cephTime(cluster.created),
      dead_epoch: 0,
    })),
    pg_upmap: [],
    pg_upmap_items: [],
    pg_temp: [],
    primary_temp: [],
    blocklist: Object.fromEntries([...cluster.blocklist].map(([who, until]) => [who, cephTime(until)])),
    range_blocklist: Object.fromEntries(
      [...cluster.rangeBlocklist].map(([range, until]) => [`cidr:${range.replace('/', ':0/')}`, cephTime(until)]),
    ),
    erasure_code_profiles: { default: { k: '2', m: '2', plugin: 'jerasure', technique: 'reed_sol_van' } },
    removed_snaps_queue: [],
    new_removed_snaps: [],
    new_purged_snaps: [],
    crush_node_flags: {},
    device_class_flags: {},
    stretch_mode: {
      stretch_mode_enabled: false,
      stretch_bucket_count: 0,
      degraded_stretch_mode: 0,
      recovering_stretch_mode: 0,
      stretch_mode_bucket: 0,
    },
  };
}

export function dumpText(cluster: Cluster): string {
  const osd = (o: Osd): string => {
    const at = (n: number) =>
      `[v2:${cluster.monAddress}:${port(o, n)}/1139,v1:${cluster.monAddress}:${port(o, n + 1)}/1139]`;
    const weight = cluster.isIn(o) ? 'in  weight 1' : 'out weight 0';
    return `osd.${o.id} ${o.up ? 'up  ' : 'down'} ${weight} up_from 6 up_thru 22 down_at 0 last_clean_interval [0,0) ${at(0)} ${at(2)} exists${o.up ? ',up' : ''} ${o.uuid}\n`;
  };
  return `epoch ${cluster.epoch}
fsid ${cluster.fsid}
created ${cephTime(cluster.created)}
modified ${cephTime(cluster.clock.now())}
flags ${allFlags(cluster).join(',')}
crush_version 7
full_ratio ${cluster.ratios.full}
backfillfull_ratio ${cluster.ratios.backfillfull}
nearfull_ratio ${cluster.ratios.nearfull}
require_min_compat_client ${cluster.minCompatClient}
min_compat_client jewel
require_osd_release pacific
stretch_mode_enabled false
${cluster.pools.map((p) => poolLine(cluster, p)).join('')}max_osd ${cluster.osds.length}
${cluster.osds.map(osd).join('')}`;
}

export function treeJson(cluster: Cluster) {
  return {
    nodes: [
      { id: -1, name: 'default', type: 'root', type_id: 11, children: [-3] },
      {
        id: -3,
        name: cluster.monName,
        type: 'host',
        type_id: 1,
        pool_weights: {},
        children: cluster.osds.map((o) => o.id).reverse(),
      },
      ...cluster.osds.map((o) => ({
        id: o.id,
        device_class: 'hdd',
        name: `osd.${o.id}`,
        type: 'osd',
        type_id: 0,
        crush_weight: WEIGHT,
        depth: 2,
        pool_weights: {},
        exists: 1,
        status: o.up ? 'up' : 'down',
        reweight: cluster.isIn(o) ? 1 : 0,
        primary_affinity: 1,
      })),
    ],
    stray: [],
  };
}

export function treeText(cluster: Cluster): string {
  const total = (WEIGHT * cluster.osds.length).toFixed(5);
  const rows = [
    ['-1', '', total, 'root default', '', '', ''],
    ['-3', '', total, `    host ${cluster.monName}`, '', '', ''],
    ...cluster.osds.map((o) => [
      String(o.id),
      'hdd',
      WEIGHT.toFixed(5),
      `        osd.${o.id}`,
      o.up ? 'up' : 'down',
      cluster.isIn(o) ? '1.00000' : '0',
      '1.00000',
    ]),
  ];
  const columns = [
    { title: 'ID' },
    { title: 'CLASS' },
    { title: 'WEIGHT' },
    { title: 'TYPE NAME', align: 'left' as const },
    { title: 'STATUS' },
    { title: 'REWEIGHT' },
    { title: 'PRI-AFF' },
  ];
  return table(columns, rows, true);
}
