import { randomUUID } from 'node:crypto';
import { formatKeyring } from './cephx.ts';
import * as conf from './configuration.ts';
import type { LabNode, World } from './world.ts';

export const isCompute = (name: string): boolean => name.startsWith('compute-');

const RBDMAP = `# RbdDevice		Parameters
#poolname/imagename	id=client,keyring=/etc/ceph/ceph.client.keyring
`;

/** Writes files of a node with their owners, as root. */
function writer({ files, root, accounts }: LabNode) {
  const own = (path: string, owner: string, group: string, mode: number) => {
    files.chown(root, path, accounts.user(owner)?.uid ?? 0, accounts.group(group)?.gid ?? 0);
    files.chmod(root, path, mode);
  };
  return {
    put: (path: string, content: string, owner = 'root', group = owner, mode = 0o644) => {
      files.mkdir(root, path.slice(0, path.lastIndexOf('/')) || '/', true);
      files.write(root, path, content);
      own(path, owner, group, mode);
    },
    folder: (path: string, owner = 'root', group = owner, mode = 0o755) => {
      files.mkdir(root, path, true);
      own(path, owner, group, mode);
    },
  };
}

/** What the packages and the deployment of each product by itself leave on a node. */
export function writePackageFiles(world: World, node: LabNode, password: string): void {
  const { accounts } = node;
  const { put, folder } = writer(node);
  folder('/tmp', 'root', 'root', 0o1777);
  folder('/root', 'root', 'root', 0o700);
  folder('/home/ops', 'ops');
  for (const path of ['/var/lib', '/var/lock', '/run', '/proc', '/dev', '/usr/bin', '/etc/ceph']) folder(path);
  put('/etc/hostname', `${node.name}\n`);
  put('/etc/hosts', conf.hosts([...world.nodes.keys()].filter(isCompute)));
  put('/etc/os-release', conf.OS_RELEASE);
  put('/proc/cpuinfo', conf.CPUINFO);
  put('/etc/passwd', accounts.users.map((u) => `${u.name}:x:${u.uid}:${u.gid}::${u.home}:${u.shell}\n`).join(''));
  put('/etc/group', accounts.groups.map((g) => `${g.name}:x:${g.gid}:${g.members.join(',')}\n`).join(''));
  put('/etc/shadow', accounts.users.map((u) => `${u.name}:*:20000:0:99999:7:::\n`).join(''), 'root', 'shadow', 0o640);
  put('/etc/sysctl.conf', '# Kernel parameters; see sysctl.conf (5).\n');
  put('/etc/ceph/rbdmap', RBDMAP);
  for (const path of clientFiles(node)) put(path, '', 'root', 'root', path.startsWith('/usr/bin/') ? 0o755 : 0o644);
  folder('/var/log/ceph', 'ceph', 'ceph', 0o3770);
  if (node.name === 'ceph-mon-1') {
    put('/etc/ceph/ceph.conf', conf.cephConf(world.cluster.fsid));
    keyring(world, node, 'client.admin', 'root', 0o600);
    put('/var/log/ceph/ceph-mon.ceph-mon-1.log', '', 'ceph');
    liveLog(world, node, '/var/log/ceph/ceph.log', 'cluster');
    liveLog(world, node, '/var/log/ceph/ceph.audit.log', 'audit');
  }
  if (node.name === 'controller') {
    for (const project of ['glance', 'cinder', 'nova']) {
      folder(`/etc/${project}`, project, project, 0o750);
      folder(`/var/log/${project}`, project, 'adm', 0o750);
      folder(`/var/lib/${project}`, project, project, 0o750);
    }
    folder('/var/lib/glance/images', 'glance', 'glance', 0o750);
    put('/var/log/cinder/cinder-api.log', '', 'cinder', 'cinder', 0o640);
    put('/var/log/nova/nova-api.log', '', 'nova', 'nova', 0o640);
    put('/var/log/nova/nova-manage.log', '', 'nova');
    put('/etc/glance/glance-api.conf', conf.glancePackageConf(password), 'root', 'glance', 0o640);
    put('/etc/cinder/cinder.conf', conf.cinderPackageConf(password), 'root', 'cinder', 0o640);
    put('/etc/nova/nova.conf', conf.quietJournal(conf.novaConf(password, node.address, false)), 'root', 'nova', 0o640);
    put('/root/admin-openrc', conf.adminOpenrc(password), 'root', 'root', 0o644);
    put('/home/ops/admin-openrc', conf.adminOpenrc(password), 'ops', 'ops', 0o640);
  }
  if (isCompute(node.name)) {
    folder('/etc/nova', 'nova', 'nova', 0o750);
    folder('/var/log/nova', 'nova', 'adm', 0o750);
    folder('/var/lib/nova', 'nova', 'nova', 0o755);
    folder('/etc/libvirt/secrets', 'root', 'root', 0o700);
    const nova = conf.quietJournal(conf.novaConf(password, node.address, true, conf.LIBVIRT_PACKAGE_SECTION));
    put('/etc/nova/nova.conf', nova, 'root', 'nova', 0o640);
    put('/etc/nova/nova-compute.conf', conf.NOVA_COMPUTE_CONF);
    put('/etc/libvirt/libvirtd.conf', `auth_tcp = "none"\nhost_uuid = "${randomUUID()}"\n`);
    put(
      '/etc/libvirt/qemu.conf',
      'security_driver = "none"\nnamespaces = []\ncgroup_controllers = []\n',
      'root',
      'root',
      0o600,
    );
  }
  uptime(world, node);
}

/** What one who followed the guide, with its mistakes put right, leaves on a node. */
export function writeIntegration(world: World, node: LabNode, password: string): void {
  const { put } = writer(node);
  put('/etc/ceph/ceph.conf', conf.cephConf(world.cluster.fsid));
  if (node.name === 'ceph-mon-1')
    for (const entity of Object.keys(conf.CLIENTS)) keyring(world, node, entity, 'root', 0o600);
  if (node.name === 'controller') {
    keyring(world, node, 'client.glance', 'glance', 0o640);
    keyring(world, node, 'client.cinder', 'cinder', 0o640);
    keyring(world, node, 'client.cinder-backup', 'cinder', 0o640);
    put('/etc/glance/glance-api.conf', conf.glanceConf(password), 'root', 'glance', 0o640);
    put('/etc/cinder/cinder.conf', conf.cinderConf(password), 'root', 'cinder', 0o640);
    put('/etc/nova/nova.conf', conf.novaConf(password, node.address, false), 'root', 'nova', 0o640);
  }
  if (isCompute(node.name)) {
    keyring(world, node, 'client.nova', 'nova', 0o640);
    put('/etc/nova/nova.conf', conf.novaConf(password, node.address, true), 'root', 'nova', 0o640);
    const keys = ['cinder', 'nova'].map(
      (n) => `${n.toUpperCase()}_KEY=${world.cluster.auth.get(`client.${n}`)?.key}\n`,
    );
    put('/root/keys.env', keys.join(''), 'root', 'root', 0o600);
  }
}

function keyring(world: World, node: LabNode, entity: string, owner: string, mode: number): void {
  const auth = world.cluster.auth.get(entity);
  if (!auth) return;
  const text = formatKeyring({ ...auth, caps: entity === 'client.admin' ? auth.caps : {} });
  writer(node).put(`/etc/ceph/ceph.${entity}.keyring`, text, owner, owner, mode);
}

/** Files of the Ceph client's packages that other programs load or run. */
export const CLIENT_FILES: Readonly<Record<string, readonly string[]>> = {
  'ceph-common': ['/usr/bin/ceph', '/usr/bin/rbd'],
  'python3-rbd': ['/usr/lib/python3/dist-packages/rbd.cpython-311-x86_64-linux-gnu.so'],
  'python3-rados': ['/usr/lib/python3/dist-packages/rados.cpython-311-x86_64-linux-gnu.so'],
  'qemu-block-extra': ['/usr/lib/x86_64-linux-gnu/qemu/block-rbd.so'],
};

const clientFiles = (node: LabNode): readonly string[] =>
  Object.entries(CLIENT_FILES).flatMap(([name, paths]) => (node.packages.has(name) ? paths : []));

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
