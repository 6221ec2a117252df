import { randomUUID } from 'node:crypto';
import { connect } from './ceph-client.ts';
import { osloTime } from './world/clock.ts';
import { runningOptions } from './world/cloud.ts';
import { FileError } from './world/file-tree.ts';
import { isTrue, type Option, optionOf, parseIni } from './world/ini.ts';
import { reloadSecrets } from './world/secrets.ts';
import { type Unit, unitName } from './world/units.ts';
import type { LabNode, World } from './world/world.ts';

const PYTHON_LOGS: Readonly<Record<string, { user: string; log: string }>> = {
  'glance-api.service': { user: 'glance', log: '/var/log/glance/glance-api.log' },
  'cinder-api.service': { user: 'cinder', log: '/var/log/cinder/cinder-api.log' },
  'cinder-scheduler.service': { user: 'cinder', log: '/var/log/cinder/cinder-scheduler.log' },
  'cinder-volume.service': { user: 'cinder', log: '/var/log/cinder/cinder-volume.log' },
  'cinder-backup.service': { user: 'cinder', log: '/var/log/cinder/cinder-backup.log' },
  'nova-api.service': { user: 'nova', log: '/var/log/nova/nova-api.log' },
  'nova-conductor.service': { user: 'nova', log: '/var/log/nova/nova-conductor.log' },
  'nova-scheduler.service': { user: 'nova', log: '/var/log/nova/nova-scheduler.log' },
  'nova-compute.service': { user: 'nova', log: '/var/log/nova/nova-compute.log' },
};

/** Writes a line as oslo.log does: to the project's log file and, through stderr, to the journal. */
export function serviceLog(
  world: World,
  node: LabNode,
  unit: string,
  level: string,
  logger: string,
  text: string,
): void {
  const at = PYTHON_LOGS[unit];
  const running = node.units.get(unit);
  if (!at || !running) return;
  const now = world.clock.now();
  const line = `${osloTime(now)} ${running.mainPid} ${level} ${logger} ${text}`;
  const who = node.accounts.identity(at.user) ?? node.root;
  try {
    node.files.write(who, at.log, `${line}\n`, true);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
  // Debian's units log to a file; only with this option the journal has the lines too.
  if (!isTrue(optionOf(runningOptions(world.cloud, node.name, unit), 'DEFAULT', 'use_stderr'), false)) return;
  node.journal.push({ at: now, tag: unit.replace(/\.service$/, ''), unit, pid: running.mainPid, text: line });
}

/** A start. Options are read now, and only now. Returns false when the service ends at once. */
export function startUnit(world: World, node: LabNode, name: string): void {
  const unit = node.units.get(unitName(name));
  if (!unit || unit.active === 'active') return;
  const now = world.clock.now();
  unit.active = 'active';
  unit.sub = unit.name.endsWith('.socket') ? 'listening' : 'running';
  unit.result = 'success';
  unit.exitStatus = 0;
  unit.mainPid = unit.name.endsWith('.service') ? node.nextPid++ : 0;
  unit.entered = now;
  journal(world, node, unit, `Started ${unit.name} - ${unit.description}.`);
  STARTS[unit.name]?.(world, node, unit);
  const osd = osdOf(world, unit.name);
  if (osd && !osd.up && !world.cluster.flags.has('noup')) {
    // Out since; what was written meanwhile is copied to it now.
    if (!world.cluster.isIn(osd)) osd.catchesUpUntil = new Date(now.getTime() + 3_600_000);
    osd.up = true;
    osd.since = now;
    world.cluster.epoch++;
    world.cluster.write(
      'cluster',
      'INF',
      `osd.${osd.id} [v2:${node.address}:${6800 + osd.id * 8}/${unit.mainPid}] boot`,
    );
  }
}

export function stopUnit(world: World, node: LabNode, name: string): void {
  const unit = node.units.get(unitName(name));
  if (unit?.active !== 'active') return;
  journal(world, node, unit, `Stopping ${unit.name} - ${unit.description}...`);
  end(world, node, unit);
  journal(world, node, unit, `Stopped ${unit.name} - ${unit.description}.`);
}

function end(world: World, node: LabNode, unit: Unit): void {
  unit.active = 'inactive';
  unit.sub = 'dead';
  unit.mainPid = 0;
  for (const record of world.cloud.services) {
    if (record.node === node.name && record.unit === unit.name) record.lastBeat = world.clock.now();
  }
  const osd = osdOf(world, unit.name);
  if (osd?.up) {
    osd.up = false;
    osd.since = world.clock.now();
    world.cluster.epoch++;
    world.cluster.write('cluster', 'INF', `osd.${osd.id} marked itself down and dead`);
  }
}

const osdOf = (world: World, unit: string) => world.cluster.osds.find((o) => unit === `ceph-osd@${o.id}.service`);

function journal(world: World, node: LabNode, unit: Unit, text: string): void {
  node.journal.push({ at: world.clock.now(), tag: 'systemd', unit: unit.name, pid: 1, text });
}

type Start = (world: World, node: LabNode, unit: Unit) => void;

/** The options of a file as the service's user reads them; none when it cannot. The service runs with them from now on. */
function readOptions(world: World, node: LabNode, unit: Unit, user: string, ...paths: string[]): readonly Option[] {
  const options = paths.flatMap((path) => {
    try {
      return parseIni(node.files.read(node.accounts.identity(user) ?? node.root, path).toString());
    } catch {
      return [];
    }
  });
  world.cloud.running.options.set(`${node.name} ${unit.name}`, options);
  return options;
}

const startGlance: Start = (world, node, unit) => {
  const options = readOptions(world, node, unit, 'glance', '/etc/glance/glance-api.conf');
  world.cloud.running.glance.showDirectUrl = isTrue(optionOf(options, 'DEFAULT', 'show_image_direct_url'), false);
  world.cloud.running.glance.showLocations = isTrue(optionOf(options, 'DEFAULT', 'show_multiple_locations'), false);
  const log = (level: string, logger: string, text: string) => serviceLog(world, node, unit.name, level, logger, text);
  log('INFO', 'glance.common.wsgi', '[-] Starting 1 workers');
  log('INFO', 'glance.common.wsgi', `[-] Started child ${unit.mainPid + 1}`);
  log('INFO', 'eventlet.wsgi.server', `[-] (${unit.mainPid + 1}) wsgi starting up on http://0.0.0.0:9292`);
};

const startCinderVolume: Start = (world, node, unit) => {
  const options = readOptions(world, node, unit, 'cinder', '/etc/cinder/cinder.conf');
  const log = (level: string, logger: string, text: string) => serviceLog(world, node, unit.name, level, logger, text);
  const request = '[None req-31c0d81b-43ec-47cb-b476-e756d2020256 - - - - - -]';
  const [backend] = (optionOf(options, 'DEFAULT', 'enabled_backends') ?? '').split(',').map((n) => n.trim());
  if (!backend) {
    const says =
      'Configuration for cinder-volume does not specify "enabled_backends". Using DEFAULT section to configure drivers is not supported since Ocata.';
    log('ERROR', 'cinder.cmd.volume', `[-] ${says}`);
    end(world, node, unit);
    return;
  }
  knowBackend(world, node, unit, `${node.name}@${backend}`);
  log('INFO', 'oslo_service.service', `${request} Starting 1 workers`);
  log('INFO', 'cinder.service', '[-] Starting cinder-volume node (version 21.3.1)');
  log('INFO', 'cinder.volume.manager', `${request} Starting volume driver RBDDriver (1.3.0)`);
  const trouble = driverTrouble(world, node, {
    entity: `client.${optionOf(options, backend, 'rbd_user') ?? 'None'}`,
    conf: optionOf(options, backend, 'rbd_ceph_conf') ?? '/etc/ceph/ceph.conf',
    pool: optionOf(options, backend, 'rbd_pool') ?? 'rbd',
  });
  world.cloud.running.cinderVolume.initialised = trouble === undefined;
  if (trouble === undefined) {
    log('INFO', 'cinder.volume.driver', `${request} Driver hasn't implemented _init_vendor_properties()`);
    log('INFO', 'cinder.volume.manager', `${request} Driver initialization completed successfully.`);
    log('INFO', 'cinder.volume.manager', `${request} Driver post RPC initialization completed successfully.`);
    return;
  }
  for (const record of world.cloud.services) if (record.binary === 'cinder-volume') record.lastBeat = world.clock.now();
  const says = 'Bad or unexpected response from the storage volume backend API: Error connecting to ceph cluster.';
  log('ERROR', 'cinder.volume.drivers.rbd', `${request} Error connecting to ceph cluster.: ${trouble}`);
  log('ERROR', 'cinder.volume.drivers.rbd', trouble);
  log(
    'ERROR',
    'cinder.volume.manager',
    `${request} Failed to initialize driver.: cinder.exception.VolumeBackendAPIException: ${says}`,
  );
  log('ERROR', 'cinder.volume.manager', trouble);
  log('ERROR', 'cinder.volume.manager', `cinder.exception.VolumeBackendAPIException: ${says}`);
  log('ERROR', 'cinder.service', heldBack('cinder-volume', `${node.name}@${backend}`));
};

/** A backend is in the list of services since it first started. */
function knowBackend({ cloud, clock }: World, node: LabNode, unit: Unit, host: string): void {
  if (cloud.services.some((s) => s.host === host)) return;
  const record = { id: randomUUID(), binary: 'cinder-volume', host, zone: 'nova', node: node.name, unit: unit.name };
  const at = cloud.services.findIndex((s) => s.binary === 'cinder-backup');
  cloud.services.splice(at, 0, { ...record, status: 'enabled', lastBeat: clock.now() });
}

const startCinderBackup: Start = (world, node, unit) => {
  const options = readOptions(world, node, unit, 'cinder', '/etc/cinder/cinder.conf');
  const log = (level: string, logger: string, text: string) => serviceLog(world, node, unit.name, level, logger, text);
  log('INFO', 'cinder.service', '[-] Starting cinder-backup node (version 21.3.1)');
  const trouble = driverTrouble(world, node, {
    entity: `client.${optionOf(options, 'DEFAULT', 'backup_ceph_user') ?? 'cinder'}`,
    conf: optionOf(options, 'DEFAULT', 'backup_ceph_conf') ?? '/etc/ceph/ceph.conf',
    pool: optionOf(options, 'DEFAULT', 'backup_ceph_pool') ?? 'backups',
  });
  if (trouble === undefined) return;
  for (const record of world.cloud.services) if (record.binary === 'cinder-backup') record.lastBeat = world.clock.now();
  const call = "'cinder.backup.manager.BackupManager._setup_backup_driver'";
  log('ERROR', 'oslo.service.loopingcall', `[-] Fixed interval looping call ${call} failed: ${trouble}`);
  log('ERROR', 'oslo.service.loopingcall', trouble);
  log('ERROR', 'cinder.service', heldBack('cinder-backup', node.name));
};

const heldBack = (binary: string, host: string): string =>
  `[-] Manager for service ${binary} ${host} is reporting problems, not sending heartbeat. Service will appear "down".`;

/** What python's rados would raise while a driver connects and opens its pool; undefined when all is well. */
export function driverTrouble(
  world: World,
  node: LabNode,
  want: { readonly entity: string; readonly conf: string; readonly pool: string; readonly user?: string },
): string | undefined {
  const identity = node.accounts.identity(want.user ?? 'cinder') ?? node.root;
  const connection = connect({ world, node, identity, entity: want.entity, conf: want.conf });
  if (connection.how === 'hunting')
    return 'rados.TimedOut: [errno 110] RADOS timed out (error connecting to the cluster)';
  if (connection.how === 'refused') return radosError(connection.why);
  if (!world.cluster.pool(want.pool)) {
    return `rados.ObjectNotFound: [errno 2] RADOS object not found (error opening pool '${want.pool}')`;
  }
  return undefined;
}

function radosError(why: string): string {
  const connecting = '(error connecting to the cluster)';
  switch (why) {
    case 'conf-missing':
      return 'rados.ObjectNotFound: [errno 2] RADOS object not found (error calling conf_read_file)';
    case 'conf-broken':
      return 'rados.InvalidArgumentError: [errno 22] RADOS invalid argument (error calling conf_read_file)';
    case 'no-keyring':
      return `rados.ObjectNotFound: [errno 2] RADOS object not found ${connecting}`;
    case 'no-key':
      return `rados.PermissionError: [errno 1] RADOS permission error ${connecting}`;
    case 'bad-key':
      return `rados.IOError: [errno 5] RADOS I/O error ${connecting}`;
    default:
      return `rados.PermissionDeniedError: [errno 13] RADOS permission denied ${connecting}`;
  }
}

const startNovaCompute: Start = (world, node, unit) => {
  const options = readOptions(world, node, unit, 'nova', '/etc/nova/nova.conf', '/etc/nova/nova-compute.conf');
  const log = (level: string, logger: string, text: string) => serviceLog(world, node, unit.name, level, logger, text);
  const rbd = optionOf(options, 'libvirt', 'images_type') === 'rbd';
  if (rbd && !node.packages.has('python3-rbd')) {
    log('ERROR', 'oslo_service.service', '[-] Error starting thread.: RuntimeError: rbd python libraries not found');
    end(world, node, unit);
    return;
  }
  if (rbd && !isTrue(optionOf(options, 'DEFAULT', 'force_raw_images'), true)) {
    const says =
      "nova.exception.InvalidConfiguration: '[DEFAULT]/force_raw_images = False' is not allowed with '[libvirt]/images_type = rbd'. Please check the two configs and if you really do want to use rbd as images_type, set force_raw_images to True.";
    log('ERROR', 'oslo_service.service', `[-] Error starting thread.: ${says}`);
    log('ERROR', 'oslo_service.service', says);
    end(world, node, unit);
    return;
  }
  log('INFO', 'nova.service', '[-] Starting compute node (version 26.2.2)');
  log(
    'INFO',
    'nova.virt.libvirt.driver',
    "[None req-1f0a6a3e-26f5-4bb5-9c58-6e5cf2cf4a38 - - - - - -] Connection event '1' reason 'None'",
  );
};

const startGeneric =
  (project: 'cinder' | 'nova', logger: string, text: string): Start =>
  (world, node, unit) => {
    readOptions(world, node, unit, project, `/etc/${project}/${project}.conf`);
    serviceLog(world, node, unit.name, 'INFO', logger, text);
  };

/** An API under uwsgi: reads its options and says nothing of it. */
const startApi =
  (project: 'cinder' | 'nova'): Start =>
  (world, node, unit) =>
    void readOptions(world, node, unit, project, `/etc/${project}/${project}.conf`);

const startLibvirt: Start = (_world, node) => {
  reloadSecrets(node);
  if (!node.hypervisor) return;
  const text = node.files.read(node.root, '/etc/libvirt/libvirtd.conf').toString();
  node.hypervisor.authTcp = /^\s*auth_tcp\s*=\s*"?(\w+)/m.exec(text)?.[1] ?? 'sasl';
};

const STARTS: Readonly<Record<string, Start>> = {
  'glance-api.service': startGlance,
  'cinder-api.service': startApi('cinder'),
  'nova-api.service': startApi('nova'),
  'cinder-volume.service': startCinderVolume,
  'cinder-backup.service': startCinderBackup,
  'cinder-scheduler.service': startGeneric(
    'cinder',
    'cinder.service',
    '[-] Starting cinder-scheduler node (version 21.3.1)',
  ),
  'nova-conductor.service': startGeneric('nova', 'nova.service', '[-] Starting conductor node (version 26.2.2)'),
  'nova-scheduler.service': startGeneric('nova', 'nova.service', '[-] Starting scheduler node (version 26.2.2)'),
  'libvirtd.service': startLibvirt,
  'nova-compute.service': startNovaCompute,
};
