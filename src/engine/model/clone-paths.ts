import type { Consumer, PoolUse } from '../../domain/consumers.ts';
import { isUnknown, type Maybe } from '../../domain/fact.ts';
import type { ClonePath } from '../../domain/storage.ts';
import { type OsloConfig, osloBool, osloList, osloOption } from '../../openstack/oslo.ts';
import type { SnapshotFallback } from '../../parsers/volume-creations.ts';
import { map, type Readings } from './readings.ts';
import type { ServiceOnNode } from './services.ts';

/** Options of clients that decide whether and how they clone. */
const OPTIONS = [
  'rbd_flatten_volume_from_snapshot',
  'rbd_max_clone_depth',
  'rbd_store_chunk_size',
  'rbd_exclusive_cinder_pool',
  'images_type',
  'disk_cachemodes',
  'images_rbd_glance_store_name',
] as const;

/** Every way from a store of Glance to a client that should clone from it. */
export function clonePaths(
  readings: Readings,
  services: readonly ServiceOnNode[],
  { consumers, uses }: { readonly consumers: readonly Consumer[]; readonly uses: readonly PoolUse[] },
): readonly ClonePath[] {
  const config = (service: string, node: string): OsloConfig | undefined => {
    const found = services.find((s) => s.service === service && s.node === node);
    return found && !isUnknown(found.oslo) ? found.oslo.value : undefined;
  };
  const stores = consumers.filter((c) => c.service === 'glance-api');
  const clients = consumers.filter((c) => ['cinder-volume', 'nova-compute'].includes(c.service));
  return clients.flatMap((client) =>
    stores.flatMap((store): ClonePath[] => {
      const glance = config('glance-api', store.node);
      const own = config(client.service, client.node);
      const storeUse = uses.find((u) => u.consumer === store.id);
      const read = uses.find((u) => u.consumer === client.id && u.pool === storeUse?.pool);
      const write = uses.find((u) => u.consumer === client.id && u.need === 'write');
      if (!glance || !own || !storeUse || !read || !write) return [];
      const option = (name: string) =>
        osloOption(own, client.section, name) ?? osloOption(own, 'backend_defaults', name);
      const options = Object.fromEntries(OPTIONS.flatMap((n) => (option(n) ? [[n, option(n)?.value as string]] : [])));
      return [
        {
          id: `${client.id} from ${store.id}`,
          node: client.node,
          service: client.service,
          consumer: client.id,
          use: read.id,
          entity: client.entity,
          target: write.pool,
          target_section: client.section,
          store_node: store.node,
          store_section: store.section,
          store_pool: storeUse.pool,
          store_entity: store.entity,
          ...exposure(glance),
          ...defaultStore(glance),
          store_chunk_text: osloOption(glance, store.section, 'rbd_store_chunk_size')?.value ?? '',
          store_chunk: Number(osloOption(glance, store.section, 'rbd_store_chunk_size')?.value ?? 8),
          target_chunk: Number(options.rbd_store_chunk_size ?? (client.service === 'cinder-volume' ? 4 : 8)),
          glance_major: major(readings, store.node, 'glance-api'),
          client_major: major(readings, client.node, client.service),
          store_mons: isUnknown(store.conf) ? store.conf : store.conf.mon_hosts,
          client_mons: isUnknown(client.conf) ? client.conf : client.conf.mon_hosts,
          options,
          fallbacks:
            client.service === 'nova-compute'
              ? map(readings.read<readonly SnapshotFallback[]>('snapshot-fallbacks', client.node), (all) => all)
              : [],
          from: [`glance-api-config@${store.node}`, `${client.service}-config@${client.node}`],
        },
      ];
    }),
  );
}

/** `direct_url` and `locations` serve the same; each has its own option, off by default (glance `common/config.py`). */
function exposure(glance: OsloConfig): Pick<ClonePath, 'exposed' | 'exposed_option' | 'store_file'> {
  const names = ['show_image_direct_url', 'show_multiple_locations'] as const;
  const found = names.map((name) => osloOption(glance, 'DEFAULT', name));
  const value = found[0] ? found[0].value : '';
  return {
    exposed: found.some((o) => o !== undefined && osloBool(o.value) === true),
    exposed_option: value,
    store_file: found[0]?.file ?? glance.files.findLast((f) => !f.startsWith('/usr/')) ?? '',
  };
}

/** Where new images go (`default_backend`, or the single store of older configurations). */
function defaultStore(glance: OsloConfig): Pick<ClonePath, 'default_type' | 'default_store'> {
  const enabled = osloList(osloOption(glance, 'DEFAULT', 'enabled_backends')?.value).map((b) =>
    b.split(':').map((p) => p.trim()),
  );
  if (enabled.length > 0) {
    const name = osloOption(glance, 'glance_store', 'default_backend')?.value ?? '';
    return { default_store: name, default_type: enabled.find(([n]) => n === name)?.[1] ?? '' };
  }
  const name = osloOption(glance, 'glance_store', 'default_store')?.value ?? 'file';
  return { default_store: name, default_type: name };
}

/** `2:25.1.0-2+deb12u1` → 25; 0 when the package is not installed as such (containers, source). */
const major = (readings: Readings, node: string, name: string): Maybe<number> =>
  map(readings.read<Record<string, string>>('packages', node), (versions) =>
    Number(/^(?:\d+:)?(\d+)/.exec(versions[name] ?? '')?.[1] ?? 0),
  );
