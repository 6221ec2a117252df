import type { Client, Cluster, MonMap, Pool, PoolChange } from './cluster.ts';
import type { Compute, Domain, MigrationPair } from './computes.ts';
import type { Access, Consumer, MonAddress, PoolUse, SecretUse } from './consumers.ts';
import type { Maybe, Sourced } from './fact.ts';
import type { ServiceLog } from './logs.ts';
import type { Service } from './services.ts';
import type {
  Backend,
  CapsChange,
  CentralOption,
  CephPackages,
  ConfigOption,
  Daemon,
  Denial,
  Endpoint,
  FileCopy,
  KeyFile,
  OsdMap,
  OsdPath,
  Quorum,
  Records,
  StorageLink,
} from './site-state.ts';
import type { Activity, ClonePath, Creation, Osd, RbdImage, Route, Setting } from './storage.ts';

export interface ModelNode {
  readonly name: string;
  readonly roles: readonly string[];
  readonly reached: boolean;
  /** Seconds by which its clock certainly is ahead of the operator's. */
  readonly skew: Maybe<{ readonly seconds: number } & Sourced>;
  readonly packages: Maybe<{ readonly versions: Readonly<Record<string, string>> } & Sourced>;
  /** Seconds by which its clock certainly is away from where most nodes' clocks stand. */
  readonly apart: Maybe<{ readonly seconds: number } & Sourced>;
  readonly storage: Maybe<StorageLink>;
  readonly ceph_packages: Maybe<CephPackages>;
  /** Addresses of its interfaces, without the loopback's. */
  readonly addresses: Maybe<readonly string[]>;
  /** Entries of the cluster's blocklist that bar all its clients. */
  readonly barred: Maybe<readonly { readonly entry: string; readonly range: boolean }[]>;
  readonly denials: Maybe<readonly Denial[]>;
  /** Do packets of these sizes reach a monitor unfragmented? */
  readonly small_packet: Maybe<Access>;
  readonly large_packet: Maybe<Access>;
  /** What each probe that is asked once a node said, for playbooks that bring probes of their own. */
  readonly facts: Readonly<Record<string, Maybe<{ readonly value: unknown } & Sourced>>>;
}

/**
 * The typed picture of the integration, joined from facts of all nodes. Plain data and a pure function of facts, so that live
 * nodes, practice nodes and bundles give the same. Names are those that check expressions use.
 */
export interface Model {
  readonly nodes: readonly ModelNode[];
  readonly services: readonly Service[];
  readonly cluster: Maybe<Cluster>;
  /** Whether the admin node gets an answer at all: silence is an observation, not a gap. */
  readonly cluster_answers: Maybe<Access>;
  readonly monmap: Maybe<MonMap>;
  readonly pools: Maybe<readonly Pool[]>;
  readonly clients: Maybe<readonly Client[]>;
  readonly pool_changes: Maybe<readonly PoolChange[]>;
  readonly consumers: readonly Consumer[];
  readonly uses: readonly PoolUse[];
  readonly mons: readonly MonAddress[];
  readonly secrets: readonly SecretUse[];
  readonly computes: readonly Compute[];
  readonly pairs: readonly MigrationPair[];
  readonly domains: readonly Domain[];
  /** What services wrote of late. It supports causes and gives none by itself. */
  readonly logs: readonly ServiceLog[];
  readonly images: Maybe<readonly RbdImage[]>;
  readonly creations: Maybe<readonly Creation[]>;
  readonly paths: readonly ClonePath[];
  readonly osds: Maybe<readonly Osd[]>;
  /** Those that could be seen, and whether all places could be looked at. */
  readonly settings: readonly Setting[];
  readonly settings_seen: Maybe<boolean>;
  readonly routes: readonly Route[];
  readonly activity: Maybe<Activity>;
  /** Oldest client release that the cluster must serve; from mimic on, clones need no protected snapshot. */
  readonly min_compat_client: Maybe<string>;
  readonly osdmap: Maybe<OsdMap>;
  readonly quorum: Maybe<Quorum>;
  readonly caps_changes: Maybe<readonly CapsChange[]>;
  readonly central: Maybe<readonly CentralOption[]>;
  readonly options: readonly ConfigOption[];
  readonly backends: readonly Backend[];
  readonly daemons: readonly Daemon[];
  readonly keyfiles: readonly KeyFile[];
  readonly osdports: readonly OsdPath[];
  readonly endpoints: readonly Endpoint[];
  readonly copies: readonly FileCopy[];
  readonly records: Records;
}

/** What a check or cause can be about. */
export const SUBJECTS = [
  'site',
  'node',
  'service',
  'consumer',
  'use',
  'mon',
  'pool',
  'client',
  'secret',
  'compute',
  'pair',
  'domain',
  'image',
  'creation',
  'path',
  'osd',
  'setting',
  'route',
  'option',
  'backend',
  'daemon',
  'keyfile',
  'osdport',
  'endpoint',
  'copy',
] as const;
export type SubjectKind = (typeof SUBJECTS)[number];

export interface Subject {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly node: string;
  /** Ids shared with other subjects; two subjects are related when all ids they both have are equal. */
  readonly scope: Readonly<Record<string, string>>;
  readonly value: unknown;
}
