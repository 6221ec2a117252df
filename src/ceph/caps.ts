/**
 * What cephx capabilities allow. Follows the grammar of the OSD and monitor capability parsers (Ceph `OSDCap.cc`, `MonCap.cc`,
 * "User management" in the Ceph documentation): grants joined by `,` or `;`, each `allow PERM [match]` or `profile NAME [match]`.
 */
export interface Grant {
  readonly text: string;
  /** Subset of `rwx`, with `class-read` and `class-write` folded into `x`, or everything for `*`. */
  readonly perms: ReadonlySet<'r' | 'w' | 'x'>;
  readonly profile?: string;
  readonly pool?: string;
  readonly namespace?: string;
  readonly tag?: { readonly application: string; readonly key: string; readonly value: string };
  readonly objectPrefix?: string;
  /** `class-read` alone does not permit class writes. */
  readonly classWrite: boolean;
}

/** What a client wants to do with images in a pool. */
export type PoolOperation = 'read' | 'write';

export interface PoolTarget {
  readonly name: string;
  readonly namespace?: string;
  readonly applications?: readonly string[];
}

const OSD_PROFILES: Readonly<Record<string, 'rwx' | 'rx'>> = {
  rbd: 'rwx',
  'rbd-read-only': 'rx',
  'rbd-mirror': 'rwx',
};

function words(text: string): string[] {
  return (text.match(/"[^"]*"|'[^']*'|[^\s=]+=(?:"[^"]*"|'[^']*'|\S+)|\S+/g) ?? []).map((w) => w.replace(/["']/g, ''));
}

function permissions(text: string): { perms: Set<'r' | 'w' | 'x'>; classWrite: boolean } | undefined {
  if (text === '*' || text === 'all') return { perms: new Set(['r', 'w', 'x']), classWrite: true };
  if (text === 'class-read') return { perms: new Set(['x']), classWrite: false };
  if (text === 'class-write') return { perms: new Set(['x']), classWrite: true };
  if (!/^[rwx]+$/.test(text)) return undefined;
  return { perms: new Set([...text] as ('r' | 'w' | 'x')[]), classWrite: text.includes('x') };
}

function grant(text: string): Grant | undefined {
  const parts = words(text);
  const perms = new Set<'r' | 'w' | 'x'>();
  let classWrite = false;
  const found: { profile?: string; pool?: string; namespace?: string; objectPrefix?: string; tag?: Grant['tag'] } = {};
  const queue = parts.values();
  const next = (): string => queue.next().value ?? '';
  for (const word of queue) {
    const [key, value] = word.includes('=')
      ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
      : [word, undefined];
    if (key === 'allow') continue;
    if (key === 'profile') found.profile = value ?? next();
    else if (key === 'pool') found.pool = value ?? next();
    else if (key === 'namespace') found.namespace = value ?? next();
    else if (key === 'object_prefix') found.objectPrefix = value ?? next();
    else if (key === 'app' || key === 'tag') {
      const application = value ?? next();
      const rest = key === 'tag' ? next() : '*=*';
      const [k, v] = rest.split('=');
      found.tag = { application, key: k ?? '*', value: v ?? '*' };
    } else {
      const more = permissions(word);
      if (!more) continue;
      for (const p of more.perms) perms.add(p);
      classWrite ||= more.classWrite;
    }
  }
  if (found.profile) {
    const kind = OSD_PROFILES[found.profile];
    if (kind) for (const p of kind) perms.add(p as 'r' | 'w' | 'x');
    classWrite ||= kind === 'rwx';
  }
  return perms.size || found.profile ? { text: text.trim(), perms, classWrite, ...found } : undefined;
}

/** Grants of a capability string, in order; what cannot be understood is left out (Ceph would have refused it). */
export function parseCaps(text: string): readonly Grant[] {
  return text
    .split(/[,;]/)
    .map((part) => grant(part))
    .filter((g): g is Grant => g !== undefined);
}

/** Pool names may end in `*` in a capability. */
const matches = (pattern: string | undefined, name: string): boolean =>
  pattern === undefined || pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1)));

function covers(g: Grant, pool: PoolTarget): boolean {
  if (g.objectPrefix !== undefined) return false; // reaches some objects only, never a whole image
  if (!matches(g.pool, pool.name)) return false;
  if (g.namespace !== undefined && !matches(g.namespace, pool.namespace ?? '')) return false;
  if (g.tag) return pool.applications?.includes(g.tag.application) === true && g.tag.key === '*';
  return true;
}

/**
 * The grant that lets a client with these OSD caps do the operation on images of the pool, or undefined.
 * Reading an image needs `r` and class reads; changing one needs `w` and class writes as well.
 */
export function poolGrant(osdCaps: string, operation: PoolOperation, pool: PoolTarget): Grant | undefined {
  const need = operation === 'read' ? ['r', 'x'] : ['r', 'w', 'x'];
  const grants = parseCaps(osdCaps).filter((g) => covers(g, pool));
  const single = grants.find((g) => need.every((p) => g.perms.has(p as 'r')) && (operation === 'read' || g.classWrite));
  if (single) return single;
  // Grants add up: `allow r pool=a, allow class-read pool=a` together read.
  const together = new Set(grants.flatMap((g) => [...g.perms]));
  const writes = operation === 'read' || grants.some((g) => g.classWrite);
  return need.every((p) => together.has(p as 'r')) && writes ? grants[0] : undefined;
}

/** May a client with these monitor caps connect and read the maps? Without any monitor caps a client is refused (errno 13). */
export function monConnects(monCaps: string): boolean {
  return parseCaps(monCaps).some((g) => g.profile !== undefined || g.perms.has('r'));
}

/** May it blocklist a dead client, which breaking that client's exclusive lock needs? `profile rbd` carries the permission. */
export function monBlocklists(monCaps: string): boolean {
  return (
    /profile\s+"?rbd"?(\s|,|;|$)/.test(monCaps) ||
    /allow\s+(\*|all)/.test(monCaps) ||
    /osd blocklist|osd blacklist/.test(monCaps)
  );
}

/** The OSD caps with a grant for one more pool; what was there stays, letter for letter. */
export function withPool(osdCaps: string, pool: string, operation: PoolOperation): string {
  const more = `profile ${operation === 'read' ? 'rbd-read-only' : 'rbd'} pool=${pool}`;
  return osdCaps.trim() === '' ? more : `${osdCaps.trim()}, ${more}`;
}
