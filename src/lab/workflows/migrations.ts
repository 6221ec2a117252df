import type { Migration, Server } from '../world/cloud.ts';
import { later } from '../world/events.ts';
import { reach } from '../world/network.ts';
import { storeDomain } from '../world/standing-objects.ts';
import { type LabNode, nodeOf, type World } from '../world/world.ts';
import { disksOf, migrationScheme } from './attachments.ts';
import { computeLog, computes, watcher } from './compute.ts';
import { openDisk } from './guest-disk.ts';
import { nextId, removeDomain } from './instances.ts';

const PORTS: Readonly<Record<string, number>> = { tcp: 16_509, tls: 16_514, ssh: 22 };

/** Takes the order, as nova-api does; the source and the destination do the rest in time. */
export function migrate(world: World, server: Server, to: string): Migration {
  const migration: Migration = { server: server.id, from: server.host, to, status: 'running' };
  world.cloud.migrations.push(migration);
  server.status = 'MIGRATING';
  server.task = 'migrating';
  const work = (): void => {
    if (!computes(world, server.host) || !computes(world, to)) later(world, 5, work);
    else if (move(world, server, migration) === 'waits') later(world, 2, work);
  };
  later(world, 2, work);
  return migration;
}

/** Why the source's libvirt cannot hand the guest over; undefined when it can. */
function trouble(world: World, server: Server, from: LabNode, to: LabNode): string | 'waits' | undefined {
  const port = PORTS[migrationScheme(world, from.name)] ?? 16_509;
  const met = reach(world, from, to.name, port);
  if (met === 'unknown-name')
    return `Unable to resolve address '${to.name}' service '${port}': Temporary failure in name resolution`;
  const server_ = `unable to connect to server at '${to.name}:${port}'`;
  if (met === 'refused') return `${server_}: Connection refused`;
  if (met === 'silent') return `${server_}: No route to host`;
  if (met === 'dropped') return `${server_}: Connection timed out`;
  if (to.hypervisor && to.hypervisor.authTcp !== 'none' && port === 16_509)
    return 'authentication failed: Failed to start SASL negotiation: -4 (SASL(-4): no mechanism available: No worthy mechs found)';
  const domain = from.hypervisor?.domains.find((d) => d.uuid === server.id);
  for (const disk of disksOf(domain?.xml ?? '')) {
    const opened = openDisk(world, to, disk);
    if (opened.how === 'waits') return 'waits';
    if (opened.how === 'secret') return opened.error;
    if (opened.how === 'qemu') return `internal error: process exited while connecting to monitor: ${opened.error}`;
  }
  return undefined;
}

function move(world: World, server: Server, migration: Migration): 'waits' | 'done' {
  const [from, to] = [nodeOf(world, migration.from), nodeOf(world, migration.to)];
  const why = trouble(world, server, from, to);
  if (why === 'waits') return 'waits';
  server.status = 'ACTIVE';
  server.task = null;
  const logger = 'nova.virt.libvirt.driver';
  if (why !== undefined) {
    const about = `[-] [instance: ${server.id}]`;
    computeLog(world, from, 'ERROR', logger, `${about} Live Migration failure: ${why}: libvirt.libvirtError: ${why}`);
    computeLog(world, from, 'ERROR', logger, `${about} Migration operation has aborted`);
    migration.status = 'failed';
    return 'done';
  }
  const domain = from.hypervisor?.domains.find((d) => d.uuid === server.id);
  if (domain) {
    removeDomain(from, server.id);
    domain.id = nextId(to);
    to.hypervisor?.domains.push(domain);
    storeDomain(to, domain);
    for (const { pool, image } of disksOf(domain.xml)) {
      const watchers = world.cluster.pool(pool)?.images.get(image)?.watchers;
      watchers?.splice(0, watchers.length, watcher(to));
    }
  }
  server.host = to.name;
  migration.status = 'completed';
  return 'done';
}

/** Instances whose disk is a file of their host cannot be moved so. */
export const hasSharedDisk = (world: World, server: Server): boolean => {
  const domain = world.nodes.get(server.host)?.hypervisor?.domains.find((d) => d.uuid === server.id);
  return domain !== undefined && disksOf(domain.xml).length > 0;
};
