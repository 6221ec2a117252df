import { randomBytes } from 'node:crypto';

/** A new cephx key: type 1 (AES), seconds, nanoseconds, length 16, 16 random bytes, in base64. */
export function newKey(now: Date): string {
  const head = Buffer.alloc(12);
  head.writeUInt16LE(1, 0);
  head.writeUInt32LE(Math.floor(now.getTime() / 1000), 2);
  head.writeUInt32LE(now.getMilliseconds() * 1_000_000, 6);
  head.writeUInt16LE(16, 10);
  return Buffer.concat([head, randomBytes(16)]).toString('base64');
}

/** Is this text a key Ceph can decode? */
export function isKey(text: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return false;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length >= 12 && bytes.readUInt16LE(0) === 1 && bytes.length === 12 + bytes.readUInt16LE(10);
}

export interface KeyringEntry {
  readonly entity: string;
  readonly key?: string;
  /** By service, as written. */
  readonly caps: Readonly<Record<string, string>>;
}

/** Reads keyring text. Lines before the first section and lines that say nothing known are passed over. */
export function parseKeyring(text: string): KeyringEntry[] {
  const entries: { entity: string; key?: string; caps: Record<string, string> }[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const section = /^\[(.+)\]$/.exec(line)?.[1];
    if (section !== undefined) {
      entries.push({ entity: section.trim(), caps: {} });
      continue;
    }
    const [, name, value] = /^([^=]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    const entry = entries.at(-1);
    if (name === undefined || value === undefined || entry === undefined) continue;
    const plain = value.trim().replace(/^"(.*)"$/, '$1');
    if (name === 'key') entry.key = plain;
    else if (name.startsWith('caps ')) entry.caps[name.slice(5).trim()] = plain;
  }
  return entries;
}

/** One keyring section, caps in the order of their names as Ceph writes them. */
export function formatKeyring(entry: KeyringEntry): string {
  const caps = Object.entries(entry.caps).sort(([a], [b]) => (a < b ? -1 : 1));
  return `[${entry.entity}]\n\tkey = ${entry.key ?? ''}\n${caps.map(([s, c]) => `\tcaps ${s} = "${c}"\n`).join('')}`;
}

interface Grant {
  readonly profile?: string;
  readonly allow?: string;
  readonly pool?: string;
  /** It reaches objects of a namespace, of a prefix or of a tag's application only, and so no whole image outside of them. */
  readonly partly: boolean;
}

function grants(caps: string): Grant[] {
  return caps
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const profile = /profile[ =]([\w-]+)/.exec(part)?.[1];
      const allow = /^allow\s+(\S+)/.exec(part)?.[1];
      const pool = /pool=(\S+)/.exec(part)?.[1]?.replace(/^"|"$/g, '');
      const namespace = /namespace[ =](\S*)/.exec(part)?.[1]?.replace(/^"|"$/g, '');
      return {
        partly: !['', '*', undefined].includes(namespace) || /object_prefix|\btag (?!rbd )/.test(part),
        ...(profile !== undefined && { profile }),
        ...(allow !== undefined && allow !== 'profile' && { allow }),
        ...(pool !== undefined && { pool }),
      };
    });
}

export type PoolRight = 'read' | 'write';

/** What OSD capabilities let a client do with images in a pool's default namespace. The directory of rbd_children is readable for every rbd profile. */
export function allowsPool(caps: string, pool: string, right: PoolRight): boolean {
  return grants(caps).some((g) => {
    if (g.partly || (g.pool !== undefined && g.pool !== pool && g.pool !== '*')) return false;
    if (g.profile === 'rbd') return true;
    if (g.profile === 'rbd-read-only') return right === 'read';
    if (g.allow === undefined) return false;
    return g.allow === '*' || g.allow.includes(right === 'read' ? 'r' : 'w');
  });
}

/** `read`: status and maps; `write`: changes; `auth`: keys. */
export type MonRight = 'read' | 'write' | 'auth';

export function allowsMon(caps: string, right: MonRight): boolean {
  return grants(caps).some((g) => {
    if (g.profile !== undefined) return right === 'read' || ['mon', 'mgr', 'admin'].includes(g.profile);
    if (g.allow === undefined) return false;
    if (g.allow === '*') return true;
    return right === 'read' ? g.allow.includes('r') : right === 'write' ? g.allow.includes('w') : /r.*x/.test(g.allow);
  });
}

/** Manager commands need `allow …`; an rbd profile reaches only the rbd module. */
export const allowsMgr = (caps: string): boolean =>
  grants(caps).some((g) => g.allow !== undefined && /^(\*|.*r)/.test(g.allow));
