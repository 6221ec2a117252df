import type { Maybe, Sourced } from './fact.ts';

/** One of the newest images of a pool that some service names: a sample, not all. */
export interface RbdImage extends Sourced {
  readonly id: string;
  readonly pool: string;
  readonly name: string;
  /** `image` of Glance, `volume` of Cinder, root `disk` of Nova, or `other`. */
  readonly role: string;
  /** UUID of the volume or server in its name. */
  readonly owner: string;
  readonly size: number;
  readonly order: number;
  readonly features: readonly string[];
  readonly parent: {
    readonly pool: string;
    readonly image: string;
    readonly snapshot: string;
    readonly trash: boolean;
  } | null;
  /** What the first bytes are: `raw` (anything that is no known container), `qcow2`, `vmdk`, `vdi`, `vhdx` or `empty`. */
  readonly format: Maybe<string>;
  /** The snapshot that clones are made from; null when there is none. */
  readonly base: Maybe<{ readonly name: string; readonly protected: boolean } | null>;
  /** UUID of the Glance image it was made from, as Cinder (within a day) or Nova recorded it; empty when nothing says so. */
  readonly source: Maybe<string>;
}

/** A volume that Cinder was asked to make from an image, from its log. */
export interface Creation extends Sourced {
  readonly id: string;
  readonly node: string;
  readonly volume: string;
  readonly image: string;
  readonly format: string;
  readonly url: string;
  readonly fsid: string;
  /** Seconds since. */
  readonly age: number;
  /** Is it the last that the log tells of? */
  readonly newest: boolean;
  /** Has a glance-api started since? What it answered before then is history. */
  readonly outdated: Maybe<boolean>;
}

/** From one Glance store to one client that should clone its images. */
export interface ClonePath extends Sourced {
  readonly id: string;
  readonly node: string;
  readonly service: string;
  readonly consumer: string;
  readonly use: string;
  readonly entity: string;
  /** Pool that the client writes its clones to. */
  readonly target: string;
  readonly target_section: string;
  readonly store_node: string;
  readonly store_section: string;
  readonly store_file: string;
  readonly store_pool: string;
  readonly store_entity: string;
  /** Does this Glance tell where its images lie? As its files say now. */
  readonly exposed: boolean;
  readonly exposed_option: string;
  /** Type of the store that new images go to: `rbd`, `file` … */
  readonly default_type: string;
  readonly default_store: string;
  /** MiB. */
  readonly store_chunk: number;
  readonly store_chunk_text: string;
  readonly target_chunk: number;
  /** Major version of the package, 0 when it is not known. */
  readonly glance_major: Maybe<number>;
  readonly client_major: Maybe<number>;
  readonly store_mons: Maybe<readonly string[]>;
  readonly client_mons: Maybe<readonly string[]>;
  /** Options of the client's own section as they are in force, as text; absent ones are absent. */
  readonly options: Readonly<Record<string, string>>;
  /** Snapshots of servers that lately could not be made inside Ceph. */
  readonly fallbacks: Maybe<readonly { readonly says: string; readonly age: number }[]>;
}

export interface Osd extends Sourced {
  readonly id: number;
  readonly name: string;
  readonly up: boolean;
  readonly primary_affinity: number;
  /** Requests it remembers of the last ten minutes, its slowest. */
  readonly ops: Maybe<number>;
  /** Median of what those spent inside this OSD, without waiting for others, in ms. */
  readonly own_ms: Maybe<number>;
  /** The same of the other OSDs: the median of their medians. */
  readonly others_ms: Maybe<number>;
  /** Requests that it answered alone while Inkling looked, and their mean time in ms: what it remembers may be over. */
  readonly now_ops: Maybe<number>;
  readonly now_ms: Maybe<number>;
  readonly others_now_ms: Maybe<number>;
  /** What systemd holds its unit down to, as text; empty when nothing. */
  readonly limits: Maybe<string>;
  /** Does the cluster's health name it with slow requests? */
  readonly slow_ops: boolean;
}

/** An option that somebody set and that slows Ceph down or changes what new images can do. */
export interface Setting extends Sourced {
  readonly id: string;
  readonly kind: string;
  readonly option: string;
  readonly value: string;
  readonly says: string;
  /** `file`, `central`, `pool` or `running`. */
  readonly source: string;
  /** Where: a path, `client.cinder` in the central configuration, a pool, `osd.1`. */
  readonly holder: string;
  readonly node: string;
  /** Whom it concerns. */
  readonly reaches: string;
}

/** The network's way from a node to a host of OSDs. */
export interface Route {
  readonly id: string;
  readonly node: string;
  readonly host: string;
  readonly ping: Maybe<
    { readonly answers: boolean; readonly lost_percent: number; readonly average_ms: number } & Sourced
  >;
}

/** What the cluster is doing besides serving clients. */
export interface Activity extends Sourced {
  readonly recovering: number;
  readonly snaptrim: number;
  readonly degraded: number;
  readonly recovery_bytes: number;
}
