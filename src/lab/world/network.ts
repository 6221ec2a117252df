import { type FirewallRule, isActive, type LabNode, type World } from './world.ts';

/** What a connection attempt meets. */
export type Reached = 'open' | 'refused' | 'silent' | 'dropped' | 'unknown-name';

/** Name resolution of a node: its /etc/hosts only, as in a lab without a resolver. */
export function hostEntry(node: LabNode, name: string): { address: string; names: readonly string[] } | undefined {
  for (const raw of node.files.read(node.root, '/etc/hosts').toString().split('\n')) {
    const [address, ...names] = raw.replace(/#.*/, '').trim().split(/\s+/);
    if (address && (names.includes(name) || address === name)) return { address, names };
  }
  return undefined;
}

export const isAddress = (text: string): boolean => /^\d{1,3}(\.\d{1,3}){3}$/.test(text);

/** An address, or undefined when the name is unknown on this node. */
export function resolve(node: LabNode, name: string): string | undefined {
  return isAddress(name) ? name : hostEntry(node, name)?.address;
}

export function nodeAt(world: World, from: LabNode, address: string): LabNode | undefined {
  if (address.startsWith('127.')) return from;
  return [...world.nodes.values()].find((n) => n.address === address);
}

/** The first rule of the chain that is about this connection; undefined lets it pass. */
const filter = (node: LabNode, chain: FirewallRule['chain'], peer: string, port: number) =>
  node.firewall.find(
    (r) => !r.longer && r.chain === chain && (r.peer ?? peer) === peer && r.from <= port && port <= r.to,
  )?.verdict;

/** What TCP from a node to a port would meet. Addresses nobody has do not answer. */
export function reach(world: World, from: LabNode, host: string, port: number): Reached {
  const address = resolve(from, host);
  if (address === undefined) return 'unknown-name';
  const node = nodeAt(world, from, address);
  if (!node) return 'silent';
  const met = filter(from, 'OUTPUT', address, port) ?? filter(node, 'INPUT', from.address, port);
  if (met !== undefined && node !== from) return met === 'DROP' ? 'dropped' : 'refused';
  return [...listening(node), ...moduleListeners(world, node)].some(
    (l) => l.port === port && (l.address === '0.0.0.0' || l.address === '*' || l.address === address),
  )
    ? 'open'
    : 'refused';
}

/** Seconds until a manager module that was turned on answers. */
const MODULE_STARTS = 5;

/** The manager's prometheus module, while it runs. */
function moduleListeners({ cluster, clock }: World, node: LabNode): Listener[] {
  const since = cluster.modules.get('prometheus');
  const up = since !== undefined && clock.now().getTime() - since.getTime() >= MODULE_STARTS * 1000;
  if (!up || node.name !== cluster.monName || !isActive(node, `ceph-mgr@${cluster.monName}.service`)) return [];
  return [{ address: '*', port: 9283, backlog: 5 }];
}

export interface Listener {
  readonly address: string;
  readonly port: number;
  readonly backlog: number;
}

/** Ports that units listen on while they are active. */
const PORTS: Readonly<Record<string, readonly Listener[]>> = {
  'ceph-mon@ceph-mon-1.service': [
    { address: '10.77.0.11', port: 3300, backlog: 512 },
    { address: '10.77.0.11', port: 6789, backlog: 512 },
  ],
  'keystone.service': [{ address: '0.0.0.0', port: 5000, backlog: 100 }],
  'glance-api.service': [{ address: '0.0.0.0', port: 9292, backlog: 4096 }],
  'cinder-api.service': [{ address: '0.0.0.0', port: 8776, backlog: 100 }],
  'nova-api.service': [{ address: '0.0.0.0', port: 8774, backlog: 100 }],
  'placement-api.service': [{ address: '0.0.0.0', port: 8778, backlog: 100 }],
  'neutron-api.service': [{ address: '0.0.0.0', port: 9696, backlog: 100 }],
  'mariadb.service': [{ address: '0.0.0.0', port: 3306, backlog: 250 }],
  'memcached.service': [{ address: '0.0.0.0', port: 11211, backlog: 1024 }],
  'rabbitmq-server.service': [{ address: '*', port: 5672, backlog: 128 }],
  'libvirtd-tls.socket': [{ address: '*', port: 16514, backlog: 1000 }],
  'libvirtd-tcp.socket': [{ address: '*', port: 16509, backlog: 1000 }],
};

/** Can a client of the node talk to every OSD that is up? One that it cannot reach is enough for image operations to wait. */
export const reachesOsds = (world: World, node: LabNode): boolean =>
  world.cluster.upOsds().every((o) => reach(world, node, world.cluster.monAddress, 6800 + o.id * 8) === 'open');

export function listening(node: LabNode): Listener[] {
  const found: Listener[] = [{ address: '0.0.0.0', port: 22, backlog: 128 }];
  for (const unit of node.units.values()) {
    if (unit.active !== 'active') continue;
    found.push(...(PORTS[unit.name] ?? []));
    const osd = /^ceph-osd@(\d+)\.service$/.exec(unit.name)?.[1];
    if (osd !== undefined) {
      for (let i = 0; i < 8; i++) found.push({ address: node.address, port: 6800 + Number(osd) * 8 + i, backlog: 512 });
    }
  }
  return found;
}
