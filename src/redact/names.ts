import { owned } from './owned.ts';

/** What a secret is, as its token says. */
export type Kind = 'cephx' | 'password' | 'token' | 'secret' | 'private-key' | 'hash' | 'access-key';

/**
 * What a name promises of its value. `any`: every value is secret. `random`: only one that looks made by a machine.
 * `cephx`: a bare `key`, which is a secret beside Ceph's entities and a harmless word elsewhere. `login`: user and
 * password joined by a colon, plain or in base64. `header`: a scheme, then the credential.
 */
export type Rule = 'any' | 'random' | 'cephx' | 'login' | 'header';

export interface Meaning {
  readonly kind: Kind;
  readonly rule: Rule;
  /** The word that decided, such as `secret`. */
  readonly word: string;
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Words after the deciding one that only say in which form the value is. */
const FORMS = set(
  'in value base64 b64 plain plaintext clear raw old new current previous string text data encrypted ciphertext 0 1 2 3 4 5 confirm confirmation again',
);
const PASSWORDS = set(
  'password passwd passphrase pass pwd passwort pw psk passcode rootpw authtok bindpw userpw adminpw otp requirepass masterauth passwords passwds',
);
const PASSWORD_ENDS = ['password', 'passwd', 'passphrase', 'passwort', 'passw'];
const NO_PASSWORDS = set(
  'nopasswd nopass nopassword bypass compass oldpwd encompass trespass surpass underpass overpass',
);
/** Words before `password` that make it a switch. */
const SWITCHES = set(
  'update use using has have ask show no enable disable allow require requires lock inject verify reset change changed',
);
const SECRETS = set(
  'secret secrets sharedsecret clientsecret secretkey secretaccesskey kek privatekey masterkey encryptionkey authkey sasldata luks',
);
const TOKENS = set('token tokens authtoken accesstoken refreshtoken idtoken jwt bearertoken sessiontoken apitoken');
/** Words before `token` that make it a place in a list or a counter. */
const PLACES = set(
  'continuation next page sync partition cancel start pagination resume snapshot max min skip marker csrf_field',
);
const KEY_OWNERS = set(
  'secret private api auth st encryption encrypt master shared session signing sign account storage s3 aws ec2 hmac crypt fernet cookie store swift heartbeat jwt preshared pre license rndc tsig mac kek fixed cephx ceph keyring admin user client bootstrap osd mon mgr mds rgw rbd glance nova cinder manila gnocchi csi decryption wireguard luks dmcrypt temp urlkey totp credential webhook deploy application service consumer barbican',
);
const NO_KEY_OWNERS = set(
  'public pub primary foreign sort host ssh name object lookup metadata tag label config dict idempotency registry unique index group map option hot trusted gpg field column row message msg translation image cache property extra spec server queue binding exchange known pgp repo apt rpm release signature verify verification header json hash bucket volume parent root any missing invalid no kv bad duplicate context partition trait sysctl',
);

/** Words before `user` where a colon and the password may follow the name. */
const LOGINS = set('etcdctl curl http https proxy basic');

/** Words before `auth` where user and password follow, in base64 mostly. */
const HOLDERS = set('registry docker npm basic http proxy quay harbor');

/** Of a private key, as openssl and PuTTY write it out. */
const PARTS = set('private_exponent prime1 prime2 exponent1 exponent2 coefficient private_mac');

const isUpper = (c: number): boolean => c >= 65 && c <= 90;
const isLower = (c: number): boolean => c >= 97 && c <= 122;
const isDigit = (c: number): boolean => c >= 48 && c <= 57;

/** `OS_PASSWORD`, `adminPass`, `X-Auth-Token`: their words in small letters. */
export function wordsOf(name: string): string[] {
  const words: string[] = [];
  let from = 0;
  const cut = (at: number): void => {
    if (at > from) words.push(name.slice(from, at).toLowerCase());
  };
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (!isUpper(c) && !isLower(c) && !isDigit(c)) {
      cut(i);
      from = i + 1;
    } else if (i > from && isUpper(c)) {
      const before = name.charCodeAt(i - 1);
      if (!isUpper(before) || isLower(name.charCodeAt(i + 1))) {
        cut(i);
        from = i;
      }
    }
  }
  cut(name.length);
  return words;
}

const meant = (kind: Kind, rule: Rule, word: string): Meaning => ({ kind, rule, word });

function judge(words: string[]): Meaning | undefined {
  const all = words.join('_');
  if (all.endsWith('secret_uuid') || all.endsWith('token_roles') || all.endsWith('token_roles_required'))
    return undefined;
  // QEMU names its secret objects by these; the secret is elsewhere.
  if (/(^|_)(key|password)_secret$/.test(all)) return undefined;
  if (PARTS.has(all)) return meant('private-key', 'any', all);
  if (all.endsWith('token_id')) return meant('token', 'any', 'token');
  if (all.endsWith('secret_key_base')) return meant('secret', 'any', all);
  if (all.endsWith('role_secret_id')) return meant('secret', 'any', all);
  if (
    all.startsWith('swift_hash_path_') ||
    all === 'swift_hash_suffix' ||
    all === 'swift_hash_prefix' ||
    all === 'authentication_string'
  )
    return meant('secret', 'any', all);
  if (all.endsWith('access_key_id') || (all.endsWith('access_key') && !all.endsWith('secret_access_key')))
    return meant('access-key', 'random', 'access-key');
  if (all.endsWith('temp_url_sig') || all === 'x_amz_signature' || all === 'x_instance_id_signature')
    return meant('token', 'any', 'signature');
  if (all.endsWith('provider_auth')) return meant('password', 'header', 'chap');
  if (all === 'authorization' || all === 'proxy_authorization' || all === 'http_authorization')
    return meant('token', 'header', all);
  if (all === 'cookie' || all === 'set_cookie') return meant('token', 'header', 'cookie');
  if (
    all === 'admin_credentials' ||
    all === 'stats_credentials' ||
    all === 'auth' ||
    all.endsWith('sst_auth') ||
    all === 'stats_auth' ||
    all === 'userpwd' ||
    (words.length === 2 && words[1] === 'user' && LOGINS.has(words[0] ?? '')) ||
    (words.length === 2 && words[1] === 'auth' && HOLDERS.has(words[0] ?? ''))
  )
    return meant('password', 'login', all);
  while (words.length > 1 && FORMS.has(words.at(-1) ?? '')) words.pop();
  const [word = '', owner = '', former = ''] = [words.at(-1)?.replace(/\d{1,3}$/, ''), words.at(-2), words.at(-3)];

  if (word === 'hash' && (PASSWORDS.has(owner) || owner === 'pwhash')) return meant('hash', 'any', word);
  if (word === 'pwd' && words.length === 1) return meant('password', 'random', word);
  if (NO_PASSWORDS.has(word)) return undefined;
  if (PASSWORDS.has(word) || PASSWORD_ENDS.some((end) => word.endsWith(end)) || word.endsWith('pass'))
    return SWITCHES.has(owner) ? undefined : meant('password', 'any', word);
  if (word.endsWith('pwd')) return meant('password', 'any', word);
  // Helm's charts name a secret of Kubernetes so.
  if (word.startsWith('secret') && (owner === 'existing' || owner === 'pull')) return undefined;
  if (SECRETS.has(word) || word.endsWith('secret')) return meant('secret', 'any', words.length === 1 ? word : all);
  if (TOKENS.has(word)) return PLACES.has(owner) ? undefined : meant('token', 'any', word);
  if (word === 'cookie')
    return meant('token', owner === 'erlang' || owner === 'cluster' || owner === 'rabbit' ? 'any' : 'random', word);
  if (word === 'setcookie') return meant('token', 'any', word);
  if (word === 'community') return meant('password', owner === 'snmp' ? 'any' : 'random', word);
  if (word === 'sessionid') return meant('token', 'random', word);
  if (all === 'encrypt') return meant('secret', 'random', all);
  if (word === 'salt') return meant('secret', 'random', word);
  if (all === 'access') return meant('access-key', 'random', word);
  if (word === 'payload') return meant('secret', 'random', word);
  if (word === 'seed') return owner === 'totp' || owner === 'mfa' ? meant('secret', 'any', word) : undefined;
  if (word === 'cred' || word === 'creds') return meant('secret', words.length === 1 ? 'any' : 'random', word);
  if (word === 'credential' || word === 'credentials') return meant('secret', 'random', word);
  if (word === 'passphrases') return meant('password', 'any', word);
  if (word === 'apikey' || word === 'secretkey') return meant('secret', 'any', word);
  if (word !== 'key' && word !== 'keys') {
    if (word !== 'token' && word.endsWith('token') && word.length <= 16) return meant('token', 'random', word);
    // Ansible's habit: `vault_rabbit` is what the vault keeps for it.
    return words[0] === 'vault' && words.length > 1 ? meant('secret', 'random', 'vault') : undefined;
  }
  if (words.length === 1) return meant('cephx', 'cephx', word);
  if (NO_KEY_OWNERS.has(owner)) return undefined;
  if (owner === 'secret' || owner === 'private' || owner === 'encryption' || owner === 'fixed' || former === 'secret')
    return meant('secret', 'any', word);
  if (owner === 'routing') return meant('secret', 'random', 'routing_key');
  if (owner === 'url' && former === 'temp') return meant('secret', 'any', word);
  return meant('secret', KEY_OWNERS.has(owner) ? 'any' : 'random', word);
}

const LONGEST_NAME = 80;
const REMEMBERED = 4096;
const known = new Map<string, Meaning | null>();

/** What a value is that stands under this name; undefined: nothing secret. */
export function meaningOf(name: string): Meaning | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const before = known.get(name);
  if (before !== undefined) return before ?? undefined;
  const words = wordsOf(name);
  const meaning = words.length === 0 ? undefined : judge(words);
  if (known.size >= REMEMBERED) known.clear();
  known.set(owned(name), meaning ?? null);
  return meaning;
}
