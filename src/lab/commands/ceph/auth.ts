import { formatKeyring, newKey, parseKeyring } from '../../world/cephx.ts';
import type { AuthEntity, Cluster } from '../../world/cluster.ts';
import { type Answer, type CephCommand, document, error, type Request } from './command.ts';

const sortedCaps = (caps: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(caps).sort(([a], [b]) => (a < b ? -1 : 1)));

const entityJson = (e: AuthEntity) => ({ entity: e.entity, key: e.key, caps: sortedCaps(e.caps) });

/** By kind of daemon, then by name, as the monitor keeps them. */
function ordered(cluster: Cluster): AuthEntity[] {
  const kind = (e: AuthEntity): number => ['mon', 'osd', 'mds', 'client', 'mgr'].indexOf(e.entity.split('.')[0] ?? '');
  const rank = (e: AuthEntity): string => `${kind(e)}${e.entity === 'client.admin' ? ' ' : ''}${e.entity}`;
  return [...cluster.auth.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** Pairs of service and capability. Undefined when a service has none. */
function capsOf(words: readonly string[]): Record<string, string> | undefined {
  if (words.length % 2 === 1) return undefined;
  return Object.fromEntries(
    Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i] as string, words[2 * i + 1] as string]),
  );
}

const withEntity =
  (missing: (name: string) => Answer, act: (request: Request, entity: AuthEntity) => Answer) =>
  (request: Request): Answer => {
    const name = request.words[0] ?? '';
    const entity = request.cluster.auth.get(name);
    return entity ? act(request, entity) : missing(name);
  };

const get = withEntity(
  (name) => error(2, `failed to find ${name} in keyring`),
  ({ json }, entity) => ({
    ...(json ? document([entityJson(entity)]) : { out: formatKeyring(entity) }),
    err: `exported keyring for ${entity.entity}\n`,
  }),
);

const getKey = withEntity(
  (name) => error(2, `don't have ${name}`),
  ({ json }, entity) => (json ? document({ key: entity.key }) : { out: entity.key }),
);

function list({ cluster, json }: Request): Answer {
  const entities = ordered(cluster);
  if (json) return document({ auth_dump: entities.map(entityJson) }, true);
  const text = entities.map((e) => {
    const caps = Object.entries(sortedCaps(e.caps)).map(([s, c]) => `\tcaps: [${s}] ${c}\n`);
    return `${e.entity}\n\tkey: ${e.key}\n${caps.join('')}`;
  });
  return { out: `${text.join('')}`, err: 'installed auth entries:\n\n' };
}

function exportAll({ cluster, words: [name] }: Request): Answer {
  if (name !== undefined) {
    const entity = cluster.auth.get(name);
    return entity
      ? { out: formatKeyring(entity), err: `export auth(key=${entity.key})\n` }
      : error(2, `no key for ${name}`);
  }
  return { out: ordered(cluster).map(formatKeyring).join(''), err: 'exported master keyring\n' };
}

function getOrCreate({ cluster, words: [name = '', ...rest], json }: Request): Answer {
  const caps = capsOf(rest);
  if (!caps || !name.includes('.')) return error(22, 'invalid command');
  const known = cluster.auth.get(name);
  if (known) {
    const differs = Object.entries(caps).find(([service, cap]) => known.caps[service] !== cap);
    if (differs) return error(22, `key for ${name} exists but cap ${differs[0]} does not match`);
  }
  const entity = known ?? { entity: name, key: newKey(cluster.clock.now()), caps };
  cluster.auth.set(name, entity);
  return json ? document([entityJson(entity)]) : { out: `[${name}]\n\tkey = ${entity.key}\n` };
}

function add({ cluster, words: [name = '', ...rest], input }: Request): Answer {
  const caps = capsOf(rest);
  if (!caps || !name.includes('.')) return error(22, 'invalid command');
  const given = input === undefined ? undefined : parseKeyring(input).find((e) => e.entity === name)?.key;
  if (input !== undefined && given === undefined) return error(2, `can't find ${name} in keyring`);
  const known = cluster.auth.get(name);
  if (
    known &&
    ((given !== undefined && given !== known.key) || Object.entries(caps).some(([s, c]) => known.caps[s] !== c))
  ) {
    return error(
      22,
      `entity ${name} exists but ${given !== undefined && given !== known.key ? 'key' : 'caps'} does not match`,
    );
  }
  if (!known) cluster.auth.set(name, { entity: name, key: given ?? newKey(cluster.clock.now()), caps });
  return { err: `added key for ${name}\n` };
}

const setCaps = withEntity(
  (name) => error(2, `couldn't find entry ${name}`),
  ({ words }, entity) => {
    const caps = capsOf(words.slice(1));
    if (!caps || Object.keys(caps).length === 0) return error(22, 'invalid command');
    entity.caps = caps;
    return { err: `updated caps for ${entity.entity}\n` };
  },
);

function load({ cluster, input }: Request): Answer {
  if (input === undefined) return error(22, 'bufferlist is empty');
  const entries = parseKeyring(input).filter((e) => e.key !== undefined);
  if (entries.length === 0) return error(22, 'error decoding keyring');
  for (const { entity, key = '', caps } of entries) cluster.auth.set(entity, { entity, key, caps: { ...caps } });
  return { err: 'imported keyring\n' };
}

function remove({ cluster, words: [name = ''] }: Request): Answer {
  if (!cluster.auth.delete(name)) return { err: `entity ${name} does not exist\n` };
  return { err: 'updated\n' };
}

const who = ([entity]: readonly string[]) => ({ entity });
const withCaps = ([entity, ...caps]: readonly string[]) => ({ entity, ...(caps.length > 0 && { caps }) });

export const authCommands: readonly CephCommand[] = [
  { words: 'auth get', right: 'auth', audit: who, answer: get },
  { words: 'auth get-key', right: 'auth', audit: who, answer: getKey },
  { words: 'auth print-key', right: 'auth', audit: who, answer: getKey },
  { words: 'auth ls', right: 'auth', audit: () => ({}), answer: list },
  { words: 'auth export', right: 'auth', audit: ([entity]) => ({ ...(entity && { entity }) }), answer: exportAll },
  { words: 'auth get-or-create', right: 'auth', audit: withCaps, answer: getOrCreate },
  {
    words: 'auth get-or-create-key',
    right: 'auth',
    audit: withCaps,
    answer: (request) => {
      const made = getOrCreate(request);
      return made.errno ? made : { out: `${request.cluster.auth.get(request.words[0] ?? '')?.key ?? ''}\n` };
    },
  },
  { words: 'auth add', right: 'auth', audit: withCaps, answer: add },
  { words: 'auth caps', right: 'auth', audit: withCaps, answer: setCaps },
  { words: 'auth import', right: 'auth', audit: () => ({}), answer: load },
  { words: 'auth rm', right: 'auth', audit: who, answer: remove },
  { words: 'auth del', right: 'auth', audit: who, answer: remove },
];
