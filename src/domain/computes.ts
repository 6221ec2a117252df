import type { Access, CephConf, KeyringEntry, Reachability } from './consumers.ts';
import type { Maybe, Sourced } from './fact.ts';
import type { Unit } from './services.ts';

/** One option of nova.conf that was written, and where. */
export interface WrittenOption {
  readonly section: string;
  readonly option: string;
  readonly value: string;
  readonly file: string;
}

/** Options of nova-compute that storage and migration depend on, in force: as written, else Nova's default. */
export interface ComputeOptions extends Sourced {
  readonly images_type: string;
  readonly images_rbd_pool: string;
  readonly images_rbd_ceph_conf: string;
  /** Empty when unset. */
  readonly rbd_user: string;
  /** Unknown: whoever recorded it hid it. */
  readonly rbd_secret_uuid: Maybe<string>;
  readonly force_raw_images: boolean;
  readonly virt_type: string;
  /** What guests get: `host-model` where a kvm or qemu compute says nothing. */
  readonly cpu_mode: string;
  readonly cpu_models: string;
  readonly scheme: string;
  readonly uri: string;
  readonly inbound_addr: string;
  readonly hw_machine_type: string;
  readonly disk_cachemodes: readonly string[];
  /** Every option above that a file gives. */
  readonly written: readonly WrittenOption[];
  /** Options that Nova does not know (any more): `[libvirt] disk_mode`. */
  readonly dead: readonly string[];
}

/** The libvirt daemon that serves QEMU on a compute, monolithic or modular. */
export interface LibvirtDaemon extends Sourced {
  readonly service: string;
  readonly active: boolean;
  readonly state: string;
  /** Files that its guests may have open, unless qemu.conf says otherwise. */
  readonly files: number;
}

export interface Capabilities extends Sourced {
  readonly host_uuid: string;
  readonly cpu: string;
  readonly features: readonly string[];
  readonly machines: readonly string[];
}

export interface Versions extends Sourced {
  readonly libvirt: string;
  readonly qemu: string;
}

/** libvirt's own configuration files, with libvirt's defaults. */
export interface LibvirtSettings extends Sourced {
  /** Authentication libvirt asks of tcp clients, and the file that says so; empty when none does. */
  readonly auth_tcp: string;
  readonly auth_tcp_file: string;
  readonly auth_tcp_line: string;
  /** First port of those that carry an instance's memory. */
  readonly migration_port: number;
  /** `max_files` of qemu.conf; 0 when unset. */
  readonly max_files: number;
}

/** Names as the resolver of a node answers them. */
export interface Resolved extends Sourced {
  readonly ok: boolean;
  readonly addresses: readonly string[];
  /** First name of the entry that answered: what libvirt calls the host. */
  readonly canonical: string;
  readonly says: string;
}

/** A node with nova-compute: what migration and attachment need of it. */
export interface Compute {
  readonly id: string;
  readonly node: string;
  readonly hostname: Maybe<string>;
  /** What Nova calls it: option `host`, else the host name. */
  readonly name: Maybe<string>;
  readonly options: Maybe<ComputeOptions>;
  readonly addresses: Maybe<{ readonly all: readonly string[] } & Sourced>;
  readonly own_name: Maybe<Resolved>;
  readonly daemon: Maybe<LibvirtDaemon>;
  /** Port on which other computes speak to its libvirt, by its scheme: 16509 tcp, 16514 tls, 22 ssh. */
  readonly port: Maybe<number>;
  /** The systemd socket that opens the port; absent (null) where the daemon or sshd listens itself. */
  readonly socket: Maybe<(Unit & { readonly file_state: string }) | null>;
  /** Addresses it listens on at its port. */
  readonly listens: Maybe<{ readonly at: readonly string[] } & Sourced>;
  readonly settings: Maybe<LibvirtSettings>;
  readonly versions: Maybe<Versions>;
  readonly capabilities: Maybe<Capabilities>;
  readonly secrets: Maybe<{ readonly all: readonly { readonly uuid: string; readonly usage: string }[] } & Sourced>;
  /** Names of the files in /etc/libvirt/secrets. */
  readonly secret_files: Maybe<{ readonly names: readonly string[] } & Sourced>;
  /** ceph.conf of Nova's own disks: cluster and monitors. */
  readonly conf: Maybe<CephConf>;
  /** What nova-compute's own keyring holds. */
  readonly key: Maybe<KeyringEntry>;
}

/** Live migration from one compute to another, seen from both. */
export interface MigrationPair {
  readonly id: string;
  readonly source: string;
  readonly destination: string;
  /** What the source connects to: the destination's inbound address, else its name. */
  readonly address: Maybe<string>;
  readonly uri: Maybe<string>;
  readonly port: Maybe<number>;
  readonly transport: Maybe<string>;
  readonly resolves: Maybe<Resolved>;
  /** Line of the source's /etc/hosts that gives the address; empty when none does. */
  readonly hosts_line: Maybe<string>;
  readonly connects: Maybe<Reachability>;
  /** `virsh -c URI hostname` from the source, as its libvirt would connect. */
  readonly answers: Maybe<Access & { readonly hostname: string }>;
  /** Where the destination will ask the source to send the memory to, and its first port. */
  readonly data_address: Maybe<string>;
  readonly data_port: Maybe<number>;
  readonly data_resolves: Maybe<Resolved>;
  readonly data_connects: Maybe<Reachability>;
}

export interface DomainDisk {
  readonly device: string;
  readonly type: string;
  readonly protocol: string;
  readonly source: string;
  readonly cache: string;
  readonly user: string;
  readonly secret: string;
  readonly hosts: readonly string[];
}

/** What the libvirt of a running instance holds: the addresses, user and secret of the day it was started. */
export interface DomainState extends Sourced {
  readonly name: string;
  readonly machine: string;
  readonly disks: readonly DomainDisk[];
  readonly mon_hosts: readonly string[];
  /** Users and secrets of its Ceph disks, each pair once. */
  readonly logins: readonly { readonly user: string; readonly secret: string }[];
  /** Files that are its disks: they do not move. */
  readonly local: readonly string[];
}

/** A running instance; a few of each compute are looked at. */
export interface Domain {
  readonly id: string;
  readonly node: string;
  readonly uuid: string;
  readonly state: Maybe<DomainState>;
}
