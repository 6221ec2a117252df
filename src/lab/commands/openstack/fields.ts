import type { Call } from '../../shell/program.ts';
import { apiTime } from '../../world/clock.ts';
import type { GlanceImage, Server, ServiceRecord, Volume } from '../../world/cloud.ts';
import { isActive } from '../../world/world.ts';
import type { Fields } from './output.ts';

/** Seconds after its last heartbeat that a service counts as down: service_down_time. */
const DOWN_AFTER = 60;

export const FLAVOR = '2ce15845-3c83-4637-a02f-05c8731f51ab';

const zulu = (t: Date): string => `${t.toISOString().slice(0, 19)}Z`;

function beat(call: Call, s: ServiceRecord): { state: string; updated: string } {
  const unit = isActive(call.world.nodes.get(s.node), s.unit);
  const beats = unit && (s.binary !== 'cinder-volume' || call.world.cloud.running.cinderVolume.initialised);
  const now = call.world.clock.now();
  const at = beats ? new Date(now.getTime() - (now.getTime() % 10_000)) : s.lastBeat;
  const up = now.getTime() - at.getTime() < DOWN_AFTER * 1000;
  return { state: up ? 'up' : 'down', updated: apiTime(at) };
}

export function services(call: Call, prefix: 'cinder' | 'nova'): Fields[] {
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

export function imageFields(call: Call, image: GlanceImage): Fields {
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

export function volumeFields(call: Call, volume: Volume): Fields {
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

export function serverFields(call: Call, server: Server): Fields {
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
