import type { Option } from './ini.ts';

/** What the OpenStack databases hold. */
export interface GlanceImage {
  readonly id: string;
  readonly name: string;
  readonly diskFormat: string;
  readonly visibility: 'public' | 'shared' | 'private';
  /** Bytes. */
  size: number;
  readonly virtualSize: number;
  readonly checksum: string;
  readonly hash: string;
  status: 'active' | 'queued' | 'saving' | 'deleted';
  /** The store that keeps it, and where in it: `rbd://FSID/POOL/ID/snap`. */
  store: string;
  location: string;
  readonly created: Date;
  updated: Date;
}

export interface VolumeAttachment {
  readonly id: string;
  readonly server: string;
  readonly device: string;
}

export interface Volume {
  readonly id: string;
  readonly name: string;
  /** GiB. */
  readonly size: number;
  status: string;
  readonly type: string;
  /** `controller@ceph#ceph` once a backend took it. */
  host?: string;
  readonly imageId?: string;
  readonly sourceId?: string;
  readonly created: Date;
  updated: Date;
  attachments: readonly VolumeAttachment[];
}

/** A snapshot or a backup of a volume. */
export interface VolumeCopy {
  readonly id: string;
  readonly name: string;
  readonly volume: string;
  readonly size: number;
  status: string;
  failure?: string;
  readonly created: Date;
}

export interface Flavor {
  readonly id: string;
  readonly name: string;
  /** MiB. */
  readonly ram: number;
  /** GiB. */
  readonly disk: number;
  readonly vcpus: number;
}

export interface Network {
  readonly id: string;
  readonly name: string;
  readonly subnets: { readonly id: string; readonly name: string; readonly cidr: string }[];
}

export interface Server {
  readonly id: string;
  readonly name: string;
  /** Empty until the scheduler chose one. */
  host: string;
  readonly instance: string;
  readonly imageId: string;
  readonly flavor: Flavor;
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  status: 'BUILD' | 'ACTIVE' | 'ERROR' | 'SHUTOFF' | 'MIGRATING';
  task: string | null;
  fault?: string;
  readonly created: Date;
}

export interface Migration {
  readonly server: string;
  readonly from: string;
  readonly to: string;
  status: 'running' | 'completed' | 'failed' | 'error';
}

export interface ServiceRecord {
  readonly id: string;
  readonly binary: string;
  /** As the API names it: `controller@ceph` for a Cinder backend. */
  readonly host: string;
  readonly zone: string;
  /** Node and unit that beat for it. */
  readonly node: string;
  readonly unit: string;
  status: 'enabled' | 'disabled';
  /** Last heartbeat once it no longer beats. */
  lastBeat: Date;
}

/** What services read when they started; they know nothing of later edits. */
export interface Running {
  readonly glance: { showDirectUrl: boolean; showLocations: boolean };
  readonly cinderVolume: { initialised: boolean };
  /** Options by `NODE UNIT`. */
  readonly options: Map<string, readonly Option[]>;
}

export interface Cloud {
  /** Of every account of the practice cloud. */
  readonly password: string;
  readonly projectId: string;
  readonly userId: string;
  readonly volumeTypes: { readonly id: string; readonly name: string; properties: Record<string, string> }[];
  readonly images: GlanceImage[];
  readonly volumes: Volume[];
  readonly snapshots: VolumeCopy[];
  readonly backups: VolumeCopy[];
  readonly flavors: Flavor[];
  readonly networks: Network[];
  readonly servers: Server[];
  readonly migrations: Migration[];
  readonly services: ServiceRecord[];
  readonly running: Running;
}

/** The options that a unit of a node runs with. */
export const runningOptions = (cloud: Cloud, node: string, unit: string): readonly Option[] =>
  cloud.running.options.get(`${node} ${unit}`) ?? [];
