import type { Identity } from './world/accounts.ts';
import { allowsMon, isKey, type MonRight, parseKeyring } from './world/cephx.ts';
import { cephTime } from './world/clock.ts';
import type { AuthEntity } from './world/cluster.ts';
import { FileError } from './world/file-tree.ts';
import { cephOption, type Option, parseIni } from './world/ini.ts';
import { nodeAt, reach } from './world/network.ts';
import type { LabNode, World } from './world/world.ts';

/** Who connects from where, and how it was told to. */
export interface ClientOptions {
  readonly world: World;
  readonly node: LabNode;
  readonly identity: Identity;
  /** `client.admin`. */
  readonly entity: string;
  /** Path given by `--conf`; the default is searched otherwise. */
  readonly conf?: string;
  readonly keyring?: string;
  readonly monHost?: string;
}

export interface Session {
  readonly how: 'connected';
  readonly entity: AuthEntity;
}

/** Why there is no session. `log` are the lines librados writes to stderr. */
export interface Refusal {
  readonly how: 'refused';
  readonly why: 'conf-missing' | 'conf-broken' | 'no-keyring' | 'no-key' | 'bad-key' | 'denied';
  readonly errno: number;
  readonly log: readonly string[];
}

/** No monitor answers: the client hunts until someone ends it. */
export interface Hunting {
  readonly how: 'hunting';
}

export type Connection = Session | Refusal | Hunting;

const SEARCH = '/etc/ceph/$name.keyring,/etc/ceph/ceph.keyring,/etc/ceph/keyring,/etc/ceph/keyring.bin,';

/** Keyring search list of an entity, as ceph prints it. */
export function keyringPath(options: readonly Option[], entity: string): string {
  return cephOption(options, entity, 'keyring') ?? SEARCH.replace('$name', `ceph.${entity}`);
}

/** Reads ceph.conf as this user would. Errors are named, never thrown. */
export function readConf(client: ClientOptions): readonly Option[] | 'missing' | 'broken' {
  let text: string;
  try {
    text = client.node.files.read(client.identity, client.conf ?? '/etc/ceph/ceph.conf').toString();
  } catch (error) {
    if (error instanceof FileError) return 'missing';
    throw error;
  }
  try {
    return parseIni(text);
  } catch {
    return 'broken';
  }
}

const stamp = (world: World, line: string): string => {
  const thread = `7f${Math.floor(Math.random() * 2 ** 40)
    .toString(16)
    .padStart(10, '0')}`;
  return `${cephTime(world.clock.now(), 3)} ${thread} -1 ${line}`;
};

export const cephLine = stamp;

/** What the three attempts of the ceph command, or the two of rbd, leave on stderr. */
function noKeyring(world: World, path: string, attempts: number): string[] {
  return Array.from({ length: attempts }, (_, i) => [
    stamp(world, `auth: unable to find a keyring on ${path}: (2) No such file or directory`),
    stamp(world, `AuthRegistry(0x7f5c8405b6${(48 + i * 8).toString(16)}) no keyring found at ${path}, disabling cephx`),
  ]).flat();
}

const refused = (why: Refusal['why'], errno: number, log: readonly string[] = []): Refusal => ({
  how: 'refused',
  why,
  errno,
  log,
});

/** Goes the way of a Ceph client: configuration, keyring, monitor, key, capabilities. Each stage fails as the real one does. */
export function connect(client: ClientOptions, attempts = 2): Connection {
  const { world, node, identity, entity } = client;
  const conf = readConf(client);
  if (conf === 'missing') return refused('conf-missing', 2);
  if (conf === 'broken') return refused('conf-broken', 22);
  const path = client.keyring ?? keyringPath(conf, entity);
  const text = firstReadable(node, identity, path.split(','));
  if (text === undefined) return refused('no-keyring', 2, noKeyring(world, path, attempts));
  const key = parseKeyring(text).find((e) => e.entity === entity)?.key;
  if (key === undefined || key === '') return refused('no-key', 1);
  if (!isKey(key)) {
    return refused('bad-key', 5, [
      stamp(world, `auth: error setting modifier for [${entity}] type=key val=${key}: Malformed input`),
    ]);
  }
  if (!monitorAnswers(world, node, client.monHost ?? cephOption(conf, entity, 'mon_host'))) return { how: 'hunting' };
  const method = cephOption(conf, entity, 'auth_client_required');
  if (method !== undefined && !method.includes('cephx')) return refused('denied', 13, badMethod(world, 1));
  if (isTooOld(node.packages.get('librbd1') ?? '') && !allowsInsecureReclaim(world)) {
    monLog(world, 'attempt to reclaim global_id 4242 without presenting ticket');
    return refused('denied', 13, badMethod(world));
  }
  return authenticate(world, entity, key);
}

function firstReadable(node: LabNode, identity: Identity, paths: readonly string[]): string | undefined {
  for (const path of paths.map((p) => p.trim()).filter(Boolean)) {
    try {
      return node.files.read(identity, path).toString();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
  }
  return undefined;
}

/** Ports of monitors where none is given: msgr2, and the first protocol. */
const MON_PORTS = [3300, 6789];

/** Any address of mon_host that is a monitor of this cluster and listens: `HOST`, `HOST:PORT`, `[v2:HOST:PORT/0,v1:HOST:PORT/0]`. */
function monitorAnswers(world: World, node: LabNode, monHost: string | undefined): boolean {
  const places = (monHost ?? '')
    .replace(/[[\]]/g, ' ')
    .split(/[,\s;]+/)
    .filter(Boolean)
    .flatMap((place) => {
      const [, host = '', port] = /^(?:v[12]:|any:)?(.*?)(?::(\d+))?(?:\/\d+)?$/.exec(place) ?? [];
      return (port === undefined || port === '0' ? MON_PORTS : [Number(port)]).map((p) => ({ host, port: p }));
    });
  return [...Map.groupBy(places, ({ host }) => host)].some(([host, ports]) => {
    // It takes the newer port, and the older one only when nothing listens there; silence it waits for.
    const first = ports
      .map(({ port }) => port)
      .filter(isMonPort)
      .toSorted((x, y) => x - y)
      .map((port) => reach(world, node, host, port))
      .find((reached) => reached !== 'refused');
    return first === 'open' && nodeAt(world, node, host)?.name !== undefined;
  });
}

/** Another program that listens there speaks another protocol: the client goes on hunting. */
const isMonPort = (port: number): boolean => MON_PORTS.includes(port);

/** Before the fix of CVE-2021-20288. */
const isTooOld = (librbd: string): boolean => /^(14\.2\.1?\d|15\.2\.(\d|10)|16\.2\.0)([^\d.]|$)/.test(librbd);

const allowsInsecureReclaim = (world: World): boolean =>
  world.cluster.config.get('mon auth_allow_insecure_global_id_reclaim') === 'true';

/** `offers`: 1 is no authentication, 2 is cephx. */
const badMethod = (world: World, offers = 2): string[] => [
  stamp(world, `monclient(hunting): handle_auth_bad_method server allowed_methods [2] but i only support [${offers}]`),
];

function authenticate(world: World, entity: string, key: string): Session | Refusal {
  const known = world.cluster.auth.get(entity);
  const says =
    known === undefined
      ? `couldn't find entity name: ${entity}`
      : known.key !== key
        ? ' unexpected key: req.key=0 expected_key=0'
        : known.caps.mon === undefined
          ? `mon caps null for ${entity}`
          : undefined;
  if (says !== undefined || known === undefined) {
    monLog(world, `cephx server ${entity}: ${says ?? ''}`);
    return refused('denied', 13, badMethod(world));
  }
  return { how: 'connected', entity: known };
}

/** A line of the monitor's own log. */
function monLog(world: World, text: string): void {
  const node = world.nodes.get(world.cluster.monName);
  const path = `/var/log/ceph/ceph-mon.${world.cluster.monName}.log`;
  if (node) node.files.write(node.root, path, `${cephTime(world.clock.now(), 3)} 7f2b6c3d46c0  0 ${text}\n`, true);
}

export const mayMon = (session: Session, right: MonRight): boolean => allowsMon(session.entity.caps.mon ?? '', right);
