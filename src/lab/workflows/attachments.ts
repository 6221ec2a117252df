import { randomUUID } from 'node:crypto';
import { runningOptions, type Server, type Volume } from '../world/cloud.ts';
import { volumeXml } from '../world/domain-xml.ts';
import { later } from '../world/events.ts';
import { optionOf } from '../world/ini.ts';
import { storeDomain } from '../world/standing-objects.ts';
import { nodeOf, type World } from '../world/world.ts';
import { computeOptions, computes, instanceError, UNIT, watcher } from './compute.ts';
import { type GuestDisk, openDisk } from './guest-disk.ts';
import { type Frame, logError, newRequest } from './service-error.ts';
import { connecting, open, runningBackends } from './volumes.ts';

/** The next free disk of a guest: vda is its own. */
const deviceFor = (world: World, server: Server): string => {
  const used = world.cloud.volumes.flatMap((v) => v.attachments.filter((a) => a.server === server.id)).length;
  return `/dev/vd${'bcdefghij'[used] ?? 'z'}`;
};

/** What Cinder tells Nova of a volume: user and secret are Cinder's; only without a secret Nova takes its own. */
function connectionOf(world: World, volume: Volume, server: Server): GuestDisk | undefined {
  const backend = runningBackends(world).find((b) => volume.host?.startsWith(`controller@${b.name}#`));
  const own = computeOptions(world, server.host);
  return (
    backend && {
      ...{ pool: backend.pool, image: `volume-${volume.id}` },
      user: backend.secret === undefined ? own.user : backend.entity.replace('client.', ''),
      secret: backend.secret ?? own.secret,
    }
  );
}

const ATTACH_FRAMES: readonly Frame[] = [
  ['nova/virt/libvirt/driver.py', 2167, 'attach_volume', 'guest.attach_device(conf, persistent=True, live=live)'],
  ['nova/virt/libvirt/guest.py', 340, 'attach_device', 'self._domain.attachDeviceFlags(device_xml, flags=flags)'],
  ['libvirt.py', 716, 'attachDeviceFlags', "raise libvirtError('virDomainAttachDeviceFlags() failed')"],
];

/** Takes the order, as nova-api does, and gives the device; the rest happens in time. */
export function attach(world: World, server: Server, volume: Volume): string {
  const device = deviceFor(world, server);
  volume.status = 'attaching';
  const work = (): void => {
    if (!computes(world, server.host)) later(world, 5, work);
    else if (attachOn(world, server, volume, device) === 'waits') later(world, 2, work);
  };
  later(world, 1, work);
  return device;
}

function attachOn(world: World, server: Server, volume: Volume, device: string): 'waits' | 'done' {
  const node = nodeOf(world, server.host);
  const disk = connectionOf(world, volume, server);
  const backend = runningBackends(world)[0];
  // cinder-volume asks the monitors for their addresses before it answers.
  const seen = backend && open(world, backend, backend.pool, 'read', 'error opening image');
  if (!disk || !backend || seen?.how === 'waits') return 'waits';
  if (seen?.how === 'error' && seen.at === 'connecting') {
    connecting(world, newRequest(world, false), seen.error);
    volume.status = 'available';
    return 'done';
  }
  const opened = openDisk(world, node, disk);
  if (opened.how === 'waits') return 'waits';
  const domain = node.hypervisor?.domains.find((d) => d.uuid === server.id);
  if (opened.how !== 'open' || !domain) {
    const said = opened.how === 'open' ? 'Domain not found' : opened.error;
    const qemu = `internal error: unable to execute QEMU command 'blockdev-add': ${said}`;
    refused(world, server, volume, device, `libvirt.libvirtError: ${opened.how === 'qemu' ? qemu : said}`);
    return 'done';
  }
  domain.xml = domain.xml.replace(
    '    <serial type',
    `${volumeXml({ ...disk, monitor: world.cluster.monAddress, device, volume: volume.id })}    <serial type`,
  );
  storeDomain(node, domain);
  world.cluster.pool(disk.pool)?.images.get(disk.image)?.watchers.push(watcher(node));
  volume.attachments = [...volume.attachments, { id: randomUUID(), server: server.id, device }];
  volume.status = 'in-use';
  return 'done';
}

function refused(world: World, server: Server, volume: Volume, device: string, error: string): void {
  const node = nodeOf(world, server.host);
  const asked = newRequest(world);
  const about = { asked, server, error, frames: ATTACH_FRAMES };
  const at = `${volume.id} at ${device}`;
  instanceError(world, node, {
    ...about,
    logger: 'nova.virt.libvirt.driver',
    says: `Failed to attach volume at mountpoint: ${device}`,
  });
  instanceError(world, node, {
    ...about,
    logger: 'nova.virt.block_device',
    says: `Driver failed to attach volume ${at}`,
  });
  instanceError(world, node, { ...about, logger: 'nova.compute.manager', says: `Failed to attach ${at}` });
  const rpc = { unit: UNIT, logger: 'oslo_messaging.rpc.server', mark: asked.mark };
  logError(world, node, { ...rpc, says: 'Exception during message handling', error, frames: ATTACH_FRAMES });
  volume.status = 'available';
}

export function detach(world: World, server: Server, volume: Volume): void {
  volume.status = 'detaching';
  later(world, 2, () => {
    const node = nodeOf(world, server.host);
    const domain = node.hypervisor?.domains.find((d) => d.uuid === server.id);
    const serial = `<serial>${volume.id}</serial>`;
    if (domain) {
      domain.xml = domain.xml.replace(/ {4}<disk [\s\S]*?<\/disk>\n/g, (disk) => (disk.includes(serial) ? '' : disk));
      storeDomain(node, domain);
    }
    for (const pool of world.cluster.pools) pool.images.get(`volume-${volume.id}`)?.watchers.splice(0);
    volume.attachments = volume.attachments.filter((a) => a.server !== server.id);
    volume.status = volume.attachments.length > 0 ? 'in-use' : 'available';
  });
}

/** Disks in Ceph that a guest has, as its domain was defined. */
export const disksOf = (xml: string): GuestDisk[] =>
  [
    ...xml.matchAll(
      /<auth username='([^']*)'>\s*<secret type='ceph' uuid='([^']*)'\/>\s*<\/auth>\s*<source protocol='rbd' name='([^'/]*)\/([^']*)'/g,
    ),
  ].map(([, user = '', secret = '', pool = '', image = '']) => ({ user, secret, pool, image }));

/** live_migration_scheme of the source's nova-compute. */
export const migrationScheme = (world: World, host: string): string =>
  optionOf(runningOptions(world.cloud, host, UNIT), 'libvirt', 'live_migration_scheme') ?? 'tcp';
