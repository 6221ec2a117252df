import { z } from 'zod';
import type { Consumer, Reachability } from '../../domain/consumers.ts';
import { isUnknown } from '../../domain/fact.ts';
import type { ConfigOption, Endpoint, OsdPath } from '../../domain/site-state.ts';
import { distinct } from './distinct.ts';
import { map, type Readings } from './readings.ts';
import { shaped } from './shaped.ts';

const dump = z.object({
  osds: z.array(
    z.object({
      osd: z.number(),
      up: z.number(),
      public_addrs: z.object({ addrvec: z.array(z.object({ type: z.string(), addr: z.string() })) }),
    }),
  ),
});

/** So many OSDs are tried from each node: a filter stops whole port ranges and hosts, hardly ever one port. */
const SAMPLE = 3;

export function osdPaths(readings: Readings, consumers: readonly Consumer[]): readonly OsdPath[] {
  const reading = readings.readOnce<unknown>('ceph-osd-dump', 'ceph-admin');
  if (isUnknown(reading)) return [];
  const osds = shaped(dump, reading.value, 'ceph osd dump');
  if (isUnknown(osds)) return [];
  const up = osds.osds.flatMap(({ osd, up: isUp, public_addrs }) => {
    const address = public_addrs.addrvec.find((a) => a.type === 'v2') ?? public_addrs.addrvec[0];
    const [, host, port] = /^\[?([^\]]+)\]?:(\d+)$/.exec(address?.addr ?? '') ?? [];
    return isUp && host !== undefined && port !== undefined ? [{ osd: `osd.${osd}`, host, port: Number(port) }] : [];
  });
  const sample = spread(up);
  return [...new Set(consumers.map((c) => c.node))].flatMap((node) =>
    sample.map(({ osd, host, port }): OsdPath => {
      const id = `${osd} from ${node}`;
      return { id, node, osd, host, port, reach: reach(readings, 'osd-port', node, id), from: reading.from };
    }),
  );
}

/** One OSD of each host in turn, until there are enough. */
function spread<T extends { readonly host: string }>(osds: readonly T[]): readonly T[] {
  const hosts = [...Map.groupBy(osds, (o) => o.host).values()];
  const rounds = Math.max(0, ...hosts.map((h) => h.length));
  return Array.from({ length: rounds }, (_, at) => hosts.flatMap((h) => h[at] ?? []))
    .flat()
    .slice(0, SAMPLE);
}

/** Options that name where another service answers, as addresses without secrets. */
const NAMES_SERVICE: ReadonlySet<string> = new Set([
  'auth_url',
  'api_servers',
  'glance_api_servers',
  'memcached_servers',
]);

/** Addresses with a password, of which the node lets out protocol and host; the port that each protocol has when none is written. */
const BEHIND_PASSWORD: Readonly<Record<string, readonly [protocol: RegExp, port: number]>> = {
  transport_url: [/^rabbit:\/\/sealed(?:-\w+)?@/, 5672],
  connection: [/^mysql(?:\+\w+)?:\/\/sealed(?:-\w+)?@/, 3306],
};

/** Compute nodes have the lines of the database in their files and never use them. */
const named = (o: ConfigOption): readonly { host: string; port: number }[] => {
  if (NAMES_SERVICE.has(o.option)) return addresses(o.value);
  const [protocol, port] = BEHIND_PASSWORD[o.option] ?? [];
  if (protocol === undefined || !protocol.test(o.value) || (o.option === 'connection' && o.service === 'nova-compute'))
    return [];
  const [, host, own] = /^([\w.-]+)(?::(\d+))?$/.exec(o.value.replace(protocol, '')) ?? [];
  return host === undefined ? [] : [{ host, port: Number(own ?? port) }];
};

export function endpoints(readings: Readings, options: readonly ConfigOption[]): readonly Endpoint[] {
  return distinct(
    options
      .filter((o) => o.service !== 'ceph')
      .flatMap((o) =>
        named(o).map(({ host, port }): Endpoint => {
          const id = `${host}:${port} from ${o.node}`;
          const { node, option, at, from } = o;
          return { id, node, option, at, host, port, reach: reach(readings, 'endpoint-port', node, id), from };
        }),
      ),
  );
}

/** `http://controller:9292/`, `controller:11211,other:11211` to hosts and ports. */
function addresses(value: string): readonly { host: string; port: number }[] {
  return value.split(',').flatMap((part) => {
    const [, scheme, six, name, port] =
      /^\s*(?:(https?):\/\/)?(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::(\d+))?(?:\/.*)?\s*$/i.exec(part) ?? [];
    const host = six ?? name;
    if (host === undefined || (scheme === undefined && port === undefined)) return [];
    return [{ host, port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port) }];
  });
}

/** No answer within the deadline is an observation here, as a refusal is. */
function reach(readings: Readings, probe: string, node: string, id: string): OsdPath['reach'] {
  const reading = readings.read<Omit<Reachability, 'from'>>(probe, node, id);
  if (isUnknown(reading) && reading.why === 'timeout')
    return { open: false, says: 'no answer in time', from: reading.from ?? [] };
  return map(reading, (r, from) => ({ ...r, from }));
}
