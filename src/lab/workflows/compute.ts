import { randomBytes } from 'node:crypto';
import { serviceLog } from '../services.ts';
import { runningOptions, type Server, type ServiceRecord } from '../world/cloud.ts';
import type { Image } from '../world/cluster.ts';
import { optionOf } from '../world/ini.ts';
import { beats } from '../world/service-beat.ts';
import { isActive, type LabNode, nodeOf, type World } from '../world/world.ts';
import type { GuestDisk } from './guest-disk.ts';
import { type Asked, type Frame, logError } from './service-error.ts';

export const UNIT = 'nova-compute.service';

/** How nova-compute of a node keeps disks, as it read it at its start. */
export interface ComputeOptions {
  readonly rbd: boolean;
  readonly pool: string;
  readonly user: string;
  readonly secret: string;
  readonly conf: string;
}

export function computeOptions(world: World, node: string): ComputeOptions {
  const options = runningOptions(world.cloud, node, UNIT);
  const libvirt = (name: string): string | undefined => optionOf(options, 'libvirt', name);
  return {
    rbd: libvirt('images_type') === 'rbd',
    pool: libvirt('images_rbd_pool') ?? 'rbd',
    user: libvirt('rbd_user') ?? '',
    secret: libvirt('rbd_secret_uuid') ?? '',
    conf: libvirt('images_rbd_ceph_conf') ?? '/etc/ceph/ceph.conf',
  };
}

export const rootDisk = (options: ComputeOptions, server: Server): GuestDisk => ({
  ...{ pool: options.pool, image: `${server.id}_disk`, user: options.user, secret: options.secret },
});

export const computeServices = (world: World): ServiceRecord[] =>
  world.cloud.services.filter((s) => s.binary === 'nova-compute');

/** Hosts that the scheduler takes for alive, those with the fewest instances first. */
export function hostsUp(world: World): string[] {
  const load = (host: string): number => world.cloud.servers.filter((s) => s.host === host).length;
  return computeServices(world)
    .filter((s) => s.status === 'enabled' && beats(world, s))
    .map((s) => s.host)
    .sort((a, b) => load(a) - load(b));
}

export const computes = (world: World, host: string): boolean => isActive(nodeOf(world, host), UNIT);

/** Who has an image open, as `rbd status` shows it. */
export const watcher = (node: LabNode): Image['watchers'][number] => ({
  address: `${node.address}:0/${randomBytes(4).readUInt32BE()}`,
  client: 20_000 + (randomBytes(2).readUInt16BE() % 10_000),
  cookie: String(140_559_583_095_856 + randomBytes(2).readUInt16BE() * 16),
});

export interface ComputeError {
  readonly asked: Asked;
  readonly logger: string;
  readonly says: string;
  readonly error: string;
  readonly frames?: readonly Frame[];
  readonly server: Server;
}

/** An error about an instance in the log of its nova-compute. */
export const instanceError = (world: World, node: LabNode, e: ComputeError): void =>
  logError(world, node, {
    ...{ unit: UNIT, logger: e.logger, mark: e.asked.mark, says: e.says, error: e.error },
    ...(e.frames && { frames: e.frames }),
    about: `[instance: ${e.server.id}] `,
  });

export const computeLog = (world: World, node: LabNode, level: string, logger: string, text: string): void =>
  serviceLog(world, node, UNIT, level, logger, text);
