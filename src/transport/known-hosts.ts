import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** One line of a known_hosts file. `key` is the base64 blob. */
export interface KnownHost {
  readonly marker?: 'revoked' | 'cert-authority';
  readonly patterns: string;
  readonly type: string;
  readonly key: string;
}

export type KeyVerdict = 'known' | 'unknown' | 'changed' | 'revoked';

/** Reads known_hosts text. Lines that are not entries are passed over, as ssh does; a marker not known makes its line void. */
export function parseKnownHosts(text: string): KnownHost[] {
  const entries: KnownHost[] = [];
  for (const line of text.split(/\r?\n/)) {
    const words = line.trim().split(/[ \t]+/);
    if (words[0] === undefined || words[0] === '' || words[0].startsWith('#')) continue;
    const mark = words[0].startsWith('@') ? words.shift() : undefined;
    if (mark !== undefined && mark !== '@revoked' && mark !== '@cert-authority') continue;
    const [patterns, type, key] = words;
    if (patterns === undefined || type === undefined || key === undefined) continue;
    if (!/^[a-z0-9@.-]+$/.test(type) || !/^[A-Za-z0-9+/]+=*$/.test(key)) continue;
    const marker = mark === '@revoked' ? 'revoked' : mark === '@cert-authority' ? 'cert-authority' : undefined;
    entries.push({ patterns, type, key, ...(marker && { marker }) });
  }
  return entries;
}

/** The name known_hosts uses: `host`, or `[host]:port` for any port but 22. Lower case. */
export const hostName = (host: string, port: number): string =>
  (port === 22 ? host : `[${host}]:${port}`).toLowerCase();

/** Does a pattern list (or a hashed name) stand for `name`? A negated pattern that fits makes the whole list not fit. */
export function matchesHost(patterns: string, name: string): boolean {
  if (patterns.startsWith('|')) return matchesHash(patterns, name);
  let fits = false;
  for (const pattern of patterns.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!wildcard(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    fits = true;
  }
  return fits;
}

function matchesHash(patterns: string, name: string): boolean {
  const [, kind, salt, digest] = patterns.split('|');
  if (kind !== '1' || salt === undefined || digest === undefined) return false;
  const want = Buffer.from(digest, 'base64');
  const have = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return want.length === have.length && timingSafeEqual(want, have);
}

/** `*` and `?` only, in linear space and at most quadratic time: never a backtracking regular expression. */
function wildcard(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (p < pattern.length && (pattern[p] === '?' || (pattern[p] === text[t] && pattern[p] !== '*'))) {
      p++;
      t++;
    } else if (pattern[p] === '*') {
      star = p++;
      mark = t;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** The type a key blob itself names (its first SSH string). */
export function keyType(blob: Buffer): string {
  if (blob.length < 4) return 'unknown';
  const length = blob.readUInt32BE(0);
  return length > 0 && length < 64 && blob.length >= 4 + length ? blob.toString('latin1', 4, 4 + length) : 'unknown';
}

export const fingerprint = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;

/**
 * Judges the key a host shows. Revoked wins over everything; a key on the list is known; another key of a type that is on the list means
 * that the key changed; a type that is not on the list is unknown.
 */
export function judgeKey(entries: readonly KnownHost[], name: string, blob: Buffer): KeyVerdict {
  const key = blob.toString('base64');
  const mine = entries.filter((entry) => matchesHost(entry.patterns, name));
  if (mine.some((entry) => entry.marker === 'revoked' && sameKey(entry.key, key))) return 'revoked';
  const plain = mine.filter((entry) => entry.marker === undefined);
  if (plain.some((entry) => sameKey(entry.key, key))) return 'known';
  const type = keyType(blob);
  return plain.some((entry) => entry.type === type) ? 'changed' : 'unknown';
}

const sameKey = (a: string, b: string): boolean => a.replace(/=+$/, '') === b.replace(/=+$/, '');

/** Key types known for a host, in the order of the files; without certificate authorities and revoked keys. */
export function knownTypes(entries: readonly KnownHost[], name: string): string[] {
  const plain = entries.filter((entry) => entry.marker === undefined && matchesHost(entry.patterns, name));
  return [...new Set(plain.map((entry) => entry.type))];
}

/** Is the host vouched for by a certificate authority? */
export const hasAuthority = (entries: readonly KnownHost[], name: string): boolean =>
  entries.some((entry) => entry.marker === 'cert-authority' && matchesHost(entry.patterns, name));
