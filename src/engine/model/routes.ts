import { z } from 'zod';
import type { Consumer } from '../../domain/consumers.ts';
import { isUnknown } from '../../domain/fact.ts';
import type { Route } from '../../domain/storage.ts';
import type { PingResult } from '../../parsers/ping.ts';
import { map, type Readings } from './readings.ts';

const addresses = z.object({ osds: z.array(z.object({ up: z.number(), public_addr: z.string() })) });

/** More hosts than this are not pinged: a slow way shows on any. */
const MOST = 3;

/** From each node whose services use Ceph to hosts that OSDs run on. */
export function routes(readings: Readings, consumers: readonly Consumer[]): readonly Route[] {
  const dump = readings.readOnce<unknown>('ceph-osd-dump', 'ceph-admin');
  if (isUnknown(dump)) return [];
  const parsed = addresses.safeParse(dump.value);
  if (!parsed.success) return [];
  const hosts = parsed.data.osds
    .filter((o) => o.up === 1)
    .map((o) => o.public_addr.replace(/:\d+(\/\d+)?$/, '').replace(/^\[|\]$/g, ''));
  const nodes = [...new Set(consumers.map((c) => c.node))];
  return nodes.flatMap((node) =>
    [...new Set(hosts)].slice(0, MOST).map((host): Route => {
      const id = `${host} from ${node}`;
      const reading = readings.read<PingResult>('osd-ping', node, id);
      return { id, node, host, ping: map(reading, (p, from) => ({ ...p, from })) };
    }),
  );
}
