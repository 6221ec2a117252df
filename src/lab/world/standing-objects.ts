import { randomBytes, randomUUID } from 'node:crypto';
import { osloTime } from './clock.ts';
import type { Cloud, Flavor, GlanceImage, Volume } from './cloud.ts';
import { GiB, type Image, imageId, MiB } from './cluster.ts';
import * as conf from './configuration.ts';
import { domainXml } from './domain-xml.ts';
import { type Domain, type LabNode, nodeOf, type World } from './world.ts';

export const FLAVOR: Flavor = {
  id: '2ce15845-3c83-4637-a02f-05c8731f51ab',
  name: 'test-flavor',
  ram: 128,
  disk: 1,
  vcpus: 1,
};

export const FEATURES = ['layering', 'exclusive-lock', 'object-map', 'fast-diff', 'deep-flatten'];

export function standingObjects(world: World): void {
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
    const rbd = image(id, size, size, { head: format === 'qcow2' ? '514649fb' : '31c08ed8' });
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
      visibility: 'public',
      store: 'rbd',
      location: `rbd://${cluster.fsid}/images/${id}/snap`,
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
    type: 'ceph',
    host: 'controller@ceph#ceph',
    imageId: raw.id,
    created: now,
    updated: now,
    attachments: [],
  });
  for (const [i, host] of (['compute-1', 'compute-2'] as const).entries()) {
    const id = randomUUID();
    const instance = `instance-0000000${i + 1}`;
    const watcher = {
      address: `${conf.addressOf(host)}:0/${randomBytes(4).readUInt32BE()}`,
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
      flavor: FLAVOR,
      addresses: {},
      status: 'ACTIVE',
      task: null,
      created: now,
    });
    const xml = domainXml({
      name: instance,
      uuid: id,
      title: `lab-srv-${i + 1}`,
      pool: 'vms',
      monitor: conf.addressOf(conf.MONITOR),
      image: raw.id,
      user: 'nova',
      secret: conf.NOVA_SECRET,
    });
    const node = nodeOf(world, host);
    node.hypervisor?.domains.push({ id: 1, name: instance, uuid: id, state: 'running', xml });
  }
}

/** What services wrote into files when the standing objects were made. */
export function standingRecords(world: World): void {
  for (const node of world.nodes.values())
    for (const domain of node.hypervisor?.domains ?? []) storeDomain(node, domain);
  for (const volume of world.cloud.volumes) {
    const image = world.cloud.images.find((i) => i.id === volume.imageId);
    if (image) createdFromImage(world, volume, image, 1042);
  }
}

/** libvirt keeps the definition of a persistent domain. */
export function storeDomain(node: LabNode, { name, xml }: Domain): void {
  node.files.mkdir(node.root, '/etc/libvirt/qemu', true);
  node.files.write(node.root, `/etc/libvirt/qemu/${name}.xml`, xml, false, 0o600);
}

/** What cinder-volume 21.3 logs when it is asked for a volume from an image. */
export function createdFromImage(world: World, volume: Volume, image: GlanceImage, pid?: number): void {
  const node = nodeOf(world, 'controller');
  const { id, size } = volume;
  const { showDirectUrl, showLocations } = world.cloud.running.glance;
  const seen = pid !== undefined || showDirectUrl || showLocations;
  const url = image.location;
  const location = seen ? `('${url}', [{'url': '${url}', 'metadata': {'store': '${image.store}'}}])` : '(None, None)';
  const meta = `'name': '${image.name}', 'disk_format': '${image.diskFormat}', 'container_format': 'bare', 'size': ${image.size}`;
  const process = pid ?? node.units.get('cinder-volume.service')?.mainPid;
  const line = `${osloTime(world.clock.now())} ${process} INFO cinder.volume.flows.manager.create_volume [None req-${randomUUID()} - - - - - -] Volume ${id}: being created as image with specification: {'status': 'creating', 'volume_name': 'volume-${id}', 'volume_size': ${size}, 'image_id': '${image.id}', 'image_location': ${location}, 'image_meta': {${meta}}}`;
  const who = node.accounts.identity('cinder') ?? node.root;
  node.files.write(who, '/var/log/cinder/cinder-volume.log', `${line}\n`, true);
}

export function standingServices(cloud: Cloud, now: Date, computes: readonly string[]): void {
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
  add('cinder-backup', 'controller', 'nova', 'controller');
  add('nova-conductor', 'controller', 'internal', 'controller');
  add('nova-scheduler', 'controller', 'internal', 'controller');
  for (const name of computes) add('nova-compute', name, 'nova', name);
}
