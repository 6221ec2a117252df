import { randomUUID } from 'node:crypto';
import { serviceLog } from '../services.ts';
import { runningOptions, type Volume } from '../world/cloud.ts';
import { GiB, type Image, type Pool } from '../world/cluster.ts';
import { later } from '../world/events.ts';
import { type Option, optionOf } from '../world/ini.ts';
import { beats } from '../world/service-beat.ts';
import { createdFromImage } from '../world/standing-objects.ts';
import { isActive, nodeOf, type World } from '../world/world.ts';
import { newImage } from './images.ts';
import { type Access, openPoolAs } from './rbd-access.ts';
import { type Asked, type Frame, logError, logTrace, newRequest } from './service-error.ts';

const UNIT = 'cinder-volume.service';
const NODE = 'controller';
/** scheduler_max_attempts. */
const ATTEMPTS = 3;
/** Seconds that the driver keeps trying to connect before it gives up. */
const CONNECTING = 15;

export interface Backend {
  /** Section of cinder.conf. */
  readonly name: string;
  readonly volumeBackendName: string;
  readonly entity: string;
  readonly conf: string;
  readonly pool: string;
  /** For libvirt; Nova's own when none is given. */
  readonly secret: string | undefined;
}

export function backendsOf(options: readonly Option[]): Backend[] {
  const names = (optionOf(options, 'DEFAULT', 'enabled_backends') ?? '').split(',').map((n) => n.trim());
  return names.filter(Boolean).map((name) => ({
    name,
    volumeBackendName: optionOf(options, name, 'volume_backend_name') ?? name,
    entity: `client.${optionOf(options, name, 'rbd_user') ?? 'None'}`,
    conf: optionOf(options, name, 'rbd_ceph_conf') ?? '/etc/ceph/ceph.conf',
    pool: optionOf(options, name, 'rbd_pool') ?? 'rbd',
    secret: optionOf(options, name, 'rbd_secret_uuid'),
  }));
}

export const runningBackends = (world: World): Backend[] => backendsOf(runningOptions(world.cloud, NODE, UNIT));

export const open = (world: World, backend: Backend, pool: string, right: 'read' | 'write', doing: string): Access =>
  openPoolAs(world, nodeOf(world, NODE), { user: 'cinder', ...backend, pool, right, doing });

export interface NewVolume {
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly imageId?: string;
  readonly sourceId?: string;
}

/** Takes the order, as cinder-api does; the rest happens in time. */
export function createVolume(world: World, wanted: NewVolume): Volume {
  const now = world.clock.now();
  const volume: Volume = {
    ...{ id: randomUUID(), ...wanted, status: 'creating', created: now, updated: now, attachments: [] },
  };
  world.cloud.volumes.push(volume);
  const asked = newRequest(world, false);
  later(world, 1, () => schedule(world, volume, asked, 1));
  return volume;
}

function become(world: World, volume: Volume, status: string): void {
  volume.status = status;
  volume.updated = world.clock.now();
}

/** The scheduler looks for a backend that the type allows. */
function schedule(world: World, volume: Volume, asked: Asked, attempt: number): void {
  if (!isActive(nodeOf(world, NODE), 'cinder-scheduler.service')) {
    later(world, 5, () => schedule(world, volume, asked, attempt));
    return;
  }
  const type = world.cloud.volumeTypes.find((t) => t.name === volume.type);
  const wanted = type?.properties.volume_backend_name;
  const backend = runningBackends(world).find((b) => wanted === undefined || b.volumeBackendName === wanted);
  const record = world.cloud.services.find((s) => s.host === `${NODE}@${backend?.name}`);
  if (!backend || !record || !beats(world, record)) {
    noBackend(world, volume, asked, 'No weighed backends available');
    return;
  }
  volume.host = `${NODE}@${backend.name}#${backend.volumeBackendName}`;
  work(world, volume, backend, asked, attempt);
}

function noBackend(world: World, volume: Volume, asked: Asked, why: string): void {
  const says = `No valid backend was found. ${why}`;
  const task =
    'Failed to run task cinder.scheduler.flows.create_volume.ScheduleCreateVolumeTask;volume:create: ' +
    `${says}: cinder.exception.NoValidBackend: ${says}`;
  const scheduler = nodeOf(world, NODE);
  serviceLog(
    world,
    scheduler,
    'cinder-scheduler.service',
    'ERROR',
    'cinder.scheduler.flows.create_volume',
    `${asked.mark} ${task}`,
  );
  become(world, volume, 'error');
}

/** cinder-volume makes the image in Ceph; a write that waits keeps the volume in `creating` for as long as it waits. */
function work(world: World, volume: Volume, backend: Backend, asked: Asked, attempt: number): void {
  const again = (): void => work(world, volume, backend, asked, attempt);
  if (!isActive(nodeOf(world, NODE), UNIT)) {
    later(world, 5, again);
    return;
  }
  const access = open(world, backend, backend.pool, 'write', 'error creating image');
  if (access.how === 'waits') later(world, 2, again);
  else if (access.how === 'error') {
    const seconds = access.at === 'connecting' ? CONNECTING : 0.4;
    if (access.at === 'connecting') connecting(world, asked, access.error);
    later(world, seconds, () => failed(world, volume, asked, attempt, access));
  } else later(world, 1, () => made(world, volume, backend, access.pool));
}

const WORK_FRAMES: readonly Frame[] = [
  ['taskflow/engines/action_engine/executor.py', 52, '_execute_task', 'result = task.execute(**arguments)'],
  ['cinder/volume/flows/manager/create_volume.py', 1228, 'execute', 'model_update = self._create_raw_volume('],
  [
    'cinder/volume/flows/manager/create_volume.py',
    1189,
    '_create_raw_volume',
    'ret = self.driver.create_volume(volume)',
  ],
];

const CREATE_FRAMES: readonly Frame[] = [
  ...WORK_FRAMES,
  ['cinder/volume/drivers/rbd.py', 1151, 'create_volume', 'self.RBDProxy().create(client.ioctx,'],
  ['rbd.pyx', 629, 'rbd.RBD.create', ''],
];

const CONNECT_FRAMES: readonly Frame[] = [
  ['cinder/volume/drivers/rbd.py', 613, '_do_conn', 'client.connect()'],
  ['rados.pyx', 689, 'rados.Rados.connect', ''],
];

export const BACKEND_TROUBLE =
  'cinder.exception.VolumeBackendAPIException: Bad or unexpected response from the storage volume backend API: Error connecting to ceph cluster.';

/** What the driver logs when it cannot connect or open its pool. */
export function connecting(world: World, { mark }: Asked, error: string): void {
  const logger = 'cinder.volume.drivers.rbd';
  const says = 'Error connecting to ceph cluster.';
  logError(world, nodeOf(world, NODE), { unit: UNIT, logger, mark, says, error, frames: CONNECT_FRAMES });
}

function failed(
  world: World,
  volume: Volume,
  asked: Asked,
  attempt: number,
  { at, error }: Extract<Access, { how: 'error' }>,
): void {
  const node = nodeOf(world, NODE);
  const rpc = { unit: UNIT, logger: 'oslo_messaging.rpc.server', mark: asked.mark };
  const says = 'Exception during message handling';
  const task = `Task 'cinder.volume.flows.manager.create_volume.CreateVolumeFromSpecTask;volume:create' (${randomUUID()}) transitioned into state 'FAILURE' from state 'RUNNING'`;
  const flow = `${asked.mark} ${task}\n           |__Flow 'volume_create_manager': ${error}`;
  serviceLog(world, node, UNIT, 'WARNING', 'cinder.volume.manager', flow);
  const working = at === 'working';
  const frames = working ? CREATE_FRAMES : [...WORK_FRAMES, ...CONNECT_FRAMES];
  logTrace(world, node, { unit: UNIT, logger: 'cinder.volume.manager', error, frames });
  logError(world, node, { ...rpc, says, error: working ? error : `${error}\n${BACKEND_TROUBLE}`, frames });
  const trace = `['Traceback (most recent call last):\\n', '${error}\\n']`;
  const from = `Error scheduling ${volume.id} from last vol-service: ${volume.host} : ${trace}`;
  const scheduler = 'cinder.scheduler.filter_scheduler';
  serviceLog(world, node, 'cinder-scheduler.service', 'ERROR', scheduler, `${asked.mark} ${from}`);
  if (attempt >= ATTEMPTS)
    noBackend(world, volume, asked, `Exceeded max scheduling attempts ${ATTEMPTS} for resource ${volume.id}`);
  else schedule(world, volume, asked, attempt + 1);
}

/** From an image: a clone when it may be one, else all of it is downloaded, converted and written. */
function made(world: World, volume: Volume, backend: Backend, pool: Pool): void {
  const name = `volume-${volume.id}`;
  const image = world.cloud.images.find((i) => i.id === volume.imageId);
  const source = volume.sourceId === undefined ? undefined : pool.images.get(`volume-${volume.sourceId}`);
  const parent = image && parentOf(world, image, (p) => open(world, backend, p, 'read', 'error opening image'));
  const size = volume.size * GiB;
  const now = world.clock.now();
  const copied = image && !parent ? image.virtualSize : (source?.used ?? 0);
  pool.initialised = true;
  pool.images.set(name, newImage({ name, size, used: copied, now, ...(parent && { parent }) }));
  if (image) createdFromImage(world, volume, image);
  const done = (): void => become(world, volume, 'available');
  if (copied > 0) {
    volume.status = 'downloading';
    later(world, 8, done);
  } else done();
}

/** The snapshot that a raw image's clones come from, when whoever asks sees its location and may read it. */
export function parentOf(
  world: World,
  image: { readonly id: string; readonly diskFormat: string; readonly location: string },
  reading: (pool: string) => Access,
): NonNullable<Image['parent']> | undefined {
  const { showDirectUrl, showLocations } = world.cloud.running.glance;
  const [, fsid, pool = '', name = ''] = /^rbd:\/\/([^/]+)\/([^/]+)\/([^/]+)\/snap$/.exec(image.location) ?? [];
  if (image.diskFormat !== 'raw' || !(showDirectUrl || showLocations) || fsid !== world.cluster.fsid) return undefined;
  const access = reading(pool);
  const base = access.how === 'open' ? access.pool.images.get(name) : undefined;
  if (access.how !== 'open' || !base) return undefined;
  const snapshot = base.snapshots.find((s) => s.name === 'snap');
  return snapshot && { pool: access.pool.id, image: name, id: base.id, snapshot: 'snap', overlap: snapshot.size };
}

/** `waits`: nothing answers; `refused`: it has clones or snapshots, or somebody has it open. */
export function deleteVolume(world: World, volume: Volume): void {
  become(world, volume, 'deleting');
  const work = (): void => {
    const backend = runningBackends(world).find((b) => volume.host?.startsWith(`${NODE}@${b.name}#`));
    if (volume.host === undefined) {
      world.cloud.volumes.splice(world.cloud.volumes.indexOf(volume), 1);
      return;
    }
    if (!backend || !isActive(nodeOf(world, NODE), UNIT)) {
      later(world, 5, work);
      return;
    }
    const access = open(world, backend, backend.pool, 'write', 'error opening image');
    if (access.how === 'waits') later(world, 2, work);
    else if (access.how === 'error') {
      if (access.at === 'connecting') connecting(world, newRequest(world, false), access.error);
      become(world, volume, 'error_deleting');
    } else {
      access.pool.images.delete(`volume-${volume.id}`);
      world.cloud.volumes.splice(world.cloud.volumes.indexOf(volume), 1);
    }
  };
  later(world, 1, work);
}
