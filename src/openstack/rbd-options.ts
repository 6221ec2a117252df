/**
 * Options through which the services use RBD: cinder `volume/drivers/rbd.py` and `backup/drivers/ceph.py`, glance_store
 * `_drivers/rbd.py`, nova `conf/libvirt.py`, Zed to 2025.2. A name that is near one of these and none of them is a slip of the pen.
 */
const CINDER = [
  'volume_driver', 'volume_backend_name', 'rbd_cluster_name', 'rbd_pool', 'rbd_user', 'rbd_ceph_conf', 'rbd_secret_uuid',
  'rbd_flatten_volume_from_snapshot', 'rbd_max_clone_depth', 'rbd_store_chunk_size', 'rbd_exclusive_cinder_pool',
  'rbd_concurrent_flatten_operations', 'rados_connect_timeout', 'rados_connection_retries', 'rados_connection_interval',
  'replication_connect_timeout', 'report_dynamic_total_capacity', 'enable_deferred_deletion', 'deferred_deletion_delay',
  'deferred_deletion_purge_interval',
]; // biome-ignore format: a list
const CINDER_DEFAULT = [
  'enabled_backends', 'default_volume_type', 'backup_driver', 'backup_ceph_conf', 'backup_ceph_user', 'backup_ceph_chunk_size',
  'backup_ceph_pool', 'backup_ceph_stripe_unit', 'backup_ceph_stripe_count', 'backup_ceph_image_journals', 'backup_ceph_max_snapshots',
  'enabled_backups',
]; // biome-ignore format: a list
const GLANCE = [
  'rbd_store_chunk_size', 'rbd_store_pool', 'rbd_store_user', 'rbd_store_ceph_conf', 'rados_connect_timeout', 'rbd_thin_provisioning',
  'store_description', 'rbd_store_description',
]; // biome-ignore format: a list
const GLANCE_DEFAULT = ['enabled_backends', 'show_image_direct_url', 'show_multiple_locations'];
const LIBVIRT = [
  'images_type', 'images_rbd_pool', 'images_rbd_ceph_conf', 'images_rbd_glance_store_name', 'images_rbd_glance_copy_poll_interval',
  'images_rbd_glance_copy_timeout', 'rbd_user', 'rbd_secret_uuid', 'rbd_connect_timeout', 'rbd_destroy_volume_retries',
  'rbd_destroy_volume_retry_interval', 'disk_cachemodes', 'hw_disk_discard', 'virt_type', 'volume_use_multipath',
]; // biome-ignore format: a list

/** Names that count in a section of a service's configuration; none where RBD has no part in it. */
export function rbdOptions(service: string, section: string, backends: readonly string[]): readonly string[] {
  const own = backends.includes(section) || section === 'backend_defaults';
  if (service.startsWith('cinder')) return section === 'DEFAULT' ? CINDER_DEFAULT : own ? CINDER : [];
  if (service === 'glance-api')
    return section === 'DEFAULT' ? GLANCE_DEFAULT : own || section === 'glance_store' ? GLANCE : [];
  return service === 'nova-compute' && section === 'libvirt' ? LIBVIRT : [];
}

/** Options that others may refer to with `$name`: oslo.config knows those that a service registers and fails on any other name. */
export const REFERABLE: ReadonlySet<string> = new Set([
  ...CINDER, ...CINDER_DEFAULT, ...GLANCE, ...GLANCE_DEFAULT, ...LIBVIRT, 'host', 'my_ip', 'state_path',
]); // biome-ignore format: a list

/** Options that a backend's or store's own section must give: in another section they are not read for it. */
export const BACKEND_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  'cinder-volume': ['volume_driver', 'rbd_pool', 'rbd_user', 'rbd_ceph_conf', 'rbd_secret_uuid'],
  'cinder-backup': ['volume_driver', 'rbd_pool', 'rbd_user', 'rbd_ceph_conf', 'rbd_secret_uuid'],
  'glance-api': ['rbd_store_pool', 'rbd_store_user', 'rbd_store_ceph_conf'],
};

/** Options that must be the same wherever the service runs; what else differs has its reasons. */
export const SHARED_OPTIONS: ReadonlySet<string> = new Set([
  ...CINDER.filter((o) => o.startsWith('rbd_')), ...GLANCE, 'backup_ceph_pool', 'backup_ceph_user', 'show_image_direct_url',
  'images_type', 'images_rbd_pool', 'rbd_user', 'rbd_secret_uuid', 'live_migration_scheme', 'live_migration_uri', 'disk_cachemodes',
  'hw_disk_discard', 'force_raw_images',
]); // biome-ignore format: a list
