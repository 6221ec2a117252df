/** Debian 12 packages of the nodes, by name, and what programs they bring. */
const CEPH = '16.2.15+ds-0+deb12u2';
const CINDER = '2:21.3.1-1~deb12u1';
const GLANCE = '2:25.1.0-2+deb12u5';
const NOVA = '2:26.2.2-1~deb12u5';
const LIBVIRT = '9.0.0-4+deb12u2';
const QEMU = '1:7.2+dfsg-7+deb12u18+b3';

const of = (version: string, ...names: string[]): [string, string][] => names.map((n) => [n, version]);

const COMMON = [
  ...of(CEPH, 'ceph-common', 'librbd1', 'python3-rados', 'python3-rbd'),
  ...of('1.21.22', 'dpkg'),
  ...of('252.39-1~deb12u2', 'systemd'),
];

export const PACKAGES: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  'ceph-mon-1': new Map([...COMMON, ...of(CEPH, 'ceph-base', 'ceph-mon', 'ceph-mgr', 'ceph-osd')]),
  controller: new Map([
    ...COMMON,
    ...of(
      CINDER,
      'cinder-common',
      'cinder-api',
      'cinder-scheduler',
      'cinder-volume',
      'cinder-backup',
      'python3-cinder',
    ),
    ...of(GLANCE, 'glance-common', 'glance-api', 'python3-glance'),
    ...of(NOVA, 'nova-common', 'nova-api', 'nova-conductor', 'nova-scheduler', 'python3-nova'),
    ...of('2:22.0.2-0+deb12u6', 'keystone'),
    ...of(QEMU, 'qemu-utils', 'qemu-block-extra'),
  ]),
  compute: new Map([
    ...COMMON,
    ...of(NOVA, 'nova-common', 'nova-compute', 'nova-compute-kvm', 'python3-nova'),
    ...of(LIBVIRT, 'libvirt-clients', 'libvirt-daemon', 'libvirt-daemon-system', 'libvirt-daemon-driver-storage-rbd'),
    ...of(QEMU, 'qemu-system-x86', 'qemu-block-extra'),
  ]),
};

/** Package a program belongs to; programs not listed are on every node. */
export const PROGRAM_PACKAGE: Readonly<Record<string, string>> = {
  virsh: 'libvirt-clients',
  ceph: 'ceph-common',
  rbd: 'ceph-common',
  openstack: 'keystone',
  'qemu-img': 'qemu-utils',
  'nova-manage': 'nova-common',
};
