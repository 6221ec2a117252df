import type { World } from './world/world.ts';

/** What of the practice cluster would be missed: its data, by keys that a rename leaves alone. */
export function inventory({ cluster, cloud }: World): readonly { readonly key: string; readonly title: string }[] {
  const stored = cluster.pools.flatMap((pool) => [
    { key: `pool ${pool.id}`, title: `pool ${pool.name}` },
    ...[...pool.images.values()].flatMap((image) => [
      { key: `image ${image.id}`, title: `${pool.name}/${image.name}` },
      ...image.snapshots.map((s) => ({
        key: `snapshot ${image.id}@${s.id}`,
        title: `${pool.name}/${image.name}@${s.name}`,
      })),
    ]),
  ]);
  const recorded = [
    ...cloud.images.filter((i) => i.status !== 'deleted').map((i) => ({ what: 'image', ...i })),
    ...cloud.volumes.map((v) => ({ what: 'volume', ...v })),
    ...cloud.servers.map((s) => ({ what: 'server', ...s })),
  ];
  return [...stored, ...recorded.map(({ what, id, name }) => ({ key: `${what} ${id}`, title: `${what} ${name}` }))];
}
