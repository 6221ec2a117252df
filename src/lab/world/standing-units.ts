import type { Unit } from './units.ts';

const CINDER = '--config-file=/etc/cinder/cinder.conf --log-file=/var/log/cinder';
const NOVA = '--config-file=/etc/nova/nova.conf --log-file=/var/log/nova';

type Standing = readonly [name: string, description: string, commandLine?: string, template?: string];

const CEPH: readonly Standing[] = [
  ['ceph-crash.service', 'Ceph crash dump collector', '/usr/bin/python3.11 /usr/bin/ceph-crash'],
  [
    'ceph-mon@ceph-mon-1.service',
    'Ceph cluster monitor daemon',
    '/usr/bin/ceph-mon -f --cluster ceph --id ceph-mon-1',
    'ceph-mon@.service',
  ],
  [
    'ceph-mgr@ceph-mon-1.service',
    'Ceph cluster manager daemon',
    '/usr/bin/ceph-mgr -f --cluster ceph --id ceph-mon-1',
    'ceph-mgr@.service',
  ],
  ...[0, 1, 2].map(
    (id): Standing => [
      `ceph-osd@${id}.service`,
      `Ceph object storage daemon osd.${id}`,
      `/usr/bin/ceph-osd -f --cluster ceph --id ${id} --setuser ceph --setgroup ceph`,
      'ceph-osd@.service',
    ],
  ),
];

const CONTROLLER: readonly Standing[] = [
  ['keystone.service', 'OpenStack Keystone API (keystone)'],
  [
    'glance-api.service',
    'OpenStack Glance Service API (glance-api)',
    '/usr/bin/python3 /usr/bin/glance-api --config-file=/etc/glance/glance-api.conf --log-file=/var/log/glance/glance-api.log',
  ],
  ['cinder-api.service', 'OpenStack Cinder Api (cinder-api)'],
  [
    'cinder-scheduler.service',
    'OpenStack Cinder Scheduler (cinder-scheduler)',
    `/usr/bin/python3 /usr/bin/cinder-scheduler ${CINDER}/cinder-scheduler.log`,
  ],
  [
    'cinder-volume.service',
    'OpenStack Cinder Volume (cinder-volume)',
    `/usr/bin/python3 /usr/bin/cinder-volume ${CINDER}/cinder-volume.log`,
  ],
  [
    'cinder-backup.service',
    'OpenStack Cinder Backup (cinder-backup)',
    `/usr/bin/python3 /usr/bin/cinder-backup ${CINDER}/cinder-backup.log`,
  ],
  ['placement-api.service', 'OpenStack Placement Service API (placement-api)'],
  ['nova-api.service', 'OpenStack Nova API (nova-api)'],
  [
    'nova-conductor.service',
    'OpenStack Nova Conductor (nova-conductor)',
    `/usr/bin/python3 /usr/bin/nova-conductor ${NOVA}/nova-conductor.log`,
  ],
  [
    'nova-scheduler.service',
    'OpenStack Nova Scheduler (nova-scheduler)',
    `/usr/bin/python3 /usr/bin/nova-scheduler ${NOVA}/nova-scheduler.log`,
  ],
  ['neutron-api.service', 'OpenStack Neutron Server (neutron-api)'],
  ['mariadb.service', 'MariaDB 10.11.19 database server', '/usr/sbin/mariadbd'],
  ['rabbitmq-server.service', 'RabbitMQ Messaging Server'],
  ['memcached.service', 'memcached daemon', '/usr/bin/memcached -m 64 -p 11211 -u memcache -l 0.0.0.0'],
];

const COMPUTE: readonly Standing[] = [
  ['libvirtd.service', 'Virtualization daemon', '/usr/sbin/libvirtd --timeout 120'],
  ['libvirtd.socket', 'Libvirt local socket'],
  ['libvirtd-ro.socket', 'Libvirt local read-only socket'],
  ['libvirtd-admin.socket', 'Libvirt admin socket'],
  ['libvirtd-tcp.socket', 'Libvirt non-TLS IP socket'],
  ['libvirtd-tls.socket', 'Libvirt TLS IP socket'],
  ['virtlogd.socket', 'Virtual machine log manager socket'],
  [
    'nova-compute.service',
    'OpenStack Nova Compute (nova-compute)',
    '/usr/bin/python3 /usr/bin/nova-compute --config-file=/etc/nova/nova.conf --config-file=/etc/nova/nova-compute.conf --log-file=/var/log/nova/nova-compute.log',
  ],
];

/** Units that the packages bring and nobody enabled. */
const IDLE: ReadonlySet<string> = new Set(['libvirtd-tls.socket']);

/** Units of a node, all stopped; the lab starts them so that their logs tell of it. */
export function standingUnits(node: string, now: Date): Map<string, Unit> {
  const own = node === 'ceph-mon-1' ? CEPH : node === 'controller' ? CONTROLLER : COMPUTE;
  const all: readonly Standing[] = [['ssh.service', 'OpenBSD Secure Shell server', 'sshd: /usr/sbin/sshd -D'], ...own];
  return new Map(
    all.map(([name, description, commandLine, template]) => [
      name,
      {
        name,
        description,
        active: 'inactive',
        sub: 'dead',
        result: 'success',
        enabled: !IDLE.has(name),
        mainPid: 0,
        restarts: 0,
        exitStatus: 0,
        entered: now,
        ...(commandLine !== undefined && { commandLine }),
        ...(template !== undefined && { template }),
      },
    ]),
  );
}
