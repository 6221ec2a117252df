import { randomUUID } from 'node:crypto';
import { type Call, fail, has, last, type Options, ok, type Result } from '../../shell/program.ts';
import { attach, detach } from '../../workflows/attachments.ts';
import { hostsUp } from '../../workflows/compute.ts';
import { createServer, deleteServer } from '../../workflows/instances.ts';
import { hasSharedDisk, migrate } from '../../workflows/migrations.ts';
import type { Server } from '../../world/cloud.ts';
import { serverFields, services, setService } from './fields.ts';
import { type Fields, listOutput, showOutput } from './output.ts';
import { ENDED, isResult, NOVA, noneFound, noneWith, one, shower, until, type Verb } from './verb.ts';

const servers = (call: Call) => call.world.cloud.servers;
const server = (call: Call, word: string | undefined) => one(servers(call), word, noneFound('Server'));
const refused = (says: string, code: number): Result =>
  fail(1, `${says} (HTTP ${code}) (Request-ID: req-${randomUUID()})\n`);

function list(call: Call, options: Options): Result {
  const image = (s: Server): string => call.world.cloud.images.find((i) => i.id === s.imageId)?.name ?? '';
  const rows = [...servers(call)].reverse().map((s): Fields => {
    const head = { ID: s.id, Name: s.name, Status: s.status };
    if (!has(options, 'long')) return { ...head, Networks: s.addresses, Image: image(s), Flavor: s.flavor.name };
    return {
      ...head,
      'Task State': s.task,
      'Power State': s.status === 'ACTIVE' || s.status === 'MIGRATING' ? 1 : 0,
      Networks: s.addresses,
      'Image Name': image(s),
      'Image ID': s.imageId,
      'Flavor Name': s.flavor.name,
      'Flavor ID': s.flavor.id,
      'Availability Zone': 'nova',
      Host: s.host,
      Properties: {},
    };
  });
  return listOutput(rows, options);
}

/** One address in the first subnet of each network; `--nic none` and no network at all give none. */
function addressesOf(call: Call, options: Options): Server['addresses'] | Result {
  const wanted = [...(options.values.get('network') ?? []), ...(options.values.get('nic') ?? [])]
    .map((w) => w.replace(/^net-id=/, ''))
    .filter((w) => w !== 'none');
  const addresses: Record<string, string[]> = {};
  for (const word of wanted) {
    const network = one(call.world.cloud.networks, word, noneFound('Network'));
    if (isResult(network)) return network;
    const taken = servers(call).flatMap((s) => s.addresses[network.name] ?? []).length;
    const base = network.subnets[0]?.cidr.replace(/\.\d+\/\d+$/, '');
    if (base === undefined)
      return refused(`Network ${network.id} requires a subnet in order to boot instances on.`, 400);
    addresses[network.name] = [`${base}.${10 + taken}`];
  }
  return addresses;
}

async function create(call: Call, options: Options, [name]: readonly string[]): Promise<Result> {
  const { cloud } = call.world;
  if (name === undefined || !has(options, 'flavor'))
    return fail(2, 'usage: openstack server create … --flavor <flavor> --image <image> <server-name>\n');
  if (!has(options, 'image')) return fail(2, 'openstack server create: the practice cluster boots from --image only\n');
  const image = one(cloud.images, last(options, 'image'), noneFound('Image'));
  if (isResult(image)) return image;
  const flavor = one(cloud.flavors, last(options, 'flavor'), noneWith('flavor'));
  if (isResult(flavor)) return flavor;
  const addresses = addressesOf(call, options);
  if (isResult(addresses)) return addresses;
  if (flavor.disk > 0 && flavor.disk * 1024 ** 3 < image.virtualSize)
    return refused("Flavor's disk is too small for requested image.", 400);
  const host = last(options, 'host') ?? last(options, 'zone')?.split(':')[1];
  const made = createServer(call.world, {
    name,
    image,
    flavor,
    addresses: addresses as Server['addresses'],
    ...(host !== undefined && { host }),
  });
  if (has(options, 'wait')) {
    if (!(await until(call, () => made.status !== 'BUILD'))) return ENDED;
    if (made.status === 'ERROR') return fail(1, `Error creating server: ${name}\nError creating server\n`);
  }
  const { 'OS-DCF:diskConfig': disk, ...rest } = serverFields(call, made);
  const shown = { ...rest, adminPass: randomUUID().replaceAll('-', '').slice(0, 12) };
  return showOutput({ 'OS-DCF:diskConfig': disk, ...sorted(shown) }, options);
}

const sorted = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));

async function remove(call: Call, options: Options, words: readonly string[]): Promise<Result> {
  for (const word of words) {
    const found = server(call, word);
    if (isResult(found)) return found;
    deleteServer(call.world, found);
    if (has(options, 'wait') && !(await until(call, () => !servers(call).includes(found)))) return ENDED;
  }
  return ok();
}

function addVolume(call: Call, options: Options, [of, what]: readonly string[]): Result {
  const found = server(call, of);
  if (isResult(found)) return found;
  const volume = one(call.world.cloud.volumes, what, noneFound('Volume'));
  if (isResult(volume)) return volume;
  if (found.status !== 'ACTIVE')
    return refused(
      `Cannot 'attach_volume' instance ${found.id} while it is in vm_state ${found.status === 'BUILD' ? 'building' : 'error'}`,
      409,
    );
  if (volume.status !== 'available')
    return refused(
      `Invalid volume: volume '${volume.id}' status must be 'available'. Currently in '${volume.status}'`,
      400,
    );
  const device = attach(call.world, found, volume);
  return showOutput({ ID: volume.id, 'Server ID': found.id, 'Volume ID': volume.id, Device: device }, options);
}

function removeVolume(call: Call, _options: Options, [of, what]: readonly string[]): Result {
  const found = server(call, of);
  if (isResult(found)) return found;
  const volume = one(call.world.cloud.volumes, what, noneFound('Volume'));
  if (isResult(volume)) return volume;
  if (!volume.attachments.some((a) => a.server === found.id))
    return refused(`Instance ${found.id} is not attached.`, 404);
  detach(call.world, found, volume);
  return ok();
}

async function migration(call: Call, options: Options, [word]: readonly string[]): Promise<Result> {
  const found = server(call, word);
  if (isResult(found)) return found;
  if (!has(options, 'live'))
    return fail(2, 'openstack server migrate: the practice cluster knows --live-migration only\n');
  if (found.status !== 'ACTIVE')
    return refused(
      `Cannot 'os-migrateLive' instance ${found.id} while it is in vm_state ${found.status.toLowerCase()}`,
      409,
    );
  const up = hostsUp(call.world).filter((h) => h !== found.host);
  const host = last(options, 'host');
  const to = host === undefined ? up[0] : up.find((h) => h === host);
  if (to === undefined) {
    return host === undefined
      ? refused('No valid host was found. There are not enough hosts available.', 400)
      : refused(`Compute service of ${host} is unavailable at this time.`, 400);
  }
  if (!hasSharedDisk(call.world, found))
    return refused(
      `${found.host} is not on shared storage: Shared storage live-migration requires either shared storage or boot-from-volume with no local disks.`,
      400,
    );
  const moved = migrate(call.world, found, to);
  if (!has(options, 'wait')) return ok();
  if (!(await until(call, () => moved.status !== 'running'))) return ENDED;
  return moved.status === 'completed'
    ? ok('Complete\n')
    : fail(1, `Error migrating server: ${found.id}\nError migrating server\n`);
}

export const serverVerbs: Readonly<Record<string, Verb>> = {
  'compute service list': { api: NOVA, run: (call, options) => listOutput(services(call, 'nova'), options) },
  'compute service set': { api: NOVA, run: setService('Compute service could not be found.') },
  'server list': { api: NOVA, run: list },
  'server show': { api: NOVA, run: shower(servers, serverFields, noneFound('Server')) },
  'server create': { api: NOVA, run: create },
  'server delete': { api: NOVA, run: remove },
  'server add volume': { api: NOVA, run: addVolume },
  'server remove volume': { api: NOVA, run: removeVolume },
  'server migrate': { api: NOVA, run: migration },
};
