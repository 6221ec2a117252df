/** What the OpenStack databases hold. */
export interface GlanceImage {
  readonly id: string;
  readonly name: string;
  readonly diskFormat: string;
  /** Bytes. */
  readonly size: number;
  readonly virtualSize: number;
  readonly checksum: string;
  readonly hash: string;
  status: 'active' | 'queued' | 'saving' | 'deleted';
  readonly created: Date;
  updated: Date;
}

export interface Volume {
  readonly id: string;
  readonly name: string;
  /** GiB. */
  readonly size: number;
  status: string;
  readonly imageId?: string;
  readonly created: Date;
  updated: Date;
}

export interface Server {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly instance: string;
  readonly imageId: string;
  status: 'ACTIVE' | 'ERROR' | 'SHUTOFF';
  readonly created: Date;
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

/** Options a service read when it started; it knows nothing of later edits. */
export interface Running {
  readonly glance: { showDirectUrl: boolean; showLocations: boolean };
  readonly cinderVolume: { initialised: boolean };
}

export interface Cloud {
  /** Of every account of the practice cloud. */
  readonly password: string;
  readonly projectId: string;
  readonly userId: string;
  readonly volumeTypeId: string;
  readonly images: GlanceImage[];
  readonly volumes: Volume[];
  readonly servers: Server[];
  readonly services: ServiceRecord[];
  readonly running: Running;
}
