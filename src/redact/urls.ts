import type { Meaning } from './names.ts';
import { type Found, report } from './scan.ts';
import { unescapePercent } from './unescape.ts';
import { upTo } from './value.ts';
import { isBase64, isDigit, isSpace, OPEN as MARK } from './values.ts';

const PASSWORD: Meaning = { kind: 'password', rule: 'any', word: 'url' };
const [COLON, AT, SLASH, COMMA, BRACKET, BACKSLASH, OPEN] = [58, 64, 47, 44, 91, 92, 0xe2];
const STOPS = new Set([...`"'<>\`{}|`].map((c) => c.charCodeAt(0)));
/** A user's name alone before the host is no secret, unless it is so long that it must be a token. */
const LONGEST_USER = 24;

const isEnd = (s: string, i: number): boolean => {
  const c = s.charCodeAt(i);
  return isSpace(c) || STOPS.has(c) || c === BACKSLASH;
};

/**
 * The credentials of a URL whose `://` is at `at`; several hosts have one each (`rabbit://u:p@h1:5672,u:p@h2:5672/`). Returns where
 * reading goes on: behind the last host, so that the query is read as any other text.
 */
export function url(s: string, a: number, b: number, at: number, found: Found): number {
  let end = at + 3;
  while (end < b && !isEnd(s, end)) end++;
  const store = s.slice(Math.max(a, at - 12), at).includes('swift+');
  let from = at + 3;
  let on = at + 2;
  while (from < end && s.charCodeAt(from) !== BRACKET && s.charCodeAt(from) !== OPEN) {
    let sign = from;
    while (sign < end && s.charCodeAt(sign) !== AT) sign++;
    if (sign >= end || s.slice(from, sign).includes(MARK)) break;
    let colon = from;
    while (colon < sign && s.charCodeAt(colon) !== COLON && s.charCodeAt(colon) !== SLASH) colon++;
    if (s.charCodeAt(colon) === SLASH) break;
    if (colon < sign && isPort(s, colon + 1, sign)) break;
    // An `@` of the password itself: the last one before the host ends counts.
    for (let i = sign + 1; i < end && !isHostEnd(s.charCodeAt(i)); i++) if (s.charCodeAt(i) === AT) sign = i;
    if (store && colon < sign) colon = Math.max(colon, s.lastIndexOf(':', sign));
    const start = colon < sign ? colon + 1 : sign - from > LONGEST_USER ? from : sign;
    const raw = s.slice(start, sign);
    const plain = unescapePercent(raw);
    if (EXAMPLES.has(raw) && s.startsWith('user', from)) break;
    report(
      { start, end: sign, next: sign, forms: plain === raw ? [raw] : [plain, raw] },
      PASSWORD,
      false,
      false,
      found,
    );
    on = sign;
    from = sign + 1;
    while (from < end && s.charCodeAt(from) !== COMMA && s.charCodeAt(from) !== SLASH) from++;
    if (s.charCodeAt(from) !== COMMA) break;
    from++;
  }
  return on;
}

/** `mysql://user:pass@host:port/dbname` */
const EXAMPLES = new Set(['pass', 'password', 'passwd', 'pwd', 'PASSWORD']);

const isHostEnd = (c: number): boolean => c === SLASH || c === COMMA || c === 63 || c === 35 || c === COLON;

/** `host:8774/v2.1/x@y`: what looks like a password is a port and a path. */
function isPort(s: string, from: number, to: number): boolean {
  let i = from;
  while (i < to && i - from < 6 && isDigit(s.charCodeAt(i))) i++;
  const c = s.charCodeAt(i);
  return i > from && (c === SLASH || c === 63 || c === 35 || c === COMMA);
}

const LONGEST_SOURCE = 120;
const SOCKETS = ['(', 'tcp(', 'unix('];

/** Go's name of a database: `user:password@tcp(host:3306)/`; `at` is the sign before the socket. */
export function dataSource(s: string, a: number, at: number, found: Found): void {
  if (!SOCKETS.some((socket) => s.startsWith(socket, at + 1)) && !goesOn(s, a, at)) return;
  let from = at;
  while (from > a && at - from < LONGEST_SOURCE && !isEnd(s, from - 1) && s.charCodeAt(from - 1) !== 61) from--;
  const colon = s.slice(from, at).indexOf(':');
  if (colon <= 0 || s.slice(from, at).includes(MARK)) return;
  const start = from + colon + 1;
  report({ start, end: at, next: at, forms: [s.slice(start, at)] }, PASSWORD, false, false, found);
}

const LONGEST_HOST = 80;

/** A line of its own that goes on an address, `    openstack:password@10.0.0.2:5672,`, or one in a sentence. */
function goesOn(s: string, a: number, at: number): boolean {
  let from = at;
  while (from > a && at - from < LONGEST_SOURCE && !isEnd(s, from - 1)) from--;
  const before = s.slice(from, at);
  if (from === a || before.includes('://')) return false;
  const host = s.slice(at, at + LONGEST_HOST);
  if (s.slice(a, from).trim() === '') return /^@[\w.:[\]-]{1,80}:\d{1,5}[,/]/.test(host);
  return /^[a-z][\w-]{1,31}:[^:/@=]*[A-Za-z][^:/@=]*$/.test(before) && /^@[\w.[\]-]{1,80}:\d{2,5}(?![\w:])/.test(host);
}

/** Addresses whose last part is the right to use them. */
const TOKENS = ['/tokens/', '/services/T', '/api/webhooks/'];
const LEAST_TOKEN = 32;

/** `GET /v2.0/tokens/ID`; `at` is the slash before. */
export function tokenInPath(s: string, at: number, b: number, found: Found): number {
  const prefix = TOKENS.find((tokens) => s.startsWith(tokens, at));
  if (prefix === undefined) return at;
  const own = prefix !== TOKENS[0];
  const start = at + prefix.length - (prefix.endsWith('T') ? 1 : 0);
  let end = start;
  while (end < b && (isBase64(s.charCodeAt(end)) || s.charCodeAt(end) === 61)) end++;
  if (s.charCodeAt(start + 8) === 45 || end - start < LEAST_TOKEN || (!own && s.slice(start, end).includes('/')))
    return at;
  found(start, end, 'token', [s.slice(start, end)]);
  return end;
}

/** `scope = ID/20260303/us-east-1/s3/aws4_request`: whose key signed. For a block of lines. */
export function signers(s: string, found: Found): void {
  for (let at = s.indexOf(SCOPE); at >= 0; at = s.indexOf(SCOPE, at + SCOPE.length)) {
    const before = s.slice(Math.max(0, at - LONGEST_USER_PART), at);
    const id = SIGNER.exec(before);
    const from = at - before.length + (id?.index ?? 0);
    if (id) found(from, from + (id[1] as string).length, 'access-key', [id[1] as string]);
  }
}
const SCOPE = '/aws4_request';
const SIGNER = /(?<![A-Z0-9])([A-Z0-9]{16,32})\/\d{8}\/[\w-]+\/\w+$/;

const LONGEST_USER_PART = 80;
const BY_USER = /[?&]u=[^&\s]*$/;
const endsQuery = (c: number): boolean => isSpace(c) || STOPS.has(c) || c === 38 || c === 35;

/** `?db=x&u=tele&p=…`, as InfluxDB takes its user's password. For a block of lines. */
export function queryLogins(s: string, found: Found): void {
  for (let at = s.indexOf('&p='); at >= 0; at = s.indexOf('&p=', at + 3))
    if (BY_USER.test(s.slice(Math.max(0, at - LONGEST_USER_PART), at)))
      report(upTo(s, at + 3, Math.min(s.length, at + 300), endsQuery), PASSWORD, false, false, found);
}
