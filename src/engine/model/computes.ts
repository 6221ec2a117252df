import type {
  Compute,
  ComputeOptions,
  LibvirtDaemon,
  LibvirtSettings,
  MigrationPair,
  Resolved,
} from '../../domain/computes.ts';
import type { Consumer, Reachability } from '../../domain/consumers.ts';
import { isUnknown, type Maybe, unknown } from '../../domain/fact.ts';
import { computeOptions, migrationUri, novaHost } from '../../openstack/nova-compute.ts';
import type { NumberedLine } from '../../parsers/config-files.ts';
import type { StatLine } from '../../parsers/file-states.ts';
import type { SystemdUnit } from '../../parsers/systemd-units.ts';
import { map, type Readings } from './readings.ts';
import type { ServiceOnNode } from './services.ts';

/** Up to so many computes each is paired with every other; on larger sites each with the next ones of a ring. */
const ALL_PAIRS = 4;
const NEXT_IN_RING = 2;

/** What live migration and attachment need of each node with nova-compute. */
export function computes(
  readings: Readings,
  services: readonly ServiceOnNode[],
  consumers: readonly Consumer[],
): readonly Compute[] {
  return services
    .filter((s) => s.service === 'nova-compute')
    .map((s) =>
      compute(
        readings,
        s,
        consumers.find((c) => c.service === 'nova-compute' && c.node === s.node),
      ),
    );
}

function compute(readings: Readings, { node, oslo }: ServiceOnNode, disks: Consumer | undefined): Compute {
  const options = map(oslo, (config, from): ComputeOptions => ({ ...computeOptions(config), from }));
  const hostname = map(readings.read<string>('compute-hostname', node), (name) => name);
  const way = then(options, (o) => migrationUri(o, 'host'));
  return {
    id: node,
    node,
    hostname,
    name: map(oslo, (config) => novaHost(config) || hostname),
    options,
    addresses: map(readings.read<readonly string[]>('compute-addresses', node), (all, from) => ({ all, from })),
    own_name: resolved(readings, 'compute-own-name', node, node, hostname),
    daemon: daemon(readings, node),
    port: then(way, (w) => w.port),
    socket: then(way, (w) => socket(readings, node, w.transport)),
    listens: then(way, (w) =>
      map(readings.read<readonly { address: string; port: number }[]>('compute-listeners', node), (all, from) => ({
        at: all.filter((l) => l.port === w.port).map((l) => l.address),
        from,
      })),
    ),
    settings: settings(readings, node),
    versions: map(readings.read<{ libvirt: string; qemu: string }>('libvirt-version', node), (v, from) => ({
      ...v,
      from,
    })),
    capabilities: map(
      readings.read<{ host_uuid: string; cpu: string; features: string[]; machines: string[] }>(
        'libvirt-capabilities',
        node,
      ),
      (c, from) => ({ ...c, from }),
    ),
    secrets: map(readings.read<readonly { uuid: string; usage: string }[]>('secrets-listed', node), (all, from) => ({
      all,
      from,
    })),
    secret_files: map(readings.read<readonly StatLine[]>('libvirt-secret-files', node), (all, from) => ({
      names: all.map((f) => f.path.slice(f.path.lastIndexOf('/') + 1)),
      from,
    })),
    conf: disks ? disks.conf : elsewhere,
    key: disks ? disks.keyring.entry : elsewhere,
  };
}

const elsewhere = unknown("Nova's own disks are not in Ceph there", 'unasked');

const then = <T, U>(value: Maybe<T>, make: (value: T) => Maybe<U>): Maybe<U> =>
  isUnknown(value) ? value : make(value);

function settings(readings: Readings, node: string): Maybe<LibvirtSettings> {
  return map(readings.read<readonly NumberedLine[]>('libvirt-settings', node), (lines, from) => {
    const written = lines.flatMap(({ file, text }) => {
      const [, name, value] = /^\s*([a-z_]+)\s*=\s*(.*?)\s*$/.exec(text) ?? [];
      return name === undefined || value === undefined ? [] : [{ file, name, value }];
    });
    // The last one counts; comments begin with a hash.
    const find = (name: string) => written.findLast((w) => w.name === name);
    const value = (name: string): string => /^"?([^"#]*?)"?\s*(?:#.*)?$/.exec(find(name)?.value ?? '')?.[1] ?? '';
    return {
      // libvirtd asks for SASL unless told otherwise.
      auth_tcp: value('auth_tcp') || 'sasl',
      auth_tcp_file: find('auth_tcp')?.file ?? '',
      auth_tcp_line: find('auth_tcp')?.value ?? '',
      migration_port: Number(value('migration_port_min')) || 49_152,
      max_files: Number(value('max_files')) || 0,
      from,
    };
  });
}

/** libvirtd where it is in use, else the modular virtqemud. */
function daemon(readings: Readings, node: string): Maybe<LibvirtDaemon> {
  return map(readings.read<readonly SystemdUnit[]>('libvirt-units', node), (units, from) => {
    const loaded = units.filter((u) => u.load === 'loaded');
    const pick = (name: string) => {
      const service = loaded.find((u) => u.name === name);
      const sockets = loaded.filter((u) => u.name === `${name}.socket`);
      return service && { service, awake: [service, ...sockets].some((u) => u.active === 'active') };
    };
    const [old, modular] = [pick('libvirtd'), pick('virtqemud')];
    const chosen = old?.awake || !modular ? old : modular.awake || !old ? modular : old;
    return chosen
      ? {
          service: chosen.service.name,
          active: chosen.awake,
          state: `${chosen.service.active} (${chosen.service.sub})`,
          files: chosen.service.files ?? 0,
          from,
        }
      : unknown(`${node} has no unit of libvirt`, 'unparsed', from);
  });
}

/** The socket unit that opens the port of a transport: libvirtd's, or that of virtproxyd where the daemons are modular. */
function socket(readings: Readings, node: string, transport: string): Compute['socket'] {
  return map(readings.read<readonly SystemdUnit[]>('libvirt-units', node), (units, from) => {
    const own = units.filter((u) => u.name.endsWith(`-${transport}.socket`) && u.load === 'loaded');
    const used = own.find((u) => u.active === 'active') ?? own.find((u) => u.file_state === 'enabled') ?? own[0];
    return used ? { ...used, file_state: used.file_state ?? '', from } : null;
  });
}

/** What a name means on a node; that nobody knows it is an observation. */
function resolved(readings: Readings, probe: string, node: string, id: string, name: Maybe<string>): Maybe<Resolved> {
  return map(readings.read<{ ok: boolean; addresses: string[]; canonical: string }>(probe, node, id), (r, from) => ({
    ...r,
    from,
    says: r.ok ? r.addresses.join(', ') : `${node} does not know the name ${isUnknown(name) ? '' : name}`,
  }));
}

/** Ordered pairs of computes: all where they are few, else each with the next two of a ring. */
export function migrationPairs(readings: Readings, all: readonly Compute[]): readonly MigrationPair[] {
  const next = all.length <= ALL_PAIRS ? all.length - 1 : NEXT_IN_RING;
  return all.flatMap((source, at) =>
    Array.from({ length: Math.max(0, next) }, (_, step) =>
      pair(readings, source, all[(at + step + 1) % all.length] as Compute),
    ),
  );
}

function pair(readings: Readings, source: Compute, destination: Compute): MigrationPair {
  const id = `${source.node} -> ${destination.node}`;
  const from = source.node;
  const address = then(destination.options, (o) => (o.uri === '' && o.inbound_addr) || destination.name);
  const way = then(source.options, (o) => then(address, (host) => migrationUri(o, host)));
  // Nova names the address for the memory only where one is set; else libvirt of the destination gives its own name.
  const data = then(destination.options, (o) =>
    o.inbound_addr !== ''
      ? o.inbound_addr
      : then(destination.own_name, (own) => (own.canonical === '' ? destination.hostname : own.canonical)),
  );
  return {
    id,
    source: from,
    destination: destination.node,
    address,
    // ssh must never ask for anything.
    uri: then(way, (w) => (w.transport === 'ssh' ? `${w.uri}?no_tty=1` : w.uri)),
    port: then(way, (w) => w.port),
    transport: then(way, (w) => w.transport),
    resolves: resolved(readings, 'pair-resolves', from, id, address),
    hosts_line: then(address, (host) =>
      map(readings.read<readonly NumberedLine[]>('compute-hosts', from), (lines) => hostsLine(lines, host)),
    ),
    connects: reach(readings, 'pair-port', from, id),
    answers: map(
      readings.read<{ code: number; stdout: string; stderr: string }>('pair-answers', from, id),
      (r, facts) => ({
        ok: r.code === 0,
        says: r.code === 0 ? 'answers' : (r.stderr.trim().split('\n').at(-1) ?? '').replace(/^error: /, ''),
        hostname: r.stdout.trim(),
        from: facts,
      }),
    ),
    data_address: data,
    data_port: then(destination.settings, (s) => s.migration_port),
    data_resolves: resolved(readings, 'pair-data-resolves', from, id, data),
    data_connects: reach(readings, 'pair-data-port', from, id),
  };
}

const hostsLine = (lines: readonly NumberedLine[], name: string): string =>
  lines.find(({ text }) => text.replace(/#.*/, '').trim().split(/\s+/).slice(1).includes(name))?.text ?? '';

/** Silence within the deadline is an observation, as a refusal is. */
function reach(readings: Readings, probe: string, node: string, id: string): Maybe<Reachability> {
  const reading = readings.read<{ open: boolean; says: string }>(probe, node, id);
  if (isUnknown(reading) && reading.why === 'timeout')
    return { open: false, says: 'no answer within 3 s', from: reading.from ?? [] };
  return map(reading, (r, from) => ({ ...r, from }));
}
