import type { PoolUse } from '../../domain/consumers.ts';
import { isUnknown, type Maybe, unknown } from '../../domain/fact.ts';
import type { Creation, RbdImage } from '../../domain/storage.ts';
import type { RbdSample, SampledImage } from '../../parsers/rbd-sample.ts';
import type { SystemdUnit } from '../../parsers/systemd-units.ts';
import type { VolumeCreation } from '../../parsers/volume-creations.ts';
import { map, type Readings } from './readings.ts';

/** What a pool's newest images are, as its admin node saw them. The pools of Glance are asked in more detail. */
export const sampleOf = (readings: Readings, pool: string, uses: readonly PoolUse[]) =>
  readings.readOnce<RbdSample>(holdsImages(pool, uses) ? 'store-sample' : 'pool-sample', 'ceph-admin', pool);

const holdsImages = (pool: string, uses: readonly PoolUse[]): boolean =>
  uses.some((u) => u.pool === pool && u.service === 'glance-api');

/** Pools of services, each once, that the cluster has: only those can be asked. */
export const namedPools = (uses: readonly PoolUse[]): readonly string[] => [...new Set(uses.map((u) => u.pool))];

export function images(readings: Readings, uses: readonly PoolUse[]): Maybe<readonly RbdImage[]> {
  const made = creations(readings);
  const roots = instanceRoots(readings);
  const all = namedPools(uses).map(
    (pool): Maybe<readonly RbdImage[]> =>
      map(sampleOf(readings, pool, uses), (sample, from) =>
        sample.images.map((image) => rbdImage(pool, image, holdsImages(pool, uses), from, { made, roots })),
      ),
  );
  const seen = all.flatMap((list) => (isUnknown(list) ? [] : list));
  const unseen = all.find((list) => isUnknown(list) && list.why !== 'unasked');
  // A pool that does not exist is not asked and has no images; its absence is judged elsewhere.
  return unseen ?? (seen.length > 0 ? seen : (all.find(isUnknown) ?? []));
}

function rbdImage(
  pool: string,
  image: SampledImage,
  store: boolean,
  from: readonly string[],
  known: { made: Maybe<readonly Creation[]>; roots: Maybe<Readonly<Record<string, string>>> },
): RbdImage {
  const [, volume] = /^volume-([0-9a-f-]{36})$/.exec(image.name) ?? [];
  const [, server] = /^([0-9a-f-]{36})_disk$/.exec(image.name) ?? [];
  const role = store ? 'image' : volume ? 'volume' : server ? 'disk' : 'other';
  const source = volume
    ? map2(known.made, (made) => made.findLast((c) => c.volume === volume && c.age < DAY_S)?.image ?? '')
    : server
      ? map2(known.roots, (roots) => roots[server] ?? '')
      : '';
  const base = image.snapshots?.find((s) => s.name === 'snap') ?? image.snapshots?.[0];
  return {
    id: `${pool}/${image.name}`,
    pool,
    name: image.name,
    role,
    owner: volume ?? server ?? '',
    size: image.size,
    order: image.order,
    features: image.features,
    parent: image.parent,
    format: image.magic === undefined ? unknown('its content was not looked at', 'unasked') : formatOf(image.magic),
    base: image.snapshots === undefined ? unknown('its snapshots were not listed', 'unasked') : (base ?? null),
    source,
    from,
  };
}

const map2 = <T, U>(value: Maybe<T>, make: (value: T) => U): Maybe<U> => (isUnknown(value) ? value : make(value));

/** Older copies may have been flattened on purpose since. */
const DAY_S = 86_400;

const MAGIC: readonly (readonly [hex: string, format: string])[] = [
  ['514649fb', 'qcow2'],
  ['4b444d56', 'vmdk'],
  ['76686478', 'vhdx'],
  ['3c3c3c20', 'vdi'],
];

/** What an image is by its first four bytes (qemu `block/qcow2.c`, `vmdk.c`, `vhdx.c`, `vdi.c`); anything else is raw. */
const formatOf = (magic: string): string =>
  magic === '' ? 'empty' : (MAGIC.find(([hex]) => hex === magic)?.[1] ?? 'raw');

/** Volumes made from images, of all cinder-volume nodes, oldest first. */
export function creations(readings: Readings): Maybe<readonly Creation[]> {
  const nodes = readings.withRole('cinder-volume');
  const lists = nodes.map((node) =>
    map(readings.read<readonly VolumeCreation[]>('volume-creations', node), (all, from) =>
      all.map(
        (c, at): Creation => ({
          ...c,
          id: `${c.volume}@${node}`,
          node,
          fsid: /^rbd:\/\/([^/]+)\//.exec(c.url)?.[1] ?? '',
          newest: at === all.length - 1,
          outdated: restarted(readings, from[0] ?? '', c.age),
          from,
        }),
      ),
    ),
  );
  return lists.find(isUnknown) ?? (lists as (readonly Creation[])[]).flat();
}

/** Both times are whole seconds. */
const SLACK_S = 2;

/** Did a glance-api start after this, by the clock of whoever looked? */
function restarted(readings: Readings, fact: string, age: number): Maybe<boolean> {
  const seen = readings.seenAt(fact);
  const starts = readings
    .withRole('glance-api')
    .map((node) => map(readings.read<readonly SystemdUnit[]>('glance-api-unit', node), (units) => units));
  const unseen = starts.find(isUnknown);
  if (unseen) return unseen;
  return (starts as (readonly SystemdUnit[])[])
    .flat()
    .some((u) => u.load === 'loaded' && u.since > seen - age + SLACK_S);
}

function instanceRoots(readings: Readings): Maybe<Readonly<Record<string, string>>> {
  const nodes = readings.withRole('nova-compute');
  const maps = nodes.map((node) =>
    map(readings.read<Readonly<Record<string, string>>>('domain-roots', node), (roots) => roots),
  );
  return maps.find(isUnknown) ?? Object.assign({}, ...(maps as object[]));
}
