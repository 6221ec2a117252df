import { z } from 'zod';
import { isUnknown, type Maybe, unknown } from '../../domain/fact.ts';
import type { Activity, Osd } from '../../domain/storage.ts';
import type { UnitLimit } from '../../parsers/unit-limits.ts';
import { map, type Readings } from './readings.ts';

const osdDump = z.object({
  require_min_compat_client: z.string().default(''),
  osds: z.array(z.object({ osd: z.number(), up: z.number(), primary_affinity: z.number().default(1) })),
});
const health = z.object({
  checks: z.record(
    z.string(),
    z.object({
      muted: z.boolean().default(false),
      summary: z.object({ message: z.string() }),
      detail: z.array(z.object({ message: z.string() })).default([]),
    }),
  ),
});
const history = z.object({
  ops: z.array(
    z.object({
      age: z.number(),
      type_data: z.object({ events: z.array(z.object({ event: z.string(), duration: z.number() })) }),
    }),
  ),
});
const counter = z.object({ avgcount: z.number(), sum: z.number() });
const counters = z.object({ osd: z.object({ op_r_latency: counter, subop_latency: counter }) });
const pgmap = z.object({
  pgmap: z.object({
    pgs_by_state: z.array(z.object({ state_name: z.string(), count: z.number() })).default([]),
    degraded_ratio: z.number().default(0),
    recovering_bytes_per_sec: z.number().default(0),
  }),
});

/** Time an OSD itself takes: queueing, executing, committing. Waiting for replicas, peering, locks or the client is others' time. */
const OWN =
  /^(dispatched|queued_for_pg|reached_pg|started|waiting for subops|op_commit|op_applied|commit_sent|commit_queued)/;
const RECENT_S = 600;
/** Fewer requests than this say nothing about an OSD. */
const ENOUGH = 8;

export function osds(readings: Readings): Maybe<readonly Osd[]> {
  return map(readings.readOnce<unknown>('ceph-osd-dump', 'ceph-admin'), (raw, from) => {
    const dump = osdDump.safeParse(raw);
    if (!dump.success) return unknown('ceph osd dump lists no OSDs that can be read', 'unparsed', from);
    const slow = slowOsds(readings);
    if (isUnknown(slow)) return slow;
    const told = readings.readOnce<Record<string, unknown>>('osd-ops', 'ceph-admin', 'site');
    const own = new Map<number, readonly number[]>();
    if (!isUnknown(told)) for (const [id, value] of Object.entries(told.value)) own.set(Number(id), ownTimes(value));
    const medians = new Map(
      [...own].filter(([, times]) => times.length >= ENOUGH).map(([id, times]) => [id, median(times)]),
    );
    const unseen = isUnknown(told) ? told : undefined;
    const now = present(readings);
    return dump.data.osds.map(({ osd: id, up, primary_affinity }): Osd => {
      const others = [...medians].filter(([other]) => other !== id).map(([, ms]) => ms);
      return {
        id,
        name: `osd.${id}`,
        up: up === 1,
        primary_affinity,
        ops: unseen ?? own.get(id)?.length ?? 0,
        own_ms: unseen ?? medians.get(id) ?? 0,
        others_ms: unseen ?? (others.length > 0 ? median(others) : 0),
        now_ops: isUnknown(now) ? now : (now.get(id)?.count ?? 0),
        now_ms: isUnknown(now) ? now : (now.get(id)?.mean ?? 0),
        others_now_ms: isUnknown(now) ? now : othersNow(now, id),
        limits: unitLimits(readings, id),
        slow_ops: slow.has(id),
        from: isUnknown(told) ? from : [...from, ...told.from],
      };
    });
  });
}

/** Limits on the unit of an OSD, on whichever host has it: `ceph-osd@1.service`, or `ceph-FSID@osd.1.service` of cephadm. */
function unitLimits(readings: Readings, id: number): Maybe<string> {
  const lists = readings
    .withRole('ceph-osd')
    .map((node) => map(readings.read<readonly UnitLimit[]>('osd-unit-limits', node), (units) => units));
  const mine = lists.flatMap((l) => (isUnknown(l) ? [] : l)).filter((u) => UNIT.exec(u.unit)?.[1] === String(id));
  const limits = mine.flatMap((u) => Object.entries(u.limits).map(([name, value]) => `${name}=${value}`));
  return lists.find(isUnknown) ?? limits.join(', ');
}

const UNIT = /^ceph-(?:osd@|[0-9a-f-]+@osd\.)(\d+)\.service$/;

function othersNow(now: ReadonlyMap<number, { readonly count: number; readonly mean: number }>, id: number): number {
  const means = [...now].filter(([other, { count }]) => other !== id && count >= ENOUGH).map(([, { mean }]) => mean);
  return means.length > 0 ? median(means) : 0;
}

/** Reads and replica writes between the two looks at the counters: both are an OSD's own affair (`osd` section of `perf dump`). */
function present(readings: Readings): Maybe<ReadonlyMap<number, { readonly count: number; readonly mean: number }>> {
  const look = (probe: string) => readings.readOnce<Record<string, unknown>>(probe, 'ceph-admin', 'site');
  const first = look('osd-counters-first');
  const last = look('osd-counters-last');
  if (isUnknown(first)) return first;
  if (isUnknown(last)) return last;
  const total = (value: unknown) => {
    const parsed = counters.safeParse(value);
    const both = parsed.success ? [parsed.data.osd.op_r_latency, parsed.data.osd.subop_latency] : [];
    return { count: both.reduce((n, c) => n + c.avgcount, 0), seconds: both.reduce((n, c) => n + c.sum, 0) };
  };
  return new Map(
    Object.entries(last.value).map(([id, value]) => {
      const [before, after] = [total(first.value[id]), total(value)];
      const count = after.count - before.count;
      const mean = count > 0 ? Math.round((10_000 * (after.seconds - before.seconds)) / count) / 10 : 0;
      return [Number(id), { count: Math.max(0, count), mean: Math.max(0, mean) }];
    }),
  );
}

/** Milliseconds that each of an OSD's remembered requests spent in it. */
function ownTimes(value: unknown): readonly number[] {
  const parsed = history.safeParse(value);
  if (!parsed.success) return [];
  return parsed.data.ops
    .filter((op) => op.age <= RECENT_S)
    .map((op) => op.type_data.events.filter((e) => OWN.test(e.event) && e.duration < RECENT_S))
    .map((events) => 1000 * events.reduce((sum, e) => sum + e.duration, 0));
}

function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] as number;
  return Math.round(10 * middle) / 10;
}

/** OSDs that the health report names with slow requests. */
function slowOsds(readings: Readings): Maybe<ReadonlySet<number>> {
  return map(readings.readOnce<unknown>('ceph-health', 'ceph-admin'), (raw, from) => {
    const parsed = health.safeParse(raw);
    if (!parsed.success) return unknown('ceph health detail cannot be read', 'unparsed', from);
    const texts = ['SLOW_OPS', 'BLUESTORE_SLOW_OP_ALERT', 'DEVICE_HEALTH'].flatMap((code) => {
      const check = parsed.data.checks[code];
      return check && !check.muted ? [check.summary.message, ...check.detail.map((d) => d.message)] : [];
    });
    return new Set(texts.flatMap((t) => [...t.matchAll(/\bosd\.(\d+)/g)].map((m) => Number(m[1]))));
  });
}

export const minCompatClient = (readings: Readings): Maybe<string> =>
  map(readings.readOnce<unknown>('ceph-osd-dump', 'ceph-admin'), (raw, from) => {
    const dump = osdDump.safeParse(raw);
    return dump.success
      ? dump.data.require_min_compat_client
      : unknown('ceph osd dump does not say which clients it serves', 'unparsed', from);
  });

export function activity(readings: Readings): Maybe<Activity> {
  return map(readings.readOnce<unknown>('ceph-status', 'ceph-admin'), (raw, from) => {
    const status = pgmap.safeParse(raw);
    if (!status.success) return unknown('ceph -s tells nothing of PGs', 'unparsed', from);
    const { pgs_by_state, degraded_ratio, recovering_bytes_per_sec } = status.data.pgmap;
    const count = (state: RegExp) =>
      pgs_by_state.filter((p) => state.test(p.state_name)).reduce((sum, p) => sum + p.count, 0);
    return {
      recovering: count(/recovering|backfilling|recovery_wait|backfill_wait/),
      snaptrim: count(/snaptrim/),
      degraded: degraded_ratio,
      recovery_bytes: recovering_bytes_per_sec,
      from,
    };
  });
}
