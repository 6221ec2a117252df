import type { KeyringEntry, Reachability } from './consumers.ts';
import type { Maybe, Sourced } from './fact.ts';
import type { Unit } from './services.ts';

/** What the whole cluster holds itself to, from the OSD map. */
export interface OsdMap extends Sourced {
  readonly full_ratio: number;
  readonly backfillfull_ratio: number;
  readonly nearfull_ratio: number;
  /** Release name: clones are v2 from `mimic` on. */
  readonly min_compat: string;
  /** `10.0.0.1:0/0` bars a whole host, anything else one client that is gone. */
  readonly blocklist: readonly string[];
  /** Whole networks, as the map prints them. */
  readonly range_blocklist: readonly string[];
}

export interface Quorum extends Sourced {
  readonly mons: number;
  readonly members: readonly string[];
  /** Major version that all monitors run at least: 16 for Pacific. 0 when its name is not known. */
  readonly release: number;
}

/** An option in force, as written in a configuration file of a service or in a ceph.conf that a service reads. */
export interface ConfigOption extends Sourced {
  readonly id: string;
  readonly node: string;
  /** Role name, or `ceph` for ceph.conf. */
  readonly service: string;
  readonly section: string;
  readonly option: string;
  readonly value: string;
  readonly file: string;
  /** `/etc/nova/nova.conf:12`. */
  readonly at: string;
}

/** The option that names a backend's driver, where its other options are RBD's. */
export interface BackendDriver {
  readonly option: string;
  readonly section: string;
  readonly file: string;
  /** Empty where nobody wrote it, and a default without RBD counts. */
  readonly value: string;
  /** The value with RBD's driver in it: the same where it is right. */
  readonly meant: string;
}

/** A store or backend that a service's `enabled_backends` names. */
export interface Backend extends Sourced {
  readonly id: string;
  readonly node: string;
  readonly service: string;
  readonly name: string;
  readonly file: string;
  /** Does the configuration have a section of this name? */
  readonly written: boolean;
  /** Options of backends that stand in [DEFAULT], where they are not read, and not in the backend's section: `file:line option`. */
  readonly stray: readonly string[];
  /** Absent where no option of its section is RBD's. */
  readonly driver?: BackendDriver;
}

/** A unit of the control plane, of libvirt or of Ceph that is installed on a node. */
export interface Daemon extends Unit {
  readonly id: string;
  readonly node: string;
  /** `database`, `queue`, `cache`, `identity`, `api`, `scheduling`, `libvirt`, `mon`, `mgr`, `osd`. */
  readonly part: string;
  /** Is it meant to run? */
  readonly enabled: boolean;
  /** How long systemd is forbidden to start it. */
  readonly mask: 'none' | 'lasting' | 'until-boot';
}

/** One section of one keyring in /etc/ceph of one node. */
export interface KeyFile extends KeyringEntry {
  readonly id: string;
  readonly node: string;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** Does a service of the node present it? */
  readonly used: boolean;
  readonly roles: readonly string[];
}

/** An OSD's public address, as tried from a node whose services are clients. A sample: some OSDs of some hosts. */
export interface OsdPath extends Sourced {
  readonly id: string;
  readonly node: string;
  readonly osd: string;
  readonly host: string;
  readonly port: number;
  readonly reach: Maybe<Reachability>;
}

/** An address of another service that a service's configuration names, as tried from its node. */
export interface Endpoint extends Sourced {
  readonly id: string;
  readonly node: string;
  readonly option: string;
  readonly at: string;
  readonly host: string;
  readonly port: number;
  readonly reach: Maybe<Reachability>;
}

/** A file that several nodes have for the same purpose, on one of them. */
export interface FileCopy extends Sourced {
  readonly id: string;
  readonly node: string;
  readonly path: string;
  readonly copies: number;
  /** What this node has otherwise than most: `mon_host is 10.0.0.9 here, 10.0.0.1 on compute-2`. */
  readonly differences: readonly string[];
}

/** The interface that carries the storage traffic of a node: the one in the network of a monitor. */
export interface StorageLink extends Sourced {
  readonly name: string;
  readonly address: string;
  readonly mtu: number;
  /** Nodes of the same network with another MTU: `compute-2 (9000)`. */
  readonly others: readonly string[];
  /** A monitor to send a packet to; empty on the monitor itself. */
  readonly peer: string;
  /** Bytes of the largest ping that fits the MTU of all nodes seen in this network. */
  readonly payload: number;
}

export interface CephPackages extends Sourced {
  /** Versions without the distribution's part: `16.2.15`. Only what is installed. */
  readonly versions: Readonly<Record<string, string>>;
  /** Major version of librbd; 0 without. */
  readonly major: number;
  /** Does it present its ticket when it reclaims its global id (CVE-2021-20288)? */
  readonly reclaims: boolean;
  /** Does it read keys of type aes256k (CVE-2025-30156)? */
  readonly aes256k: boolean;
}

/** A refusal of AppArmor or SELinux that the kernel told of within the last hour. */
export interface Denial {
  readonly path: string;
  readonly says: string;
}

/** A change of a client's caps that the cluster's audit log remembers. */
export interface CapsChange extends Sourced {
  readonly at: string;
  readonly entity: string;
  readonly who: string;
}

/** An option of the cluster's central configuration that clients get. */
export interface CentralOption extends Sourced {
  readonly who: string;
  readonly option: string;
  readonly value: string;
}

/** A host of volumes that no cinder-volume answers for any more. */
export interface StrayHost {
  /** `controller@ceph`. */
  readonly host: string;
  readonly machine: string;
  readonly volumes: number;
  /** Does no enabled backend have its name? */
  readonly backend_gone: boolean;
  /** The option that gives the machine another name, where it is the reason; `alone`: no volume has that name yet. */
  readonly option?: string;
  readonly section?: string;
  readonly file?: string;
  readonly node?: string;
  readonly value?: string;
  readonly alone: boolean;
}

/** What the databases of Cinder and Nova say. Empty and unseen where none answers on a node of the site. */
export interface Records extends Sourced {
  readonly seen: boolean;
  readonly workers: readonly {
    readonly service: string;
    readonly host: string;
    readonly disabled: boolean;
    readonly forced_down: boolean;
    /** Why it was disabled, in the words of whoever did; Nova's own begin with `AUTO:`. Empty: nobody said. */
    readonly reason: string;
    /** Has it reported of late? */
    readonly fresh: boolean;
  }[];
  readonly strays: readonly StrayHost[];
  readonly instance_hosts: readonly string[];
  readonly types: readonly string[];
  /** `volume_backend_name` that volume types ask for. */
  readonly type_backends: readonly { readonly type: string; readonly backend: string }[];
}
