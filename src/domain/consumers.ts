import type { Maybe, Sourced } from './fact.ts';
import type { Unit } from './services.ts';

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
