import { type Call, fail, has, type Options, ok, type Result } from '../../shell/program.ts';
import { apiTime } from '../../world/clock.ts';
import type { GlanceImage, Server, Volume } from '../../world/cloud.ts';
import { beats, lastBeat } from '../../world/service-beat.ts';
import type { Fields } from './output.ts';

const zulu = (t: Date): string => `${t.toISOString().slice(0, 19)}Z`;

export function services(call: Call, prefix: 'cinder' | 'nova'): Fields[] {
  return call.world.cloud.services
    .filter((s) => s.binary.startsWith(prefix))
    .map((s) => {
      const id: Fields = prefix === 'nova' ? { ID: s.id } : {};
      return {
        ...id,
        Binary: s.binary,
        Host: s.host,
        Zone: s.zone,
        Status: s.status,
        State: beats(call.world, s) ? 'up' : 'down',
        'Updated At': apiTime(lastBeat(call.world, s)),
      };
    });
}

/** `service set --enable|--disable HOST BINARY`. */
export const setService =
  (missing: string) =>
  (call: Call, options: Options, [host, binary]: readonly string[]): Result => {
    const found = call.world.cloud.services.find((s) => s.host === host && s.binary === binary);
    if (!found) return fail(1, `${missing}\n`);
    if (has(options, 'disable')) found.status = 'disabled';
    else if (has(options, 'enable')) found.status = 'enabled';
    return ok();
  };

export function imageFields(call: Call, image: GlanceImage): Fields {
  const { showDirectUrl, showLocations } = call.world.cloud.running.glance;
  const url = image.location;
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
      stores: image.store,
      ...(showLocations && { locations: [{ url, metadata: { store: image.store } }] }),
      ...(showDirectUrl && { direct_url: url }),
    },
    protected: false,
    schema: '/v2/schemas/image',
    size: image.size,
    status: image.status,
    tags: [],
    updated_at: zulu(image.updated),
    virtual_size: image.virtualSize,
    visibility: image.visibility,
  };
}

export function volumeFields(call: Call, volume: Volume): Fields {
  const image = call.world.cloud.images.find((i) => i.id === volume.imageId);
  return {
    attachments: volume.attachments.map((a) => ({
      id: volume.id,
      attachment_id: a.id,
      volume_id: volume.id,
      server_id: a.server,
      host_name: call.world.cloud.servers.find((s) => s.id === a.server)?.host ?? null,
      device: a.device,
    })),
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
    'os-vol-host-attr:host': volume.host ?? null,
    'os-vol-mig-status-attr:migstat': null,
    'os-vol-mig-status-attr:name_id': null,
    'os-vol-tenant-attr:tenant_id': call.world.cloud.projectId,
    properties: {},
    replication_status: null,
    size: volume.size,
    snapshot_id: null,
    source_volid: volume.sourceId ?? null,
    status: volume.status,
    type: volume.type,
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

/** Numbers as the API gives them; nova's names for the power of an instance are in its tables. */
export function serverFields(call: Call, server: Server): Fields {
  const image = call.world.cloud.images.find((i) => i.id === server.imageId);
  const built = server.status !== 'BUILD' && server.status !== 'ERROR';
  const volumes = call.world.cloud.volumes.filter((v) => v.attachments.some((a) => a.server === server.id));
  return {
    'OS-DCF:diskConfig': 'MANUAL',
    'OS-EXT-AZ:availability_zone': server.host === '' ? '' : 'nova',
    'OS-EXT-SRV-ATTR:host': server.host === '' ? null : server.host,
    'OS-EXT-SRV-ATTR:hypervisor_hostname': server.host === '' ? null : server.host,
    'OS-EXT-SRV-ATTR:instance_name': server.instance,
    'OS-EXT-STS:power_state': built ? 1 : 0,
    'OS-EXT-STS:task_state': server.task,
    'OS-EXT-STS:vm_state': server.status === 'BUILD' ? 'building' : server.status === 'ERROR' ? 'error' : 'active',
    'OS-SRV-USG:launched_at': built ? apiTime(server.created) : null,
    'OS-SRV-USG:terminated_at': null,
    accessIPv4: '',
    accessIPv6: '',
    addresses: server.addresses,
    config_drive: '',
    created: zulu(server.created),
    ...(server.fault !== undefined && {
      fault: { code: 500, created: zulu(server.created), message: server.fault },
    }),
    flavor: `${server.flavor.name} (${server.flavor.id})`,
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
    volumes_attached: volumes.map((v) => ({ id: v.id })),
  };
}
