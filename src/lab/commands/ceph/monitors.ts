import { cephTime } from '../../world/clock.ts';
import type { Cluster, LogLine } from '../../world/cluster.ts';
import { type Answer, type CephCommand, document, error, managerUp, type Request } from './command.ts';
import { table } from './format.ts';
import { tell } from './tell.ts';

const FEATURES = ['kraken', 'luminous', 'mimic', 'osdmap-prune', 'nautilus', 'octopus', 'pacific', 'elector-pinging'];

const addrvec = (cluster: Cluster) => ({
  addrvec: [
    { type: 'v2', addr: `${cluster.monAddress}:3300`, nonce: 0 },
    { type: 'v1', addr: `${cluster.monAddress}:6789`, nonce: 0 },
  ],
});

const apiTime = (t: Date): string => cephTime(t).replace('+0000', 'Z');

const monmap = (cluster: Cluster) => ({
  epoch: 2,
  fsid: cluster.fsid,
  modified: apiTime(cluster.created),
  created: apiTime(cluster.created),
  min_mon_release: 16,
  min_mon_release_name: 'pacific',
  election_strategy: 1,
  'disallowed_leaders: ': '',
  stretch_mode: false,
  tiebreaker_mon: '',
  'removed_ranks: ': '',
  features: { persistent: FEATURES, optional: [] },
  mons: [
    {
      rank: 0,
      name: cluster.monName,
      public_addrs: addrvec(cluster),
      addr: `${cluster.monAddress}:6789/0`,
      public_addr: `${cluster.monAddress}:6789/0`,
      priority: 0,
      weight: 0,
      crush_location: '{}',
    },
  ],
});

const both = (cluster: Cluster): string => `[v2:${cluster.monAddress}:3300/0,v1:${cluster.monAddress}:6789/0]`;

const LEVELS = ['DBG', 'INF', 'SEC', 'WRN', 'ERR'];
const LEVEL_OF: Readonly<Record<string, string>> = { debug: 'DBG', info: 'INF', sec: 'SEC', warn: 'WRN', error: 'ERR' };

/** mon_log_max_summary: how many lines of a channel the monitor still has; older ones are in its files only. */
const KEPT = 50;

function logLast({ cluster, words, json }: Request): Answer {
  const [count = '20', level = 'info', channel = 'cluster'] =
    /^\d+$/.test(words[0] ?? '') || words.length === 0 ? words : ['20', ...words];
  const at = LEVELS.indexOf(LEVEL_OF[level] ?? '');
  if (at < 0 || !['audit', 'cluster', 'cephadm', '*'].includes(channel)) return error(22, 'invalid command');
  const kept = cluster.log.filter((l) => channel === '*' || l.channel === channel).slice(-KEPT);
  const lines = kept.filter((l) => LEVELS.indexOf(l.level) >= at);
  // 16.2 gives one line more than it is asked for.
  const lastLines = lines.slice(-(Number(count) + 1));
  if (!json) return { out: lastLines.map((l) => `${cluster.logText(l)}\n`).join('') };
  return document(lastLines.map((l) => lineJson(cluster, l)));
}

const lineJson = (cluster: Cluster, line: LogLine) => ({
  name: `mon.${cluster.monName}`,
  rank: 'mon.0',
  addrs: addrvec(cluster),
  stamp: cephTime(line.at),
  seq: line.seq,
  channel: line.channel,
  priority: `[${line.level}]`,
  message: line.text,
});

export const monitorCommands: readonly CephCommand[] = [
  {
    words: 'mon dump',
    right: 'read',
    answer: ({ cluster, json }) => {
      const err = 'dumped monmap epoch 2\n';
      if (json) return { ...document({ ...monmap(cluster), quorum: [0] }, true), err };
      const made = cephTime(cluster.created);
      return {
        out: `epoch 2\nfsid ${cluster.fsid}\nlast_changed ${made}\ncreated ${made}\nmin_mon_release 16 (pacific)\nelection_strategy: 1\n0: ${both(cluster)} mon.${cluster.monName}\n`,
        err,
      };
    },
  },
  {
    words: 'mon stat',
    right: 'read',
    answer: ({ cluster, json }) => {
      const { monName: name } = cluster;
      if (json)
        return document(
          { epoch: 2, min_mon_release_name: 'pacific', num_mons: 1, leader: name, quorum: [{ rank: 0, name }] },
          true,
        );
      return {
        out: `e2: 1 mons at {${name}=${both(cluster)}} removed_ranks: {}, election epoch 5, leader 0 ${name}, quorum 0 ${name}\n`,
      };
    },
  },
  {
    words: 'quorum_status',
    right: 'read',
    answer: ({ cluster, json }) => {
      const age = Math.floor((cluster.clock.now().getTime() - cluster.created.getTime()) / 1000);
      const value = {
        election_epoch: 5,
        quorum: [0],
        quorum_names: [cluster.monName],
        quorum_leader_name: cluster.monName,
        quorum_age: age,
        features: { quorum_con: '4540138314316775423', quorum_mon: FEATURES },
        monmap: monmap(cluster),
      };
      return json ? document(value, true) : { out: `${JSON.stringify(value)}\n` };
    },
  },
  { words: 'log last', right: 'read', answer: logLast },
  {
    words: 'config dump',
    right: 'read',
    answer: ({ cluster, json }) => {
      const rows = [...cluster.config].map(([key, value]) => {
        const [section = '', name = ''] = key.split(' ');
        return { section, name, value, level: 'advanced', can_update_at_runtime: true, mask: '' };
      });
      if (json) return document(rows);
      const columns = ['WHO', 'MASK', 'LEVEL', 'OPTION', 'VALUE', 'RO'].map((title) => ({
        title,
        align: 'left' as const,
      }));
      return {
        out: table(
          columns,
          rows.map((r) => [r.section, r.mask, r.level, r.name, r.value, '']),
        ),
      };
    },
  },
  {
    words: 'config set',
    right: 'write',
    audit: ([section, name, value]) => ({ who: section, name, value }),
    answer: ({ cluster, words: [section, name, value] }) => {
      if (section === undefined || name === undefined || value === undefined) return error(22, 'invalid command');
      cluster.config.set(`${section} ${name}`, value);
      return {};
    },
  },
  {
    words: 'config rm',
    right: 'write',
    audit: ([section, name]) => ({ who: section, name }),
    answer: ({ cluster, words: [section, name] }) => {
      cluster.config.delete(`${section} ${name}`);
      return {};
    },
  },
  {
    words: 'mgr stat',
    right: 'read',
    answer: ({ call, cluster, json }) => {
      const up = managerUp(call);
      const value = { epoch: 4, available: up, active_name: up ? cluster.monName : '', num_standby: 0 };
      return json ? document(value, true) : { out: `${JSON.stringify(value, null, 4)}\n` };
    },
  },
  { words: 'tell', right: 'write', answer: tell },
];
