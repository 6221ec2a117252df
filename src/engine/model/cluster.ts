import { z } from 'zod';
import { endpoint, monHosts } from '../../ceph/conf.ts';
import type { Client, Cluster, MonMap, Pool, PoolChange } from '../../domain/cluster.ts';
import type { Access } from '../../domain/consumers.ts';
import { isUnknown, type Maybe, unknown } from '../../domain/fact.ts';
import type { KeyringSection } from '../../parsers/keyrings.ts';
import type { PoolChangeLine } from '../../parsers/pool-changes.ts';
import type { RbdListing } from '../../parsers/rbd-listing.ts';
import type { RbdSample } from '../../parsers/rbd-sample.ts';
import { map, type Readings } from './readings.ts';
import { shaped } from './shaped.ts';

// Only what is used is required: releases add fields freely.
const status = z.object({
  fsid: z.string(),
  health: z.object({ status: z.string() }),
  osdmap: z.object({ num_osds: z.number(), num_up_osds: z.number(), num_in_osds: z.number() }),
  pgmap: z.object({
    num_pgs: z.number(),
    pgs_by_state: z.array(z.object({ state_name: z.string(), count: z.number() })).default([]),
  }),
  mgrmap: z.object({ available: z.boolean(), num_standbys: z.number().default(0) }),
});
const health = z.object({
  checks: z.record(
    z.string(),
    z.object({ summary: z.object({ message: z.string() }), muted: z.boolean().default(false) }),
  ),
});
const monDump = z.object({
  mons: z.array(z.object({ public_addrs: z.object({ addrvec: z.array(z.object({ addr: z.string() })) }) })),
});
const osdDump = z.object({
  flags_set: z.array(z.string()).optional(),
  flags: z.string().default(''),
  pools: z.array(
    z.object({
      pool: z.number(),
      pool_name: z.string(),
      type: z.number(),
      size: z.number(),
      min_size: z.number(),
      pg_num: z.number(),
      flags_names: z.string().default(''),
      quota_max_bytes: z.number().default(0),
      quota_max_objects: z.number().default(0),
      application_metadata: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});
const df = z.object({
  pools: z.array(z.object({ name: z.string(), stats: z.object({ stored: z.number(), objects: z.number() }) })),
});

/** A PG in one of these states serves no I/O (Ceph "Placement group states"). */
const SERVES = /active/;
/** Not on its way to serving: below min_size, incomplete or without its OSDs. The health tells of it a minute later. */
const WAITS = /(^|\+)(peered|incomplete|down|stale)(\+|$)/;

export function cluster(readings: Readings): Maybe<Cluster> {
  return map(readings.readOnce<unknown>('ceph-status', 'ceph-admin'), (raw, from) => {
    const s = shaped(status, raw, 'ceph -s');
    if (isUnknown(s)) return s;
    const h = map(readings.readOnce<unknown>('ceph-health', 'ceph-admin'), (v) =>
      shaped(health, v, 'ceph health detail'),
    );
    const o = map(readings.readOnce<unknown>('ceph-osd-dump', 'ceph-admin'), (v) =>
      shaped(osdDump, v, 'ceph osd dump'),
    );
    if (isUnknown(h)) return h;
    if (isUnknown(o)) return o;
    const raised = Object.entries(h.checks).filter(([, c]) => !c.muted);
    return {
      fsid: s.fsid,
      health: s.health.status,
      codes: raised.map(([code]) => code),
      muted: Object.entries(h.checks).flatMap(([code, c]) => (c.muted ? [code] : [])),
      summaries: Object.fromEntries(Object.entries(h.checks).map(([code, c]) => [code, c.summary.message])),
      flags: (o.flags_set ?? o.flags.split(',')).filter((f) => f !== ''),
      mgr: s.mgrmap.available,
      mgr_standbys: s.mgrmap.num_standbys,
      osds: s.osdmap.num_osds,
      osds_up: s.osdmap.num_up_osds,
      osds_in: s.osdmap.num_in_osds,
      pgs: s.pgmap.num_pgs,
      pgs_waiting: s.pgmap.pgs_by_state
        .filter((p) => !SERVES.test(p.state_name) && WAITS.test(p.state_name))
        .reduce((sum, p) => sum + p.count, 0),
      pgs_stuck: s.pgmap.pgs_by_state.filter((p) => !SERVES.test(p.state_name)).reduce((sum, p) => sum + p.count, 0),
      from,
    };
  });
}

/** Silence of the monitors on the admin node is seen as such. */
export function clusterAnswers(readings: Readings): Maybe<Access> {
  const reading = readings.readOnce<unknown>('ceph-status', 'ceph-admin');
  if (isUnknown(reading) && reading.why === 'timeout')
    return { ok: false, says: reading.unknown, from: reading.from ?? [] };
  if (isUnknown(reading) && /timed out|TimedOut|error connecting|\(110\)/.test(reading.unknown))
    return { ok: false, says: reading.unknown, from: reading.from ?? [] };
  return map(reading, (_status, from) => ({ ok: true, says: 'answers', from }));
}

export function monmap(readings: Readings): Maybe<MonMap> {
  return map(readings.readOnce<unknown>('ceph-mon-dump', 'ceph-admin'), (raw, from) => {
    const dump = shaped(monDump, raw, 'ceph mon dump');
    if (isUnknown(dump)) return dump;
    const endpoints = dump.mons.flatMap((m) => m.public_addrs.addrvec.flatMap((a) => monHosts(a.addr)));
    return {
      addresses: [...new Set(endpoints.map((e) => e.host))],
      endpoints: endpoints.map((e) => endpoint(e.host, e.port ?? 0)),
      from,
    };
  });
}

export function pools(readings: Readings, named: ReadonlySet<string>): Maybe<readonly Pool[]> {
  return map(readings.readOnce<unknown>('ceph-osd-dump', 'ceph-admin'), (raw, from) => {
    const dump = shaped(osdDump, raw, 'ceph osd dump');
    if (isUnknown(dump)) return dump;
    const used = map(readings.readOnce<unknown>('ceph-df', 'ceph-admin'), (v) => shaped(df, v, 'ceph df'));
    return dump.pools.map((p): Pool => {
      const stats = isUnknown(used) ? used : used.pools.find((u) => u.name === p.pool_name)?.stats;
      const figure = (pick: 'stored' | 'objects') =>
        stats === undefined
          ? unknown(`ceph df does not list pool ${p.pool_name}`, 'unparsed')
          : isUnknown(stats)
            ? stats
            : stats[pick];
      const images = map(readings.readOnce<RbdListing>('pool-images', 'ceph-admin', p.pool_name), (l) =>
        l.ok ? l.images : unknown(l.says, 'unparsed'),
      );
      return {
        name: p.pool_name,
        id: p.pool,
        applications: Object.keys(p.application_metadata),
        size: p.size,
        min_size: p.min_size,
        pg_num: p.pg_num,
        flags: p.flags_names.split(',').filter((f) => f !== ''),
        quota_bytes: p.quota_max_bytes,
        quota_objects: p.quota_max_objects,
        used_bytes: figure('stored'),
        used_objects: figure('objects'),
        type: p.type === 3 ? 'erasure' : 'replicated',
        named: named.has(p.pool_name),
        images,
        trash_expired: named.has(p.pool_name) ? expired(readings, p.pool_name) : 0,
        from,
      };
    });
  });
}

function expired(readings: Readings, pool: string): Maybe<number> {
  const read = (probe: string) => readings.readOnce<RbdSample>(probe, 'ceph-admin', pool);
  const plain = read('pool-sample');
  const sample = isUnknown(plain) && plain.why === 'unasked' ? read('store-sample') : plain;
  return map(sample, ({ trash }) => trash.filter((t) => /^expired/.test(t.status)).length);
}

export function clients(readings: Readings): Maybe<readonly Client[]> {
  return map(readings.readOnce<readonly KeyringSection[]>('ceph-auth', 'ceph-admin'), (sections, from) =>
    sections.map(({ entity, digest, kind, caps }) => ({
      entity,
      user: entity.replace(/^client\./, ''),
      digest,
      kind,
      caps,
      from,
    })),
  );
}

export function poolHistory(readings: Readings): Maybe<readonly PoolChange[]> {
  return map(readings.readOnce<readonly PoolChangeLine[]>('ceph-audit', 'ceph-admin', 'site'), (changes, from) =>
    changes.map((change) => ({ ...change, from })),
  );
}
