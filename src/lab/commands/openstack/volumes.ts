import { randomUUID } from 'node:crypto';
import { serviceLog } from '../../services.ts';
import { type Call, fail, has, last, type Options, ok, type Result } from '../../shell/program.ts';
import { createBackup, createSnapshot } from '../../workflows/volume-copies.ts';
import { createVolume, deleteVolume } from '../../workflows/volumes.ts';
import { apiTime } from '../../world/clock.ts';
import { runningOptions, type VolumeCopy } from '../../world/cloud.ts';
import { optionOf } from '../../world/ini.ts';
import { nodeOf } from '../../world/world.ts';
import { services, setService, volumeFields } from './fields.ts';
import { type Fields, listOutput, showOutput } from './output.ts';
import { CINDER, isResult, noneFound, noneWith, one, shower, type Verb } from './verb.ts';

const volumes = (call: Call) => call.world.cloud.volumes;
const types = (call: Call) => call.world.cloud.volumeTypes;
const refused = (says: string, code: number): Result =>
  fail(1, `${says} (HTTP ${code}) (Request-ID: req-${randomUUID()})\n`);

function create(call: Call, options: Options, [name = '']: readonly string[]): Result {
  const image = last(options, 'image');
  const found = image === undefined ? undefined : one(call.world.cloud.images, image, noneFound('Image'));
  if (found && isResult(found)) return found;
  const source = last(options, 'source');
  const from = source === undefined ? undefined : one(volumes(call), source, noneWith('volume'));
  if (from && isResult(from)) return from;
  const size = Number(last(options, 'size') ?? from?.size);
  if (!Number.isInteger(size) || size < 1)
    return fail(1, '--size is a required option if snapshot or source volume is not specified.\n');
  const fallback = optionOf(
    runningOptions(call.world.cloud, 'controller', 'cinder-api.service'),
    'DEFAULT',
    'default_volume_type',
  );
  const wanted = last(options, 'type');
  const type = types(call).find((t) => [t.name, t.id].includes(wanted ?? fallback ?? '__DEFAULT__'));
  if (!type) {
    if (wanted !== undefined) return refused(`Volume type with name ${wanted} could not be found.`, 404);
    const words = '[-] Default volume type is not found. Please check default_volume_type config:';
    serviceLog(
      call.world,
      nodeOf(call.world, 'controller'),
      'cinder-api.service',
      'ERROR',
      'cinder.volume.volume_types',
      words,
    );
    return refused('The server has either erred or is incapable of performing the requested operation.', 500);
  }
  const volume = createVolume(call.world, {
    ...{ name, size, type: type.name },
    ...(found && { imageId: found.id }),
    ...(from && { sourceId: from.id }),
  });
  const hidden = /^os-vol-|^volume_image_metadata$/;
  const fields = Object.entries(volumeFields(call, volume)).filter(([k]) => !hidden.test(k));
  return showOutput({ ...Object.fromEntries(fields), bootable: 'false', updated_at: null }, options);
}

function remove(call: Call, _options: Options, words: readonly string[]): Result {
  for (const word of words) {
    const volume = one(volumes(call), word, noneWith('volume'));
    if (isResult(volume)) return volume;
    const idle = /^(available|error|error_deleting|error_restoring)$/.test(volume.status);
    if (!idle || call.world.cloud.snapshots.some((s) => s.volume === volume.id))
      return refused(
        `Failed to delete volume with name or ID '${word}': Invalid volume: Volume status must be available or error or error_restoring or error_extending or error_managing and must not be migrating, attached, belong to a group, have snapshots or be disassociated from snapshots after volume transfer.`,
        400,
      );
    deleteVolume(call.world, volume);
  }
  return ok();
}

const typeFields = ({ id, name, properties }: ReturnType<typeof types>[number]): Fields => ({
  ...{ access_project_ids: null, description: null, id, is_public: true, name, properties, qos_specs_id: null },
});

/** `KEY=VALUE` of each `--property`. */
const properties = (options: Options): Record<string, string> =>
  Object.fromEntries(
    (options.values.get('property') ?? []).map((p) => [p.slice(0, p.indexOf('=')), p.slice(p.indexOf('=') + 1)]),
  );

function createType(call: Call, options: Options, [name = '']: readonly string[]): Result {
  if (types(call).some((t) => t.name === name)) return refused(`Volume Type ${name} already exists.`, 409);
  const type = { id: randomUUID(), name, properties: properties(options) };
  types(call).push(type);
  const { id } = type;
  const more = has(options, 'property') ? { properties: type.properties } : {};
  return showOutput({ description: null, id, is_public: true, name, ...more }, options);
}

function setType(call: Call, options: Options, [word]: readonly string[]): Result {
  const type = one(types(call), word, noneWith('volume_type'));
  if (isResult(type)) return type;
  type.properties = { ...type.properties, ...properties(options) };
  return ok();
}

const copyFields = (call: Call, c: VolumeCopy): Fields => ({
  ...{ created_at: apiTime(c.created), description: null, ...(c.failure !== undefined && { fail_reason: c.failure }) },
  ...{ id: c.id, name: c.name, size: c.size, status: c.status, volume_id: c.volume, user_id: call.world.cloud.userId },
});

const copyList = (copies: readonly VolumeCopy[], options: Options): Result =>
  listOutput(
    copies.map((c) => ({ ID: c.id, Name: c.name, Description: null, Status: c.status, Size: c.size })),
    options,
  );

function copy(
  make: typeof createSnapshot,
  name: (options: Options, words: readonly string[]) => [string | undefined, string],
): Verb['run'] {
  return (call, options, words) => {
    const [of, called] = name(options, words);
    const volume = one(volumes(call), of, noneWith('volume'));
    if (isResult(volume)) return volume;
    const forced = has(options, 'force');
    if (volume.status !== 'available' && !(volume.status === 'in-use' && forced))
      return refused(
        `Invalid volume: Volume ${volume.id} status must be available, but current status is: ${volume.status}.`,
        400,
      );
    return showOutput(copyFields(call, make(call.world, volume, called)), options);
  };
}

export const volumeVerbs: Readonly<Record<string, Verb>> = {
  'volume list': {
    api: CINDER,
    run: (call, options) => {
      const to = (v: ReturnType<typeof volumes>[number]) =>
        v.attachments.map((a) => ({ server_id: a.server, device: a.device, volume_id: v.id }));
      const rows = volumes(call).map((v) => ({
        ID: v.id,
        Name: v.name,
        Status: v.status,
        Size: v.size,
        'Attached to': to(v),
      }));
      return listOutput(rows, options);
    },
  },
  'volume show': { api: CINDER, run: shower(volumes, volumeFields, noneWith('volume')) },
  'volume create': { api: CINDER, run: create },
  'volume delete': { api: CINDER, run: remove },
  'volume service list': { api: CINDER, run: (call, options) => listOutput(services(call, 'cinder'), options) },
  'volume service set': { api: CINDER, run: setService('Service could not be found.') },
  'volume type list': {
    api: CINDER,
    run: (call, options) =>
      listOutput(
        [...types(call)].reverse().map((t) => ({ ID: t.id, Name: t.name, 'Is Public': true })),
        options,
      ),
  },
  'volume type show': { api: CINDER, run: shower(types, (_, t) => typeFields(t), noneWith('volume_type')) },
  'volume type create': { api: CINDER, run: createType },
  'volume type set': { api: CINDER, run: setType },
  'volume snapshot create': {
    api: CINDER,
    run: copy(createSnapshot, (options, [name = '']) => [last(options, 'volume') ?? name, name]),
  },
  'volume snapshot list': { api: CINDER, run: (call, options) => copyList(call.world.cloud.snapshots, options) },
  'volume snapshot show': {
    api: CINDER,
    run: shower((c) => c.world.cloud.snapshots, copyFields, noneWith('snapshot')),
  },
  'volume backup create': {
    api: CINDER,
    run: copy(createBackup, (options, [volume]) => [volume, last(options, 'name') ?? '']),
  },
  'volume backup list': { api: CINDER, run: (call, options) => copyList(call.world.cloud.backups, options) },
  'volume backup show': { api: CINDER, run: shower((c) => c.world.cloud.backups, copyFields, noneFound('Backup')) },
};
