import { cephTime } from '../../world/clock.ts';
import type { Cluster } from '../../world/cluster.ts';
import { type CephCommand, document } from './command.ts';

/** Every entry with its end, whole hosts first, as `ls` lists them. */
const entries = (cluster: Cluster): readonly (readonly [string, Date])[] => [
  ...cluster.blocklist,
  ...[...cluster.rangeBlocklist].map(([range, until]) => [`cidr:${range.replace('/', ':0/')}`, until] as const),
];

/** `add` and `rm` of one of the two lists; `range` is the word before them, `named` how an entry is kept. */
const changes = (
  range: '' | 'range ',
  list: (cluster: Cluster) => Map<string, Date>,
  named: (address: string) => string,
): readonly CephCommand[] =>
  (['add', 'rm'] as const).map((verb) => ({
    words: `osd blocklist ${range}${verb}`,
    right: 'write',
    audit: ([addr]) => ({ blocklistop: verb, ...(range && { range: 'range' }), addr }),
    answer: ({ cluster, words: [address = '', seconds = '3600'] }) => {
      const who = named(address);
      if (verb === 'rm') {
        if (!list(cluster).delete(who)) return { err: `${who} isn't blocklisted\n` };
        return { err: `un-blocklisting ${who}\n` };
      }
      const until = new Date(cluster.clock.now().getTime() + Number(seconds) * 1000);
      list(cluster).set(who, until);
      cluster.epoch++;
      return { err: `blocklisting ${who} until ${cephTime(until)} (${seconds} sec)\n` };
    },
  }));

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
  ...changes(
    '',
    (cluster) => cluster.blocklist,
    (address) => (address.includes(':') ? address : `${address}:0/0`),
  ),
  ...changes(
    'range ',
    (cluster) => cluster.rangeBlocklist,
    (range) => range,
  ),
];
