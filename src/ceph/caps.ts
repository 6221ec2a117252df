/**
 * What cephx capabilities allow. Follows the grammar of the OSD and monitor capability parsers (Ceph `OSDCap.cc`, `MonCap.cc`,
 * "User management" in the Ceph documentation): grants joined by `,` or `;`, each `allow PERM [match]` or `profile NAME [match]`.
 */
export interface Grant {
  readonly text: string;
  readonly perms: ReadonlySet<Permission>;
  readonly profile?: string;
  /** A pool is named whole: only namespaces may end in `*`. */
  readonly pool?: string;
  readonly namespace?: string;
  readonly tag?: { readonly application: string; readonly key: string; readonly value: string };
  readonly objectPrefix?: string;
}

/** `x` of a capability is both class permissions. */
export type Permission = 'r' | 'w' | 'class-read' | 'class-write';

/** What a client wants to do with images in a pool. */
export type PoolOperation = 'read' | 'write';

export interface PoolTarget {
  readonly name: string;
  readonly namespace?: string;
  readonly applications?: readonly string[];
}

const EVERYTHING: readonly Permission[] = ['r', 'w', 'class-read', 'class-write'];

const OSD_PROFILES: Readonly<Record<string, readonly Permission[]>> = {
  'read-only': ['r'],
  'read-write': ['r', 'w'],
  rbd: EVERYTHING,
  'rbd-read-only': ['r', 'class-read'],
};

const unquoted = (word: string): string => /^(["'])(.*)\1$/s.exec(word)?.[2] ?? word;

/** Words and, by themselves, the equals signs between them. Quotes keep blanks, commas and other quotes. */
const words = (text: string): string[] => text.match(/"[^"]*"|'[^']*'|=|[^\s="']+/g) ?? [];

function permissions(word: string): readonly Permission[] {
  if (word === '*' || word === 'all') return EVERYTHING;
  if (word === 'class-read' || word === 'class-write') return [word];
  if (!/^[rwx]+$/.test(word)) return [];
  return [...word].flatMap((p): readonly Permission[] =>
    p === 'x' ? ['class-read', 'class-write'] : [p as 'r' | 'w'],
  );
}

function grant(text: string): Grant | undefined {
  const all = words(text);
  let at = 0;
  const next = (): string => {
    if (all[at] === '=') at += 1;
    return unquoted(all[at++] ?? '');
  };
  const perms = new Set<Permission>();
  const found: { profile?: string; pool?: string; namespace?: string; objectPrefix?: string; tag?: Grant['tag'] } = {};
  while (at < all.length) {
    const word = all[at++] as string;
    if (word === 'profile') found.profile = next();
    else if (word === 'pool') found.pool = next();
    else if (word === 'namespace') found.namespace = `${next()}${all[at] === '*' ? all[at++] : ''}`;
    else if (word === 'object_prefix') found.objectPrefix = next();
    else if (word === 'tag') found.tag = { application: next(), key: next(), value: next() };
    // Methods of one class, commands and services by name: a part of what images and clients need.
    else if (word === 'class' || word === 'command' || word === 'service') return undefined;
    else if (word === 'network') next();
    else for (const p of permissions(word)) perms.add(p);
  }
  for (const p of OSD_PROFILES[found.profile ?? ''] ?? []) perms.add(p);
  return perms.size || found.profile ? { text: text.trim(), perms, ...found } : undefined;
}

/** Grants of a capability string, in order; what cannot be understood is left out (Ceph would have refused it). */
export function parseCaps(text: string): readonly Grant[] {
  return (text.match(/(?:"[^"]*"|'[^']*'|[^,;"'])+/g) ?? [])
    .map((part) => grant(part))
    .filter((g): g is Grant => g !== undefined);
}

const inNamespace = (pattern: string, namespace: string): boolean =>
  pattern.endsWith('*') ? namespace.startsWith(pattern.slice(0, -1)) : pattern === namespace;

const any = (word: string): boolean => word === '*' || word === 'all';

function covers(g: Grant, pool: PoolTarget): boolean {
  if (g.objectPrefix !== undefined) return false; // reaches some objects only, never a whole image
  if (g.pool !== undefined && g.pool !== pool.name) return false;
  if (g.namespace !== undefined && !inNamespace(g.namespace, pool.namespace ?? '')) return false;
  // Keys and values of an application are not looked up; a tag that asks for particular ones is for another purpose.
  if (g.tag) return pool.applications?.includes(g.tag.application) === true && any(g.tag.key) && any(g.tag.value);
  return true;
}

const NEEDS: Readonly<Record<PoolOperation, readonly Permission[]>> = {
  read: ['r', 'class-read'],
  write: EVERYTHING,
};

/**
 * The grant that lets a client with these OSD caps do the operation on images of the pool, or undefined.
 * Reading an image needs `r` and class reads; changing one needs `w` and class writes as well.
 */
export function poolGrant(osdCaps: string, operation: PoolOperation, pool: PoolTarget): Grant | undefined {
  const need = NEEDS[operation];
  const grants = parseCaps(osdCaps).filter((g) => covers(g, pool));
  const single = grants.find((g) => need.every((p) => g.perms.has(p)));
  if (single) return single;
  // Grants add up: `allow r pool=a, allow class-read pool=a` together read.
  const together = new Set(grants.flatMap((g) => [...g.perms]));
  return need.every((p) => together.has(p)) ? grants[0] : undefined;
}

/** May a client with these monitor caps connect and read the maps? Without any monitor caps a client is refused (errno 13). */
export function monConnects(monCaps: string): boolean {
  return parseCaps(monCaps).some((g) => g.profile !== undefined || g.perms.has('r'));
}

/** May it blocklist a dead client, which breaking that client's exclusive lock needs? `profile rbd` carries the permission. */
export function monBlocklists(monCaps: string): boolean {
  return (
    parseCaps(monCaps).some((g) => /^rbd(-mirror)?$/.test(g.profile ?? '') || (g.perms.has('r') && g.perms.has('w'))) ||
    /allow\s+command\s+["']osd (blocklist|blacklist)["']/.test(monCaps)
  );
}

/** The OSD caps with a grant for one more pool; what was there stays, letter for letter. */
export function withPool(osdCaps: string, pool: string, operation: PoolOperation): string {
  const name = /^[\w./-]+$/.test(pool) ? pool : pool.includes('"') ? `'${pool}'` : `"${pool}"`;
  const more = `profile ${operation === 'read' ? 'rbd-read-only' : 'rbd'} pool=${name}`;
  return osdCaps.trim() === '' ? more : `${osdCaps.trim()}, ${more}`;
}
