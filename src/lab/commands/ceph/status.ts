import { byState, placementGroups } from '../../world/pgs.ts';
import { type CephCommand, document, managed } from './command.ts';
import { dfJson, dfText } from './df.ts';
import { table } from './format.ts';
import {
  checksJson,
  degraded,
  healthText,
  pgText,
  statusJson,
  statusText,
  VERSION,
  versions,
} from './status-format.ts';

export const statusCommands: readonly CephCommand[] = [
  {
    words: 'status',
    right: 'read',
    answer: ({ cluster, call, json }) =>
      json ? document(statusJson(cluster, call), true) : { out: statusText(cluster, call) },
  },
  {
    words: 'health',
    right: 'read',
    answer: ({ cluster, call, json, words }) => {
      const detail = words[0] === 'detail';
      return json ? document(checksJson(cluster, call, detail)) : { out: healthText(cluster, call, detail) };
    },
  },
  {
    words: 'fsid',
    right: 'read',
    answer: ({ cluster, json }) => (json ? document({ fsid: cluster.fsid }) : { out: `${cluster.fsid}\n` }),
  },
  {
    words: 'version',
    right: 'read',
    answer: ({ json }) => (json ? document({ version: VERSION }, true) : { out: `${VERSION}\n` }),
  },
  {
    words: 'versions',
    right: 'read',
    answer: ({ call, json }) =>
      json ? document(versions(call), true) : { out: `${JSON.stringify(versions(call), null, 4)}\n` },
  },
  {
    words: 'df',
    right: 'read',
    answer: ({ cluster, json }) => (json ? document(dfJson(cluster), true) : { out: dfText(cluster) }),
  },
  {
    words: 'pg stat',
    right: 'mgr',
    answer: ({ cluster, json }) => {
      if (!json) return { out: pgText(cluster) };
      const { total, used, avail, stored } = cluster.totals();
      const groups = placementGroups(cluster);
      return managed('pg_summary', {
        num_pg_by_state: byState(groups).map((s) => ({ name: s.state, num: s.count })),
        num_pgs: groups.length,
        num_bytes: stored,
        total_bytes: total,
        total_avail_bytes: avail,
        total_used_bytes: used,
        total_used_raw_bytes: used,
        ...degraded(groups),
      });
    },
  },
  {
    words: 'pg dump_stuck',
    right: 'mgr',
    answer: ({ cluster, json }) => {
      const stuck = placementGroups(cluster).filter((g) => g.state !== 'active+clean');
      const up = (g: (typeof stuck)[number]): string => `[${g.acting.join(',')}]`;
      if (json) {
        const stats = stuck.map((g) => ({
          pgid: g.id,
          state: g.state,
          up: g.acting,
          acting: g.acting,
          up_primary: g.acting[0] ?? -1,
          acting_primary: g.acting[0] ?? -1,
        }));
        return { ...managed('stuck_pg_stats', stats), err: 'ok\n' };
      }
      if (stuck.length === 0) return { err: 'ok\n' };
      const columns = ['PG_STAT', 'STATE', 'UP', 'UP_PRIMARY', 'ACTING', 'ACTING_PRIMARY'].map((title) => ({
        title,
        align: 'left' as const,
      }));
      return {
        out: table(
          columns,
          stuck.map((g) => [g.id, g.state, up(g), String(g.acting[0] ?? -1), up(g), String(g.acting[0] ?? -1)]),
        ),
        err: 'ok\n',
      };
    },
  },
];
