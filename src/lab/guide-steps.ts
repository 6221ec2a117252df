import { CINDER_SECRET, NOVA_SECRET } from './world/configuration.ts';

/** A step of the integration guide, by what it sets up. */
export const GUIDE_STEPS = ['pools', 'users', 'glance', 'cinder', 'nova'] as const;
export type GuideStep = (typeof GUIDE_STEPS)[number];

/** What to run on which node, as root. */
export interface GuideCommand {
  readonly on: string;
  readonly run: string;
}

const MON = 'ceph-mon-1';
const RBD_POOLS = 'images volumes backups vms';
/** 128 placement groups for each of four pools are more than three OSDs may have. */
const PGS = 16;

const user = (name: string, osd: string, mgr: string): GuideCommand => ({
  on: MON,
  run: `umask 077; ceph auth get-or-create client.${name} mon 'profile rbd' osd '${osd}' mgr '${mgr}' > /etc/ceph/ceph.client.${name}.keyring`,
});

const hand = (name: string, to: string, owner: string): GuideCommand => ({
  on: MON,
  run: `for node in ${to}; do scp /etc/ceph/ceph.client.${name}.keyring $node:/etc/ceph/
ssh $node "chown ${owner}:${owner} /etc/ceph/ceph.client.${name}.keyring && chmod 640 /etc/ceph/ceph.client.${name}.keyring"; done`,
});

const append = (on: string, path: string, text: string): GuideCommand => ({
  on,
  run: `cat >> ${path} <<'EOF'\n\n${text}EOF`,
});

const secret = (uuid: string, name: string): readonly GuideCommand[] =>
  ['compute-1', 'compute-2'].flatMap((node) => [
    {
      on: node,
      run: `cat > /tmp/${name}-secret.xml <<'EOF'
<secret ephemeral='no' private='no'>
  <uuid>${uuid}</uuid>
  <usage type='ceph'>
    <name>client.${name} secret</name>
  </usage>
</secret>
EOF
virsh secret-define --file /tmp/${name}-secret.xml`,
    },
    {
      on: MON,
      run: `ceph auth get-key client.${name} | ssh ${node} virsh secret-set-value --secret ${uuid} --file /dev/stdin`,
    },
  ]);

const RC = '. /root/admin-openrc;';

/** The guide's steps as they work: its commands, with what it gets wrong put right. Each leaves what its test creates. */
export const GUIDE: Readonly<Record<GuideStep, readonly GuideCommand[]>> = {
  pools: [
    { on: MON, run: `for pool in ${RBD_POOLS}; do ceph osd pool create $pool ${PGS}; done` },
    { on: MON, run: `for pool in ${RBD_POOLS}; do rbd pool init $pool; done` },
  ],
  users: [
    user('glance', 'profile rbd pool=images', 'profile rbd pool=images'),
    user(
      'cinder',
      'profile rbd pool=volumes, profile rbd pool=vms, profile rbd-read-only pool=images',
      'profile rbd pool=volumes, profile rbd pool=vms',
    ),
    user('cinder-backup', 'profile rbd pool=backups', 'profile rbd pool=backups'),
    user(
      'nova',
      'profile rbd pool=vms, profile rbd pool=volumes, profile rbd-read-only pool=images',
      'profile rbd pool=vms',
    ),
    hand('glance', 'glance-node', 'glance'),
    hand('cinder', 'cinder-node', 'cinder'),
    hand('cinder-backup', 'cinder-node', 'cinder'),
    hand('nova', 'compute-1 compute-2', 'nova'),
    {
      on: MON,
      run: 'for node in controller compute-1 compute-2; do scp /etc/ceph/ceph.conf $node:/etc/ceph/; ssh $node "chmod 644 /etc/ceph/ceph.conf"; done',
    },
  ],
  glance: [
    append(
      'controller',
      '/etc/glance/glance-api.conf',
      `[DEFAULT]
enabled_backends = rbd:rbd
show_image_direct_url = True
show_multiple_locations = True

[glance_store]
default_backend = rbd

[rbd]
rbd_store_description = Ceph RBD backend
rbd_store_pool = images
rbd_store_user = glance
rbd_store_ceph_conf = /etc/ceph/ceph.conf
rbd_store_chunk_size = 8
`,
    ),
    { on: 'controller', run: 'systemctl restart glance-api' },
    {
      on: 'controller',
      run: `cd /root && wget http://download.cirros-cloud.net/0.6.2/cirros-0.6.2-x86_64-disk.img
qemu-img convert -f qcow2 -O raw cirros-0.6.2-x86_64-disk.img cirros-0.6.2-x86_64-disk.raw`,
    },
    {
      on: 'controller',
      run: `${RC} openstack image create cirros-test --file /root/cirros-0.6.2-x86_64-disk.raw --disk-format raw --container-format bare --public`,
    },
  ],
  cinder: [
    { on: 'controller', run: `${RC} openstack volume type create ceph` },
    { on: 'controller', run: `${RC} openstack volume type set ceph --property volume_backend_name=ceph` },
    append(
      'controller',
      '/etc/cinder/cinder.conf',
      `[DEFAULT]
enabled_backends = ceph
default_volume_type = ceph
backup_driver = cinder.backup.drivers.ceph.CephBackupDriver
backup_ceph_conf = /etc/ceph/ceph.conf
backup_ceph_user = cinder-backup
backup_ceph_pool = backups

[ceph]
volume_backend_name = ceph
volume_driver = cinder.volume.drivers.rbd.RBDDriver
rbd_cluster_name = ceph
rbd_ceph_conf = /etc/ceph/ceph.conf
rbd_pool = volumes
rbd_user = cinder
rbd_secret_uuid = ${CINDER_SECRET}
`,
    ),
    { on: 'controller', run: 'systemctl restart cinder-volume cinder-backup cinder-scheduler cinder-api' },
    { on: 'controller', run: `${RC} openstack volume create --size 10 --type ceph test-volume` },
    {
      on: 'controller',
      run: `${RC} openstack volume create --size 10 --type ceph --image cirros-test test-volume-from-image; sleep 20`,
    },
  ],
  nova: [
    ...secret(CINDER_SECRET, 'cinder'),
    ...secret(NOVA_SECRET, 'nova'),
    ...['compute-1', 'compute-2'].flatMap((node) => [
      append(
        node,
        '/etc/nova/nova.conf',
        `[libvirt]
images_type = rbd
images_rbd_pool = vms
images_rbd_ceph_conf = /etc/ceph/ceph.conf
rbd_user = nova
rbd_secret_uuid = ${NOVA_SECRET}
disk_cachemodes = network=writeback
inject_password = false
inject_key = false
inject_partition = -2
`,
      ),
      { on: node, run: 'systemctl restart nova-compute' },
    ]),
    { on: 'controller', run: `${RC} openstack network create test-net` },
    {
      on: 'controller',
      run: `${RC} openstack subnet create --network test-net --subnet-range 192.168.100.0/24 test-subnet`,
    },
    { on: 'controller', run: `${RC} openstack flavor create --ram 512 --disk 10 --vcpus 1 test-flavor` },
    {
      on: 'controller',
      run: `${RC} openstack server create --flavor test-flavor --image cirros-test --network test-net test-instance; sleep 20`,
    },
  ],
};

/** Where practice can begin: the known-good cluster, the one before the guide's first step, or the one after a step. */
export type Start = 'healthy' | 'empty' | GuideStep;
export const STARTS: readonly Start[] = ['healthy', 'empty', ...GUIDE_STEPS];

/** What leads from the empty cluster to a later start. */
export const leadingTo = (start: Exclude<Start, 'healthy'>): readonly GuideCommand[] =>
  start === 'empty' ? [] : GUIDE_STEPS.slice(0, GUIDE_STEPS.indexOf(start) + 1).flatMap((step) => GUIDE[step]);
