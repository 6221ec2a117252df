import { randomUUID } from 'node:crypto';
import {
  type Call,
  fail,
  fileTrouble,
  has,
  last,
  ok,
  type Program,
  parseArguments,
  unsupported,
} from '../shell/program.ts';
import { FileError } from '../world/file-tree.ts';
import { absolute } from './input.ts';

export const hostname: Program = (call) => {
  const flag = call.args[0];
  if (flag === undefined || flag === '-s' || flag === '--short' || flag === '-f' || flag === '--fqdn')
    return ok(`${call.node.name}\n`);
  if (flag === '-I' || flag === '-i') return ok(`${call.node.address} \n`);
  return unsupported(call, flag);
};

export const uname: Program = (call) => {
  const flags = call.args.join('') || '-s';
  const parts: [string, string][] = [
    ['s', 'Linux'],
    ['n', call.node.name],
    ['r', '6.1.0-18-amd64'],
    ['v', '#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)'],
    ['m', 'x86_64'],
    ['o', 'GNU/Linux'],
  ];
  if (!/^-[snrvmoa]+$/.test(flags)) return unsupported(call, flags);
  return ok(
    `${parts
      .filter(([f]) => flags.includes('a') || flags.includes(f))
      .map(([, v]) => v)
      .join(' ')}\n`,
  );
};

const two = (n: number, width = 2): string => String(n).padStart(width, '0');
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

function format(t: Date, pattern: string): string {
  const day = DAYS[t.getUTCDay()] ?? '';
  const month = MONTHS[t.getUTCMonth()] ?? '';
  const nano = `${two(t.getUTCMilliseconds(), 3)}${two(Math.floor(Math.random() * 1e6), 6)}`;
  const values: Record<string, string> = {
    s: String(Math.floor(t.getTime() / 1000)),
    N: nano,
    Y: String(t.getUTCFullYear()),
    m: two(t.getUTCMonth() + 1),
    d: two(t.getUTCDate()),
    e: String(t.getUTCDate()).padStart(2),
    H: two(t.getUTCHours()),
    M: two(t.getUTCMinutes()),
    S: two(t.getUTCSeconds()),
    a: day.slice(0, 3),
    A: day,
    b: month.slice(0, 3),
    B: month,
    Z: 'UTC',
    z: '+0000',
    n: '\n',
    t: '\t',
    '%': '%',
  };
  const short = pattern
    .replaceAll('%F', '%Y-%m-%d')
    .replaceAll('%T', '%H:%M:%S')
    .replaceAll('%:z', '+00:00')
    .replaceAll('%3N', nano.slice(0, 3));
  return short.replace(/%([a-zA-Z%])/g, (whole, letter: string) => values[letter] ?? whole);
}

/** `date -s '+1 hour'`, `'-300 seconds'`: this node's clock only, as far as `date` shows it. */
function setClock(call: Call, text: string) {
  const [, sign, count, unit = ''] = /^([+-])(\d+) ?(second|minute|hour|day)s?$/.exec(text) ?? [];
  const length = { second: 1, minute: 60, hour: 3600, day: 86_400 }[unit];
  if (length === undefined) return unsupported(call, `-s '${text}' (only '+N hours' and the like)`);
  if (call.identity.uid !== 0) return fail(1, 'date: cannot set date: Operation not permitted\n');
  call.node.clockAhead += Number(`${sign}${count}`) * length * 1000;
  return ok();
}

export const date: Program = (call) => {
  const options = parseArguments(call.args, {
    '-u': 'u',
    '--utc': 'u',
    '-d': 'at=',
    '--date': 'at=',
    '-Iseconds': 'iso',
    '-R': 'rfc',
    '-s': 'set=',
    '--set': 'set=',
  });
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const set = last(options, 'set');
  if (set !== undefined) return setClock(call, set);
  const at = last(options, 'at');
  const parsed =
    at === undefined
      ? new Date(call.world.clock.now().getTime() + call.node.clockAhead)
      : new Date(/^@/.test(at) ? Number(at.slice(1)) * 1000 : `${at}${/Z|[+-]\d\d:?\d\d$/.test(at) ? '' : ' UTC'}`);
  if (Number.isNaN(parsed.getTime())) return fail(1, `date: invalid date ‘${at}’\n`);
  if (has(options, 'iso')) return ok(`${format(parsed, '%FT%T+00:00')}\n`);
  if (has(options, 'rfc')) return ok(`${format(parsed, '%a, %d %b %Y %T +0000')}\n`);
  const pattern = options.rest[0];
  return ok(`${format(parsed, pattern?.startsWith('+') ? pattern.slice(1) : '%a %b %e %T UTC %Y')}\n`);
};

export const dpkgQuery: Program = (call) => {
  const options = parseArguments(call.args, {
    '-W': 'show',
    '--show': 'show',
    '-f': 'format=',
    '--showformat': 'format=',
  });
  if (typeof options === 'string' || !has(options, 'show')) return unsupported(call, 'this use (only -W -f)');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
  const pattern = last(options, 'format') ?? '${binary:Package}\\t${Version}\\n';
  let missing = '';
  const found = new Set<string>();
  for (const word of options.rest) {
    const like = new RegExp(
      `^${word
        .replace(/[.+^$()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    );
    const names = [...call.node.packages.keys()].filter((n) => like.test(n));
    if (names.length === 0) missing += `dpkg-query: no packages found matching ${word}\n`;
    for (const name of names) found.add(name);
  }
  if (options.rest.length === 0) for (const name of call.node.packages.keys()) found.add(name);
  const stdout = [...found]
    .sort()
    .map((name) => packageLine(call, pattern, name))
    .join('');
  return { code: missing ? 1 : 0, stdout, stderr: missing };
};

const packageLine = (call: Call, pattern: string, name: string): string =>
  pattern
    .replace(/\$\{(?:binary:)?Package\}/g, name)
    .replace(/\$\{Version\}/g, call.node.packages.get(name) ?? '')
    .replace(/\$\{(?:db:)?Status(?:-Status)?\}/g, (s) =>
      s.includes('Status-Status') ? 'installed' : 'install ok installed',
    )
    .replace(/\$\{db:Status-Abbrev\}/g, 'ii ')
    .replace(/\$\{Architecture\}/g, 'amd64')
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t');

const DISK_KIB = 264_212_084;

/** KiB taken: what the system needs, and files that were given room and are still there. */
function usedKib({ node }: Call): number {
  const files = [...node.allocated].map((path) => node.files.tryFind(node.root, path));
  const given = files.reduce((sum, file) => sum + (file?.kind === 'file' ? (file.reserved ?? 0) : 0), 0);
  return Math.round(DISK_KIB * node.diskUsed + given / 1024);
}

/** `df -P -k PATH…`: one file system for all; what `fallocate` took counts. */
export const df: Program = (call) => {
  const there = call.args.filter((a) => !a.startsWith('-')).map((path) => ({ path, is: exists(call, path) }));
  const used = usedKib(call);
  const row = `lab-${call.node.name}   ${DISK_KIB} ${used} ${DISK_KIB - used}      ${Math.ceil((100 * used) / DISK_KIB)}% /\n`;
  const rows = there.filter((t) => t.is).length;
  return {
    code: rows < there.length ? 1 : 0,
    stdout: rows > 0 ? `Filesystem     1024-blocks     Used Available Capacity Mounted on\n${row.repeat(rows)}` : '',
    stderr: there.map((t) => (t.is ? '' : `df: ${t.path}: No such file or directory\n`)).join(''),
  };
};

function exists(call: Call, path: string): boolean {
  try {
    call.node.files.find(call.node.root, path);
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return false;
  }
}

/** `fallocate -l SIZE FILE`: takes space of the node's disk. */
export const fallocate: Program = (call) => {
  const at = call.args.indexOf('-l');
  const [, digits, unit = ''] = /^(\d+)([MGT])?$/.exec(call.args[at + 1] ?? '') ?? [];
  const [path, ...more] = call.args.filter((_, i) => i !== at && i !== at + 1);
  if (digits === undefined || path === undefined || more.length > 0)
    return unsupported(call, 'this use (only -l SIZE FILE)');
  const bytes = Number(digits) * ({ M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 }[unit] ?? 1);
  if (usedKib(call) + bytes / 1024 > DISK_KIB) return fail(1, 'fallocate: fallocate failed: No space left on device\n');
  const { files } = call.node;
  try {
    const file = absolute(call, path);
    files.write(call.identity, file, '', true, 0o666 & ~call.view.umask);
    const made = files.find(call.identity, file);
    if (made.kind === 'file') made.reserved = bytes;
    call.node.allocated.add(file);
    return ok();
  } catch (error) {
    return fail(
      1,
      fileTrouble(error, (file) => `fallocate: cannot open ${file}`),
    );
  }
};

export const uuidgen: Program = () => ok(`${randomUUID()}\n`);
