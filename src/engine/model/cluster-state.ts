import { z } from 'zod';
import { releaseNumber } from '../../ceph/releases.ts';
import { isUnknown, type Maybe } from '../../domain/fact.ts';
import type { CapsChange, CentralOption, OsdMap, Quorum } from '../../domain/site-state.ts';
import type { CapsChangeLine } from '../../parsers/caps-changes.ts';
import { map, type Readings } from './readings.ts';
import { shaped } from './shaped.ts';

const dump = z.object({
  full_ratio: z.number(),
  backfillfull_ratio: z.number(),
  nearfull_ratio: z.number(),
  require_min_compat_client: z.string().default(''),
  // Pacific says blocklist, releases before it blacklist.
  blocklist: z.record(z.string(), z.unknown()).optional(),
  blacklist: z.record(z.string(), z.unknown()).optional(),
  range_blocklist: z.record(z.string(), z.unknown()).default({}),
});

export function osdMap(readings: Readings): Maybe<OsdMap> {
  return map(readings.readOnce<unknown>('ceph-osd-dump', 'ceph-admin'), (raw, from) => {
    const d = shaped(dump, raw, 'ceph osd dump');
    if (isUnknown(d)) return d;
    return {
      full_ratio: rounded(d.full_ratio),
      backfillfull_ratio: rounded(d.backfillfull_ratio),
      nearfull_ratio: rounded(d.nearfull_ratio),
      min_compat: d.require_min_compat_client,
      blocklist: Object.keys(d.blocklist ?? d.blacklist ?? {}),
      range_blocklist: Object.keys(d.range_blocklist),
      from,
    };
  });
}

/** Ceph prints single precision with the digits of double. */
const rounded = (ratio: number): number => Math.round(ratio * 1e4) / 1e4;

const status = z.object({
  quorum_names: z.array(z.string()),
  monmap: z.object({ num_mons: z.number().optional(), min_mon_release_name: z.string().default('') }),
});

export function quorum(readings: Readings): Maybe<Quorum> {
  return map(readings.readOnce<unknown>('ceph-status', 'ceph-admin'), (raw, from) => {
    const s = shaped(status, raw, 'ceph -s');
    if (isUnknown(s)) return s;
    return {
      mons: s.monmap.num_mons ?? s.quorum_names.length,
      members: s.quorum_names,
      release: releaseNumber(s.monmap.min_mon_release_name),
      from,
    };
  });
}

export function capsChanges(readings: Readings): Maybe<readonly CapsChange[]> {
  return map(readings.readOnce<readonly CapsChangeLine[]>('ceph-audit-caps', 'ceph-admin', 'site'), (changes, from) =>
    changes.map((change) => ({ ...change, from })),
  );
}

const centralOptions = z.array(
  z.object({ section: z.string(), name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) }),
);

export function central(readings: Readings): Maybe<readonly CentralOption[]> {
  return map(readings.readOnce<unknown>('ceph-config', 'ceph-admin'), (raw, from) => {
    const all = shaped(centralOptions, raw, 'ceph config dump');
    if (isUnknown(all)) return all;
    return all.map((o) => ({ who: o.section, option: o.name, value: String(o.value), from }));
  });
}
