import type { Compute, Domain, MigrationPair } from './computes.ts';
import type { FactId, Maybe } from './fact.ts';
import type { ServiceLog } from './logs.ts';
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

/**
 * The typed picture of the integration, joined from facts of all nodes. Plain data and a pure function of facts, so that live
 * nodes, practice nodes and bundles give the same. Names are those that check expressions use. `from` lists the facts an entity
 * was built from: whoever reads the entity can show them as evidence.
 */
export interface Sourced {
  readonly from: readonly FactId[];
}

export interface Unit extends Sourced {
  readonly name: string;
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  readonly result: string;
  readonly restarts: number;
  /** Unix time in s of the last start; 0 when it never started. */
  readonly since: number;
  /** Log file that its command line names; empty when none. */
  readonly log_file: string;
  /** What systemd starts, with its arguments; empty when unknown. */
  readonly command: string;
  /** Whom it runs as; empty for root, or when unknown. */
  readonly user: string;
  /** Files that add to the package's own unit. */
  readonly drop_ins: readonly string[];
}

export interface Service {
  readonly id: string;
  readonly node: string;
  /** Role name: `cinder-volume`. */
  readonly service: string;
  readonly config: Maybe<ServiceConfig>;
  readonly unit: Maybe<Unit>;
  /** Hosts in whose name it says now that their driver does not work; unknown where its log cannot be read. */
  readonly held_back: Maybe<readonly string[]>;
  /** Is it known that its driver gave up, and that only a restart brings it back? */
  readonly waits_for_restart: boolean;
  /** Files and folders that its command line names, beside those where packages put its configuration. */
  readonly config_elsewhere: readonly string[];
  /** Where its log is: files to try in order, then the journal of these units (names with blanks between). */
  readonly log: { readonly paths: readonly string[]; readonly units: string };
}

export interface ServiceConfig extends Sourced {
  readonly files: readonly string[];
  readonly problems: readonly string[];
  /** Names of options that are none, but a letter or two away from one: `rbd_usr (file:line) for rbd_user`. */
  readonly slips: readonly string[];
}

export interface FileState extends Sourced {
  readonly path: string;
  readonly exists: boolean;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
  readonly size: number;
}

export interface KeyringEntry extends Sourced {
  readonly path: string;
  readonly entity: string;
  /** Keyed digest of the key, empty when there is none. */
  readonly digest: string;
  /** `aes`, `aes256k`, `empty` or `malformed`. */
  readonly kind: string;
}

export interface Keyring {
  /** The file the client would read: the first of `candidates` that exists, else the first. */
  readonly path: string;
  readonly candidates: readonly string[];
  readonly file: Maybe<FileState>;
  /** Can the service user read it? */
  readonly readable: Maybe<Access>;
  readonly entry: Maybe<KeyringEntry & { readonly present: boolean }>;
  /** Keyrings of /etc/ceph under other names that hold this entity. */
  readonly elsewhere: Maybe<readonly string[]>;
}

export interface Access extends Sourced {
  readonly ok: boolean;
  readonly says: string;
}

export interface CephConf extends Sourced {
  readonly path: string;
  readonly fsid: string;
  /** Addresses without port and protocol, in order. */
  readonly mon_hosts: readonly string[];
  /** As written, and where. */
  readonly mon_host: string;
  readonly mon_host_section: string;
  /** Every option as this client gets it from the file. */
  readonly settings: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

export interface Reachability extends Sourced {
  readonly open: boolean;
  /** `open`, `connection refused`, `no answer within 3 s` … */
  readonly says: string;
}

/** A monitor address as one node's ceph.conf gives it, seen from that node. */
export interface MonAddress extends Sourced {
  readonly id: string;
  readonly node: string;
  /** The file and the value of `mon_host` in it: clients of one file may have different ones. */
  readonly conf: string;
  readonly conf_path: string;
  readonly host: string;
  readonly port: number;
  /** Does the cluster's monmap have this host, and this port where one is written? */
  readonly in_monmap: Maybe<boolean>;
  readonly reach: Maybe<Reachability>;
}

/** What `rbd ls` of a client showed: how far it came and what stopped it. */
export interface Listing extends Sourced {
  readonly ok: boolean;
  /** `ok`, or where it stopped: `keyring`, `section`, `key`, `conf`, `connect`, `pool`, `list`, `hang`, `program`, `other`. */
  readonly phase: string;
  readonly errno: number;
  readonly says: string;
  readonly images: readonly string[];
}

/** One identity of one service on one node: who presents which key with which configuration. */
export interface Consumer {
  readonly id: string;
  readonly node: string;
  readonly service: string;
  /** Section of the service's configuration that says so. */
  readonly section: string;
  readonly file: string;
  readonly user: string;
  /** Option that names the user, and the section it stands in: empty where nobody wrote it. */
  readonly user_option: string;
  readonly user_section: string;
  readonly entity: string;
  readonly runs_as: string;
  readonly cluster: string;
  readonly conf_path: string;
  /** As of its monitor addresses. */
  readonly conf_id: string;
  readonly conf_file: Maybe<FileState>;
  readonly conf_readable: Maybe<Access>;
  /** Folder of ceph.conf, and whether the service may pass it; one that nobody looked at does not exist and is open. */
  readonly folder: Maybe<FileState>;
  readonly folder_open: Maybe<Access>;
  readonly conf: Maybe<CephConf>;
  readonly keyring: Keyring;
  readonly mons: readonly MonAddress[];
  readonly unit: Maybe<Unit>;
}

/** A pool that a consumer needs, and for what. */
export interface PoolUse {
  readonly id: string;
  readonly node: string;
  readonly service: string;
  readonly consumer: string;
  readonly entity: string;
  readonly pool: string;
  /** `write`, or `read` for the source of clones. */
  readonly need: string;
  readonly option: string;
  readonly section: string;
  readonly file: string;
  readonly listing: Maybe<Listing>;
}

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

/** A libvirt secret that a compute node must hold for the volumes of a Cinder backend or for Nova's own disks. */
export interface SecretUse {
  readonly id: string;
  readonly node: string;
  readonly uuid: string;
  readonly entity: string;
  /** Service and section whose option names it, and where that is written. */
  readonly needed_by: string;
  readonly service: string;
  readonly section: string;
  readonly file: string;
  readonly config_node: string;
  /** False: no option names it, and the service takes the cluster's fsid. */
  readonly written: boolean;
  /** All secrets of the node, by UUID and usage. */
  readonly listed: Maybe<readonly { readonly uuid: string; readonly usage: string }[]>;
  readonly defined: Maybe<Access>;
  readonly value: Maybe<{ readonly digest: string; readonly kind: string } & Sourced>;
  /** What it is for, as it was defined. */
  readonly usage: Maybe<string>;
  /** Not kept on disk: gone when libvirt restarts. */
  readonly ephemeral: Maybe<boolean>;
  /** Its value cannot be read back, and works all the same. */
  readonly private: Maybe<boolean>;
  /** The value as libvirt keeps it on disk and reads it when it starts. */
  readonly stored: Maybe<{ readonly digest: string; readonly kind: string } & Sourced>;
}

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
