import { isHex, isWord } from './values.ts';

/** One way to write a secret. `left` and `right`: so many base64 letters beside it hold some of its bits. */
export interface Pattern {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  /** Stands only between signs that belong to no word: it is too short to be told from parts of words. */
  readonly alone: boolean;
}

const SHORT = 12;
const LEAST = 6;
const LEAST_ENCODED = 8;
/** Longer secrets are sought in pieces, so that a part of one is found too and no comparison is long. */
const WHOLE = 96;
const PIECE = 48;
/** So many pieces of one secret: a key of 4096 bits whole, of something endless a sample. */
const MOST_PIECES = 40;

/** Base64 of the bytes wherever they lie in what was encoded: three alignments, less the letters shared with neighbours. */
function base64Of(bytes: string): { text: string; left: number; right: number }[] {
  return [0, 1, 2].map((shift) => {
    const text = Buffer.from('\0'.repeat(shift) + bytes, 'latin1').toString('base64');
    const bits = 8 * (shift + bytes.length);
    return {
      text: text.slice(shift === 0 ? 0 : shift + 1, Math.floor(bits / 6)),
      left: shift === 0 ? 0 : 1,
      right: bits % 6 === 0 ? 0 : 1,
    };
  });
}

const urlSafe = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_');
const byte = (c: number): string => c.toString(16).padStart(2, '0');

function map(text: string, each: (char: string, code: number) => string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) out += each(text.charAt(i), text.charCodeAt(i));
  return out;
}

const percent = (text: string, keep: string, upper: boolean): string =>
  map(text, (char, code) => {
    if (isWord(code) || keep.includes(char)) return char;
    return `%${upper ? byte(code).toUpperCase() : byte(code)}`;
  });

/** Code points of bytes that are UTF-8; as they are when they are not. */
function characters(bytes: string): string {
  if (map(bytes, (char, code) => (code < 128 ? '' : char)) === '') return bytes;
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? bytes : text;
}

const JSON_LETTERS: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};
const json = (text: string): string => map(text, (char) => JSON_LETTERS[char] ?? char);
const unicode = (text: string, which: string): string =>
  map(characters(text), (char, code) =>
    code > 126 || which.includes(char) ? `\\u${code.toString(16).padStart(4, '0')}` : (JSON_LETTERS[char] ?? char),
  );
const before = (text: string, signs: string, mark: string): string =>
  map(text, (char) => (signs.includes(char) ? mark + char : char));
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const xml = (text: string, entities: Readonly<Record<string, string>>): string =>
  map(text, (char) => entities[char] ?? char);

/** Letters and digits are written alike everywhere. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isWord(text.charCodeAt(i))) return false;
  return true;
}

/** The ways in which configuration, programs and shells write a text that is not only letters and digits. */
function escaped(text: string): string[] {
  if (isPlain(text)) return [];
  const shell = before(text, ' !"#$%&\'()*,:;<=>?@[\\]^`{|}~+', '\\');
  return [
    ...[true, false].flatMap((upper) =>
      ['', '-_.~', '-_.~/', "-_.!~*'()", "-_.~!$&'()*+,;=:@"].map((keep) => percent(text, keep, upper)),
    ),
    percent(percent(text, '-_.~', true), '-_.~', true),
    percent(text, '-_.~ ', true).replaceAll(' ', '+'),
    json(text),
    json(json(text)),
    json(json(json(text))),
    json(text).replaceAll('/', '\\/'),
    unicode(text, ''),
    unicode(text, '<>&'),
    unicode(text, '<>&\'"+='),
    json(unicode(text, '<>&')),
    shell,
    before(text, ' !"$&\'()*;<>?[\\]^`{|}', '\\'),
    before(text, '"$`\\', '\\'),
    before(text, ':\\', '\\'),
    before(text, '\\', '\\'),
    before(text, "'\\", '\\'),
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", `'"'"'`),
    text.replaceAll("'", "''"),
    text.replaceAll('"', '""'),
    text.replaceAll('%', '%%'),
    text.replaceAll('$', '$$$$'),
    text.replaceAll(',', ',,'),
    xml(text, ENTITIES),
    xml(text, { ...ENTITIES, "'": "'" }),
    xml(text, { ...ENTITIES, "'": '&#39;' }),
    xml(text, { ...ENTITIES, "'": '&#39;', '"': '&#34;' }),
    xml(text, { ...ENTITIES, "'": '&#x27;' }),
    xml(text, { '&': '&amp;', '<': '&lt;', '>': '&gt;' }),
    map(text, (char, code) => (isWord(code) || ':_.'.includes(char) ? char : `\\x${byte(code)}`)),
  ];
}

const wide = (text: string, little: boolean): string => map(text, (char) => (little ? `${char}\0` : `\0${char}`));

/** Every encoding in which a secret is sought. `text` is bytes as a string of codes 0 … 255. */
export function patternsOf(text: string): Pattern[] {
  if (text.length > WHOLE) return pieces(text).flatMap(patternsOf);
  const patterns = new Map<string, Pattern>();
  const add = (pattern: string, left = 0, right = 0): void => {
    if (pattern.length < (pattern === text ? LEAST : LEAST_ENCODED) || patterns.has(pattern)) return;
    patterns.set(pattern, {
      text: pattern,
      left,
      right,
      alone: pattern.length < SHORT && isWord(pattern.charCodeAt(0)),
    });
  };
  add(text);
  for (const form of escaped(text)) add(form);
  for (const once of base64Of(text)) {
    add(once.text, once.left, once.right);
    add(urlSafe(once.text), once.left, once.right);
  }
  for (const twice of base64Of(Buffer.from(text, 'latin1').toString('base64')))
    add(twice.text, twice.left, twice.right);
  const hex = map(text, (_, code) => byte(code));
  add(hex);
  add(hex.toUpperCase());
  for (const joint of [' ', ':', '-', '\\x', ', 0x', ',0x'])
    add(map(text, (_, code) => joint + byte(code)).slice(joint.length));
  add(map(text, (_, code) => `\\x${byte(code).toUpperCase()}`));
  for (const pair of [byte, (code: number) => byte(code).toUpperCase()]) add(map(text, (_, code) => `%${pair(code)}`));
  add(hexPairs(hex));
  for (const little of [true, false]) {
    add(wide(text, little));
    for (const once of base64Of(wide(text, little))) add(once.text, once.left, once.right);
  }
  return [...patterns.values()];
}

/** `6162 6364`, as xxd prints. */
function hexPairs(hex: string): string {
  let out = '';
  for (let i = 0; i < hex.length; i += 4) out += (i > 0 ? ' ' : '') + hex.slice(i, i + 4);
  return out;
}

/** The first half of a long secret may be public (the modulus of a key, a header); its second half is its own. */
function pieces(text: string): string[] {
  const found: string[] = [];
  const half = Math.floor(text.length / 2);
  const step = Math.max(PIECE, Math.ceil((text.length - half) / MOST_PIECES));
  for (let at = half; at + PIECE <= text.length; at += step) found.push(text.slice(at, at + PIECE));
  found.push(text.slice(-PIECE));
  return found;
}

/** The bytes behind a value that is base64 or hexadecimal of something, as `ceph` and `virsh` hold them; undefined: it is neither. */
export function bytesOf(text: string): string | undefined {
  if (text.length < 20 || text.length > 200) return undefined;
  let hex = true;
  for (let i = 0; i < text.length; i++) hex &&= isHex(text.charCodeAt(i));
  if (hex) return text.length % 2 === 0 ? Buffer.from(text, 'hex').toString('latin1') : undefined;
  const bytes = Buffer.from(text, 'base64');
  const again = bytes.toString('base64');
  return again === text || again === urlSafe(text) || urlSafe(again) === text ? bytes.toString('latin1') : undefined;
}
