import type { Osd } from '../../world/cluster.ts';
import { isActive, type World } from '../../world/world.ts';
import { type CephCommand, document, error, managed } from './command.ts';
import { table } from './format.ts';
import { dumpJson, dumpText, treeJson, treeText } from './osd-format.ts';
import { osdSummary, shownFlags, upSince } from './status-format.ts';

const SETTABLE = [
  'full',
  'pause',
  'noup',
  'nodown',
  'noout',
  'noin',
  'nobackfill',
  'norebalance',
  'norecover',
  'noscrub',
  'nodeep-scrub',
  'notieragent',
  'nosnaptrim',
];

const latency = (o: Osd): number => Math.round(o.slowShare * o.slowMs);

const flagsOf = (word: string): string[] => (word === 'pause' ? ['pauserd', 'pausewr'] : [word]);

const flagWords = (word: string): string => flagsOf(word).join(',');

/** OSDs whose daemons run come up as soon as the map lets them. */
function boot(world: World): void {
  for (const osd of world.cluster.osds) {
    const runs = [...world.nodes.values()].some((n) => isActive(n, `ceph-osd@${osd.id}.service`));
    if (!runs || osd.up) continue;
    osd.up = true;
    osd.since = world.clock.now();
  }
}

const ratio = (name: 'full' | 'backfillfull' | 'nearfull'): CephCommand => ({
  words: `osd set-${name}-ratio`,
  right: 'write',
  audit: ([value]) => ({ ratio: Number(value) }),
  answer: ({ cluster, words: [value] }) => {
    const number = Number(value);
    if (value === undefined || Number.isNaN(number) || number < 0 || number > 1) return error(22, 'invalid command');
    cluster.ratios = { ...cluster.ratios, [name]: number };
    cluster.epoch++;
    return { err: `osd set-${name}-ratio ${number}\n` };
  },
});

export const osdCommands: readonly CephCommand[] = [
  {
    words: 'osd dump',
    right: 'read',
    answer: ({ cluster, json }) => (json ? document(dumpJson(cluster), true) : { out: dumpText(cluster) }),
  },
  {
    words: 'osd tree',
    right: 'read',
    answer: ({ cluster, json }) => (json ? document(treeJson(cluster), true) : { out: treeText(cluster) }),
  },
  {
    words: 'osd stat',
    right: 'read',
    answer: ({ cluster, json }) => {
      const flags = shownFlags(cluster);
      if (!json) return { out: `${osdSummary(cluster)}; epoch: e${cluster.epoch}\n${flags ? `flags ${flags}\n` : ''}` };
      return document({
        epoch: cluster.epoch,
        num_osds: cluster.osds.length,
        num_up_osds: cluster.upOsds().length,
        osd_up_since: Math.floor(upSince(cluster).getTime() / 1000),
        num_in_osds: cluster.osds.filter((o) => cluster.isIn(o)).length,
        osd_in_since: Math.floor(cluster.created.getTime() / 1000),
        num_remapped_pgs: 0,
      });
    },
  },
  {
    words: 'osd perf',
    right: 'mgr',
    answer: ({ cluster, json }) => {
      const osds = [...cluster.upOsds()].reverse();
      if (!json) {
        const columns = ['osd', 'commit_latency(ms)', 'apply_latency(ms)'].map((title) => ({ title }));
        return {
          out: table(
            columns,
            osds.map((o) => [String(o.id), String(latency(o)), String(latency(o))]),
          ),
        };
      }
      const infos = osds.map((o) => ({
        id: o.id,
        perf_stats: {
          commit_latency_ms: latency(o),
          apply_latency_ms: latency(o),
          commit_latency_ns: latency(o) * 1_000_000,
          apply_latency_ns: latency(o) * 1_000_000,
        },
      }));
      return managed('osdstats', { osd_perf_infos: infos });
    },
  },
  {
    words: 'osd blocked-by',
    right: 'mgr',
    answer: ({ json }) =>
      json ? managed('osd_blocked_by', { osd_blocked_by_infos: [] }) : { out: 'osd  num_blocked\n' },
  },
  ...(['set', 'unset'] as const).map(
    (verb): CephCommand => ({
      words: `osd ${verb}`,
      right: 'write',
      audit: ([key]) => ({ key }),
      answer: ({ call, cluster, words: [word = ''] }) => {
        if (!SETTABLE.includes(word)) return error(22, 'invalid command');
        for (const flag of flagsOf(word)) verb === 'set' ? cluster.flags.add(flag) : cluster.flags.delete(flag);
        if (verb === 'unset' && word === 'noup') boot(call.world);
        cluster.epoch++;
        return { err: `${flagWords(word)} is ${verb}\n` };
      },
    }),
  ),
  {
    words: 'osd set-require-min-compat-client',
    right: 'write',
    audit: ([version]) => ({ version }),
    answer: ({ cluster, words: [version = ''] }) => {
      if (!['jewel', 'kraken', 'luminous', 'mimic', 'nautilus', 'octopus', 'pacific'].includes(version))
        return error(22, `version ${version} is not recognized`);
      cluster.minCompatClient = version;
      cluster.epoch++;
      return { err: `set require_min_compat_client to ${version}\n` };
    },
  },
  {
    words: 'osd primary-affinity',
    right: 'write',
    audit: ([id, weight]) => ({ id, weight: Number(weight) }),
    answer: ({ cluster, words: [id, weight] }) => {
      const osd = cluster.osds.find((o) => `osd.${o.id}` === id || String(o.id) === id);
      const share = Number(weight);
      if (!osd || !(share >= 0 && share <= 1)) return error(22, 'invalid command');
      osd.primaryAffinity = share;
      cluster.epoch++;
      return { err: `set osd.${osd.id} primary-affinity to ${share} (${Math.round(share * 65_536)})\n` };
    },
  },
  ratio('full'),
  ratio('backfillfull'),
  ratio('nearfull'),
];
