import type { ComputeOptions, WrittenOption } from '../domain/computes.ts';
import { unknown } from '../domain/fact.ts';
import { isMasked } from './masked.ts';
import { type OsloConfig, osloBool, osloList, osloOption } from './oslo.ts';

/**
 * Options of nova-compute that storage and live migration depend on, with Nova's defaults (`nova/conf/libvirt.py`,
 * `nova/conf/compute.py`; the same from Zed to 2025.1).
 */
const OPTIONS: readonly (readonly [section: string, option: string])[] = [
  ['DEFAULT', 'host'],
  ['DEFAULT', 'force_raw_images'],
  ...[
    'images_type', 'images_rbd_pool', 'images_rbd_ceph_conf', 'rbd_user', 'rbd_secret_uuid', 'virt_type', 'cpu_mode', 'cpu_models',
    'live_migration_scheme', 'live_migration_uri', 'live_migration_inbound_addr', 'live_migration_with_native_tls', 'hw_machine_type',
    'disk_cachemodes',
  ].map((option) => ['libvirt', option] as const),
]; // biome-ignore format: a list

/** Removed in Nova 14, or never there; the guide has them all. */
const DEAD: readonly (readonly [section: string, option: string])[] = [
  ['libvirt', 'live_migration_flag'],
  ['libvirt', 'block_migration_flag'],
  ['libvirt', 'io_emulator_threads'],
  ['libvirt', 'disk_mode'],
];

const DEFAULT_CONF = '/etc/ceph/ceph.conf';

/** Name by which Nova calls the host; empty when it takes the host name. */
export const novaHost = (config: OsloConfig): string => osloOption(config, 'DEFAULT', 'host')?.value ?? '';

const HIDDEN = unknown('rbd_secret_uuid in [libvirt] of nova.conf is masked in what was recorded');

export function computeOptions(config: OsloConfig): Omit<ComputeOptions, 'from'> {
  const value = (option: string, fallback = '', section = 'libvirt'): string =>
    osloOption(config, section, option)?.value || fallback;
  const virtType = value('virt_type', 'kvm');
  const written = OPTIONS.flatMap(([section, option]): WrittenOption[] => {
    const found = osloOption(config, section, option);
    return found && !isMasked(found.value)
      ? [{ section: found.section, option, value: found.value, file: found.file }]
      : [];
  });
  return {
    images_type: value('images_type', 'default'),
    images_rbd_pool: value('images_rbd_pool', 'rbd'),
    images_rbd_ceph_conf: value('images_rbd_ceph_conf', DEFAULT_CONF),
    rbd_user: value('rbd_user'),
    rbd_secret_uuid: isMasked(value('rbd_secret_uuid')) ? HIDDEN : value('rbd_secret_uuid'),
    force_raw_images: osloBool(value('force_raw_images', 'true', 'DEFAULT')) ?? true,
    virt_type: virtType,
    cpu_mode: value('cpu_mode', /^(kvm|qemu)$/.test(virtType) ? 'host-model' : 'none'),
    cpu_models: value('cpu_models'),
    scheme: value('live_migration_scheme', 'tcp'),
    uri: value('live_migration_uri'),
    inbound_addr: value('live_migration_inbound_addr'),
    hw_machine_type: value('hw_machine_type'),
    disk_cachemodes: osloList(value('disk_cachemodes')),
    written,
    dead: DEAD.flatMap(([section, option]) => (osloOption(config, section, option) ? [`[${section}] ${option}`] : [])),
  };
}

/** Where Nova's source tells libvirt to connect to (`_live_migration_uri` of the libvirt driver), and by what. */
export function migrationUri(
  options: Pick<ComputeOptions, 'scheme' | 'uri'>,
  address: string,
): { readonly uri: string; readonly transport: string; readonly port: number } {
  const host = address.includes(':') ? `[${address}]` : address;
  const uri = (options.uri || `qemu+${options.scheme}://%s/system`).replace('%s', host);
  const [, transport = 'tls', own] =
    /^\w+(?:\+(\w+))?:\/\/(?:[^@/]*@)?(?:\[[^\]]*\]|[^:/]*)(?::(\d+))?/.exec(uri) ?? [];
  return { uri, transport, port: own === undefined ? (PORTS[transport] ?? 0) : Number(own) };
}

/** libvirt's ports ("Remote support" of its documentation). */
const PORTS: Readonly<Record<string, number>> = { tcp: 16509, tls: 16514, ssh: 22 };
