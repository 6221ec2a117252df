import { z } from 'zod';
import { barringsOf } from '../../ceph/blocklist.ts';
import { readsAes256k, reclaimsSecurely, upstreamVersion } from '../../ceph/releases.ts';
import type { MonMap } from '../../domain/cluster.ts';
import type { Access } from '../../domain/consumers.ts';
import { isUnknown, type Maybe } from '../../domain/fact.ts';
import type { ModelNode } from '../../domain/model.ts';
import type { OsdMap, StorageLink } from '../../domain/site-state.ts';
import type { DenialLine } from '../../parsers/kernel-denials.ts';
import { map, type Readings } from './readings.ts';
import { shaped } from './shaped.ts';

export type NodeState = Pick<
  ModelNode,
  'storage' | 'ceph_packages' | 'addresses' | 'barred' | 'denials' | 'small_packet' | 'large_packet'
>;

const links = z.array(
  z.object({
    ifname: z.string(),
    mtu: z.number(),
    addr_info: z.array(z.object({ family: z.string(), local: z.string(), prefixlen: z.number() })).default([]),
  }),
);

/** What a node is in itself and beside the others. */
export function nodeState(
  readings: Readings,
  monmap: Maybe<MonMap>,
  osdmap: Maybe<OsdMap>,
): (node: string) => NodeState {
  const names = readings.site.nodes.map((n) => n.name);
  const found = new Map(names.map((n) => [n, onStorage(readings, n, monmap)]));
  const usual = usualMtu([...found.values()]);
  return (node) => ({
    storage: map2(found.get(node) as Maybe<StorageLink>, (own) => {
      const mtu = usual.get(networkOf(own.address));
      const others = [...found].flatMap(([name, other]) =>
        !isUnknown(other) && networkOf(other.address) === networkOf(own.address) && other.mtu === mtu && own.mtu !== mtu
          ? [`${name} (${other.mtu})`]
          : [],
      );
      // TCP agrees on what both ends can take: a packet that the other end could not take proves nothing.
      const least = Math.min(
        ...[...found.values()].flatMap((l) =>
          !isUnknown(l) && l.mtu > 0 && networkOf(l.address) === networkOf(own.address) ? [l.mtu] : [],
        ),
        own.mtu,
      );
      return { ...own, others, payload: least - PING_HEADERS };
    }),
    ceph_packages: map(readings.read<Record<string, string>>('packages', node), (all, from) => {
      const versions = Object.fromEntries(Object.entries(all).map(([name, v]) => [name, upstreamVersion(v)]));
      const librbd = versions.librbd1 ?? '';
      return {
        versions,
        major: Number(librbd.split('.')[0]) || 0,
        reclaims: librbd === '' || reclaimsSecurely(librbd),
        aes256k: readsAes256k(librbd),
        from,
      };
    }),
    addresses: addressesOf(readings, node),
    barred: map2(osdmap, (m) =>
      map2(addressesOf(readings, node), (own) => barringsOf(own, m.blocklist, m.range_blocklist)),
    ),
    denials: map(readings.read<readonly DenialLine[]>('kernel-denials', node), (all) =>
      all.filter((d) => /ceph/.test(d.path)),
    ),
    small_packet: packet(readings, 'small-packet', node),
    large_packet: packet(readings, 'large-packet', node),
  });
}

const addressesOf = (readings: Readings, node: string): Maybe<readonly string[]> =>
  map(readings.read<unknown>('node-addresses', node), (raw) => {
    const all = shaped(links, raw, 'ip -j addr');
    return isUnknown(all)
      ? all
      : all.flatMap((l) => l.addr_info.map((a) => a.local)).filter((a) => !/^(127\.|::1$)/.test(a));
  });

const map2 = <T, U>(value: Maybe<T>, make: (value: T) => U): Maybe<U> => (isUnknown(value) ? value : make(value));

const packet = (readings: Readings, probe: string, node: string): Maybe<Access> =>
  map(readings.read<{ ok: boolean; says: string }>(probe, node, node), (p, from) => ({ ...p, from }));

const PING_HEADERS = 28;

/** The interface in the network of a monitor; one without a name where a router lies between. IPv4 only: IPv6 finds its MTU itself. */
function onStorage(readings: Readings, node: string, monmap: Maybe<MonMap>): Maybe<StorageLink> {
  return map(readings.read<unknown>('node-addresses', node), (raw, from) => {
    const all = shaped(links, raw, 'ip -j addr');
    if (isUnknown(all)) return all;
    if (isUnknown(monmap)) return monmap;
    const addresses = all.flatMap((l) =>
      l.addr_info.filter((a) => a.family === 'inet').map((a) => ({ name: l.ifname, mtu: l.mtu, ...a })),
    );
    const own = addresses.find((a) => monmap.addresses.some((m) => sameNetwork(a.local, m, a.prefixlen)));
    const peer = monmap.addresses.find((m) => own && sameNetwork(own.local, m, own.prefixlen) && m !== own.local);
    return {
      name: own?.name ?? '',
      address: own === undefined ? '' : `${own.local}/${own.prefixlen}`,
      mtu: own?.mtu ?? 0,
      others: [],
      peer: peer ?? '',
      payload: (own?.mtu ?? 0) - PING_HEADERS,
      from,
    };
  });
}

function number(address: string): number | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)?.slice(1).map(Number);
  return parts?.reduce((sum, part) => sum * 256 + part, 0);
}

function sameNetwork(a: string, b: string, prefix: number): boolean {
  const [one, other] = [number(a), number(b)];
  const size = 2 ** (32 - prefix);
  return one !== undefined && other !== undefined && Math.floor(one / size) === Math.floor(other / size);
}

function networkOf(address: string): string {
  const [ip = '', prefix = '32'] = address.split('/');
  const size = 2 ** (32 - Number(prefix));
  return `${Math.floor((number(ip) ?? 0) / size)}/${prefix}`;
}

/** The MTU that most nodes of a network have. */
function usualMtu(all: readonly Maybe<StorageLink>[]): ReadonlyMap<string, number> {
  const known = all.filter((l): l is StorageLink => !isUnknown(l) && l.name !== '');
  return new Map(
    [...Map.groupBy(known, (l) => networkOf(l.address))].map(([network, own]) => {
      const sizes = [...Map.groupBy(own, (l) => l.mtu)].toSorted((a, b) => b[1].length - a[1].length);
      return [network, sizes[0]?.[0] ?? 0];
    }),
  );
}
