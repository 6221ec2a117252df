import { cephxAt } from './cephx.ts';
import type { Kind } from './names.ts';
import type { Found } from './scan.ts';
import { isBase64, isHex, isWord } from './values.ts';

const isToken = (c: number): boolean => isBase64(c) || c === 61;
const isCrypt = (c: number): boolean =>
  isWord(c) || (c >= 44 && c <= 47) || c === 36 || c === 61 || c === 43 || c === 95;
const isKeyId = (c: number): boolean => (c >= 65 && c <= 90) || (c >= 48 && c <= 57);
const isHash = (c: number): boolean => (c >= 65 && c <= 70) || (c >= 48 && c <= 57);

interface Shape {
  readonly begin: string;
  readonly kind: Kind;
  readonly least: number;
  readonly of: (code: number) => boolean;
  /** Exact length, where the format has one. */
  readonly exactly?: number;
}

/** Secrets that say themselves what they are. */
const SHAPES: readonly Shape[] = [
  { begin: 'gAAAA', kind: 'token', least: 40, of: (c) => isToken(c) || c === 37 },
  { begin: 'eyJ', kind: 'token', least: 40, of: (c) => isBase64(c) || c === 46 },
  ...[
    '$1$',
    '$5$',
    '$6$',
    '$7$',
    '$y$',
    '$gy$',
    '$2a$',
    '$2b$',
    '$2y$',
    '$apr1$',
    '$scrypt$',
    '$argon2',
    '$pbkdf2',
    '$bcrypt',
  ].map((begin): Shape => ({ begin, kind: 'hash', least: 20, of: isCrypt })),
  { begin: '{SSHA', kind: 'hash', least: 20, of: (c) => isToken(c) || c === 125 || c === 123 },
  { begin: '{SHA}', kind: 'hash', least: 20, of: (c) => isToken(c) || c === 125 || c === 123 },
  { begin: 'SCRAM-SHA-256$', kind: 'hash', least: 40, of: (c) => isToken(c) || c === 36 || c === 58 },
  { begin: '*', kind: 'hash', least: 41, of: isHash, exactly: 41 },
  { begin: 'AKIA', kind: 'access-key', least: 20, of: isKeyId, exactly: 20 },
  { begin: 'ASIA', kind: 'access-key', least: 20, of: isKeyId, exactly: 20 },
  ...['ghp_', 'gho_', 'ghs_', 'ghu_', 'ghr_'].map((begin): Shape => ({ begin, kind: 'token', least: 30, of: isWord })),
  { begin: 'github_pat_', kind: 'token', least: 40, of: isBase64 },
  { begin: 'glsa_', kind: 'token', least: 30, of: isBase64 },
  { begin: 'glc_', kind: 'token', least: 40, of: isToken },
  { begin: 'dckr_pat_', kind: 'token', least: 24, of: isBase64 },
  ...['a-', 'b-', 'c-', 'e-', 'e.', 'o-', 'p-', 'r-', 's-'].map(
    (of): Shape => ({ begin: `xox${of}`, kind: 'token', least: 30, of: (c) => isBase64(c) || c === 46 }),
  ),
  { begin: 'glpat-', kind: 'token', least: 20, of: isBase64 },
  { begin: 'hvs.', kind: 'token', least: 24, of: isBase64 },
  { begin: 'DHHC-1:', kind: 'secret', least: 40, of: (c) => isToken(c) || c === 58 },
  { begin: 'NVMeTLSkey-1:', kind: 'secret', least: 40, of: (c) => isToken(c) || c === 58 },
  { begin: 'grub.pbkdf2.', kind: 'hash', least: 60, of: (c) => isWord(c) || c === 46 },
  { begin: 'AGE-SECRET-KEY-1', kind: 'private-key', least: 50, of: isWord },
];
const FIRST = new Map<number, Shape[]>();
for (const shape of SHAPES) {
  const code = shape.begin.charCodeAt(0);
  FIRST.set(code, [...(FIRST.get(code) ?? []), shape]);
}
const STARTS = Uint8Array.from({ length: 256 }, (_, c) => (FIRST.has(c) || c === 65 ? 1 : 0));

/** Could a secret of this kind begin with the character? */
export const mayBegin = (code: number): boolean => STARTS[code] === 1;

/** Reports the secret that begins at `at`, if one does, and returns its end; else `at`. */
export function shapeAt(s: string, at: number, b: number, found: Found): number {
  const cephx = cephxAt(s, at, b);
  if (cephx > 0) {
    // Letters that follow at once are a damaged key's; behind its padding they are a prompt's.
    let end = at + cephx;
    if (s.charCodeAt(end - 1) !== 61) while (end < b && isToken(s.charCodeAt(end))) end++;
    found(at, end, 'cephx', [s.slice(at, end)]);
    return end;
  }
  for (const shape of FIRST.get(s.charCodeAt(at)) ?? []) {
    if (!s.startsWith(shape.begin, at)) continue;
    const before = s.charCodeAt(at - 1);
    if (isWord(before) && !(before === 110 && s.charCodeAt(at - 2) === 92)) continue;
    if (shape.begin === 'eyJ' && !isJwt(s, at, b)) continue;
    let end = at + shape.begin.length;
    while (end < b && shape.of(s.charCodeAt(end))) end++;
    if (end - at < shape.least || (shape.exactly !== undefined && end - at !== shape.exactly)) continue;
    if (shape.exactly !== undefined && (isWord(s.charCodeAt(end)) || isHex(s.charCodeAt(end)))) continue;
    while (shape.begin === '$6$' && s.charCodeAt(end - 1) === 44) end--;
    found(at, end, shape.kind, [s.slice(at, end)]);
    return end;
  }
  return at;
}

const MOST_HEAD = 1_024;
const MOST_CLAIMS = 8_192;

/** Two parts of JSON in base64 and a signature. One part alone is harmless JSON in base64. */
function isJwt(s: string, at: number, b: number): boolean {
  const head = partEnd(s, at, Math.min(b, at + MOST_HEAD));
  if (head - at < 9 || s.charCodeAt(head) !== 46) return false;
  const claims = partEnd(s, head + 1, Math.min(b, head + MOST_CLAIMS));
  return claims - head > 8 && s.charCodeAt(claims) === 46;
}

function partEnd(s: string, from: number, to: number): number {
  let i = from;
  while (i < to && isBase64(s.charCodeAt(i))) i++;
  return i;
}
