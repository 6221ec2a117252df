import { randomUUID } from 'node:crypto';
import { novaResources } from '../periodic.ts';
import type { Flavor, GlanceImage, Server } from '../world/cloud.ts';
import { GiB, type Image } from '../world/cluster.ts';
import { domainXml } from '../world/domain-xml.ts';
import { later } from '../world/events.ts';
import { storeDomain } from '../world/standing-objects.ts';
import type { Unit } from '../world/units.ts';
import { type Domain, type LabNode, nodeOf, type World } from '../world/world.ts';
import {
  type ComputeOptions,
  computeOptions,
  computes,
  hostsUp,
  instanceError,
  rootDisk,
  UNIT,
  watcher,
} from './compute.ts';
import { type GuestDisk, openDisk } from './guest-disk.ts';
import { newImage } from './images.ts';
import { openPoolAs } from './rbd-access.ts';
import { type Asked, type Frame, logError, newRequest } from './service-error.ts';
import { parentOf } from './volumes.ts';

export interface NewServer {
  readonly name: string;
  readonly image: GlanceImage;
  readonly flavor: Flavor;
  readonly addresses: Server['addresses'];
  /** Asked for by name; the scheduler chooses otherwise. */
  readonly host?: string;
}

/** Takes the order, as nova-api does; the rest happens in time. */
export function createServer(world: World, wanted: NewServer): Server {
  const { cloud, clock } = world;
  const number = 1 + Math.max(0, ...cloud.servers.map((s) => Number.parseInt(s.instance.slice(9), 16)));
  const server: Server = {
    ...{ id: randomUUID(), name: wanted.name, host: '', instance: `instance-${number.toString(16).padStart(8, '0')}` },
    ...{ imageId: wanted.image.id, flavor: wanted.flavor, addresses: wanted.addresses },
    ...{ status: 'BUILD', task: 'scheduling', created: clock.now() },
  };
  cloud.servers.push(server);
  later(world, 1, () => schedule(world, server, wanted));
  return server;
}

function fault(server: Server, text: string): void {
  server.status = 'ERROR';
  server.task = null;
  server.fault = text;
}

function schedule(world: World, server: Server, wanted: NewServer): void {
  const up = hostsUp(world);
  const host = wanted.host === undefined ? up[0] : up.find((h) => h === wanted.host);
  if (host === undefined) {
    fault(server, 'No valid host was found. There are not enough hosts available.');
    return;
  }
  server.host = host;
  server.task = 'spawning';
  const build = (): void => {
    // A message to a service that has just died is read by nobody.
    if (computes(world, host)) buildOn(world, nodeOf(world, host), server, wanted);
    else later(world, 5, build);
  };
  later(world, 1, build);
}

function buildOn(world: World, node: LabNode, server: Server, wanted: NewServer): void {
  if (!world.cloud.servers.includes(server)) return;
  const asked = newRequest(world);
  const options = computeOptions(world, node.name);
  if (!options.rbd) {
    start(world, node, server, undefined);
    return;
  }
  if (!novaResources(world, node, node.units.get(UNIT) as Unit)) {
    const error = 'nova.exception.StorageError: Storage error: Could not determine disk usage';
    const says = 'Failed to build and run instance';
    instanceError(world, node, { asked, server, logger: 'nova.compute.manager', says, error });
    fault(server, 'Storage error: Could not determine disk usage');
    return;
  }
  const access = openPoolAs(world, node, {
    ...reader(options),
    pool: options.pool,
    right: 'write',
    doing: 'error creating image',
  });
  if (access.how === 'waits') {
    later(world, 2, () => buildOn(world, node, server, wanted));
    return;
  }
  if (access.how === 'error') {
    failedToBuild(world, node, server, asked, access.error);
    return;
  }
  const disk = rootDisk(options, server);
  access.pool.images.set(disk.image, rootImage(world, node, server, wanted, options));
  later(world, 1, () => start(world, node, server, disk));
}

const reader = ({ user, conf }: ComputeOptions) => ({ user: 'nova', entity: `client.${user}`, conf });

/** A clone of the image, or all of it downloaded, made raw and imported. */
function rootImage(
  world: World,
  node: LabNode,
  server: Server,
  { image, flavor }: NewServer,
  options: ComputeOptions,
): Image {
  const parent = parentOf(world, image, (pool) =>
    openPoolAs(world, node, { ...reader(options), pool, right: 'read', doing: 'error opening image' }),
  );
  const size = Math.max(flavor.disk * GiB, image.virtualSize);
  return newImage({
    ...{ name: `${server.id}_disk`, size, used: parent ? 0 : image.virtualSize, now: world.clock.now() },
    ...(parent && { parent }),
  });
}

const LAUNCH_FRAMES: readonly Frame[] = [
  ['nova/virt/libvirt/guest.py', 168, 'launch', 'return self._domain.createWithFlags(flags)'],
  ['libvirt.py', 1409, 'createWithFlags', "raise libvirtError('virDomainCreateWithFlags() failed')"],
];

/** libvirt starts the domain; QEMU opens its disk with the key of the secret. */
function start(world: World, node: LabNode, server: Server, disk: GuestDisk | undefined): void {
  if (!world.cloud.servers.includes(server)) return;
  const opened = disk ? openDisk(world, node, disk) : { how: 'open' as const };
  if (opened.how === 'waits') {
    later(world, 2, () => start(world, node, server, disk));
    return;
  }
  if (opened.how !== 'open' && disk) {
    const asked = newRequest(world);
    const at = world.clock
      .now()
      .toISOString()
      .replace(/\.(\d{3})Z/, '.$1000Z');
    const error =
      opened.how === 'secret'
        ? opened.error
        : `internal error: process exited while connecting to monitor: ${at} qemu-system-x86_64: -blockdev ${blockdev(world, disk)}: ${opened.error}`;
    const libvirt = `libvirt.libvirtError: ${error}`;
    const launching = { unit: UNIT, logger: 'nova.virt.libvirt.guest', mark: asked.mark, frames: LAUNCH_FRAMES };
    logError(world, node, {
      ...launching,
      says: `Error launching a defined domain with XML: ${xmlOf(world, server, disk).replace(" id='1'", '')}`,
      error: libvirt,
    });
    instanceError(world, node, {
      asked,
      server,
      logger: 'nova.virt.libvirt.driver',
      says: 'Failed to start libvirt guest',
      error: libvirt,
    });
    world.cluster.pool(disk.pool)?.images.delete(disk.image);
    failedToBuild(world, node, server, asked, libvirt);
    return;
  }
  run(world, node, server, disk);
}

const blockdev = (world: World, { pool, image, user }: GuestDisk): string =>
  JSON.stringify({
    ...{ driver: 'rbd', pool, image, server: [{ host: world.cluster.monAddress, port: '6789' }], user },
    ...{ 'auth-client-required': ['cephx', 'none'], 'key-secret': 'libvirt-1-storage-auth-secret0' },
    ...{
      'node-name': 'libvirt-1-storage',
      cache: { direct: false, 'no-flush': false },
      'auto-read-only': true,
      discard: 'unmap',
    },
  });

function failedToBuild(world: World, node: LabNode, server: Server, asked: Asked, error: string): void {
  const about = { asked, server, logger: 'nova.compute.manager', error };
  instanceError(world, node, { ...about, says: 'Instance failed to spawn', frames: LAUNCH_FRAMES });
  instanceError(world, node, { ...about, says: 'Failed to build and run instance' });
  fault(server, error.replace(/^[\w.]+: /, ''));
}

const xmlOf = (world: World, server: Server, disk: GuestDisk | undefined): string =>
  domainXml({
    ...{
      name: server.instance,
      uuid: server.id,
      title: server.name,
      monitor: world.cluster.monAddress,
      image: server.imageId,
    },
    ...(disk ? { pool: disk.pool, user: disk.user, secret: disk.secret } : { pool: '', user: '', secret: '' }),
  });

function run(world: World, node: LabNode, server: Server, disk: GuestDisk | undefined): void {
  const xml = xmlOf(world, server, disk);
  const domain: Domain = {
    id: nextId(node),
    name: server.instance,
    uuid: server.id,
    state: 'running',
    xml: disk ? xml : onFile(xml, server),
  };
  node.hypervisor?.domains.push(domain);
  storeDomain(node, domain);
  if (disk) world.cluster.pool(disk.pool)?.images.get(disk.image)?.watchers.push(watcher(node));
  server.status = 'ACTIVE';
  server.task = null;
}

/** Without Ceph the disk is a file of the compute node. */
const onFile = (xml: string, server: Server): string =>
  xml.replace(
    /<disk type='network'[\s\S]*?<\/disk>/,
    `<disk type='file' device='disk'>\n      <driver name='qemu' type='qcow2' cache='none'/>\n      <source file='/var/lib/nova/instances/${server.id}/disk'/>\n      <target dev='vda' bus='virtio'/>\n    </disk>`,
  );

export const nextId = (node: LabNode): number => 1 + Math.max(0, ...(node.hypervisor?.domains ?? []).map((d) => d.id));

export function removeDomain(node: LabNode, uuid: string): void {
  const domains = node.hypervisor?.domains ?? [];
  const at = domains.findIndex((d) => d.uuid === uuid);
  const [domain] = at < 0 ? [] : domains.splice(at, 1);
  const path = `/etc/libvirt/qemu/${domain?.name}.xml`;
  if (domain && node.files.tryFind(node.root, path)) node.files.remove(node.root, path, false);
}

export function deleteServer(world: World, server: Server): void {
  server.task = 'deleting';
  later(world, 2, () => {
    world.cloud.servers.splice(world.cloud.servers.indexOf(server), 1);
    for (const volume of world.cloud.volumes.filter((v) => v.attachments.some((a) => a.server === server.id))) {
      volume.attachments = [];
      volume.status = 'available';
      for (const pool of world.cluster.pools) pool.images.get(`volume-${volume.id}`)?.watchers.splice(0);
    }
    const node = world.nodes.get(server.host);
    if (node) removeDomain(node, server.id);
    for (const pool of world.cluster.pools) pool.images.delete(`${server.id}_disk`);
  });
}
