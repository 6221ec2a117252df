import { type Answer, commandLine, type Exited, lost, type Question } from '../../domain/question.ts';
import { collectedAt, nodeName, outputOf } from './commands.ts';
import type { SosTree } from './tree.ts';

/** What a sosreport says to a question; `absent` where sos does not collect it. Never a guess: what is not there is unknown. */
export function answerOf(tree: SosTree, question: Question): Answer {
  const { argv } = question;
  const found = READERS[argv[0]]?.(tree, argv);
  if (found === undefined) return lost('absent', `sos does not collect what \`${shortened(question)}\` says`);
  if (typeof found !== 'string') return lost('absent', `the sosreport of ${nodeName(tree)} has ${found.lacks}`);
  return exited(found);
}

/** An output, or what of it the report lacks although sos would collect it; undefined: sos does not collect it. */
type Read = string | { readonly lacks: string } | undefined;
type Reader = (tree: SosTree, argv: readonly string[]) => Read;

const exited = (stdout: string): Exited => ({ result: 'exited', code: 0, stdout, stderr: '', dropped: 0, ms: 0 });

const LONGEST = 120;
function shortened(question: Question): string {
  const [first = ''] = commandLine(question).split('\n');
  return first.length > LONGEST ? `${first.slice(0, LONGEST)}…` : first;
}

const READERS: Readonly<Record<string, Reader>> = {
  ceph: (tree, argv) => ceph(tree, argv),
  find: (tree, argv) => findGrep(tree, argv),
  grep: (tree, argv) => grep(tree, argv),
  env: (tree, argv) => (argv[1] === 'TZ=UTC' && argv[2] === 'systemctl' ? units(tree, argv.slice(3)) : undefined),
  virsh: (tree, argv) => virsh(tree, argv),
  uname: (tree, argv) => (argv[1] === '-n' ? `${nodeName(tree)}\n` : undefined),
  sh: (tree, argv) => script(tree, argv),
};

function ceph(tree: SosTree, argv: readonly string[]): Read {
  const words = argv
    .slice(1)
    .filter((word, at, all) => word !== '--connect-timeout' && all[at - 1] !== '--connect-timeout');
  const asked = words
    .join(' ')
    .replace(/^-s\b/, 'status')
    .replace(/ -f json$/, '');
  if (/^(auth|tell|config-key)\b/.test(asked)) return undefined;
  const audit = /^log last \d+ info audit$/.test(asked);
  const text = audit
    ? outputOf(tree, 'ceph log last 10000 debug audit', 'ceph log last 10000 info audit')
    : outputOf(tree, `ceph ${asked} --format json-pretty`, `ceph ${asked} --format json`);
  if (text === undefined) return { lacks: `no \`ceph ${asked}\` as JSON: sos collects it where the monitors run` };
  if (audit) return text;
  const from = text.search(/[[{]/);
  return from < 0 ? { lacks: `no readable \`ceph ${asked}\`: ${text.trim().split('\n')[0] ?? ''}` } : text.slice(from);
}

/** Folders of which sos takes everything but what it forbids. */
const WHOLE = ['etc/ceph/', 'etc/glance/', 'etc/cinder/', 'etc/nova/'];
const ONE = new Set(['etc/hosts', 'etc/libvirt/libvirtd.conf', 'etc/libvirt/qemu.conf', 'etc/libvirt/libvirt.conf']);
/** Values that packages ship; sos leaves them, and they say nothing of Ceph. */
const SHIPPED = /^\/usr\/share\/(?:glance|cinder|nova)\//;

const collects = (path: string): boolean =>
  ONE.has(path.slice(1)) || WHOLE.some((folder) => `${path.slice(1)}/`.startsWith(folder));

const numbered = (path: string, text: string, like: (line: string) => boolean = () => true): string =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((line, at) => (like(line) ? `${path}:${at + 1}:${line}\n` : ''))
    .join('');

/** `find PATH… [-maxdepth 1] -name '*.conf' -exec grep -aHn '' {} +` */
function findGrep(tree: SosTree, argv: readonly string[]): Read {
  const first = argv.findIndex((word) => word.startsWith('-'));
  const paths = argv.slice(1, first).filter((path) => !SHIPPED.test(path));
  const name = argv[argv.indexOf('-name') + 1] ?? '';
  const exec = argv.slice(argv.indexOf('-exec') + 1);
  if (name !== '*.conf' || exec[0] !== 'grep' || exec[2] !== '' || !paths.every(collects)) return undefined;
  const deep = argv[argv.indexOf('-maxdepth') + 1] !== '1' || !argv.includes('-maxdepth');
  const files = paths.flatMap((path) =>
    [...tree.files.keys()]
      .filter((file) => {
        const at = `/${file}`;
        if (!at.endsWith('.conf')) return false;
        if (at === path) return true;
        return at.startsWith(`${path}/`) && (deep || !at.slice(path.length + 1).includes('/'));
      })
      .sort(),
  );
  if (files.length === 0) return { lacks: `none of ${paths.join(', ')}` };
  return files.map((file) => numbered(`/${file}`, tree.files.get(file) ?? '')).join('');
}

const SETTING = /^[#\s]*[a-z_]+\s*=/;

/** `grep -Hn '' FILE…`, and the lines of libvirt's files that set something. */
function grep(tree: SosTree, argv: readonly string[]): Read {
  const [, , pattern, ...paths] = argv;
  const like = pattern === '' ? undefined : (line: string): boolean => SETTING.test(line);
  if (pattern !== '' && pattern !== '^[#[:space:]]*[a-z_]+[[:space:]]*=') return undefined;
  const known = paths.filter((path) => path !== '/etc/libvirt/virtproxyd.conf');
  if (known.length === 0 || !known.every((path) => collects(path) && !/keyring/.test(path))) return undefined;
  const there = known.filter((path) => tree.files.has(path.slice(1)));
  if (there.length === 0) return { lacks: `no ${known.join(', ')}` };
  return there.map((path) => numbered(path, tree.files.get(path.slice(1)) ?? '', like)).join('');
}

/** `systemctl show UNIT… -p NAMES` from `systemctl show *service --all`, which has services and nothing else. */
function units(tree: SosTree, words: readonly string[]): Read {
  if (words[0] !== 'show') return undefined;
  const at = words.indexOf('-p');
  const wanted = words.slice(1, at);
  const properties = new Set((words[at + 1] ?? '').split(','));
  if (wanted.some((unit) => unit.endsWith('.socket'))) return undefined;
  const shown = outputOf(tree, 'systemctl show *service --all', 'systemctl show service --all');
  if (shown === undefined) return { lacks: 'no `systemctl show` of its services' };
  const blocks = shown
    .split(/\n\n+/)
    .map((block) => block.split('\n').filter((line) => properties.has(line.split('=')[0] ?? '')));
  const idOf = (block: readonly string[]): string => block.find((line) => line.startsWith('Id='))?.slice(3) ?? '';
  const named = wanted.flatMap((unit) => {
    const name = /\.\w+$/.test(unit) ? unit : `${unit}.service`;
    const hits = blocks.filter((block) => fits(name, idOf(block)));
    return hits.length > 0 || name.includes('*')
      ? hits
      : [[`Id=${name}`, 'LoadState=not-found', 'ActiveState=inactive', 'SubState=dead']];
  });
  return named.map((block) => `${block.join('\n')}\n`).join('\n');
}

/** A unit's name, or a pattern of `*`. */
function fits(pattern: string, id: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return id === pattern;
  if (!id.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    const next = index === rest.length - 1 ? (id.endsWith(part) ? id.length - part.length : -1) : id.indexOf(part, at);
    if (next < at) return false;
    at = next + part.length;
  }
  return true;
}

function virsh(tree: SosTree, argv: readonly string[]): Read {
  const asked = argv.slice(argv[1] === '-c' ? 3 : 1);
  if (asked[0] === 'capabilities' || asked[0] === 'version')
    return outputOf(tree, `virsh -r ${asked[0]}`) ?? { lacks: `no \`virsh ${asked[0]}\`` };
  if (asked[0] !== 'dumpxml') return undefined;
  for (const [path, text] of tree.files)
    if (
      /^sos_commands\/(?:virsh|libvirt)\/virsh_(?:-r_)?dumpxml_/.test(path) &&
      text.includes(`<uuid>${asked[1]}</uuid>`)
    )
      return text;
  return { lacks: `no \`virsh dumpxml\` of ${asked[1]}` };
}

function script(tree: SosTree, argv: readonly string[]): Read {
  const [, , text = '', ...words] = argv;
  if (text.includes('dpkg-query -W dpkg')) return packages(tree, text);
  if (text.startsWith("date '+@ %s %z'; units=")) return log(tree, words.slice(2));
  return undefined;
}

/** Of the packages that the script names, those that are installed, one a line as dpkg-query and rpm would say. */
function packages(tree: SosTree, text: string): Read {
  const names = new Set(text.match(/[a-z0-9][a-z0-9+.-]+/g));
  const debian = outputOf(tree, 'dpkg -l');
  if (debian !== undefined)
    return debian
      .split('\n')
      .map((line) => /^(\w\w) +([^ :]+)(?::\w+)? +(\S+) /.exec(line))
      .flatMap((hit) => (hit && names.has(hit[2] ?? '') ? [`${hit[2]} ${hit[3]} ${hit[1]} \n`] : []))
      .join('');
  const rpms = tree.files.get('installed-rpms') ?? outputOfRpms(tree);
  if (rpms === undefined) return { lacks: 'no list of its packages' };
  return rpms
    .split('\n')
    .map((line) => /^(\S+?)-([^-\s]+-[^-\s]+)\.\w+\s/.exec(line))
    .flatMap((hit) => (hit && names.has(hit[1] ?? '') ? [`${hit[1]} ${hit[2]} ii\n`] : []))
    .join('');
}

const outputOfRpms = (tree: SosTree): string | undefined =>
  [...tree.files].find(([path]) => /^sos_commands\/rpm\/sh_-c_rpm_.*-qa/.test(path))?.[1];

const LOG_BYTES = 262_144;

/** The end of the first of a service's files that is there, below the node's clock and zone. */
function log(tree: SosTree, paths: readonly string[]): Read {
  const clock = collectedAt(tree);
  if (clock === undefined) return { lacks: 'no `date --utc`, without which its logs have no time' };
  const minutes = Math.abs(clock.zone) / 60;
  const zone = `${clock.zone < 0 ? '-' : '+'}${String(Math.floor(minutes / 60)).padStart(2, '0')}${String(minutes % 60).padStart(2, '0')}`;
  const path = paths.find((one) => tree.files.has(one.slice(1)));
  if (path === undefined) return { lacks: `no log among ${paths.join(', ')}` };
  const text = (tree.files.get(path.slice(1)) ?? '').slice(-LOG_BYTES);
  return `@ ${clock.at} ${zone}\n@ ${path}\n${text}`;
}
