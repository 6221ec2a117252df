import type { Accounts, Identity } from './accounts.ts';
import type { Clock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import type { Cluster } from './cluster.ts';
import type { FileTree } from './file-tree.ts';
import type { JournalLine, Unit } from './units.ts';

export interface Secret {
  readonly uuid: string;
  readonly usage: string;
  readonly isPrivate: boolean;
  readonly isEphemeral: boolean;
  /** The value, decoded; absent while none is set. */
  value?: Buffer;
}

export interface Domain {
  id: number;
  readonly name: string;
  readonly uuid: string;
  state: 'running' | 'shut off';
  /** As it was defined. */
  xml: string;
}

export interface Hypervisor {
  readonly secrets: Map<string, Secret>;
  readonly domains: Domain[];
  /** `auth_tcp` as libvirtd read it when it started. */
  authTcp: string;
}

/** What a node does with connections from outside to some of its ports, or with its own to ports of others. */
export interface FirewallRule {
  readonly chain: 'INPUT' | 'OUTPUT';
  /** Address of the other side; any when absent. */
  readonly peer?: string;
  readonly from: number;
  readonly to: number;
  readonly verdict: 'DROP' | 'REJECT';
  /** About packets of so many bytes and more, whatever their port. */
  readonly longer?: number;
}

export interface LabNode {
  readonly name: string;
  readonly address: string;
  readonly accounts: Accounts;
  readonly root: Identity;
  readonly files: FileTree;
  readonly units: Map<string, Unit>;
  readonly journal: JournalLine[];
  /** Debian package to version. */
  readonly packages: Map<string, string>;
  /** Of its interface eth0, in bytes. */
  mtu: number;
  /** Milliseconds by which its clock is ahead of the world's. */
  clockAhead: number;
  readonly hypervisor?: Hypervisor;
  firewall: FirewallRule[];
  nextPid: number;
  /** Milliseconds that packets which leave it are held back. */
  delayMs: number;
  /** Share of its disk that is taken, 0 to 1, but for what `fallocate` gave to files. */
  readonly diskUsed: number;
  /** Files that `fallocate` gave room to. */
  readonly allocated: Set<string>;
}

export interface WorldEvent {
  readonly at: Date;
  act(): void;
}

/** Everything the practice cluster is. Commands read it and change it; nothing else holds state. */
export interface World {
  readonly clock: Clock;
  readonly cluster: Cluster;
  readonly cloud: Cloud;
  readonly nodes: ReadonlyMap<string, LabNode>;
  /** What will happen, soonest first; `settle` makes it happen when its time has come. */
  readonly events: WorldEvent[];
}

export function nodeOf(world: World, name: string): LabNode {
  const node = world.nodes.get(name);
  if (!node)
    throw new RangeError(`The practice cluster has no node ${name}; it has ${[...world.nodes.keys()].join(', ')}.`);
  return node;
}

export const isActive = (node: LabNode | undefined, unit: string): boolean =>
  node?.units.get(unit)?.active === 'active';
