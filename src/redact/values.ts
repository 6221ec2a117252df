import type { Meaning } from './names.ts';

/** Texts are bytes as a string of codes 0 … 255, so `‹` is three of them. */
export const OPEN = '\xe2\x80\xb9';
export const CLOSE = '\xe2\x80\xba';

const NOTHING = new Set(
  'none null nil undefined ~ true false yes no on off n/a na unset hidden redacted masked sealed removed omitted filtered censored scrubbed obfuscated sanitized value_specified_in_no_log_parameter convertto-securestring'.split(
    ' ',
  ),
);
/** What follows `password:` in a sentence. */
const PROSE = new Set(
  'string str bytes required optional default unknown set empty is was not has had are be been for from the a an of in on at to and or but with by as it its this that if when while must should cannot can could may will expired invalid incorrect wrong missing failed failure refused rejected denied error authentication auth credential credentials cleared found given provided accepted length mismatch check file files for: changed updated generated entered field prompt value type issued revoked validated verified cache cached unauthorized forbidden using valid all amd64 arm64 i386 noarch'.split(
    ' ',
  ),
);
const ROOTS = new Set('etc var usr run root home tmp opt srv dev proc sys mnt lib lib64 bin sbin data boot'.split(' '));

export const isLetter = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
export const isDigit = (c: number): boolean => c >= 48 && c <= 57;
export const isHex = (c: number): boolean => isDigit(c) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70);
/** Letters and digits. */
export const isWord = (c: number): boolean => isLetter(c) || isDigit(c);
/** Of base64, either alphabet, without the padding. */
export const isBase64 = (c: number): boolean => isWord(c) || c === 43 || c === 47 || c === 45 || c === 95;
export const isSpace = (c: number): boolean => c === 32 || c === 9 || c === 13;

function only(text: string, allowed: (code: number) => boolean): boolean {
  for (let i = 0; i < text.length; i++) if (!allowed(text.charCodeAt(i))) return false;
  return true;
}

export function isUuid(text: string): boolean {
  if (text.length !== 36) return false;
  for (let i = 0; i < 36; i++) {
    const dash = i === 8 || i === 13 || i === 18 || i === 23;
    const c = text.charCodeAt(i);
    if (dash ? c !== 45 : !isHex(c)) return false;
  }
  return true;
}

/** Folders in small letters, at least two: no base64 looks so. */
function isPlainPath(text: string): boolean {
  return (
    text.indexOf('/', 1) > 0 &&
    only(text, (c) => (c >= 97 && c <= 122) || isDigit(c) || c === 47 || c === 45 || c === 46 || c === 95)
  );
}

/** `/etc/ceph/x.keyring`, `~/.ssh/id`, `file:///…`: where a secret lies, not the secret. */
function isPath(text: string): boolean {
  if (text.startsWith('~/') || text.startsWith('./') || text.startsWith('file:')) return true;
  if (text.startsWith('$') && text.includes('/'))
    return only(text.slice(1), (c) => isWord(c) || '/._-{}'.includes(String.fromCharCode(c)));
  if (!text.startsWith('/')) return false;
  if (isPlainPath(text)) return true;
  const end = text.indexOf('/', 1);
  return ROOTS.has(end < 0 ? text.slice(1) : text.slice(1, end));
}

/** `$PASS`, `${PASS}`, `$(cat f)`, `{{ pass }}`, `%(pass)s`, `<password>`, `ADMIN_PASS`: the value is elsewhere. */
function isPlaceholder(text: string): boolean {
  if (text.startsWith('{{') || text.startsWith('${') || text.startsWith('$(') || text.startsWith('%(')) return true;
  if (
    text.startsWith('<') &&
    (text.endsWith('>') || only(text.slice(1), (c) => isLetter(c) || c === 45 || c === 95 || c === 32))
  )
    return true;
  if (text.startsWith('{') && text.endsWith('}'))
    return only(text.slice(1, -1), (c) => isWord(c) || c === 95 || c === 46);
  if (text.startsWith('[') && text.endsWith(']')) return only(text.slice(1, -1), (c) => isLetter(c) || c === 32);
  if (text.startsWith('<set to the key')) return true;
  if (text.startsWith('\\$')) return isPlaceholder(text.slice(1));
  if (text.startsWith('$')) {
    const name = text.slice(1).replace(/\\+$/, '').toLowerCase();
    if (name.length === 1 && isDigit(name.charCodeAt(0))) return true;
    if (only(name, (c) => isLetter(c) || c === 95)) return true;
    const named = ['pass', 'pw', 'secret', 'token', 'key'].some((word) => name.includes(word));
    return text.length > 2 && only(name, (c) => isWord(c) || c === 95) && (named || text === text.toUpperCase());
  }
  if (!only(text, (c) => (c >= 65 && c <= 90) || c === 95)) return false;
  return ['PASS', 'PASSWORD', 'SECRET', 'TOKEN', 'KEY', 'UUID'].some((end) => text.endsWith(end));
}

/** Who may do something, as oslo.policy says it: `rule:admin_or_owner`, `(role:reader and system_scope:all) or …`. */
function isPolicy(text: string): boolean {
  const from = text.startsWith('(') ? 1 : 0;
  const colon = text.indexOf(':');
  return colon > 0 && colon < text.length - 1 && CREDENTIALS.has(text.slice(from, colon));
}
const CREDENTIALS = new Set(
  'rule role is_admin is_admin_project user_id project_id tenant_id domain_id group_id system_scope'.split(' '),
);

/** Stars, dots, crosses: somebody hid it already. */
function isMask(text: string): boolean {
  if (text.startsWith('***') && text.endsWith('***')) return true;
  const first = text.charCodeAt(0);
  if (!'*xX.-_#?'.includes(text.charAt(0)) || text.length < 3)
    return text === '*' || text === '**' || text === '!' || text === '!!' || text === '-';
  return only(text, (c) => c === first);
}

/** `(redacted)`, `**hidden**`, `--filtered--`. */
function unbracketed(small: string): string {
  let [from, to] = [0, small.length];
  while (from < to && BRACKETS.includes(small.charAt(from))) from++;
  while (to > from && BRACKETS.includes(small.charAt(to - 1))) to--;
  return small.slice(from, to);
}
const BRACKETS = '()[]{}<>*-_#';

/** `keystone.auth.plugins.password.Password`: a place in a program. */
function isClass(text: string): boolean {
  if (!only(text, (c) => isLetter(c) || c === 46 || c === 95)) return false;
  const parts = text.split('.');
  return parts.length >= 4 && parts.every((part) => part.length > 1);
}

/** `CONF.password`, `os.environ.get("X")`, `var.admin_pass`: a program says where the value is. */
const isCode = (text: string): boolean => CODE.test(text) || CALL.test(text);
const CALL = /^[A-Za-z_][A-Za-z_.]{2,60}\([\w./"', -]{0,120}\)?,?$/;
const CODE =
  /^(self|CONF|cfg|conf|config|os|options|args|var|local|module|settings|request|getpass|input|environ)(\.[A-Za-z_]|\[["']|\()/;

/** A mix that nobody types by chance: long, without spaces, digits among letters, and no identifier of this field. */
function looksRandom(text: string): boolean {
  if (text.length < 12 || isUuid(text) || text.startsWith('req-')) return false;
  let [digits, letters, hex] = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (isDigit(c)) digits++;
    else if (isLetter(c)) letters++;
    else if (!isBase64(c) && c !== 61 && c !== 46 && c !== 126 && c !== 37) return false;
    if (isHex(c)) hex++;
  }
  if (hex === text.length && (hex === 16 || hex === 32 || hex === 40 || hex === 64 || hex === 128)) return false;
  return letters > 0 && (digits > 0 || isDigitless(text));
}

/** Of base64 one in a thousand keys has no digit. Its letters change size more often than those of words written as one, and run into pairs. */
const isDigitless = (text: string): boolean =>
  text.length >= 20 && (text.endsWith('=') || (/[A-Z]{2}/.test(text) && humps(text) * 6 >= text.length));

const isPointer = (small: string): boolean =>
  small.startsWith('0x') && small.length <= 18 && only(small.slice(2), isHex);

/** Letters of both sizes and digits. */
const isMixed = (text: string): boolean => /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);
/** How keys for everybody begin in base64: of SSH, of PGP, of X.509, and what stands in armour. */
const PUBLIC = /^(AAAA|mQ|MII|LS0t)/;

function looksCephx(text: string): boolean {
  if (text.length < 16 || !only(text, (c) => isBase64(c) || c === 61)) return false;
  if (/^A[Qg]/.test(text) || (text.length >= 28 && text.endsWith('='))) return true;
  return text.length >= 64 && isMixed(text) && !PUBLIC.test(text) && !/[-_]/.test(text);
}

/** Words of letters, at least `most` of them such as follow a password in a sentence. */
function isSentence(small: string, most: number): boolean {
  if (
    !small.includes(' ') ||
    !only(small, (c) => isLetter(c) || c === 32 || c === 44 || c === 46 || c === 39 || c === 63 || c === 33)
  )
    return false;
  return small.split(' ').filter((word) => PROSE.has(word)).length >= most;
}

/** Hidden on its node already, with its digest: `sealed:3f0c9a1be2d47f60:aes`, `sealed-3f0c9a1be2d47f60`. */
const isSealed = (value: string): boolean => value.startsWith('sealed:') || /^sealed-[0-9a-f]{16}/.test(value);

/** Nothing, an open or empty structure, or what stands between two values. */
const SYNTAX = /^[{[]?[}\]]?[,:]?$/;

/** Is `value`, found under a name of this meaning, nothing that must be hidden? `prose`: it stands in a sentence. */
export function isHarmless(value: string, { kind, rule, word }: Meaning, prose: boolean, keyring: boolean): boolean {
  if (SYNTAX.test(value) || value.includes(OPEN) || isSealed(value) || value.startsWith('ENC[')) return true;
  const small = value.toLowerCase();
  if (NOTHING.has(small) || NOTHING.has(unbracketed(small)) || isMask(value) || isPlaceholder(value) || isPolicy(value))
    return true;
  if (prose && (PROSE.has(small) || only(value, (c) => !isWord(c)) || isSentence(small, kind === 'password' ? 1 : 0)))
    return true;
  if (isCode(value) || value.startsWith('(sensitive') || value.startsWith('(known after')) return true;
  if (kind !== 'password' && value.startsWith('(')) return true;
  // When it was changed and how long it lasts, in /etc/shadow.
  if (/^\d{0,6}(?::\d{0,6}){6}$/.test(value)) return true;
  // How long it is, as kubectl describes it.
  if (/^\d{1,6} bytes$/.test(value)) return true;
  if (isClass(value) || value.startsWith('.*') || (value.endsWith('(') && only(value.slice(0, -1), isLetter)))
    return true;
  if (
    kind === 'password' &&
    isPlainPath(value) &&
    isPath(value) &&
    value.startsWith('/') &&
    ROOTS.has(value.slice(1, value.indexOf('/', 1)))
  )
    return true;
  if (rule === 'cephx' && keyring) return false;
  if (rule === 'cephx') return !looksCephx(value);
  if (kind === 'hash') return value.length < 8;
  if (kind !== 'password') {
    if (
      isPath(value) ||
      isPointer(small) ||
      only(value, isDigit) ||
      (value.length < 24 && only(value, (c) => isDigit(c) || c === 46))
    )
      return true;
    if (word === 'secret' && isUuid(value)) return true;
    if (word === 'secret' && (value.startsWith('http://') || value.startsWith('https://'))) return true;
  }
  // RabbitMQ routes by words; what 32 digits route is a pager's.
  if (word === 'routing_key') return !(value.length === 32 && only(value, isHex));
  if (kind === 'access-key' && value.length === 32 && only(value, isHex)) return false;
  // Amazon's and Ceph's own; one in some hundreds has no digit.
  if (kind === 'access-key' && /^[A-Z0-9]{20}$/.test(value)) return false;
  return rule === 'random' && !looksRandom(value);
}

/** Too common to be sought elsewhere: it would take harmless words with it. It is still hidden where it was found. */
const COMMON = new Set(
  'openstack rabbitmq keystone placement administrator changeme password123 ceph-admin client.admin cinder-backup nova-compute localhost'.split(
    ' ',
  ),
);

/** Can a value be told from other text, so that it can be sought everywhere? */
export function isDistinct(value: string): boolean {
  if (value.length < 6 || COMMON.has(value.toLowerCase()) || isUuidLikeWord(value)) return false;
  if (only(value, isDigit)) return value.length >= 10;
  if (only(value, (c) => isLetter(c) || c === 45 || c === 95 || c === 46 || c === 32 || c === 47))
    return value.length >= 12 || mixed(value);
  return true;
}

const isUuidLikeWord = (value: string): boolean => only(value, (c) => c === value.charCodeAt(0));

/** Small and capital letters in an order that no word has. */
const mixed = (value: string): boolean => humps(value) >= 2 && value.length >= 8;

/** How often a capital follows a small letter. */
function humps(value: string): number {
  let changes = 0;
  for (let i = 1; i < value.length; i++) {
    const [a, b] = [value.charCodeAt(i - 1), value.charCodeAt(i)];
    if (a >= 97 && a <= 122 && b >= 65 && b <= 90) changes++;
  }
  return changes;
}
