import { randomUUID } from 'node:crypto';
import { serviceLog } from '../services.ts';
import { runningOptions, type Volume, type VolumeCopy } from '../world/cloud.ts';
import { later } from '../world/events.ts';
import { FileError } from '../world/file-tree.ts';
import { optionOf } from '../world/ini.ts';
import { isActive, nodeOf, type World } from '../world/world.ts';
import { newImage } from './images.ts';
import { openPoolAs } from './rbd-access.ts';
import { newRequest } from './service-error.ts';
import { open, runningBackends } from './volumes.ts';

const NODE = 'controller';
const BACKUP_UNIT = 'cinder-backup.service';

const newCopy = (world: World, volume: Volume, name: string): VolumeCopy => ({
  ...{ id: randomUUID(), name, volume: volume.id, size: volume.size, status: 'creating' },
  created: world.clock.now(),
});

export function createSnapshot(world: World, volume: Volume, name: string): VolumeCopy {
  const snapshot = newCopy(world, volume, name);
  world.cloud.snapshots.push(snapshot);
  const work = (): void => {
    const backend = runningBackends(world).find((b) => volume.host?.startsWith(`${NODE}@${b.name}#`));
    const access = backend && open(world, backend, backend.pool, 'write', 'error creating snapshot');
    if (access === undefined || access.how === 'waits') {
      later(world, 2, work);
      return;
    }
    const image = access.how === 'open' ? access.pool.images.get(`volume-${volume.id}`) : undefined;
    if (!image) snapshot.status = 'error';
    else {
      const id = Math.max(0, ...image.snapshots.map((s) => s.id)) + 1;
      const at = world.clock.now();
      image.snapshots.push({ id, name: `snapshot-${snapshot.id}`, size: image.size, isProtected: true, at });
      snapshot.status = 'available';
    }
  };
  later(world, 1, work);
  return snapshot;
}

/** cinder-backup reads the volume with the backend's own keyring and writes with its own. */
export function createBackup(world: World, volume: Volume, name: string): VolumeCopy {
  const backup = newCopy(world, volume, name);
  world.cloud.backups.push(backup);
  later(world, 2, () => backUp(world, volume, backup));
  return backup;
}

function backUp(world: World, volume: Volume, backup: VolumeCopy): void {
  const node = nodeOf(world, NODE);
  const again = (): void => later(world, 3, () => backUp(world, volume, backup));
  if (!isActive(node, BACKUP_UNIT)) {
    again();
    return;
  }
  const options = runningOptions(world.cloud, NODE, BACKUP_UNIT);
  const fail = (error: string): void => {
    const { mark } = newRequest(world, false);
    const logger = 'cinder.backup.manager';
    serviceLog(world, node, BACKUP_UNIT, 'ERROR', logger, `${mark} Create backup failed: ${error}`);
    backup.status = 'error';
    backup.failure = error;
    volume.status = volume.attachments.length > 0 ? 'in-use' : 'available';
  };
  const source = runningBackends(world).find((b) => volume.host?.startsWith(`${NODE}@${b.name}#`));
  if (!source) {
    fail('The volume has no backend.');
    return;
  }
  const access = openPoolAs(world, node, {
    user: 'cinder',
    entity: `client.${optionOf(options, 'DEFAULT', 'backup_ceph_user') ?? 'cinder'}`,
    conf: optionOf(options, 'DEFAULT', 'backup_ceph_conf') ?? '/etc/ceph/ceph.conf',
    pool: optionOf(options, 'DEFAULT', 'backup_ceph_pool') ?? 'backups',
    right: 'write',
    doing: 'error creating image',
  });
  if (access.how === 'waits') {
    again();
    return;
  }
  if (access.how === 'error') {
    fail(access.error);
    return;
  }
  const keyring = `/etc/ceph/ceph.${source.entity}.keyring`;
  try {
    node.files.read(node.accounts.identity('cinder') ?? node.root, keyring);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    fail(`Keyring path ${keyring} is not readable.`);
    return;
  }
  const read = open(world, source, source.pool, 'read', 'error opening image');
  if (read.how === 'waits') {
    again();
    return;
  }
  const image = read.how === 'open' ? read.pool.images.get(`volume-${volume.id}`) : undefined;
  if (read.how === 'error' || !image) {
    fail(read.how === 'error' ? read.error : 'rbd.ImageNotFound: [errno 2] RBD image not found (error opening image)');
    return;
  }
  const copy = `volume-${volume.id}.backup.${backup.id}`;
  access.pool.initialised = true;
  access.pool.images.set(copy, newImage({ name: copy, size: image.size, used: image.used, now: world.clock.now() }));
  backup.status = 'available';
  volume.status = volume.attachments.length > 0 ? 'in-use' : 'available';
}
