import { randomBytes, randomUUID } from 'node:crypto';
import { accountsWith } from './accounts.ts';
import { formatKeyring, newKey } from './cephx.ts';
import { startClock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import { Cluster, GiB, type Image, imageId, MiB } from './cluster.ts';
import * as conf from './configuration.ts';
import { FileTree } from './file-tree.ts';
import { PACKAGES } from './packages.ts';
import { standingUnits } from './standing-units.ts';
import type { LabNode, World } from './world.ts';

const NODES: readonly conf.NodeName[] = ['ceph-mon-1', 'controller', 'compute-1', 'compute-2'];
/** Seconds since the cluster was deployed, when the practice begins. */
export const DEPLOYED_AGO = 384;
const FEATURES = ['layering', 'exclusive-lock', 'object-map', 'fast-diff', 'deep-flatten'];

/** The known-good cluster: deployed as the guide says, two images, a volume and two instances in it. */
export function healthyWorld(): World {
  const clock = startClock(DEPLOYED_AGO);
  const cluster = new Cluster(randomUUID(), 'ceph-mon-1', conf.ADDRESSES['ceph-mon-1'], clock);
  const password = randomBytes(9).toString('base64url');
  const cloud = emptyCloud(password);
  const nodes = new Map(NODES.map((name) => [name as string, newNode(name, clock.now)]));
  const world: World = { clock, cluster, cloud, nodes };
  deployCeph(cluster);
  standingObjects(world);
  for (const node of nodes.values()) writeFiles(world, node, password);
  for (const node of nodes.values()) defineSecrets(world, node);
  return world;
}

function emptyCloud(password: string): Cloud {
  const hex = () => randomUUID().replaceAll('-', '');
  return {
    password,
    projectId: hex(),
    userId: hex(),
    volumeTypeId: randomUUID(),
    images: [],
    volumes: [],
    servers: [],
    services: [],
    running: { glance: { showDirectUrl: true, showLocations: true }, cinderVolume: { initialised: true } },
  };
}

const isCompute = (name: string): boolean => name.startsWith('compute-');

function newNode(name: conf.NodeName, now: () => Date): LabNode {
  const accounts = accountsWith(
    name === 'controller' ? ['keystone', 'glance', 'cinder', 'nova'] : isCompute(name) ? ['nova', 'libvirt-qemu'] : [],
  );
  const root = accounts.identity('root');
  if (!root) throw new Error('no root account');
  const packages = PACKAGES[isCompute(name) ? 'compute' : name];
  return {
    name,
    address: conf.ADDRESSES[name],
    accounts,
    root,
    files: new FileTree(now),
    units: standingUnits(name, now()),
    journal: [],
    packages: packages ?? new Map(),
    ...(isCompute(name) && { hypervisor: { secrets: new Map(), domains: [] } }),
    nextPid: 2000,
  };
}

const BOOTSTRAP = ['mds', 'mgr', 'osd', 'rbd', 'rbd-mirror', 'rgw'];

function deployCeph(cluster: Cluster): void {
  const add = (entity: string, caps: Record<string, string>) =>
    cluster.auth.set(entity, { entity, key: newKey(cluster.clock.now()), caps });
  for (let id = 0; id < 3; id++) {
    cluster.osds.push({ id, uuid: randomUUID(), up: true, since: cluster.clock.now(), slowShare: 0, slowMs: 0 });
    add(`osd.${id}`, { mgr: 'allow profile osd', mon: 'allow profile osd', osd: 'allow *' });
  }
  add('client.admin', { mds: 'allow *', mgr: 'allow *', mon: 'allow *', osd: 'allow *' });
  for (const name of BOOTSTRAP) add(`client.bootstrap-${name}`, { mon: `allow profile bootstrap-${name}` });
  add('mgr.ceph-mon-1', { mds: 'allow *', mon: 'allow profile mgr', osd: 'allow *' });
  for (const [entity, caps] of Object.entries(conf.CLIENTS)) add(entity, { ...caps });
  for (const [name, application] of [
    ['images', 'rbd'],
    ['device_health_metrics', 'mgr_devicehealth'],
    ['volumes', 'rbd'],
    ['backups', 'rbd'],
    ['vms', 'rbd'],
  ] as const) {
    const health = application !== 'rbd';
    const pool = cluster.createPool(name, health ? 1 : 16, health ? { pg_num_max: 32, pg_num_min: 1 } : {});
    pool.applications.set(application, {});
    pool.initialised = !health;
    cluster.changed(pool);
    auditPool(cluster, name, health);
  }
}

function auditPool(cluster: Cluster, pool: string, health: boolean): void {
  const from = `from='client.? ${cluster.monAddress}:0/${randomBytes(4).readUInt32BE()}' entity='${health ? 'mgr.ceph-mon-1' : 'client.admin'}'`;
  const command = `[{"prefix": "osd pool create", "pool": "${pool}", "pg_num": ${health ? 1 : 16}}]`;
  cluster.write('audit', 'INF', `${from} cmd=${command}: dispatch`);
  cluster.write('audit', 'INF', `${from} cmd='${command}': finished`);
}

function standingObjects(world: World): void {
  const { cluster, cloud, clock } = world;
  const now = clock.now();
  const pool = (name: string) => {
    const found = cluster.pool(name);
    if (!found) throw new Error(`no pool ${name}`);
    return found;
  };
  const image = (name: string, size: number, used: number, more: Partial<Image> = {}): Image => ({
    name,
    id: imageId(),
    size,
    used,
    order: 23,
    features: FEATURES,
    created: now,
    snapshots: [],
    watchers: [],
    ...more,
  });
  const ids = [randomUUID(), randomUUID()].sort();
  for (const [name, format, size] of [
    ['lab-qcow2', 'qcow2', 17_170_432],
    ['lab-raw', 'raw', 64 * MiB],
  ] as const) {
    const id = ids.shift() ?? randomUUID();
    const rbd = image(id, size, size);
    rbd.snapshots.push({ id: 4, name: 'snap', size, isProtected: true, at: now });
    pool('images').images.set(id, rbd);
    const hash = randomBytes(64).toString('hex');
    const checksum = randomBytes(16).toString('hex');
    const virtualSize = 64 * MiB;
    cloud.images.push({
      id,
      name,
      diskFormat: format,
      size,
      virtualSize,
      checksum,
      hash,
      status: 'active',
      created: now,
      updated: now,
    });
  }
  const raw = cloud.images.find((i) => i.name === 'lab-raw');
  const base = raw && pool('images').images.get(raw.id);
  if (!raw || !base) throw new Error('no lab-raw');
  const parent = { pool: pool('images').id, image: raw.id, id: base.id, snapshot: 'snap', overlap: raw.size };
  const volumeId = randomUUID();
  pool('volumes').images.set(`volume-${volumeId}`, image(`volume-${volumeId}`, GiB, 0, { parent }));
  cloud.volumes.push({
    id: volumeId,
    name: 'lab-vol',
    size: 1,
    status: 'available',
    imageId: raw.id,
    created: now,
    updated: now,
  });
  for (const [i, host] of (['compute-1', 'compute-2'] as const).entries()) {
    const id = randomUUID();
    const instance = `instance-0000000${i + 1}`;
    const watcher = {
      address: `${conf.ADDRESSES[host]}:0/${randomBytes(4).readUInt32BE()}`,
      client: 14_297 + i * 30,
      cookie: String(140_559_583_095_856 + i * 4096),
    };
    pool('vms').images.set(`${id}_disk`, image(`${id}_disk`, GiB, 0, { parent, watchers: [watcher] }));
    cloud.servers.push({
      id,
      name: `lab-srv-${i + 1}`,
      host,
      instance,
      imageId: raw.id,
      status: 'ACTIVE',
      created: now,
    });
    world.nodes.get(host)?.hypervisor?.domains.push({ id: 1, name: instance, state: 'running' });
  }
  standingServices(cloud, now);
}

function standingServices(cloud: Cloud, now: Date): void {
  const add = (binary: string, host: string, zone: string, node: string) =>
    cloud.services.push({
      id: randomUUID(),
      binary,
      host,
      zone,
      node,
      unit: `${binary}.service`,
      status: 'enabled',
      lastBeat: now,
    });
  add('cinder-scheduler', 'controller', 'nova', 'controller');
  add('cinder-volume', 'controller@ceph', 'nova', 'controller');
  add('cinder-backup', 'controller', 'nova', 'controller');
  add('nova-conductor', 'controller', 'internal', 'controller');
  add('nova-scheduler', 'controller', 'internal', 'controller');
  add('nova-compute', 'compute-1', 'nova', 'compute-1');
  add('nova-compute', 'compute-2', 'nova', 'compute-2');
}

const RBDMAP = `# RbdDevice		Parameters
#poolname/imagename	id=client,keyring=/etc/ceph/ceph.client.keyring
`;

function writeFiles(world: World, node: LabNode, password: string): void {
  const { files, root, accounts } = node;
  const put = (path: string, content: string, owner = 'root', group = owner, mode = 0o644) => {
    files.mkdir(root, path.slice(0, path.lastIndexOf('/')) || '/', true);
    files.write(root, path, content);
    own(path, owner, group, mode);
  };
  const own = (path: string, owner: string, group: string, mode: number) => {
    files.chown(root, path, accounts.user(owner)?.uid ?? 0, accounts.group(group)?.gid ?? 0);
    files.chmod(root, path, mode);
  };
  const folder = (path: string, owner = 'root', group = owner, mode = 0o755) => {
    files.mkdir(root, path, true);
    own(path, owner, group, mode);
  };
  const keyring = (entity: string, owner: string, mode: number) => {
    const auth = world.cluster.auth.get(entity);
    if (auth)
      put(
        `/etc/ceph/ceph.${entity}.keyring`,
        formatKeyring({ ...auth, caps: entity === 'client.admin' ? auth.caps : {} }),
        owner,
        owner,
        mode,
      );
  };
  folder('/tmp', 'root', 'root', 0o1777);
  folder('/root', 'root', 'root', 0o700);
  folder('/home/ops', 'ops');
  for (const path of ['/var/lib', '/var/lock', '/run', '/proc', '/dev', '/usr/bin', '/etc/ceph']) folder(path);
  put('/etc/hostname', `${node.name}\n`);
  put('/etc/hosts', conf.HOSTS);
  put('/etc/os-release', conf.OS_RELEASE);
  put('/etc/passwd', accounts.users.map((u) => `${u.name}:x:${u.uid}:${u.gid}::${u.home}:${u.shell}\n`).join(''));
  put('/etc/group', accounts.groups.map((g) => `${g.name}:x:${g.gid}:${g.members.join(',')}\n`).join(''));
  put('/etc/shadow', accounts.users.map((u) => `${u.name}:*:20000:0:99999:7:::\n`).join(''), 'root', 'shadow', 0o640);
  put('/etc/ceph/ceph.conf', conf.cephConf(world.cluster.fsid));
  put('/etc/ceph/rbdmap', RBDMAP);
  folder('/var/log/ceph', 'ceph', 'ceph', 0o3770);
  if (node.name === 'ceph-mon-1') {
    for (const entity of ['client.admin', ...Object.keys(conf.CLIENTS)]) keyring(entity, 'root', 0o600);
    put('/var/log/ceph/ceph-mon.ceph-mon-1.log', '', 'ceph');
    liveLog(world, node, '/var/log/ceph/ceph.log', 'cluster');
    liveLog(world, node, '/var/log/ceph/ceph.audit.log', 'audit');
  }
  if (node.name === 'controller') {
    keyring('client.glance', 'glance', 0o640);
    keyring('client.cinder', 'cinder', 0o640);
    keyring('client.cinder-backup', 'cinder', 0o640);
    for (const project of ['glance', 'cinder', 'nova']) {
      folder(`/etc/${project}`, project, project, 0o750);
      folder(`/var/log/${project}`, project, 'adm', 0o750);
      folder(`/var/lib/${project}`, project, project, 0o750);
    }
    put('/etc/glance/glance-api.conf', conf.glanceConf(password), 'root', 'glance', 0o640);
    put('/etc/cinder/cinder.conf', conf.cinderConf(password), 'root', 'cinder', 0o640);
    put('/etc/nova/nova.conf', conf.novaConf(password, node.address, false), 'root', 'nova', 0o640);
    put('/root/admin-openrc', conf.adminOpenrc(password), 'root', 'root', 0o644);
    put('/home/ops/admin-openrc', conf.adminOpenrc(password), 'ops', 'ops', 0o640);
  }
  if (isCompute(node.name)) {
    keyring('client.nova', 'nova', 0o640);
    folder('/etc/nova', 'nova', 'nova', 0o750);
    folder('/var/log/nova', 'nova', 'adm', 0o750);
    folder('/var/lib/nova', 'nova', 'nova', 0o755);
    folder('/etc/libvirt/secrets', 'root', 'root', 0o700);
    put('/etc/nova/nova.conf', conf.novaConf(password, node.address, true), 'root', 'nova', 0o640);
    put('/etc/nova/nova-compute.conf', conf.NOVA_COMPUTE_CONF);
    put('/etc/libvirt/libvirtd.conf', 'auth_tcp = "none"\n');
    put(
      '/etc/libvirt/qemu.conf',
      'security_driver = "none"\nnamespaces = []\ncgroup_controllers = []\n',
      'root',
      'root',
      0o600,
    );
    const keys = ['cinder', 'nova'].map(
      (n) => `${n.toUpperCase()}_KEY=${world.cluster.auth.get(`client.${n}`)?.key}\n`,
    );
    put('/root/keys.env', keys.join(''), 'root', 'root', 0o600);
  }
  uptime(world, node);
}

/** A log file of the cluster: its content is the world's. */
function liveLog(world: World, node: LabNode, path: string, channel: 'audit' | 'cluster'): void {
  const ceph = node.accounts.identity('ceph') ?? node.root;
  node.files.write(ceph, path, '', false, 0o600);
  const file = node.files.find(node.root, path);
  if (file.kind !== 'file') return;
  const { cluster } = world;
  file.live = () =>
    cluster.log
      .filter((l) => l.channel === channel)
      .map((l) => `${cluster.logText(l)}\n`)
      .join('');
}

function uptime(world: World, node: LabNode): void {
  const booted = world.clock.now().getTime();
  node.files.write(node.root, '/proc/uptime', '', false, 0o444);
  const file = node.files.find(node.root, '/proc/uptime');
  if (file.kind !== 'file') return;
  file.live = () => {
    const seconds = (world.clock.now().getTime() - booted) / 1000;
    return `${seconds.toFixed(2)} ${(seconds * 1.7).toFixed(2)}\n`;
  };
}

function defineSecrets(world: World, node: LabNode): void {
  for (const [uuid, entity] of [
    [conf.CINDER_SECRET, 'client.cinder'],
    [conf.NOVA_SECRET, 'client.nova'],
  ] as const) {
    const key = world.cluster.auth.get(entity)?.key ?? '';
    const value = Buffer.from(key, 'base64');
    node.hypervisor?.secrets.set(uuid, {
      uuid,
      usage: `${entity} secret`,
      isPrivate: false,
      isEphemeral: false,
      value,
    });
  }
}
