import { randomBytes, randomUUID } from 'node:crypto';
import { accountsWith } from './accounts.ts';
import { startClock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import { Cluster } from './cluster.ts';
import * as conf from './configuration.ts';
import { createHealthPool, deployCeph, integrateCeph } from './deployed-ceph.ts';
import { FileTree } from './file-tree.ts';
import { isCompute, writeIntegration, writePackageFiles } from './node-files.ts';
import { PACKAGES } from './packages.ts';
import { storeSecret } from './secrets.ts';
import { FLAVOR, standingObjects, standingRecords, standingServices } from './standing-objects.ts';
import { standingUnits } from './standing-units.ts';
import type { LabNode, World } from './world.ts';

/** Seconds since the cluster was deployed, when the practice begins. */
export const DEPLOYED_AGO = 384;

/** The known-good cluster: deployed as the guide says, two images, a volume and two instances in it. */
export function healthyWorld(computes = 2): World {
  const world = installedWorld(computes);
  integrateCeph(world.cluster);
  world.cloud.flavors.push(FLAVOR);
  world.cloud.volumeTypes.push({ id: randomUUID(), name: 'ceph', properties: { volume_backend_name: 'ceph' } });
  standingObjects(world);
  for (const node of world.nodes.values()) writeIntegration(world, node, world.cloud.password);
  standingRecords(world);
  for (const node of world.nodes.values()) defineSecrets(world, node);
  return world;
}

/** Before the guide's first step: Ceph and OpenStack are installed and run, and know nothing of each other. */
export function emptyWorld(computes = 2): World {
  const world = installedWorld(computes);
  createHealthPool(world.cluster);
  return world;
}

function installedWorld(count: number): World {
  const clock = startClock(DEPLOYED_AGO);
  const cluster = new Cluster(randomUUID(), conf.MONITOR, conf.addressOf(conf.MONITOR), clock);
  const cloud = emptyCloud(randomBytes(9).toString('base64url'));
  const computes = conf.computeNames(count);
  const names = [conf.MONITOR, conf.CONTROLLER, ...computes];
  const nodes = new Map(names.map((name) => [name, newNode(name, clock.now)]));
  const world: World = { clock, cluster, cloud, nodes, events: [] };
  deployCeph(cluster);
  standingServices(cloud, clock.now(), computes);
  for (const node of nodes.values()) writePackageFiles(world, node, cloud.password);
  return world;
}

function emptyCloud(password: string): Cloud {
  const hex = () => randomUUID().replaceAll('-', '');
  return {
    password,
    projectId: hex(),
    userId: hex(),
    volumeTypes: [{ id: randomUUID(), name: '__DEFAULT__', properties: {} }],
    images: [],
    volumes: [],
    snapshots: [],
    backups: [],
    flavors: [],
    networks: [],
    servers: [],
    migrations: [],
    services: [],
    running: {
      glance: { showDirectUrl: false, showLocations: false },
      cinderVolume: { initialised: false },
      options: new Map(),
    },
  };
}

function newNode(name: string, now: () => Date): LabNode {
  const accounts = accountsWith(
    name === conf.CONTROLLER
      ? ['keystone', 'glance', 'cinder', 'nova']
      : isCompute(name)
        ? ['nova', 'libvirt-qemu']
        : [],
  );
  const root = accounts.identity('root');
  if (!root) throw new Error('no root account');
  const packages = PACKAGES[isCompute(name) ? 'compute' : name];
  return {
    name,
    address: conf.addressOf(name),
    accounts,
    root,
    files: new FileTree(now),
    units: standingUnits(name, now()),
    journal: [],
    packages: new Map(packages),
    ...(isCompute(name) && { hypervisor: { secrets: new Map(), domains: [], authTcp: 'none' } }),
    firewall: [],
    mtu: 1500,
    clockAhead: 0,
    nextPid: 2000,
    delayMs: 0,
    diskUsed: 0.28,
    allocated: new Set(),
  };
}

function defineSecrets(world: World, node: LabNode): void {
  for (const [uuid, entity] of [
    [conf.CINDER_SECRET, 'client.cinder'],
    [conf.NOVA_SECRET, 'client.nova'],
  ] as const) {
    const key = world.cluster.auth.get(entity)?.key ?? '';
    const value = Buffer.from(key, 'base64');
    if (!node.hypervisor) continue;
    const secret = { uuid, usage: `${entity} secret`, isPrivate: false, isEphemeral: false, value };
    node.hypervisor.secrets.set(uuid, secret);
    storeSecret(node, secret);
  }
}
