import { login } from './credentials.ts';
import { WORDS } from './heat.ts';
import { type Meaning, meaningOf } from './names.ts';
import { originOf } from './origin.ts';
import { type Context, type Found, report } from './scan.ts';
import { plain, quoteAt, quoted, skipBlanks, upTo, type Value, within } from './value.ts';
import { isBase64, isSpace, isWord, OPEN } from './values.ts';

const PASSWORD: Meaning = { kind: 'password', rule: 'any', word: 'argument' };
const SECRET: Meaning = { kind: 'secret', rule: 'any', word: 'argument' };
const LOGIN: Meaning = { kind: 'password', rule: 'login', word: 'argument' };

interface Habit {
  /** The program, in small letters, as it stands in the line. */
  readonly program: string;
  /** Options whose value is secret; `-p*` holds it in the same word. */
  readonly options?: Readonly<Record<string, Meaning>>;
  /** The secret is the word after so many others. */
  readonly skip?: number;
  readonly meaning?: Meaning;
}

/** What the programs of this field take on their command lines, as `ps`, sudo's log and shell histories show it. */
const HABITS: readonly Habit[] = [
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

interface Word {
  readonly value: Value;
  readonly text: string;
}

/** The words of a command line, quotes off, also of a list as Python and JSON print it. */
export function nextWord(s: string, at: number, b: number): Word | undefined {
  let i = at;
  while (i < b && (isSpace(s.charCodeAt(i)) || s.charCodeAt(i) === 44 || s.charCodeAt(i) === 91)) i++;
  if (i >= b) return undefined;
  const quote = quoteAt(s, i, b);
  const value =
    quote >= 0 && quote - i < 16 && !isWord(s.charCodeAt(i))
      ? quoted(s, quote, b)
      : upTo(s, i, b, (c, k) => isSpace(c) || c === 59 || ((c === 34 || c === 39) && endsList(s, k + 1, b)));
  return { value, text: s.slice(value.start, value.end) };
}

const endsList = (s: string, i: number, b: number): boolean =>
  i >= b || s.charCodeAt(i) === 44 || s.charCodeAt(i) === 93 || isSpace(s.charCodeAt(i));
const MOST_WORDS = 64;
/** One line may run a program so often. */
const MOST_TIMES = 16;

const BY_OPTION = HABITS.filter(({ skip }) => skip === undefined || skip === 2);

/** Secrets in the arguments of programs known to take them there. `flags` say what a quick look saw of the line. */
export function commands(s: string, a: number, b: number, small: string, flags: number, found: Found): void {
  for (const habit of (flags & WORDS) !== 0 ? HABITS : BY_OPTION) {
    let at = small.indexOf(habit.program);
    for (let times = 0; at >= 0 && times < MOST_TIMES; times++) {
      follow(s, a + at + habit.program.length, b, habit, found);
      at = small.indexOf(habit.program, at + habit.program.length);
    }
  }
  if ((flags & WORDS) === 0) return;
  echoed(s, a, b, small, found);
  hereString(s, a, b, small, found);
  sql(s, a, b, small, found);
  netrc(s, a, b, small, found);
  modifier(s, a, b, small, found);
  scheme(s, a, b, small, found);
  signed(s, a, b, small, found);
}

function follow(s: string, from: number, b: number, { program, options, skip, meaning }: Habit, found: Found): void {
  let at = from;
  // The rest of the program's own name, such as `dump` of mysqldump; a word that goes on is another word.
  if (options === undefined && (isWord(s.charCodeAt(at)) || s.charCodeAt(at) === 95)) return;
  if (skip === undefined || program === 'htpasswd')
    while (at < b && (isWord(s.charCodeAt(at)) || s.charCodeAt(at) === 45 || s.charCodeAt(at) === 95)) at++;
  if (isSpace(s.charCodeAt(at)) === false && s.charCodeAt(at) !== 39 && s.charCodeAt(at) !== 34) return;
  if (s.charCodeAt(at) === 39 || s.charCodeAt(at) === 34) at++;
  let left = skip;
  for (let count = 0; count < MOST_WORDS; count++) {
    const word = nextWord(s, at, b);
    if (word === undefined) return;
    at = word.value.next;
    const { text, value } = word;
    if (text === '|' || text === '&&' || text === ';' || text === '\\') return;
    if (text === '-i' && program.startsWith('ac-user')) return;
    if (text.startsWith('-')) {
      const own = options?.[text];
      const glued = own === undefined ? options?.[`${text.slice(0, 2)}*`] : undefined;
      if (own) {
        const next = nextWord(s, at, b);
        if (next === undefined) return;
        at = next.value.next;
        if (!next.text.startsWith('-')) tell(next.value, own, found);
        if (program === 'secret-set-value') return;
      } else if (glued && text.length > 2 && !text.startsWith('--')) {
        const cut = value.forms.map((form) => form.slice(2));
        tell({ ...value, start: value.start + 2, forms: cut }, glued, found);
      }
      continue;
    }
    if (left === undefined) continue;
    if (left-- > 0) continue;
    // haproxy writes the end of a line behind it.
    if (program.endsWith('\\'))
      tell(
        upTo(s, value.start, value.end, (c) => c === 92),
        meaning ?? SECRET,
        found,
      );
    else tell(value, meaning ?? SECRET, found);
    return;
  }
}

const tell = (value: Value, meaning: Meaning, found: Found): void => {
  if (meaning.rule === 'login') {
    const [form = ''] = value.forms;
    const percent = form.indexOf(':') < 0 ? form.indexOf('%') : -1;
    if (percent < 0) {
      login(value, meaning, found, value.next > value.end);
      return;
    }
    const start = value.start + percent + 1;
    report({ ...value, start, forms: [form.slice(percent + 1)] }, PASSWORD, false, false, found);
  } else report(value, meaning, true, false, found);
};

/** `echo password > /root/pw`, `echo user:password | chpasswd`, `echo password | passwd --stdin`, `… | sudo -S`, `… | cryptsetup`. */
function echoed(s: string, a: number, b: number, small: string, found: Found): void {
  const echo = Math.max(small.indexOf('echo '), small.indexOf('printf '));
  if (echo < 0) return;
  const into = small.indexOf('>', echo);
  const file = into > 0 ? nextWord(s, a + into + (small.charAt(into + 1) === '>' ? 2 : 1), b) : undefined;
  const named = file === undefined ? undefined : originOf(file.text).bare;
  if (named === undefined && !small.includes('|')) return;
  const reader = [
    'chpasswd',
    'passwd',
    'sudo -s',
    'cryptsetup',
    'secret-set-value',
    '--password-stdin',
    'kinit',
    'base64',
  ].find((name) => small.indexOf(name, echo) > 0);
  if (named === undefined && reader === undefined) return;
  let word = nextWord(s, a + small.indexOf(' ', echo), b);
  while (word && (word.text.startsWith('-') || word.text === '%s' || word.text === '%s\\n'))
    word = nextWord(s, word.value.next, b);
  // What is put into base64 may be anything.
  if (named === undefined && reader === 'base64' && !/[a-z].*\d|\d.*[a-z]/i.test(word?.text ?? '')) return;
  if (word) tell(word.value, reader === 'chpasswd' ? LOGIN : (named ?? PASSWORD), found);
}

/** `kinit admin <<< password`. */
function hereString(s: string, a: number, b: number, small: string, found: Found): void {
  const at = small.indexOf('<<<');
  if (at < 0 || !['kinit', 'passwd', 'cryptsetup', 'sudo -s', 'login', '-stdin'].some((name) => small.includes(name)))
    return;
  const word = nextWord(s, a + at + 3, b);
  if (word) tell(word.value, small.includes('chpasswd') ? LOGIN : PASSWORD, found);
}

/** `IDENTIFIED BY 'x'`, `WITH PASSWORD 'x'`, `PASSWORD('x')`, `the password "x"`. */
function sql(s: string, a: number, b: number, small: string, found: Found): void {
  for (const words of ['identified', 'password', 'passwd']) {
    for (let at = small.indexOf(words); at >= 0; at = small.indexOf(words, at + 1)) {
      let i = a + at + words.length;
      if (words === 'identified') {
        const by = small.indexOf(' by ', at);
        if (by < 0 || by - at > 60) continue;
        i = a + by + 4;
        if (small.startsWith('password', i - a)) i += 8;
      }
      const open = s.charCodeAt(i) === 40 ? i + 1 : i;
      const value = skipBlanks(s, open, b);
      const c = s.charCodeAt(value);
      if ((value > i || words === 'identified') && (c === 39 || c === 34) && quoteAt(s, value, b) === value) {
        const read = quoted(s, value, b);
        const spaced =
          read.open !== undefined || (words !== 'identified' && s.slice(read.start, read.end).includes(' '));
        if (!spaced) report(read, PASSWORD, true, false, found);
      }
    }
  }
}

/** `Bearer …` and `Basic …` behind a name without a sign: `RequestHeader set Authorization "Basic …"`. */
function scheme(s: string, a: number, b: number, small: string, found: Found): void {
  for (const name of ['bearer ', 'basic ']) {
    for (let at = small.indexOf(name); at >= 0; at = small.indexOf(name, at + name.length)) {
      if (at > 0 && isWord(small.charCodeAt(at - 1))) continue;
      const value = upTo(s, a + at + name.length, b, (c) => !isCredential(c));
      const text = value.forms[0] ?? '';
      if (text.length < 12) continue;
      if (name === 'basic ') login(value, { ...LOGIN, rule: 'login' }, found);
      else
        report(
          value,
          { kind: 'token', rule: text.length >= 32 ? 'any' : 'random', word: 'bearer' },
          false,
          false,
          found,
        );
    }
  }
}

/** `AWS ID:signature`, as the second version of Amazon's signatures writes it. */
function signed(s: string, a: number, b: number, small: string, found: Found): void {
  const at = small.indexOf('aws ');
  const [all] =
    at < 0 ? [] : (/^[A-Z0-9]{16,32}:[A-Za-z0-9+/]{27}=/.exec(s.slice(a + at + 4, Math.min(b, a + at + 80))) ?? []);
  if (all) found(a + at + 4, a + at + 4 + all.length, 'token', [all]);
}

const isCredential = (c: number): boolean => isBase64(c) || c === 46 || c === 126 || c === 61;

/** Ceph prints a key that it cannot read, whole or damaged: "error setting modifier for [client.x] type=key val=…: Malformed input". */
function modifier(s: string, a: number, b: number, small: string, found: Found): void {
  const at = small.indexOf('type=key val=');
  if (at < 0) return;
  const start = a + at + 13;
  const end = within(s, ': Malformed input', start, b);
  const value = plain(s, start, end < 0 ? b : end);
  if (value.end > start && !value.forms[0]?.includes(OPEN)) found(start, value.end, 'cephx', value.forms);
}

/** `machine x login y password z`, haproxy's `user x password y`, and a line of two words. */
function netrc(s: string, a: number, b: number, small: string, found: Found): void {
  for (const name of ['password ', 'secret ', 'passwd ', 'psk ']) {
    const at = small.indexOf(name);
    if (at < 0 || (at > 0 && isWord(small.charCodeAt(at - 1)))) continue;
    const before = small.slice(Math.max(0, at - 200), at);
    const word = nextWord(s, a + at + name.length, b);
    if (word === undefined) continue;
    const rest = skipBlanks(s, word.value.next, b);
    const alone = before.trim() === '' && (rest >= b || s.startsWith(';', rest)) && /[^a-z]/.test(word.text);
    const listed = before.includes('login ') || before.trim().split(' ').at(-2) === 'user';
    if (alone || listed) report(word.value, PASSWORD, true, false, found);
  }
}

/** An option in its own word: `--os-password VALUE`, `'--password', 'VALUE'`. `at` is its first dash. Returns where reading goes on. */
export function option(s: string, at: number, b: number, context: Context, found: Found): number {
  let end = at;
  while (
    end < b &&
    end - at < 80 &&
    (isWord(s.charCodeAt(end)) || s.charCodeAt(end) === 45 || s.charCodeAt(end) === 95)
  )
    end++;
  if (s.charCodeAt(end) === 61 || end - at < 4) return at;
  const meaning = meaningOf(s.slice(at, end));
  if (meaning === undefined || meaning.rule === 'header') return at;
  if (s.charCodeAt(at + 1) !== 45 && meaning.rule !== 'any') return at;
  let i = end;
  while (s.charCodeAt(i) === 92) i++;
  if (s.charCodeAt(i) === 34 || s.charCodeAt(i) === 39) i++;
  if (i === end && !isSpace(s.charCodeAt(i)) && i < b) return at;
  const word = nextWord(s, i, b);
  if (word === undefined || word.text === '\\') {
    context.awaited ??= { how: 'word', meaning };
    return end;
  }
  if (word.text.startsWith('--') || word.text === '|' || word.text.startsWith('=') || word.text === ':') return end;
  if (meaning.rule === 'login') return login(word.value, meaning, found);
  // virt-customize says first how the password is given.
  const said = word.text.lastIndexOf('password:');
  if (said >= 0 && !word.text.includes(OPEN)) {
    const value = plain(s, word.value.start + said + 9, word.value.end);
    report({ ...value, next: word.value.next }, meaning, false, false, found);
    return word.value.next;
  }
  return report(word.value, meaning, false, context.keyring, found) ? word.value.next : end;
}
