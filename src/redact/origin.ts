import { type Meaning, meaningOf } from './names.ts';

/** What the command or path that a text came from says about it. */
export interface Origin {
  /** Every value that stands alone on its line is this. */
  readonly bare?: Meaning;
  /** Of words joined by colons only the last is it. */
  readonly last?: boolean;
  /** Of words on a line only the last is it. */
  readonly lastWord?: boolean;
  /** The origin is a file, or only a guess: a line `name=value` is judged by its name. */
  readonly guessed?: boolean;
  /** Every `key` in it is Ceph's. */
  readonly keyring: boolean;
  /** A configuration file: values go to the end of their lines. */
  readonly ini: boolean;
}

const CEPHX: Meaning = { kind: 'cephx', rule: 'any', word: 'origin' };
const SECRET: Meaning = { kind: 'secret', rule: 'any', word: 'origin' };
const TOKEN: Meaning = { kind: 'token', rule: 'any', word: 'origin' };
const PASSWORD: Meaning = { kind: 'password', rule: 'any', word: 'origin' };

/** Parts of commands and paths whose output is one secret and nothing else. */
const BARE: readonly (readonly [string, Meaning])[] = [
  ['auth get-key', CEPHX],
  ['auth get_key', CEPHX],
  ['auth print-key', CEPHX],
  ['auth print_key', CEPHX],
  ['auth get-or-create-key', CEPHX],
  ['gen-print-key', CEPHX],
  ['ceph-authtool -p', CEPHX],
  ['--print-key', CEPHX],
  ['secret-get-value', SECRET],
  ['/etc/libvirt/secrets/', SECRET],
  ['fernet-keys/', SECRET],
  ['credential-keys/', SECRET],
  ['.erlang.cookie', SECRET],
  ['authkey', SECRET],
  ['/run/secrets/', SECRET],
  ['config-key get', SECRET],
  ['maas apikey', SECRET],
  ['ansible-vault', PASSWORD],
  ['vault_pass', PASSWORD],
  ['vault kv get', SECRET],
  ['secret get --payload', SECRET],
  ['dmcrypt', SECRET],
  ['luks', SECRET],
  ['pwgen', PASSWORD],
  ['openssl rand', SECRET],
  ['uuidgen_secret', SECRET],
  ['get-ac-user-password', PASSWORD],
  ['pass show', PASSWORD],
  ['get-password', PASSWORD],
];
const SIGNS = ' \t\'"`=/,;|(){}[]<>$:';

/** Words of a command or path, cut at whatever joins them. */
function wordsOf(origin: string): string[] {
  const words: string[] = [];
  let from = 0;
  for (let i = 0; i <= origin.length; i++) {
    if (i < origin.length && !SIGNS.includes(origin.charAt(i))) continue;
    if (i > from) words.push(origin.slice(from, i));
    from = i + 1;
  }
  return words;
}

/** `crudini --get FILE SECTION password`, `cat x.key`, `… -f value -c secret`, `echo $OS_PASSWORD`, `jq -r .secret_key`. */
function bareOf(origin: string): Meaning | undefined {
  const small = origin.toLowerCase();
  const listed = BARE.find(([part]) => small.includes(part));
  if (listed) return small.includes('secret-list') ? { ...listed[1], word: 'secret' } : listed[1];
  if (small.includes('token issue') && small.includes('value')) return TOKEN;
  const shown = /dashboard (get-[\w-]+)/.exec(small)?.[1];
  const setting = shown && meaningOf(shown);
  if (setting) return { ...setting, rule: 'any' };
  const words = wordsOf(origin);
  const last = words.at(-1) ?? '';
  const prints = [
    'value',
    'crudini',
    '--get',
    'printenv',
    'echo',
    'jq',
    'yq',
    'hiera',
    'awk',
    'cut',
    'jsonpath',
    'config get',
    'getent_secret',
  ];
  const isFile = !origin.trim().includes(' ') || /^(sudo )?(cat|head|tail|base64|xxd|type|less) /.test(origin);
  if (isFile) {
    const [stem = '', end = ''] = [last.split('.')[0], last.includes('.') ? last.split('.').at(-1) : ''];
    if (['key', 'secret', 'base64', 'password', 'passwd', 'pass', 'token', 'pw', 'keyfile'].includes(end ?? ''))
      return meant(end === 'key' ? CEPHX : SECRET);
    if (
      [
        'conf',
        'ini',
        'yaml',
        'yml',
        'json',
        'log',
        'xml',
        'keyring',
        'csv',
        'tsv',
        'pub',
        'crt',
        'pem',
        'md',
        'rst',
        'py',
        'service',
        'j2',
      ].includes(end ?? '')
    )
      return undefined;
    const meaning = meaningOf(stem || last.replaceAll('.', '_'));
    if (last === 'passwd' || last === 'passwd-' || /(^|\/)pam\.d(\/|$)/.test(origin)) return undefined;
    return meaning && meaning.rule !== 'header' && meaning.rule !== 'cephx' ? { ...meaning, rule: 'any' } : undefined;
  }
  if (!prints.some((word) => small.includes(word))) return undefined;
  for (const word of words.slice(1).reverse().slice(0, 8)) {
    const meaning = meaningOf(word.replace(/^[.-]+/, ''));
    if (meaning?.rule === 'cephx') return CEPHX;
    if (meaning && meaning.rule !== 'header') return { ...meaning, rule: 'any' };
  }
  return undefined;
}

const meant = (meaning: Meaning): Meaning => meaning;

/** `1 SHA256 HEX:…`: keys that time servers share. */
const TIME_KEYS = /(?:^|\/)(?:ntp|chrony)\.keys$/;

/** The command or path that a text came from; where nobody said, the name of its file stands in. */
export type From = string | { readonly fileName: string };

export function originOf(origin: From | undefined): Origin {
  if (typeof origin === 'object') return { ...originOf(origin.fileName), guessed: true };
  if (origin === undefined || origin.length > 4096) return { keyring: false, ini: false };
  const small = origin.toLowerCase();
  const bare = bareOf(origin);
  return {
    keyring: small.includes('keyring') || small.includes('ceph auth') || small.includes('authtool'),
    ini: ['.conf', '.ini', '.cnf', '.cfg'].some((end) => small.includes(end)),
    ...(bare && { bare }),
    ...(bare && /credentials$/.test(small) && { guessed: true }),
    ...(small.includes('pgpass') && { last: true }),
    ...(TIME_KEYS.test(small) && { bare: SECRET, lastWord: true }),
  };
}
