import { createHash, randomUUID } from 'node:crypto';
import type { GlanceImage } from '../world/cloud.ts';
import { runningOptions } from '../world/cloud.ts';
import { type Image, imageId, type Pool } from '../world/cluster.ts';
import { FileError } from '../world/file-tree.ts';
import { type Option, optionOf } from '../world/ini.ts';
import { FEATURES } from '../world/standing-objects.ts';
import { type LabNode, nodeOf, type World } from '../world/world.ts';
import { openPoolAs } from './rbd-access.ts';
import { type Frame, logError, newRequest } from './service-error.ts';

const UNIT = 'glance-api.service';

/** The store that new images go to: named backends first, else the single store of older configurations. */
function storeOf(options: readonly Option[]): { id: string; kind: string; section: string } {
  const named = optionOf(options, 'DEFAULT', 'enabled_backends');
  if (named === undefined) {
    const kind = optionOf(options, 'glance_store', 'default_store') ?? 'file';
    return { id: kind, kind, section: 'glance_store' };
  }
  const kinds = new Map(named.split(',').map((pair) => pair.trim().split(':') as [string, string]));
  const id = optionOf(options, 'glance_store', 'default_backend') ?? [...kinds.keys()][0] ?? '';
  return { id, kind: kinds.get(id) ?? '', section: id };
}

const opener = (options: readonly Option[], section: string, doing: string) => ({
  user: 'glance',
  entity: `client.${optionOf(options, section, 'rbd_store_user') ?? 'glance'}`,
  conf: optionOf(options, section, 'rbd_store_ceph_conf') ?? '/etc/ceph/ceph.conf',
  pool: optionOf(options, section, 'rbd_store_pool') ?? 'images',
  doing,
});

export const newImage = (of: { name: string; size: number; used: number; now: Date } & Partial<Image>): Image => ({
  id: imageId(),
  order: 23,
  features: FEATURES,
  created: of.now,
  snapshots: [],
  watchers: [],
  ...of,
});

export interface Upload {
  readonly name: string;
  readonly diskFormat: string;
  readonly visibility: GlanceImage['visibility'];
  readonly bytes: Buffer;
}

/** `waits`: nothing answers yet. `failed`: Glance's HTTP 500. */
export type Uploaded = GlanceImage | 'waits' | 'failed';

/** One attempt of glance-api to store an image, with the options it started with. */
export function uploadImage(world: World, upload: Upload): Uploaded {
  const node = nodeOf(world, 'controller');
  const options = runningOptions(world.cloud, node.name, UNIT);
  const store = storeOf(options);
  const id = randomUUID();
  const now = world.clock.now();
  const size = upload.bytes.length;
  const image = (location: string): GlanceImage => {
    const hash = createHash('sha512').update(upload.bytes).digest('hex');
    const checksum = createHash('md5').update(upload.bytes).digest('hex');
    const { name, diskFormat, visibility } = upload;
    const virtualSize = virtualSizeOf(upload.bytes);
    const made: GlanceImage = {
      ...{ id, name, diskFormat, visibility, size, virtualSize, checksum, hash, status: 'active' },
      ...{ store: store.id, location, created: now, updated: now },
    };
    world.cloud.images.push(made);
    return made;
  };
  if (store.kind === 'file') {
    const folder = optionOf(options, store.section, 'filesystem_store_datadir') ?? '/var/lib/glance/images/';
    const path = `${folder.replace(/\/$/, '')}/${id}`;
    try {
      node.files.write(node.accounts.identity('glance') ?? node.root, path, upload.bytes, false, 0o640);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return failed(world, node, `PermissionError: [Errno 13] Permission denied: '${path}'`, false);
    }
    return image(`file://${path}`);
  }
  const by = opener(options, store.section, 'error creating image');
  const access = openPoolAs(world, node, { ...by, right: 'write' });
  // Without a time limit of its own it goes on looking for a monitor.
  if (access.how === 'waits' || (access.how === 'error' && access.error.startsWith('rados.TimedOut'))) return 'waits';
  if (access.how === 'error') return failed(world, node, access.error, access.error.includes('connecting'));
  const snapshot = { id: 4, name: 'snap', size, isProtected: true, at: now };
  const head = upload.bytes.subarray(0, 4).toString('hex');
  access.pool.initialised = true;
  access.pool.images.set(id, newImage({ name: id, size, used: size, now, head, snapshots: [snapshot] }));
  return image(`rbd://${world.cluster.fsid}/${access.pool.name}/${id}/snap`);
}

const STORE_FRAMES: readonly Frame[] = [
  ['glance_store/_drivers/rbd.py', 294, 'get_connection', 'client.connect(timeout=self.connect_timeout)'],
  ['rados.pyx', 689, 'rados.Rados.connect', ''],
];

/** What glance-api logs when its store fails, and that it answers HTTP 500. */
function failed(world: World, node: LabNode, error: string, connecting: boolean): 'failed' {
  const { mark } = newRequest(world);
  const base = { unit: UNIT, mark, frames: STORE_FRAMES };
  const wsgi = (says: string, what: string) =>
    logError(world, node, { ...base, logger: 'glance.common.wsgi', says, error: what });
  if (connecting) {
    const says = 'Error connecting to ceph cluster.';
    logError(world, node, { ...base, logger: 'glance_store._drivers.rbd', says, error });
    wsgi('Caught error: ', 'glance_store.exceptions.BackendException');
  } else {
    const says = 'Failed to upload image data due to internal error';
    logError(world, node, { unit: UNIT, mark, logger: 'glance.api.v2.image_data', says, error });
    wsgi(`Caught error: ${error.slice(error.indexOf('['))}`, error);
  }
  return 'failed';
}

/** Bytes that a guest would see: what a qcow2 header says, else the size itself. */
export const virtualSizeOf = (bytes: Buffer): number =>
  bytes.length >= 32 && bytes.readUInt32BE(0) === 0x514649fb ? Number(bytes.readBigUInt64BE(24)) : bytes.length;

/** Clones of an image's snapshot, in any pool. */
const clonesOf = (world: World, pool: Pool, image: string): Pool[] =>
  world.cluster.pools.filter((p) =>
    [...p.images.values()].some((i) => i.parent?.pool === pool.id && i.parent.image === image),
  );

/** `failed`: HTTP 500, glance may not look for clones where they are. `in use`: HTTP 409. */
export function deleteImage(world: World, image: GlanceImage): 'deleted' | 'waits' | 'failed' | 'in use' {
  const node = nodeOf(world, 'controller');
  const options = runningOptions(world.cloud, node.name, UNIT);
  const forget = (): 'deleted' => {
    world.cloud.images.splice(world.cloud.images.indexOf(image), 1);
    return 'deleted';
  };
  if (!image.location.startsWith('rbd:')) return forget();
  const by = opener(options, storeOf(options).section, 'error removing image');
  const access = openPoolAs(world, node, { ...by, right: 'write' });
  if (access.how === 'waits') return 'waits';
  if (access.how === 'error') return failed(world, node, access.error, access.at === 'connecting');
  for (const pool of clonesOf(world, access.pool, image.id)) {
    const listing = { ...by, pool: pool.name, right: 'read', doing: 'error listing children.' } as const;
    const seen = openPoolAs(world, node, listing);
    if (seen.how === 'error') return failed(world, node, seen.error, false);
    return 'in use';
  }
  access.pool.images.delete(image.id);
  return forget();
}
