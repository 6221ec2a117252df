import { z } from 'zod';
import { slowing } from '../../ceph/slowing-options.ts';
import type { Consumer, PoolUse } from '../../domain/consumers.ts';
import { type FactId, isUnknown, type Maybe } from '../../domain/fact.ts';
import type { Setting } from '../../domain/storage.ts';
import { distinct } from './distinct.ts';
import { namedPools, sampleOf } from './images.ts';
import { map, type Readings } from './readings.ts';
import { shaped } from './shaped.ts';

const central = z.array(
  z.object({ section: z.string(), name: z.string(), value: z.string(), mask: z.string().default('') }),
);
const diff = z.object({ diff: z.record(z.string(), z.record(z.string(), z.unknown())) });

/**
 * Options that somebody set and that slow things down, wherever they can be set: ceph.conf of each client, the central configuration,
 * a pool, a running OSD. Each as it takes effect: what a file says wins over the central configuration.
 */
export function settings(
  readings: Readings,
  { consumers, uses }: { readonly consumers: readonly Consumer[]; readonly uses: readonly PoolUse[] },
): { readonly settings: readonly Setting[]; readonly settings_seen: Maybe<boolean> } {
  const lists = [centralSettings(readings), osdSettings(readings), ...poolSettings(readings, uses)];
  const seen = lists.flatMap((list) => (isUnknown(list) ? [] : list));
  return {
    settings: distinct([...seen, ...consumers.flatMap(fileSettings)]),
    settings_seen: lists.find(isUnknown) ?? true,
  };
}

function setting(
  option: string,
  value: string,
  place: Pick<Setting, 'source' | 'holder' | 'reaches' | 'node'>,
  from: readonly FactId[],
): readonly Setting[] {
  const effect = slowing(option, value);
  return effect ? [{ id: `${option} of ${place.holder}`, option, value, ...effect, ...place, from }] : [];
}

function centralSettings(readings: Readings): Maybe<readonly Setting[]> {
  return map(readings.readOnce<unknown>('ceph-config-dump', 'ceph-admin'), (raw, from) => {
    const options = shaped(central, raw, '`ceph config dump`');
    if (isUnknown(options)) return options;
    return options.flatMap(({ section, name, value, mask }) => {
      const holder = mask ? `${section}/${mask}` : section;
      return setting(name, value, { source: 'central', holder, reaches: section, node: '' }, from);
    });
  });
}

function osdSettings(readings: Readings): Maybe<readonly Setting[]> {
  return map(readings.readOnce<Record<string, unknown>>('osd-settings', 'ceph-admin', 'site'), (told, from) =>
    Object.entries(told).flatMap(([id, value]) => {
      const parsed = diff.safeParse(value);
      return parsed.success
        ? Object.entries(parsed.data.diff).flatMap(([option, levels]) => {
            // Equal to its default again: somebody took it back.
            if (String(levels.final) === String(levels.default) || 'mon' in levels) return [];
            const source = 'override' in levels ? 'running' : 'file';
            const holder = source === 'running' ? `osd.${id}` : `/etc/ceph/ceph.conf of osd.${id}`;
            return setting(option, String(levels.final), { source, holder, reaches: `osd.${id}`, node: '' }, from);
          })
        : [];
    }),
  );
}

const poolSettings = (readings: Readings, uses: readonly PoolUse[]): readonly Maybe<readonly Setting[]>[] =>
  namedPools(uses).map((pool) => {
    const sample = sampleOf(readings, pool, uses);
    // A pool that does not exist is not asked and sets nothing.
    if (isUnknown(sample)) return sample.why === 'unasked' ? [] : sample;
    return sample.value.options.flatMap(({ name, value }) =>
      setting(name, value, { source: 'pool', holder: pool, reaches: `clients of pool ${pool}`, node: '' }, sample.from),
    );
  });

function fileSettings(consumer: Consumer): readonly Setting[] {
  if (isUnknown(consumer.conf)) return [];
  const { settings, path, from } = consumer.conf;
  return Object.entries(settings).flatMap(([option, value]) =>
    setting(
      option,
      value,
      { source: 'file', holder: `${path} on ${consumer.node}`, reaches: consumer.entity, node: consumer.node },
      from,
    ),
  );
}
