/** What comes of one paragraph of a code block: its exit code, what it says, what it must not say. */
export interface Outcome {
  readonly code: number;
  readonly says: readonly (string | RegExp)[];
  /** Standard output and standard error are both empty. */
  readonly silent?: boolean;
  /** It never ends by itself: whoever runs it has to end it. */
  readonly hangs?: boolean;
  /** Elsewhere than the rest of its block. */
  readonly on?: string;
}

/** Blocks are typed in; what is wrong in them is put right before the walk goes on. */
export type Step =
  | { readonly block: number; readonly on: string; readonly outcomes: readonly Outcome[] }
  | { readonly block: number; readonly into: string; readonly nodes: readonly string[] }
  | { readonly block: number; readonly rules: string }
  | { readonly right: string; readonly on: string; readonly run: string; readonly says?: readonly (string | RegExp)[] };

const works = (...says: (string | RegExp)[]): Outcome => ({ code: 0, says });
const fails = (code: number, ...says: (string | RegExp)[]): Outcome => ({ code, says });
const quiet: Outcome = { code: 0, says: [], silent: true };
const hangs: Outcome = { code: 124, says: [], hangs: true };
const at = (on: string, outcome: Outcome): Outcome => ({ ...outcome, on });

const MON = 'ceph-mon-1';
const [CONTROLLER, FIRST, SECOND] = ['controller', 'compute-1', 'compute-2'];
const BOTH = [FIRST, SECOND];
const CINDER = '457eb676-33da-42ec-9a8c-9293d545c337';
const NOVA = 'c7c3d5a0-6f2e-4a64-9d53-0b7d4e6a1f02';
const NO_KEYRING = 'auth: unable to find a keyring on /etc/ceph/ceph.client.admin.keyring';
const TOO_MANY =
  / pg_num 128 size 3 would mean \d+ total pgs, which exceeds max 750 \(mon_max_pg_per_osd 250 \* num_in_osds 3\)/;
const NOT_COMMAND = 'command not found';

/** The guide from its first line to its last, typed in by somebody new to it. */
export const WALK: readonly Step[] = [
  { block: 0, on: MON, outcomes: [works('health: HEALTH_OK', '3 osds: 3 up'), quiet] },

  // Step 1: four times 128 placement groups are too many.
  {
    block: 1,
    on: MON,
    outcomes: [works("pool 'images' created"), fails(34, TOO_MANY), fails(34, TOO_MANY), fails(34, TOO_MANY)],
  },
  { block: 2, on: MON, outcomes: [fails(2, "error opening pool 'volumes': (2) No such file or directory")] },
  {
    right: 'placement groups for all pools together',
    on: MON,
    run: 'for p in volumes backups vms; do ceph osd pool create $p 16; rbd pool init $p; done; ceph osd pool set images pg_num 16',
  },

  // Step 2: keyrings come into being, readable for all; one of them is never handed out.
  ...[3, 4, 5, 6].map((block): Step => ({ block, on: MON, outcomes: [quiet] })),
  {
    right: 'keys are for those that need them',
    on: MON,
    run: 'ls -l /etc/ceph/ceph.client.nova.keyring; chmod 600 /etc/ceph/ceph.client.*.keyring',
    says: [/^-rw-r--r-- 1 root root +62/m],
  },
  {
    block: 7,
    on: MON,
    outcomes: [
      quiet,
      quiet,
      fails(255, 'ssh: Could not resolve hostname compute-3: Temporary failure in name resolution'),
    ],
  },
  { block: 8, on: MON, outcomes: [fails(255, 'Could not resolve hostname compute-10')] },
  {
    right: 'the keyring of client.cinder-backup',
    on: MON,
    run: `test ! -e /etc/ceph/none && ssh cinder-node ls /etc/ceph/ceph.client.cinder-backup.keyring
scp /etc/ceph/ceph.client.cinder-backup.keyring cinder-node:/etc/ceph/
ssh cinder-node 'chown cinder:cinder /etc/ceph/ceph.client.cinder-backup.keyring; chmod 640 /etc/ceph/ceph.client.cinder-backup.keyring'`,
    says: ["cannot access '/etc/ceph/ceph.client.cinder-backup.keyring': No such file or directory"],
  },

  // Step 3.
  { block: 9, into: '/etc/glance/glance-api.conf', nodes: [CONTROLLER] },
  { block: 10, into: '/etc/glance/glance-api.conf', nodes: [CONTROLLER] },
  { block: 11, on: CONTROLLER, outcomes: [quiet, works('Active: active (running)'), hangs] },
  {
    block: 12,
    on: CONTROLLER,
    outcomes: [
      works(/cirros-0\.6\.2-x86_64-disk\.img. saved/),
      works('| disk_format      | qcow2', '| status           | active'),
      at(MON, works(/^[0-9a-f-]{36}$/m)),
      works('  locations:\n  - metadata:\n      store: rbd\n    url: rbd://'),
    ],
  },

  // Step 4.
  { block: 13, into: '/etc/cinder/cinder.conf', nodes: [CONTROLLER] },
  { block: 14, into: '/etc/cinder/cinder.conf', nodes: [CONTROLLER] },
  { block: 15, on: CONTROLLER, outcomes: [works('| name        | ceph'), quiet] },
  {
    block: 16,
    on: CONTROLLER,
    outcomes: [quiet, works(/cinder-volume +\| controller@ceph \| nova \| enabled \| up/), hangs],
  },
  {
    block: 17,
    on: CONTROLLER,
    outcomes: [
      works('| status              | creating'),
      works(/^status: (creating|available)$/m),
      at(MON, works()),
      works('| status              | creating'),
    ],
  },
  {
    right: 'look again when they are made',
    on: CONTROLLER,
    run: 'sleep 30; openstack volume list -f value -c Name -c Status',
    says: ['test-volume available', 'test-volume-from-image available'],
  },
  // The image is qcow2: no clone, a full copy.
  {
    right: 'where is the clone?',
    on: MON,
    run: 'rbd -p volumes ls -l | grep -c images/ || echo none',
    says: ['0\nnone\n'],
  },

  // Step 5: no key on compute nodes, one secret for two users, and a pair of options that Nova refuses.
  { block: 18, into: '/tmp/ceph-secret.xml', nodes: BOTH },
  {
    block: 19,
    on: FIRST,
    outcomes: [
      quiet,
      works(`Secret ${CINDER} created`),
      fails(1, NO_KEYRING),
      fails(1, "error: Failed to get option 'base64': Option argument is empty"),
      works(`${CINDER}   ceph client.cinder secret`),
    ],
  },
  {
    right: 'the key of the secret, from where it may be read',
    on: MON,
    run: `for node in ${BOTH.join(' ')}; do ssh $node virsh secret-define --file /tmp/ceph-secret.xml
ceph auth get-key client.cinder | ssh $node virsh secret-set-value --secret ${CINDER} --file /dev/stdin; done`,
    says: [/(Secret value set\s+[\s\S]*){2}/],
  },
  { block: 20, into: '/etc/nova/nova.conf', nodes: BOTH },
  { block: 21, into: '/etc/nova/nova.conf', nodes: BOTH },
  {
    block: 22,
    on: FIRST,
    outcomes: [
      quiet,
      fails(3, 'Active: inactive (dead)'),
      quiet,
      fails(255, 'No sql_connection parameter is established'),
    ],
  },
  {
    right: 'force_raw_images',
    on: FIRST,
    run: 'grep -c "is not allowed with" /var/log/nova/nova-compute.log',
    says: [/^[1-9]/],
  },
  ...BOTH.map((on): Step => {
    const run =
      "sed -i '/^force_raw_images/d' /etc/nova/nova.conf; systemctl restart nova-compute; systemctl is-active nova-compute";
    return { right: 'force_raw_images', on, run, says: ['active'] };
  }),
  {
    block: 23,
    on: CONTROLLER,
    outcomes: [
      works('192.168.100.0/24'),
      works('| ram                        | 512'),
      works('| status                              | BUILD'),
      works('| test-flavor', /\| status +\| BUILD/),
      fails(1, NO_KEYRING),
    ],
  },
  {
    right: 'boots not: client.nova comes with the key of client.cinder',
    on: CONTROLLER,
    run: 'sleep 20; openstack server show test-instance -c status -c fault',
    says: ['ERROR', 'process exited while connecting to monitor', 'error connecting: Permission denied'],
  },
  ...BOTH.map(
    (on): Step => ({
      right: 'a secret of its own for client.nova',
      on,
      run: `sed -e 's/${CINDER}/${NOVA}/; s/client.cinder secret/client.nova secret/' /tmp/ceph-secret.xml > /tmp/nova.xml
virsh secret-define --file /tmp/nova.xml && sed -i 's/^rbd_secret_uuid = .*/rbd_secret_uuid = ${NOVA}/' /etc/nova/nova.conf`,
      says: [`Secret ${NOVA} created`],
    }),
  ),
  {
    right: 'its key',
    on: MON,
    run: `for node in ${BOTH.join(' ')}; do ceph auth get-key client.nova | ssh $node virsh secret-set-value --secret ${NOVA} --file /dev/stdin
ssh $node systemctl restart nova-compute; done`,
    says: ['Secret value set'],
  },
  {
    right: 'it boots, attaches and migrates',
    on: CONTROLLER,
    run: `openstack server delete --wait test-instance
openstack server create --wait --flavor test-flavor --image cirros-test --network test-net test-instance -f value -c status
openstack server add volume test-instance test-volume -f value -c Device; sleep 5
openstack volume show test-volume -f value -c status
openstack server show test-instance -f value -c OS-EXT-SRV-ATTR:host
openstack server migrate --live-migration --wait test-instance
openstack server show test-instance -f value -c status -c OS-EXT-SRV-ATTR:host`,
    says: [/^ACTIVE\n\/dev\/vdb\nin-use\n(compute-[12])\nComplete\n(?!\1)compute-[12]\nACTIVE\n$/],
  },
  {
    right: 'and Ceph is healthy',
    on: MON,
    run: 'ceph health; rbd -p vms ls',
    says: ['HEALTH_OK', /^[0-9a-f-]{36}_disk$/m],
  },

  // Tuning.
  {
    block: 24,
    on: MON,
    outcomes: [
      works(/set pool \d+ size to 3/),
      works(/set pool \d+ min_size to 2/),
      works(/set pool \d+ size to 3/),
      fails(22, 'Invalid command: rbd_cache not in size|min_size|pg_num', 'Error EINVAL: invalid command'),
    ],
  },
  { block: 25, into: '/etc/ceph/ceph.conf', nodes: [MON] },
  {
    right: 'features of new images are layering alone now',
    on: MON,
    run: 'rbd create --size 8M vms/feat-test; rbd info vms/feat-test; rbd rm --no-progress vms/feat-test; sed -i "/^rbd_default_features/d" /etc/ceph/ceph.conf',
    says: ['\tfeatures: layering\n'],
  },
  { block: 26, into: '/etc/cinder/cinder.conf', nodes: [CONTROLLER] },
  { block: 27, into: '/etc/nova/nova.conf', nodes: BOTH },
  {
    block: 28,
    on: FIRST,
    outcomes: [quiet, ...[1, 2, 3, 4].map(() => fails(127, NOT_COMMAND)), quiet],
  },

  // Trouble.
  {
    block: 29,
    on: CONTROLLER,
    outcomes: [
      works('-rw-r----- 1 cinder cinder'),
      fails(127, `-rw-r-----: ${NOT_COMMAND}`),
      works('health: HEALTH_OK'),
      at(MON, works('[client.cinder]\n\tkey = A', 'caps mon = "profile rbd"')),
      quiet,
    ],
  },
  {
    block: 30,
    on: MON,
    outcomes: [
      works('images', 'volumes', 'backups', 'vms'),
      works('Total Images: 1\nTotal Snapshots: 1'),
      works("pool 'volumes' already exists"),
      { ...quiet, code: 1 },
    ],
  },
  {
    block: 31,
    on: FIRST,
    outcomes: [
      works('client.nova secret'),
      at(CONTROLLER, works(`rbd_secret_uuid = ${CINDER}`)),
      works(/^A[A-Za-z0-9+/]{37}==$/m),
      fails(1, 'deleted', 'created', NO_KEYRING, "error: Failed to get option 'base64'"),
      quiet,
    ],
  },
  {
    right: 'the value that undefining lost',
    on: MON,
    run: `ceph auth get-key client.cinder | ssh ${FIRST} virsh secret-set-value --secret ${CINDER} --file /dev/stdin`,
    says: ['Secret value set'],
  },
  {
    block: 32,
    on: MON,
    outcomes: [
      fails(
        2,
        '3 packets transmitted, 3 received, 0% packet loss',
        'ping: ceph-mon-2: Temporary failure in name resolution',
      ),
      works('HEALTH_OK'),
      works('commit_latency(ms)'),
      works(),
      fails(2, 'rbd: error opening image test-bench: (2) No such file or directory'),
      fails(2, 'No such file or directory'),
    ],
  },
  {
    block: 33,
    on: FIRST,
    outcomes: [
      works('health: HEALTH_OK'),
      works('_disk'),
      works(/^A[A-Za-z0-9+/]{37}==$/m),
      works('3 packets transmitted, 3 received'),
      quiet,
    ],
  },
  {
    block: 34,
    on: CONTROLLER,
    outcomes: [
      fails(1, 'image-id: No such file or directory'),
      fails(1, 'image-id: No such file or directory'),
      fails(1, "qemu-img: Could not open 'input.qcow2'"),
      fails(1, "[Errno 2] No such file or directory: 'output.raw'"),
      quiet,
    ],
  },
  {
    // cinder-api was not among the services to restart, so it knows of no default type.
    right: 'a raw image is cloned',
    on: CONTROLLER,
    run: `openstack image show cirros-test -c locations -f yaml
cp cirros-0.6.2-x86_64-disk.img input.qcow2; qemu-img convert -f qcow2 -O raw input.qcow2 output.raw
openstack image create raw-image --file output.raw --disk-format raw --container-format bare -f value -c disk_format
openstack volume create --size 1 --image raw-image cloned -f value -c type; sleep 5`,
    says: ["No recognized column names in ['locations']", 'raw\n__DEFAULT__\n'],
  },
  { right: 'its parent is the image', on: MON, run: 'rbd -p volumes ls -l', says: [/images\/[0-9a-f-]{36}@snap/] },
  {
    block: 35,
    on: MON,
    outcomes: [
      works('HEALTH_OK'),
      works('--- POOLS ---', 'POOL_NAME'),
      works('osd.2'),
      fails(2, "syntax error near unexpected token `newline'"),
      works('active+clean', 'num_blocked'),
      works('health: HEALTH_OK'),
      at(CONTROLLER, works('cinder-backup', 'nova-conductor')),
      quiet,
    ],
  },

  // Security and monitoring.
  { block: 36, on: MON, outcomes: [quiet, ...[1, 2, 3].map(() => fails(127, NOT_COMMAND))] },
  {
    right: 'what the key is before it is "rotated"',
    on: MON,
    run: 'ceph auth get-key client.cinder > /root/before',
  },
  {
    block: 37,
    on: MON,
    outcomes: [
      works('updated caps for client.cinder'),
      works('exported keyring for client.cinder'),
      quiet,
      works('HEALTH_OK'),
    ],
  },
  {
    right: 'the same key, and a file that everybody reads',
    on: MON,
    run: 'test "$(ceph auth get-key client.cinder)" = "$(cat /root/before)" && stat -c %a /etc/ceph/ceph.client.cinder.keyring.new',
    says: ['644'],
  },
  { block: 38, into: '/etc/ceph/ceph.conf', nodes: [MON] },
  { block: 39, on: MON, outcomes: [quiet, quiet, works(/Failed to connect|ceph_health_status/)] },
  {
    right: 'a moment later',
    on: MON,
    run: 'sleep 8; curl -s http://ceph-mgr-1:9283/metrics',
    says: ['ceph_health_status 0.0'],
  },
  { block: 40, rules: 'curl -s http://ceph-mgr-1:9283/metrics' },
];
