import type { Maybe, Sourced } from './fact.ts';

export interface Client extends Sourced {
  readonly entity: string;
  /** Without `client.`. */
  readonly user: string;
  readonly digest: string;
  readonly kind: string;
  readonly caps: Readonly<Record<string, string>>;
}

export interface Pool extends Sourced {
  readonly name: string;
  readonly id: number;
  readonly applications: readonly string[];
  readonly size: number;
  readonly min_size: number;
  readonly pg_num: number;
  readonly flags: readonly string[];
  readonly quota_bytes: number;
  readonly quota_objects: number;
  readonly used_bytes: Maybe<number>;
  readonly used_objects: Maybe<number>;
  readonly type: string;
  /** Does any service's configuration name it? */
  readonly named: boolean;
  /** Names of images, looked up only for pools that no configuration names: content betrays a renamed pool. */
  readonly images: Maybe<readonly string[]>;
  /** Images in its trash that have outlived their time there. */
  readonly trash_expired: Maybe<number>;
}

export interface Cluster extends Sourced {
  readonly fsid: string;
  readonly health: string;
  /** Health codes that are raised and not muted. */
  readonly codes: readonly string[];
  /** Those that somebody muted: a warning that is known of. What stops I/O does so muted as well. */
  readonly muted: readonly string[];
  readonly summaries: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  /** The monitors notice half a minute late that one is gone. */
  readonly mgr: boolean;
  readonly mgr_standbys: number;
  readonly osds: number;
  readonly osds_up: number;
  readonly osds_in: number;
  /** PGs that serve no I/O, by state name. */
  readonly pgs_stuck: number;
  /** Those of them that wait for OSDs, and do not merely peer. */
  readonly pgs_waiting: number;
  readonly pgs: number;
}

export interface MonMap extends Sourced {
  readonly addresses: readonly string[];
  /** `host:port` of each monitor, IPv6 in brackets. */
  readonly endpoints: readonly string[];
}

/** A change of the pools that the cluster's audit log remembers. */
export interface PoolChange extends Sourced {
  readonly at: string;
  readonly kind: string;
  readonly pool: string;
  readonly to: string;
  readonly who: string;
}
