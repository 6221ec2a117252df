import { type OsloConfig, osloList, osloOption } from './oslo.ts';

/**
 * Which Ceph identities a service's configuration declares, with the defaults of the services (glance_store `_drivers/rbd.py`,
 * cinder `drivers/rbd.py` and `backup/drivers/ceph.py`, nova `conf/libvirt.py`).
 */
export interface Identity {
  readonly service: string;
  readonly section: string;
  /** Ceph user without `client.`. */
  readonly user: string;
  /** Which option says so, and in which section; the section is empty where nothing does and the default counts. */
  readonly userOption: string;
  readonly userSection: string;
  readonly runsAs: string;
  readonly cluster: string;
  readonly confPath: string;
  readonly pools: readonly PoolNeed[];
  /** libvirt secret that QEMU on the computes presents for this identity. */
  readonly secretUuid?: string;
  readonly secretFile?: string;
  /** The identity opens the keyring by a fixed path, whatever ceph.conf says (os-brick). */
  readonly fixedKeyring?: string;
  readonly file: string;
}

export interface PoolNeed {
  readonly pool: string;
  readonly need: 'read' | 'write';
  readonly option: string;
  readonly section: string;
  readonly file: string;
}

const DEFAULT_CONF = '/etc/ceph/ceph.conf';
const orConf = (value: string | undefined): string => value || DEFAULT_CONF;
const RBD_DRIVER = /rbd\.RBDDriver$/;

/** Options of a section; what it does not give may stand in a section shared by several. */
function read(config: OsloConfig, section: string, shared = section) {
  const find = (option: string) => osloOption(config, section, option) ?? osloOption(config, shared, option);
  const value = (option: string, fallback: string): string => find(option)?.value || fallback;
  const where = (option: string): string => find(option)?.file ?? config.files.at(-1) ?? '';
  const home = (option: string): string => find(option)?.section ?? section;
  const user = (option: string, fallback: string) => ({
    user: value(option, fallback),
    userOption: option,
    userSection: find(option)?.section ?? '',
    file: where(option),
  });
  return { value, where, home, user };
}

/** Stores of type rbd: `enabled_backends = name:rbd`, or the single-store options of `[glance_store]`. */
export function glanceIdentities(config: OsloConfig): readonly Identity[] {
  const enabled = osloList(osloOption(config, 'DEFAULT', 'enabled_backends')?.value).map((b) =>
    b.split(':').map((p) => p.trim()),
  );
  const legacy = osloList(osloOption(config, 'glance_store', 'stores')?.value);
  const sections = enabled.length
    ? enabled.filter(([, type]) => type === 'rbd').map(([name]) => name as string)
    : legacy.includes('rbd') || legacy.includes('glance.store.rbd.Store')
      ? ['glance_store']
      : [];
  return sections.map((section) => {
    const { value, where, user } = read(config, section);
    return {
      service: 'glance-api',
      section,
      ...user('rbd_store_user', 'admin'),
      runsAs: 'glance',
      cluster: 'ceph',
      confPath: orConf(value('rbd_store_ceph_conf', '')),
      pools: [
        {
          pool: value('rbd_store_pool', 'images'),
          need: 'write',
          option: 'rbd_store_pool',
          section,
          file: where('rbd_store_pool'),
        },
      ],
    };
  });
}

/** One for each enabled backend that uses the RBD driver; `[backend_defaults]` holds what backends share. */
export function cinderIdentities(config: OsloConfig): readonly Identity[] {
  return osloList(osloOption(config, 'DEFAULT', 'enabled_backends')?.value)
    .map((section) => ({ section, ...read(config, section, 'backend_defaults') }))
    .filter(({ value }) => RBD_DRIVER.test(value('volume_driver', '')))
    .map(({ section, value, where, home, user }) => {
      const uuid = value('rbd_secret_uuid', '');
      return {
        service: 'cinder-volume',
        section,
        ...user('rbd_user', 'admin'),
        runsAs: 'cinder',
        cluster: value('rbd_cluster_name', 'ceph'),
        confPath: orConf(value('rbd_ceph_conf', '')),
        pools: [
          {
            pool: value('rbd_pool', 'rbd'),
            need: 'write',
            option: 'rbd_pool',
            section: home('rbd_pool'),
            file: where('rbd_pool'),
          },
        ],
        ...(uuid && { secretUuid: uuid, secretFile: where('rbd_secret_uuid') }),
      };
    });
}

/** The backup target, and each RBD backend as the source that os-brick opens with the backend's own keyring. */
export function backupIdentities(config: OsloConfig): readonly Identity[] {
  const driver = osloOption(config, 'DEFAULT', 'backup_driver')?.value ?? '';
  if (!/backup\.drivers\.ceph/.test(driver)) return [];
  const { value, where, user } = read(config, 'DEFAULT');
  const target: Identity = {
    service: 'cinder-backup',
    section: 'DEFAULT',
    ...user('backup_ceph_user', 'cinder'),
    runsAs: 'cinder',
    cluster: 'ceph',
    confPath: value('backup_ceph_conf', DEFAULT_CONF),
    pools: [
      {
        pool: value('backup_ceph_pool', 'backups'),
        need: 'write',
        option: 'backup_ceph_pool',
        section: 'DEFAULT',
        file: where('backup_ceph_pool'),
      },
    ],
  };
  const sources = cinderIdentities(config).map(({ secretUuid: _, secretFile: __, ...backend }) => ({
    ...backend,
    service: 'cinder-backup',
    fixedKeyring: `/etc/ceph/${backend.cluster}.client.${backend.user}.keyring`,
  }));
  return [target, ...sources];
}

/** Nova's own disks, when `[libvirt] images_type = rbd`. */
export function novaIdentities(config: OsloConfig): readonly Identity[] {
  if (osloOption(config, 'libvirt', 'images_type')?.value !== 'rbd') return [];
  const { value, where, user } = read(config, 'libvirt');
  const uuid = osloOption(config, 'libvirt', 'rbd_secret_uuid')?.value;
  return [
    {
      service: 'nova-compute',
      section: 'libvirt',
      ...user('rbd_user', 'admin'),
      runsAs: 'nova',
      cluster: 'ceph',
      confPath: orConf(value('images_rbd_ceph_conf', '')),
      pools: [
        {
          pool: value('images_rbd_pool', 'rbd'),
          need: 'write',
          option: 'images_rbd_pool',
          section: 'libvirt',
          file: where('images_rbd_pool'),
        },
      ],
      ...(uuid && { secretUuid: uuid, secretFile: where('rbd_secret_uuid') }),
    },
  ];
}

export const IDENTITIES: Readonly<Record<string, (config: OsloConfig) => readonly Identity[]>> = {
  'glance-api': glanceIdentities,
  'cinder-volume': cinderIdentities,
  'cinder-backup': backupIdentities,
  'nova-compute': novaIdentities,
};

/** Units a service may run as, by distribution: Debian and Ubuntu, RDO, devstack. */
export const UNITS: Readonly<Record<string, readonly string[]>> = {
  'glance-api': ['glance-api', 'openstack-glance-api', 'devstack@g-api'],
  'cinder-volume': ['cinder-volume', 'openstack-cinder-volume', 'devstack@c-vol'],
  'cinder-backup': ['cinder-backup', 'openstack-cinder-backup', 'devstack@c-bak'],
  'nova-compute': ['nova-compute', 'openstack-nova-compute', 'devstack@n-cpu'],
};
