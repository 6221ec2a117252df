import { cephTime } from '../../world/clock.ts';
import type { Cluster } from '../../world/cluster.ts';
import { type CephCommand, document } from './command.ts';

/** Every entry with its end, whole hosts first, as `ls` lists them. */
const entries = (cluster: Cluster): readonly (readonly [string, Date])[] => [
  ...cluster.blocklist,
  ...[...cluster.rangeBlocklist].map(([range, until]) => [`cidr:${range.replace('/', ':0/')}`, until] as const),
];

/** Clients and networks that the OSDs refuse. */
export const blocklistCommands: readonly CephCommand[] = [
  {
    words: 'osd blocklist ls',
    right: 'read',
    answer: ({ cluster, json }) => {
      const all = entries(cluster).map(([addr, until]) => ({ addr, until: cephTime(until) }));
      const err = `listed ${all.length} entries\n`;
      return { ...(json ? document(all, true) : { out: all.map((e) => `${e.addr} ${e.until}\n`).join('') }), err };
    },
  },
  ...(['add', 'rm'] as const).map(
    (verb): CephCommand => ({
      words: `osd blocklist ${verb}`,
      right: 'write',
      audit: ([addr]) => ({ blocklistop: verb, addr }),
      answer: ({ cluster, words: [address = '', seconds = '3600'] }) => {
        const who = address.includes(':') ? address : `${address}:0/0`;
        if (verb === 'rm') {
          if (!cluster.blocklist.delete(who)) return { err: `${who} isn't blocklisted\n` };
          return { err: `un-blocklisting ${who}\n` };
        }
        const until = new Date(cluster.clock.now().getTime() + Number(seconds) * 1000);
        cluster.blocklist.set(who, until);
        cluster.epoch++;
        return { err: `blocklisting ${who} until ${cephTime(until)} (${seconds} sec)\n` };
      },
    }),
  ),
  ...(['add', 'rm'] as const).map(
    (verb): CephCommand => ({
      words: `osd blocklist range ${verb}`,
      right: 'write',
      audit: ([addr]) => ({ blocklistop: verb, range: 'range', addr }),
      answer: ({ cluster, words: [range = '', seconds = '3600'] }) => {
        if (verb === 'rm') {
          if (!cluster.rangeBlocklist.delete(range)) return { err: `${range} isn't blocklisted\n` };
          return { err: `un-blocklisting ${range}\n` };
        }
        const until = new Date(cluster.clock.now().getTime() + Number(seconds) * 1000);
        cluster.rangeBlocklist.set(range, until);
        cluster.epoch++;
        return { err: `blocklisting ${range} until ${cephTime(until)} (${seconds} sec)\n` };
      },
    }),
  ),
];
