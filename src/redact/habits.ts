import type { Meaning } from './names.ts';

export const PASSWORD: Meaning = { kind: 'password', rule: 'any', word: 'argument' };
export const SECRET: Meaning = { kind: 'secret', rule: 'any', word: 'argument' };
export const LOGIN: Meaning = { kind: 'password', rule: 'login', word: 'argument' };

export interface Habit {
  /** The program, in small letters, as it stands in the line. */
  readonly program: string;
  /** Options whose value is secret; `-p*` holds it in the same word. */
  readonly options?: Readonly<Record<string, Meaning>>;
  /** The secret is the word after so many others. */
  readonly skip?: number;
  readonly meaning?: Meaning;
}

/** What the programs of this field take on their command lines, as `ps`, sudo's log and shell histories show it. */
export const HABITS: readonly Habit[] = [
  ...['mysql', 'mariadb', 'xtrabackup', 'mycli'].map((program) => ({ program, options: { '-p*': PASSWORD } })),
  { program: 'mongo', options: { '-p': PASSWORD, '-p*': PASSWORD } },
  { program: 'http', options: { '-a': LOGIN, '--auth': LOGIN } },
  { program: 'ssh-keygen', options: { '-N': PASSWORD, '-P': PASSWORD } },
  { program: 'password password', skip: 0, meaning: PASSWORD },
  { program: 'password-again password', skip: 0, meaning: PASSWORD },
  { program: 'convertto-securestring', skip: 0, meaning: PASSWORD },
  { program: 'zip', options: { '-P': PASSWORD } },
  { program: 'check_mysql', options: { '-p': PASSWORD } },
  { program: 'check_pgsql', options: { '-p': PASSWORD } },
  { program: 'credential create', skip: 2, meaning: SECRET },
  { program: 'net ads', options: { '-U': LOGIN } },
  { program: 'set-user-password', skip: 2, meaning: PASSWORD },
  { program: 'set_password vnc', skip: 0, meaning: PASSWORD },
  { program: 'set_password spice', skip: 0, meaning: PASSWORD },
  { program: 'change vnc password', skip: 0, meaning: PASSWORD },
  { program: 'etcdctl', options: { '--user': LOGIN } },
  { program: 'racadm', options: { '-p': PASSWORD } },
  { program: 'sshpass', options: { '-p': PASSWORD, '-p*': PASSWORD } },
  { program: ' login', options: { '-p': PASSWORD, '-p*': PASSWORD } },
  { program: 'ipmitool', options: { '-P': PASSWORD, '-P*': PASSWORD } },
  { program: 'redis-cli', options: { '-a': PASSWORD } },
  { program: 'ldap', options: { '-w': PASSWORD } },
  { program: 'openssl', options: { '-k': PASSWORD, '-K': SECRET } },
  { program: 'openssl passwd', skip: 0, meaning: PASSWORD },
  { program: 'smbclient', options: { '-U': LOGIN } },
  { program: 'useradd', options: { '-p': PASSWORD } },
  { program: 'usermod', options: { '-p': PASSWORD } },
  { program: 'rabbitmqadmin', options: { '-p': PASSWORD } },
  { program: 'keystone_bootstrap', skip: 1, meaning: PASSWORD },
  { program: 'pcs', options: { '-p': PASSWORD } },
  { program: 'swift', options: { '-K': PASSWORD } },
  { program: 'session.auth.password', options: { '-v': PASSWORD } },
  { program: 'snmp', options: { '-c': PASSWORD, '-A': PASSWORD, '-X': PASSWORD } },
  { program: 'curl', options: { '-u': LOGIN, '-u*': LOGIN, '--user': LOGIN, '-U': LOGIN, '--proxy-user': LOGIN } },
  { program: 'radosgw-admin', options: { '--secret': SECRET } },
  { program: 'secret store', options: { '--payload': SECRET, '-p': SECRET } },
  { program: 'secret-set-value', options: { '--base64': SECRET }, skip: 1, meaning: SECRET },
  { program: 'add_user', skip: 1, meaning: PASSWORD },
  { program: 'change_password', skip: 1, meaning: PASSWORD },
  { program: 'authenticate_user', skip: 1, meaning: PASSWORD },
  { program: 'htpasswd', skip: 2, meaning: PASSWORD },
  { program: 'ac-user-create', skip: 1, meaning: PASSWORD },
  { program: 'ac-user-set-password', skip: 1, meaning: PASSWORD },
  { program: 'operator unseal', skip: 0, meaning: SECRET },
  { program: 'vault login', skip: 0, meaning: SECRET },
  { program: 'registry-login', skip: 2, meaning: PASSWORD },
  { program: 'alias set', skip: 2, meaning: { ...SECRET, kind: 'access-key' } },
  { program: 'alias set', skip: 3, meaning: SECRET },
  { program: 'rocommunity', skip: 0, meaning: PASSWORD },
  { program: 'rwcommunity', skip: 0, meaning: PASSWORD },
  { program: 'trapcommunity', skip: 0, meaning: PASSWORD },
  { program: 'com2sec', skip: 2, meaning: PASSWORD },
  { program: 'database user create', skip: 2, meaning: PASSWORD },
  { program: 'createuser', skip: 2, meaning: PASSWORD },
  { program: 'createuser', skip: 4, meaning: PASSWORD },
  { program: 'bindpw', skip: 0, meaning: PASSWORD },
  { program: 'rootpw', skip: 0, meaning: PASSWORD },
  { program: 'config-key set', skip: 1, meaning: { ...SECRET, rule: 'random' } },
  { program: 'config-key put', skip: 1, meaning: { ...SECRET, rule: 'random' } },
  { program: 'send auth\\', skip: 0, meaning: PASSWORD },
  { program: 'requirepass', skip: 0, meaning: PASSWORD },
  { program: 'masterauth', skip: 0, meaning: PASSWORD },
  { program: 'auth_pass', skip: 0, meaning: PASSWORD },
  { program: 'insecure-password', skip: 0, meaning: PASSWORD },
  { program: 'auth-pass', skip: 1, meaning: PASSWORD },
  { program: 'unseal key', skip: 1, meaning: SECRET },
  { program: 'recovery key', skip: 1, meaning: SECRET },
  { program: ': psk', skip: 0, meaning: PASSWORD },
  { program: ': eap', skip: 0, meaning: PASSWORD },
  { program: ': xauth', skip: 0, meaning: PASSWORD },
  { program: 'stats auth', skip: 0, meaning: LOGIN },
];
