import { isPromising } from './encoded.ts';
import { isBase64 } from './values.ts';

/** What a quick look says of a line: it deserves a closer one; it has base64 of something readable; it is nothing but base64. */
export const HOT = 1;
export const RUN = 2;
export const SOLID = 4;
/** It may have options of a program, or words that secrets follow. */
export const OPTIONS = 8;
export const WORDS = 16;
export const ALL = HOT | RUN | OPTIONS | WORDS;

/**
 * Three letters out of each word that secrets stand beside, in small letters. A line without any of them, without `@` and without a long
 * run of base64 needs no closer look; that is most of any log.
 */
const SIGNS: readonly (readonly [number, readonly string[]])[] = [
  [
    HOT,
    [
      'pwd',
      'psw',
      'ecr',
      'tok',
      'key',
      'ede',
      'uth',
      'ook',
      'kek',
      'psk',
      'otp',
      'jwt',
      'luk',
      'pw=',
      'pw:',
      'pw"',
      "pw'",
    ],
  ],
  [
    HOT,
    [
      '| a',
      'h_p',
      'l_u',
      'l_s',
      'z-s',
      '--b',
      'qom',
      '%3a',
      '%3d',
      '%22',
      '%7b',
      '[cl',
      'gaa',
      'eyj',
      'kia',
      'sia',
      'ghp',
      'gho',
      'ghs',
      'ghu',
      'ghr',
      'glc',
      'kr_',
      'xox',
      'b_p',
      'hvs',
      'lpa',
      'aci',
      'tia',
      'gls',
      'sig',
      'ogi',
      'sal',
      'ss=',
      'ss"',
      'hhc',
      'kdf',
      'ssi',
      'eex',
      'me1',
      'me2',
      'nt1',
      'ylo',
      'aws',
      'ed=',
      'nt2',
      'kty',
      'ypt',
      'e-l',
      'e-m',
      'hsu',
      'k.c',
    ],
  ],
  [
    HOT,
    [
      'baa',
      'raa',
      'haa',
      'xaa',
      'caa',
      'saa',
      'iaa',
      'yaa',
      '{ss',
      '{sh',
      'am-',
      '$1$',
      '$5$',
      '$6$',
      '$7$',
      '$y$',
      '$gy',
      '$2a',
      '$2b',
    ],
  ],
  [HOT, ['$2y', '$ap', '$sc', '$ar', '$pb', '$bc']],
  [
    HOT | OPTIONS,
    [
      'yge',
      ' -p',
      ' -u',
      ' -w',
      ' -k',
      ' -a',
      ' -c',
      ' -x',
      "'-p",
      "'-u",
      "'-a",
      '"-p',
      '"-u',
      '"-a',
      '--u',
      '--p',
      '--s',
    ],
  ],
  [
    HOT | WORDS,
    [
      'pw ',
      'pas',
      'ecr',
      'rau',
      'h_p',
      'd_u',
      'e_u',
      'ac-',
      'vau',
      'g-k',
      '=ke',
      "y '",
      'y "',
      's a',
      'o -',
      'rer',
      'sic',
      'mun',
      'bcl',
      '<<<',
      '2se',
      'npw',
      'dpw',
      'tpw',
      'ias',
      'y-l',
      'teu',
      'psk',
      'cho',
    ],
  ],
  [HOT | WORDS, ['xts', 'mk ', 'n >', 'p "']],
  // Only beside another sign.
  [
    WORDS,
    [
      ...[
        'g s',
        'y s',
        'd s',
        '-he',
        'v p',
        'y p',
        '--s',
        'bmq',
        'boo',
        'l k',
        'y k',
        'y i',
        'r k',
        'ogi',
        'ede',
        'd -',
      ],
      ...['d_k', 'k_m', 'aws', 'h\\ ', 'tf ', 't -', 'env', 'ecu', 'h-k', 'd p', 'n p', 'n #'],
    ],
  ],
];
const hash = (three: number): number => Math.imul(three, 0x9e3779b1) >>> 16;
const TABLE = new Uint8Array(65536);
const EXACT = new Map<number, number>();
for (const [flags, signs] of SIGNS) {
  for (const sign of signs) {
    const code = [...sign].reduce((sum, c) => ((sum << 8) | (c.charCodeAt(0) | 32)) & 0xffffff, 0);
    TABLE[hash(code)] = 1;
    EXACT.set(code, (EXACT.get(code) ?? 0) | flags);
  }
}
const BASE64 = Uint8Array.from({ length: 256 }, (_, c) => (isBase64(c) ? 1 : 0));
const LONG_RUN = 20;
const SOLID_LINE = 16;

/** Called for each line of `s[a, b)` with its place and its flags. */
export function eachLine(s: string, each: (from: number, to: number, flags: number) => void): void {
  const length = s.length;
  let from = 0;
  let flags = 0;
  let three = 0;
  let run = 0;
  let outside = 0;
  for (let i = 0; i < length; i++) {
    const c = s.charCodeAt(i);
    // A zero ends a variable of an environment and a word of an argument list.
    if (c === 10 || c === 0) {
      each(from, i, flags | (outside === 0 && i - from >= SOLID_LINE ? SOLID : 0));
      from = i + 1;
      flags = 0;
      three = 0;
      run = 0;
      outside = 0;
      continue;
    }
    three = ((three << 8) | c | 32) & 0xffffff;
    if (TABLE[Math.imul(three, 0x9e3779b1) >>> 16] !== 0) flags |= EXACT.get(three) ?? 0;
    if (c === 64) flags |= HOT;
    if (BASE64[c & 255] !== 0) {
      if (++run === LONG_RUN && isPromising(s, i + 1 - LONG_RUN)) flags |= RUN;
    } else {
      run = 0;
      if (c !== 61 && c !== 32 && c !== 13 && c !== 9) outside++;
      else if (c === 32 && i > from && s.charCodeAt(i - 1) !== 32) outside++;
    }
  }
  if (from < length) each(from, length, flags | (outside === 0 && length - from >= SOLID_LINE ? SOLID : 0));
}
