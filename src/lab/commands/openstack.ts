import { randomUUID } from 'node:crypto';
import {
  type Call,
  fail,
  has,
  last,
  type Options,
  ok,
  type Program,
  parseArguments,
  type Result,
  unsupported,
} from '../shell/program.ts';
import { apiTime } from '../world/clock.ts';
import type { GlanceImage, Server, ServiceRecord, Volume } from '../world/cloud.ts';
import { reach } from '../world/network.ts';
import { isActive } from '../world/world.ts';
import { type Fields, listOutput, showOutput } from './openstack-output.ts';

/** Seconds after its last heartbeat that a service counts as down: service_down_time. */
const DOWN_AFTER = 60;

const FLAVOR = '2ce15845-3c83-4637-a02f-05c8731f51ab';

const zulu = (t: Date): string => `${t.toISOString().slice(0, 19)}Z`;

/** Signs in with the OS_ variables, as every openstack command does first. */
async function signIn(call: Call): Promise<Result | undefined> {
  const url = call.env.OS_AUTH_URL;
  if (url === undefined) return fail(1, 'Missing value auth-url required for auth plugin password\n');
  const { hostname, port } = new URL(url);
  const met = reach(call.world, call.node, hostname, Number(port || 80));
  if (met !== 'open') {
    if (met === 'silent' && !(await call.wait(3.07))) return fail(143, '');
    return fail(
      1,
      `Failed to discover available identity versions when contacting ${url}. Attempting to parse version from URL.\nUnable to establish connection to ${url}/auth/tokens\n`,
    );
  }
  if (call.env.OS_PASSWORD === call.world.cloud.password && call.env.OS_USERNAME === 'admin') return undefined;
  return fail(1, `The request you have made requires authentication. (HTTP 401) (Request-ID: req-${randomUUID()})\n`);
}

/** Answers when the API of a service does not. */
function apiDown(call: Call, unit: string, port: number): Result | undefined {
  if (isActive(call.world.nodes.get('controller'), unit)) return undefined;
  return fail(
    1,
    `Unable to establish connection to http://controller:${port}: HTTPConnectionPool(host='controller', port=${port}): Max retries exceeded (Connection refused)\n`,
  );
}

function beat(call: Call, s: ServiceRecord): { state: string; updated: string } {
  const unit = isActive(call.world.nodes.get(s.node), s.unit);
  const beats = unit && (s.binary !== 'cinder-volume' || call.world.cloud.running.cinderVolume.initialised);
  const now = call.world.clock.now();
  const at = beats ? new Date(now.getTime() - (now.getTime() % 10_000)) : s.lastBeat;
  const up = now.getTime() - at.getTime() < DOWN_AFTER * 1000;
  return { state: up ? 'up' : 'down', updated: apiTime(at) };
}

function services(call: Call, prefix: 'cinder' | 'nova'): Fields[] {
  return call.world.cloud.services
    .filter((s) => s.binary.startsWith(prefix))
    .map((s) => {
      const { state, updated } = beat(call, s);
      const id: Fields = prefix === 'nova' ? { ID: s.id } : {};
      return {
        ...id,
        Binary: s.binary,
        Host: s.host,
        Zone: s.zone,
        Status: s.status,
        State: state,
        'Updated At': updated,
      };
    });
}

function imageFields(call: Call, image: GlanceImage): Fields {
  const { fsid } = call.world.cluster;
  const { showDirectUrl, showLocations } = call.world.cloud.running.glance;
  const url = `rbd://${fsid}/images/${image.id}/snap`;
  return {
    checksum: image.checksum,
    container_format: 'bare',
    created_at: zulu(image.created),
    disk_format: image.diskFormat,
    file: `/v2/images/${image.id}/file`,
    id: image.id,
    min_disk: 0,
    min_ram: 0,
    name: image.name,
    owner: call.world.cloud.projectId,
    properties: {
      os_hidden: false,
      os_hash_algo: 'sha512',
      os_hash_value: image.hash,
      stores: 'rbd',
      ...(showLocations && { locations: [{ url, metadata: { store: 'rbd' } }] }),
      ...(showDirectUrl && { direct_url: url }),
    },
    protected: false,
    schema: '/v2/schemas/image',
    size: image.size,
    status: image.status,
    tags: [],
    updated_at: zulu(image.updated),
    virtual_size: image.virtualSize,
    visibility: 'public',
  };
}

function volumeFields(call: Call, volume: Volume): Fields {
  const image = call.world.cloud.images.find((i) => i.id === volume.imageId);
  return {
    attachments: [],
    availability_zone: 'nova',
    bootable: String(image !== undefined),
    consistencygroup_id: null,
    created_at: apiTime(volume.created),
    description: null,
    encrypted: false,
    id: volume.id,
    migration_status: null,
    multiattach: false,
    name: volume.name,
    'os-vol-host-attr:host': 'controller@ceph#ceph',
    'os-vol-mig-status-attr:migstat': null,
    'os-vol-mig-status-attr:name_id': null,
    'os-vol-tenant-attr:tenant_id': call.world.cloud.projectId,
    properties: {},
    replication_status: null,
    size: volume.size,
    snapshot_id: null,
    source_volid: null,
    status: volume.status,
    type: 'ceph',
    updated_at: apiTime(volume.updated),
    user_id: call.world.cloud.userId,
    ...(image && {
      volume_image_metadata: {
        image_id: image.id,
        image_name: image.name,
        checksum: image.checksum,
        container_format: 'bare',
        disk_format: image.diskFormat,
        min_disk: '0',
        min_ram: '0',
        size: String(image.size),
      },
    }),
  };
}

function serverFields(call: Call, server: Server): Fields {
  const image = call.world.cloud.images.find((i) => i.id === server.imageId);
  return {
    'OS-DCF:diskConfig': 'MANUAL',
    'OS-EXT-AZ:availability_zone': 'nova',
    'OS-EXT-SRV-ATTR:host': server.host,
    'OS-EXT-SRV-ATTR:hypervisor_hostname': server.host,
    'OS-EXT-SRV-ATTR:instance_name': server.instance,
    'OS-EXT-STS:power_state': 1,
    'OS-EXT-STS:task_state': null,
    'OS-EXT-STS:vm_state': 'active',
    'OS-SRV-USG:launched_at': apiTime(server.created),
    'OS-SRV-USG:terminated_at': null,
    accessIPv4: '',
    accessIPv6: '',
    addresses: {},
    config_drive: '',
    created: zulu(server.created),
    flavor: `test-flavor (${FLAVOR})`,
    hostId: '397fcc864f0c26fe3a44824dd5d593ef73b58cf8ba6bc6e75c62937f',
    id: server.id,
    image: `${image?.name} (${server.imageId})`,
    key_name: null,
    name: server.name,
    progress: 0,
    project_id: call.world.cloud.projectId,
    properties: {},
    status: server.status,
    updated: zulu(server.created),
    user_id: call.world.cloud.userId,
    volumes_attached: [],
  };
}

interface Verb {
  readonly api: readonly [unit: string, port: number];
  run(call: Call, options: Options, words: readonly string[]): Result;
}

const GLANCE = ['glance-api.service', 9292] as const;
const CINDER = ['cinder-api.service', 8776] as const;
const NOVA = ['nova-api.service', 8774] as const;

/** By id or name; the CLI's own words when there is none. */
function one<T extends { id: string; name: string }>(
  items: readonly T[],
  word: string | undefined,
  missing: (word: string) => string,
): T | Result {
  if (word === undefined) return fail(2, 'usage: openstack … show <name or id>\n');
  return items.find((i) => i.id === word || i.name === word) ?? fail(1, `${missing(word)}\n`);
}

function shower<T extends { id: string; name: string }>(
  items: (call: Call) => readonly T[],
  fields: (call: Call, item: T) => Fields,
  missing: (word: string) => string,
): Verb['run'] {
  return (call, options, words) => {
    const found = one(items(call), words[0], missing);
    return 'code' in found ? found : showOutput(fields(call, found), options);
  };
}

const byName = <T extends { name: string }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : 1));

const VERBS: Readonly<Record<string, Verb>> = {
  'image list': {
    api: GLANCE,
    run: (call, options) =>
      listOutput(
        byName(call.world.cloud.images).map((i) => ({ ID: i.id, Name: i.name, Status: i.status })),
        options,
      ),
  },
  'image show': {
    api: GLANCE,
    run: shower(
      (c) => c.world.cloud.images,
      imageFields,
      (w) => `No Image found for ${w}`,
    ),
  },
  'volume list': {
    api: CINDER,
    run: (call, options) =>
      listOutput(
        call.world.cloud.volumes.map((v) => ({
          ID: v.id,
          Name: v.name,
          Status: v.status,
          Size: v.size,
          'Attached to': [],
        })),
        options,
      ),
  },
  'volume show': {
    api: CINDER,
    run: shower(
      (c) => c.world.cloud.volumes,
      volumeFields,
      (w) => `No volume with a name or ID of '${w}' exists.`,
    ),
  },
  'volume service list': { api: CINDER, run: (call, options) => listOutput(services(call, 'cinder'), options) },
  'volume type show': {
    api: CINDER,
    run: (call, options, words) =>
      words[0] === 'ceph' || words[0] === call.world.cloud.volumeTypeId
        ? showOutput(
            {
              access_project_ids: null,
              description: null,
              id: call.world.cloud.volumeTypeId,
              is_public: true,
              name: 'ceph',
              properties: { volume_backend_name: 'ceph' },
              qos_specs_id: null,
            },
            options,
          )
        : fail(1, `No volume_type with a name or ID of '${words[0]}' exists.\n`),
  },
  'compute service list': { api: NOVA, run: (call, options) => listOutput(services(call, 'nova'), options) },
  'server list': {
    api: NOVA,
    run: (call, options) => {
      const image = (s: Server): string => call.world.cloud.images.find((i) => i.id === s.imageId)?.name ?? '';
      const rows = [...call.world.cloud.servers].reverse().map((s): Fields => {
        const head = { ID: s.id, Name: s.name, Status: s.status };
        if (!has(options, 'long')) return { ...head, Networks: {}, Image: image(s), Flavor: 'test-flavor' };
        return {
          ...head,
          'Task State': null,
          'Power State': 1,
          Networks: {},
          'Image Name': image(s),
          'Image ID': s.imageId,
          'Flavor Name': 'test-flavor',
          'Flavor ID': FLAVOR,
          'Availability Zone': 'nova',
          Host: s.host,
          Properties: {},
        };
      });
      return listOutput(rows, options);
    },
  },
  'server show': {
    api: NOVA,
    run: shower(
      (c) => c.world.cloud.servers,
      serverFields,
      (w) => `No Server found for ${w}`,
    ),
  },
  'token issue': { api: ['keystone.service', 5000], run: (call) => unsupported(call, 'issuing tokens') },
};

export const openstack: Program = async (call) => {
  if (call.args[0] === '--version') return ok('openstack 6.0.0\n');
  const options = parseArguments(call.args, {
    '-f': 'format=', '--format': 'format=', '-c': 'column=', '--column': 'column=', '--long': 'long', '--all-projects': 'all', '--noindent': 'noindent',
  }); // biome-ignore format: a table
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const name = [3, 2].map((n) => options.rest.slice(0, n).join(' ')).find((n) => n in VERBS);
  const verb = name === undefined ? undefined : VERBS[name];
  if (name === undefined || verb === undefined) return unsupported(call, `the command ${options.rest.join(' ')}`);
  const denied = await signIn(call);
  if (denied) return denied;
  const format = last(options, 'format');
  if (format !== undefined && !['json', 'value', 'table', 'yaml'].includes(format))
    return unsupported(call, `-f ${format}`);
  return apiDown(call, ...verb.api) ?? verb.run(call, options, options.rest.slice(name.split(' ').length));
};
