import {
  type ConfLine,
  confValue,
  endpoint,
  isAddress,
  keyringCandidates,
  type MonHost,
  monHosts,
  readConf,
} from '../../ceph/conf.ts';
import type { MonMap } from '../../domain/cluster.ts';
import type {
  Access,
  CephConf,
  Consumer,
  FileState,
  Keyring,
  Listing,
  MonAddress,
  PoolUse,
  SecretUse,
} from '../../domain/consumers.ts';
import { isUnknown, type Maybe, unknown } from '../../domain/fact.ts';
import { IDENTITIES, type Identity, type PoolNeed } from '../../openstack/identities.ts';
import type { NumberedLine } from '../../parsers/config-files.ts';
import type { StatLine } from '../../parsers/file-states.ts';
import type { KeyringSection } from '../../parsers/keyrings.ts';
import type { RbdListing } from '../../parsers/rbd-listing.ts';
import { distinct } from './distinct.ts';
import { map, type Readings } from './readings.ts';
import { secretUses } from './secrets.ts';
import type { ServiceOnNode } from './services.ts';

type Conf = CephConf & { readonly options: readonly ConfLine[] };

export interface ConsumersOf {
  readonly consumers: readonly Consumer[];
  readonly uses: readonly PoolUse[];
  readonly mons: readonly MonAddress[];
  readonly secrets: readonly SecretUse[];
}

export function consumers(readings: Readings, services: readonly ServiceOnNode[], monmap: Maybe<MonMap>): ConsumersOf {
  const own = services.flatMap((service) =>
    isUnknown(service.oslo)
      ? []
      : (IDENTITIES[service.service]?.(service.oslo.value) ?? []).map((identity) => ({ identity, service })),
  );
  // Volumes and disks are cloned from images: whoever makes them must read Glance's pools.
  const sources = own.filter((d) => d.identity.service === 'glance-api').flatMap((d) => d.identity.pools);
  const declared = own.map((d) =>
    CLONES.has(d.identity.service) ? { ...d, identity: withSources(d.identity, sources) } : d,
  );
  const made = declared.map(({ identity, service }) => consumer(readings, identity, service, monmap));
  const uses = declared.flatMap(({ identity }, at) => poolUses(readings, identity, made[at] as Consumer));
  return {
    consumers: made,
    uses,
    mons: distinct(made.flatMap((c) => c.mons)),
    secrets: secretUses(readings, declared),
  };
}

function consumer(readings: Readings, identity: Identity, service: ServiceOnNode, monmap: Maybe<MonMap>): Consumer {
  const { node } = service;
  const id = `${identity.service}/${identity.section}@${node}`;
  const entity = `client.${identity.user}`;
  const conf = cephConf(readings, node, identity.confPath, id, entity);
  const option = isUnknown(conf) ? undefined : confValue(conf.options, entity, 'keyring');
  const candidates = identity.fixedKeyring
    ? [identity.fixedKeyring]
    : keyringCandidates(option, identity.cluster, entity);
  const readable = access(
    readings,
    'consumer-reads-conf',
    node,
    id,
    `${identity.runsAs} can read ${identity.confPath}`,
  );
  const folder = fileState(readings, node, id, [identity.confPath.slice(0, identity.confPath.lastIndexOf('/')) || '/']);
  return {
    id,
    node,
    service: identity.service,
    section: identity.section,
    file: identity.file,
    user: identity.user,
    user_option: identity.userOption,
    user_section: identity.userSection,
    entity,
    runs_as: identity.runsAs,
    cluster: identity.cluster,
    conf_path: identity.confPath,
    conf_id: confId(node, identity.confPath, isUnknown(conf) ? '' : conf.mon_host),
    conf_file: fileState(readings, node, id, [identity.confPath]),
    conf_readable: readable,
    folder,
    folder_open: isUnknown(folder)
      ? folder
      : isUnknown(readable)
        ? readable
        : passes(folder, readable, identity.runsAs),
    conf: isUnknown(conf) ? conf : strip(conf),
    keyring: keyring(readings, node, id, identity, entity, candidates),
    mons: isUnknown(conf) ? [] : monAddresses(readings, node, conf, monmap),
    unit: service.unit,
  };
}

const CLONES: ReadonlySet<string> = new Set(['cinder-volume', 'nova-compute']);

function withSources(identity: Identity, sources: readonly PoolNeed[]): Identity {
  const others = new Map(sources.filter((s) => !identity.pools.some((p) => p.pool === s.pool)).map((s) => [s.pool, s]));
  return {
    ...identity,
    pools: [...identity.pools, ...[...others.values()].map((s): PoolNeed => ({ ...s, need: 'read' }))],
  };
}

const strip = ({ options: _, ...conf }: Conf): CephConf => conf;

const settings = (options: readonly ConfLine[], entity: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...new Set(options.map((o) => o.option))].flatMap((name) => {
      const value = confValue(options, entity, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );

function cephConf(readings: Readings, node: string, path: string, consumerId: string, entity: string): Maybe<Conf> {
  const listed = readings.read<readonly NumberedLine[]>('ceph-conf', node);
  const own =
    !isUnknown(listed) && listed.value.some((l) => l.file === path)
      ? listed
      : readings.read<readonly NumberedLine[]>('consumer-conf', node, consumerId);
  return map(own, (lines, from) => {
    const mine = lines.filter((l) => l.file === path);
    if (mine.length === 0) return unknown(`${path} on ${node} is empty or does not exist`, 'unparsed', from);
    const { options, problems } = readConf(mine);
    const raw = confValue(options, entity, 'mon_host') ?? '';
    return {
      path,
      fsid: confValue(options, entity, 'fsid') ?? '',
      mon_hosts: [...new Set(monHosts(raw).map((h) => h.host))],
      mon_host: raw,
      mon_host_section: options.findLast((o) => o.option === 'mon_host' && o.value === raw)?.section ?? 'global',
      settings: settings(options, entity),
      problems,
      options,
      from,
    };
  });
}

/** State of the first of the paths that exists, from whichever listing covers it. */
function fileState(readings: Readings, node: string, consumerId: string, paths: readonly string[]): Maybe<FileState> {
  const general = readings.read<readonly StatLine[]>('etc-ceph', node);
  const inEtc = paths.every((p) => /^\/etc\/ceph(\/[^/]+)?$/.test(p));
  const listing =
    inEtc && !isUnknown(general) ? general : readings.read<readonly StatLine[]>('consumer-files', node, consumerId);
  return map(listing, (states, from) => {
    const state = paths.map((p) => states.find((s) => s.path === p)).find((s) => s !== undefined);
    return state
      ? { ...state, exists: true, from }
      : { path: paths[0] ?? '', exists: false, owner: '', group: '', mode: '', size: 0, from };
  });
}

/** Whether a user gets at the files of a folder. Whoever can read one of them can; groups and lists of rights are not looked up. */
function passes(folder: FileState, readable: Access, user: string): Access {
  const [owner = 0, group = 0, others = 0] = [...folder.mode.slice(-3)].map(Number);
  const bits = folder.owner === user ? owner : folder.group === user ? group : others;
  const ok = !folder.exists || readable.ok || bits % 2 === 1;
  return {
    ok,
    says: `${user} ${ok ? 'can' : 'cannot'} pass ${folder.path} (owner ${folder.owner}:${folder.group}, mode ${folder.mode})`,
    from: [...folder.from, ...readable.from],
  };
}

function access(readings: Readings, probe: string, node: string, id: string, says: string): Maybe<Access> {
  return map(readings.read<boolean>(probe, node, id), (ok, from) => ({
    ok,
    says: ok ? says : says.replace(' can ', ' cannot '),
    from,
  }));
}

function keyring(
  readings: Readings,
  node: string,
  id: string,
  identity: Identity,
  entity: string,
  candidates: readonly string[],
): Keyring {
  const file = fileState(readings, node, id, candidates);
  const path = !isUnknown(file) && file.exists ? file.path : (candidates[0] ?? '');
  const everywhere = readings.read<readonly KeyringSection[]>('etc-ceph-keyrings', node);
  const covered = /^\/etc\/ceph\/[^/]*keyring[^/]*$/.test(path) && !isUnknown(everywhere);
  const sections = covered ? everywhere : readings.read<readonly KeyringSection[]>('consumer-keyring', node, id);
  return {
    path,
    candidates,
    file,
    readable: access(readings, 'consumer-reads-keyring', node, id, `${identity.runsAs} can read ${path}`),
    entry: map(sections, (all, from) => {
      const found = all.find((s) => s.path === path && s.entity === entity);
      return {
        path,
        entity,
        digest: found?.digest ?? '',
        kind: found?.kind ?? 'empty',
        present: found !== undefined,
        from,
      };
    }),
    elsewhere: map(everywhere, (all) => [
      ...new Set(all.filter((s) => s.entity === entity && !candidates.includes(s.path)).map((s) => s.path)),
    ]),
  };
}

function monAddresses(readings: Readings, node: string, conf: Conf, monmap: Maybe<MonMap>): readonly MonAddress[] {
  const hosts = monHosts(conf.mon_host);
  return hosts.flatMap(({ host, port }) =>
    (port ? [port] : [3300, 6789]).map((p) => {
      const id = `${endpoint(host, p)} from ${node}`;
      return {
        id,
        node,
        conf: confId(node, conf.path, conf.mon_host),
        conf_path: conf.path,
        host,
        port: p,
        in_monmap: isUnknown(monmap) ? monmap : inMonmap({ host, ...(port !== undefined && { port }) }, monmap),
        from: conf.from,
        reach: reachability(readings, node, id),
      };
    }),
  );
}

const confId = (node: string, path: string, monHost: string): string => `${node}:${path} ${monHost}`;

/** A name may well be right; only an address can be compared. */
function inMonmap({ host, port }: MonHost, { endpoints }: MonMap): boolean {
  if (!isAddress(host)) return true;
  const of = (p: string): string => endpoint(host, Number(p));
  return endpoints.some((e) => {
    const own = /\d+$/.exec(e)?.[0] ?? '';
    return e === of(own) && (port === undefined || port === Number(own));
  });
}

/** No answer within the deadline is an observation here, as a refusal is. */
function reachability(readings: Readings, node: string, id: string): MonAddress['reach'] {
  const reading = readings.read<{ open: boolean; says: string }>('mon-port', node, id);
  if (isUnknown(reading) && reading.why === 'timeout')
    return { open: false, says: 'no answer within 3 s', from: reading.from ?? [] };
  return map(reading, (r, from) => ({ ...r, from }));
}

function poolUses(readings: Readings, identity: Identity, owner: Consumer): readonly PoolUse[] {
  return identity.pools.map(({ pool, need, option, section, file }) => {
    const id = `${owner.id}:${pool}`;
    return {
      id,
      node: owner.node,
      service: owner.service,
      consumer: owner.id,
      entity: owner.entity,
      pool,
      need,
      option,
      section,
      file,
      listing: listing(readings, owner.node, id),
    };
  });
}

function listing(readings: Readings, node: string, id: string): Maybe<Listing> {
  const reading = readings.read<RbdListing>('consumer-lists-pool', node, id);
  // Silence is an observation of its own here: clients hang where monitors, OSDs or PGs do not answer.
  if (isUnknown(reading) && reading.why === 'timeout')
    return {
      ok: false,
      phase: 'hang',
      errno: 110,
      says: 'no answer within 10 s',
      images: [],
      from: reading.from ?? [],
    };
  return map(reading, (l, from) => ({ ...l, from }));
}
