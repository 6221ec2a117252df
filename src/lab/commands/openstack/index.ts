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
} from '../../shell/program.ts';
import type { Server } from '../../world/cloud.ts';
import { FLAVOR, imageFields, serverFields, services, volumeFields } from './fields.ts';
import { type Fields, listOutput, showOutput } from './output.ts';
import { apiDown, signIn } from './sign-in.ts';

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
