import { connect } from './ceph-client.ts';
import { driverTrouble, serviceLog } from './services.ts';
import { BACKEND_TROUBLE, runningBackends } from './workflows/volumes.ts';
import { runningOptions } from './world/cloud.ts';
import { optionOf } from './world/ini.ts';
import type { Unit } from './world/units.ts';
import type { LabNode, World } from './world/world.ts';

const REQUEST = '[None req-2b982028-aeb1-45b4-8897-38e1450ec2ba - - - - - -]';

/**
 * One turn of what services do every minute and complain of when they cannot: cinder-volume asks how full its pool is, nova-compute takes
 * stock of its node. Whoever looks later finds it in their logs, as on a real cluster.
 */
export function periodicTasks(world: World): void {
  for (const node of world.nodes.values()) {
    const running = (name: string): Unit | undefined => {
      const unit = node.units.get(name);
      return unit?.active === 'active' ? unit : undefined;
    };
    const cinder = running('cinder-volume.service');
    if (cinder && world.cloud.running.cinderVolume.initialised) cinderStats(world, node, cinder);
    const nova = running('nova-compute.service');
    if (nova) novaResources(world, node, nova);
  }
}

function cinderStats(world: World, node: LabNode, unit: Unit): void {
  const [backend] = runningBackends(world);
  const trouble = backend && driverTrouble(world, node, backend);
  if (trouble === undefined) return;
  const log = (logger: string, text: string) => serviceLog(world, node, unit.name, 'ERROR', logger, text);
  const says = BACKEND_TROUBLE;
  log('cinder.volume.drivers.rbd', `${REQUEST} Error connecting to ceph cluster.: ${trouble}`);
  log('cinder.volume.drivers.rbd', trouble);
  log('oslo_service.periodic_task', `${REQUEST} Error during VolumeManager.publish_service_capabilities: ${says}`);
  log('oslo_service.periodic_task', trouble);
  log('oslo_service.periodic_task', says);
}

/** Whether nova-compute could learn how full its pool is; what it logs when it could not. */
export function novaResources(world: World, node: LabNode, unit: Unit): boolean {
  const options = runningOptions(world.cloud, node.name, unit.name);
  const user = optionOf(options, 'libvirt', 'rbd_user');
  if (user === undefined || optionOf(options, 'libvirt', 'images_type') !== 'rbd') return true;
  const conf = optionOf(options, 'libvirt', 'images_rbd_ceph_conf') ?? '/etc/ceph/ceph.conf';
  const identity = node.accounts.identity('nova') ?? node.root;
  const connection = connect({ world, node, identity, entity: `client.${user}`, conf }, 3);
  // Without an answer it is still waiting.
  if (connection.how !== 'refused') return true;
  const log = (logger: string, text: string) => serviceLog(world, node, unit.name, 'ERROR', logger, text);
  const failed = 'oslo_concurrency.processutils.ProcessExecutionError: Unexpected error while running command.';
  const storage = 'nova.exception.StorageError: Storage error: Could not determine disk usage';
  log('nova.storage.rbd_utils', `${REQUEST} Could not determine disk usage: ${failed}`);
  log('nova.storage.rbd_utils', failed);
  log('nova.storage.rbd_utils', `Command: ceph df --format=json --id ${user} --conf ${conf}`);
  log('nova.storage.rbd_utils', `Exit code: ${connection.why === 'conf-missing' ? 2 : 1}`);
  log('nova.storage.rbd_utils', `Stderr: ${JSON.stringify(`${stderrOf(connection)}\n`)}`);
  log('nova.compute.manager', `${REQUEST} Error updating resources for node ${node.name}.: ${storage}`);
  log('nova.compute.manager', storage);
  return false;
}

/** What the ceph command leaves on stderr. */
function stderrOf({ why, errno, log }: Extract<ReturnType<typeof connect>, { how: 'refused' }>): string {
  if (why === 'conf-missing')
    return "Error initializing cluster client: ObjectNotFound('RADOS object not found (error calling conf_read_file)')";
  const says =
    why === 'no-keyring' ? 'RADOS object not found' : why === 'denied' ? 'RADOS permission denied' : 'RADOS error';
  return [...log, `[errno ${errno}] ${says} (error connecting to the cluster)`].join('\n');
}
