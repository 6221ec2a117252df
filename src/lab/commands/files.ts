import { randomBytes } from 'node:crypto';
import {
  type Call,
  fail,
  fileTrouble,
  has,
  last,
  type Options,
  ok,
  type Program,
  parseArguments,
  unsupported,
} from '../shell/program.ts';
import { lsTime } from '../world/clock.ts';
import { baseOf, contentOf, FileError, type Node, normalize, parentOf, STRERROR } from '../world/file-tree.ts';
import { absolute, readInput } from './input.ts';

const sizeOf = (node: Node): number =>
  node.kind === 'file' ? contentOf(node).length : node.kind === 'link' ? node.target.length : 4096;

/** `-rw-r-----`. */
export function modeText(node: Node): string {
  const bits = (shift: number): string => {
    const b = (node.mode >> shift) & 7;
    return `${b & 4 ? 'r' : '-'}${b & 2 ? 'w' : '-'}${b & 1 ? 'x' : '-'}`;
  };
  const special = (word: string, on: boolean, lower: string): string =>
    on ? word.slice(0, 2) + (word.endsWith('x') ? lower : lower.toUpperCase()) : word;
  const type = node.kind === 'folder' ? 'd' : node.kind === 'link' ? 'l' : '-';
  return (
    type +
    special(bits(6), (node.mode & 0o4000) !== 0, 's') +
    special(bits(3), (node.mode & 0o2000) !== 0, 's') +
    special(bits(0), (node.mode & 0o1000) !== 0, 't')
  );
}

const blocks = (node: Node): number =>
  node.kind === 'file' ? Math.ceil(sizeOf(node) / 4096) * 4 : node.kind === 'folder' ? 4 : 0;

export const ls: Program = (call) => {
  const spec: Record<string, string> = {
    '--color': 'x',
    '--color=never': 'x',
    '--color=auto': 'x',
    '-F': 'x',
    '-h': 'x',
  };
  for (const flag of 'laA1dnrtSRLi') spec[`-${flag}`] = flag;
  const options = parseArguments(call.args, spec);
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const paths = options.rest.length > 0 ? options.rest : ['.'];
  const files: [string, Node][] = [];
  const folders: string[] = [];
  let stderr = '';
  for (const path of [...paths].sort()) {
    try {
      const node = call.node.files.find(call.identity, absolute(call, path), !has(options, 'l') && !has(options, 'd'));
      const seen =
        node.kind === 'link' && !has(options, 'd')
          ? call.node.files.tryFind(call.identity, absolute(call, path))
          : node;
      if (seen?.kind === 'folder' && !has(options, 'd')) folders.push(path);
      else files.push([path, node]);
    } catch (error) {
      stderr += fileTrouble(error, () => `ls: cannot access '${path}'`);
    }
  }
  let stdout = listing(call, files, options);
  for (const path of folders) {
    if (folders.length + files.length > 1 || stderr) stdout += `${stdout ? '\n' : ''}${path}:\n`;
    try {
      stdout += folderListing(call, path, options);
    } catch (error) {
      stderr += fileTrouble(error, () => `ls: cannot open directory '${path}'`);
    }
  }
  return { code: stderr ? 2 : 0, stdout, stderr };
};

function folderListing(call: Call, path: string, options: Options): string {
  const at = absolute(call, path);
  const names = call.node.files
    .list(call.identity, at)
    .filter((n) => !n.startsWith('.') || has(options, 'a') || has(options, 'A'));
  const entries = names.flatMap((name): [string, Node][] => {
    const node = call.node.files.tryFind(call.identity, `${at}/${name}`, false);
    return node ? [[name, node]] : [];
  });
  if (has(options, 't')) entries.sort(([, a], [, b]) => b.mtime.getTime() - a.mtime.getTime());
  if (has(options, 'S')) entries.sort(([, a], [, b]) => sizeOf(b) - sizeOf(a));
  if (has(options, 'r')) entries.reverse();
  if (has(options, 'a')) {
    entries.unshift(
      ['.', call.node.files.find(call.identity, at)],
      ['..', call.node.files.find(call.identity, parentOf(at))],
    );
  }
  const total = entries.reduce((sum, [, node]) => sum + blocks(node), 0);
  return (has(options, 'l') || has(options, 'n') ? `total ${total}\n` : '') + listing(call, entries, options);
}

function listing(call: Call, entries: readonly [string, Node][], options: Options): string {
  if (!has(options, 'l') && !has(options, 'n')) return entries.map(([name]) => `${name}\n`).join('');
  const { accounts } = call.node;
  const now = call.world.clock.now();
  const rows = entries.map(([name, node]) => [
    modeText(node),
    '1',
    has(options, 'n') ? String(node.uid) : accounts.userName(node.uid),
    has(options, 'n') ? String(node.gid) : accounts.groupName(node.gid),
    String(sizeOf(node)),
    lsTime(node.mtime, now),
    node.kind === 'link' ? `${name} -> ${node.target}` : name,
  ]);
  const width = (i: number): number => Math.max(0, ...rows.map((r) => (r[i] ?? '').length));
  const [w1, w2, w3, w4] = [width(1), width(2), width(3), width(4)];
  return rows
    .map(
      (r) =>
        `${r[0]} ${r[1]?.padStart(w1)} ${r[2]?.padEnd(w2)} ${r[3]?.padEnd(w3)} ${r[4]?.padStart(w4)} ${r[5]} ${r[6]}\n`,
    )
    .join('');
}

const KINDS = { file: 'regular file', folder: 'directory', link: 'symbolic link' } as const;

export const stat: Program = (call) => {
  const options = parseArguments(call.args, {
    '-c': 'format=',
    '--format': 'format=',
    '--printf': 'printf=',
    '-L': 'follow',
    '-t': 't',
    '-f': 'f',
  });
  if (typeof options === 'string' || has(options, 't') || has(options, 'f'))
    return unsupported(call, `the option ${options}`);
  if (options.rest.length === 0) return fail(1, "stat: missing operand\nTry 'stat --help' for more information.\n");
  let stdout = '';
  let stderr = '';
  for (const path of options.rest) {
    try {
      const node = call.node.files.find(call.identity, absolute(call, path), has(options, 'follow'));
      const format = last(options, 'format');
      const printf = last(options, 'printf');
      if (printf !== undefined)
        stdout += fill(call, printf.replaceAll('\\n', '\n').replaceAll('\\t', '\t'), path, node);
      else stdout += `${format === undefined ? long(call, path, node) : fill(call, format, path, node)}\n`;
    } catch (error) {
      stderr += fileTrouble(error, () => `stat: cannot statx '${path}'`);
    }
  }
  return { code: stderr ? 1 : 0, stdout, stderr };
};

const times = (node: Node): string => `${node.mtime.toISOString().slice(0, 23).replace('T', ' ')}000000 +0000`;

function fill(call: Call, format: string, path: string, node: Node): string {
  const { accounts } = call.node;
  const seconds = String(Math.floor(node.mtime.getTime() / 1000));
  const values: Record<string, string> = {
    a: (node.mode & 0o7777).toString(8),
    A: modeText(node),
    U: accounts.userName(node.uid),
    G: accounts.groupName(node.gid),
    u: String(node.uid),
    g: String(node.gid),
    n: path,
    N: node.kind === 'link' ? `'${path}' -> '${node.target}'` : `'${path}'`,
    s: String(sizeOf(node)),
    b: String(blocks(node) * 2),
    B: '512',
    F: node.kind === 'file' && sizeOf(node) === 0 ? 'regular empty file' : KINDS[node.kind],
    h: '1',
    i: String(1_745_000 + node.ino),
    d: '41',
    f: ((node.kind === 'folder' ? 0o40000 : node.kind === 'link' ? 0o120000 : 0o100000) | node.mode).toString(16),
    X: seconds,
    Y: seconds,
    Z: seconds,
    x: times(node),
    y: times(node),
    z: times(node),
    m: '/',
    '%': '%',
  };
  return format.replace(/%([a-zA-Z%])/g, (whole, letter: string) => values[letter] ?? whole);
}

const long = (call: Call, path: string, node: Node): string =>
  fill(
    call,
    `  File: ${path}
  Size: ${String(sizeOf(node)).padEnd(10)}\tBlocks: ${String(blocks(node) * 2).padEnd(10)} IO Block: 4096   %F
Device: 0,41\tInode: %i     Links: 1
Access: (${(node.mode & 0o7777).toString(8).padStart(4, '0')}/%A)  Uid: (${String(node.uid).padStart(5)}/${call.node.accounts.userName(node.uid).padStart(8)})   Gid: (${String(node.gid).padStart(5)}/${call.node.accounts.groupName(node.gid).padStart(8)})
Access: %x
Modify: %y
Change: %z
 Birth: %z`,
    path,
    node,
  );

/** `u=rwX,g+r` or octal, applied to a mode. Undefined when malformed. */
export function newMode(text: string, node: { mode: number; kind: string }): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  let { mode } = node;
  for (const clause of text.split(',')) {
    const [, who, op, perms] = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause) ?? [];
    if (who === undefined || op === undefined || perms === undefined) return undefined;
    let bits = 0;
    for (const p of perms)
      bits |=
        p === 'r' ? 4 : p === 'w' ? 2 : p === 'x' || (p === 'X' && (node.kind === 'folder' || mode & 0o111)) ? 1 : 0;
    for (const [letter, shift] of [
      ['u', 6],
      ['g', 3],
      ['o', 0],
    ] as const) {
      if (who !== '' && !who.includes(letter) && !who.includes('a')) continue;
      if (op === '+') mode |= bits << shift;
      else if (op === '-') mode &= ~(bits << shift);
      else mode = (mode & ~(7 << shift)) | (bits << shift);
    }
  }
  return mode;
}

/** All paths below, for -R. */
function below(call: Call, path: string, recursive: boolean): string[] {
  const at = absolute(call, path);
  const node = call.node.files.find(call.identity, at);
  if (!recursive || node.kind !== 'folder') return [at];
  return [at, ...[...node.entries.keys()].flatMap((name) => below(call, `${at}/${name}`, true))];
}

const CHANGE = {
  '-R': 'recursive',
  '--recursive': 'recursive',
  '-v': 'verbose',
  '-f': 'quiet',
  '-h': 'nofollow',
  '--no-dereference': 'nofollow',
  '-c': 'verbose',
  '--reference': 'reference=',
};

export const chmod: Program = (call) => {
  const options = parseArguments(call.args, CHANGE, !/^-[rwxXst]/.test(call.args[0] ?? ''));
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const reference = last(options, 'reference');
  const [first, ...more] = options.rest;
  const mode =
    reference === undefined ? first : call.node.files.find(call.identity, absolute(call, reference)).mode.toString(8);
  const paths = reference === undefined ? more : options.rest;
  if (mode === undefined || paths.length === 0)
    return fail(
      1,
      `chmod: missing operand${mode ? ` after ‘${mode}’` : ''}\nTry 'chmod --help' for more information.\n`,
    );
  let stderr = '';
  for (const path of paths) {
    try {
      for (const at of below(call, path, has(options, 'recursive'))) {
        const wanted = newMode(mode, call.node.files.find(call.identity, at));
        if (wanted === undefined)
          return fail(1, `chmod: invalid mode: ‘${mode}’\nTry 'chmod --help' for more information.\n`);
        call.node.files.chmod(call.identity, at, wanted);
      }
    } catch (error) {
      const denied = error instanceof FileError && error.code === 'EPERM';
      stderr += fileTrouble(error, () =>
        denied ? `chmod: changing permissions of '${path}'` : `chmod: cannot access '${path}'`,
      );
    }
  }
  return { code: stderr ? 1 : 0, stdout: '', stderr };
};

export const chown: Program = (call) => {
  const options = parseArguments(call.args, CHANGE);
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const { accounts, files } = call.node;
  const reference = last(options, 'reference');
  const like = reference === undefined ? undefined : files.find(call.identity, absolute(call, reference));
  const [spec, ...more] = like ? ['', ...options.rest] : options.rest;
  if (spec === undefined || more.length === 0)
    return fail(
      1,
      `${call.name}: missing operand${spec ? ` after ‘${spec}’` : ''}\nTry '${call.name} --help' for more information.\n`,
    );
  const [userWord, groupWord] = call.name === 'chgrp' ? ['', spec] : spec.split(/[:.]/);
  const user = userWord ? accounts.user(userWord) : undefined;
  const group = groupWord ? accounts.group(groupWord) : undefined;
  if (userWord && !user) return fail(1, `${call.name}: invalid user: ‘${spec}’\n`);
  if (groupWord && !group)
    return fail(1, `${call.name}: invalid group: ‘${call.name === 'chgrp' ? groupWord : spec}’\n`);
  const gid = like ? like.gid : (group?.gid ?? (/[:.]$/.test(spec) ? user?.gid : undefined));
  let stderr = '';
  for (const path of more) {
    try {
      for (const at of below(call, path, has(options, 'recursive'))) {
        files.chown(call.identity, at, like ? like.uid : user?.uid, gid, !has(options, 'nofollow'));
      }
    } catch (error) {
      const denied = error instanceof FileError && error.code === 'EPERM';
      const changing = call.name === 'chgrp' ? 'changing group of' : 'changing ownership of';
      stderr += fileTrouble(error, () => `${call.name}: ${denied ? changing : 'cannot access'} '${path}'`);
    }
  }
  return { code: stderr ? 1 : 0, stdout: '', stderr };
};

export const install: Program = (call) => {
  const spec = {
    '-o': 'owner=',
    '--owner': 'owner=',
    '-g': 'group=',
    '--group': 'group=',
    '-m': 'mode=',
    '--mode': 'mode=',
    '-d': 'folder',
    '-D': 'parents',
    '-T': 'T',
    '-v': 'v',
    '-p': 'p',
    '-t': 'target=',
    '-C': 'C',
  };
  const options = parseArguments(call.args, spec);
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const { accounts, files } = call.node;
  const mode = Number.parseInt(last(options, 'mode') ?? '755', 8);
  const owner = last(options, 'owner');
  const group = last(options, 'group');
  if (owner !== undefined && !accounts.user(owner)) return fail(1, `install: invalid user ‘${owner}’\n`);
  if (group !== undefined && !accounts.group(group)) return fail(1, `install: invalid group ‘${group}’\n`);
  const finish = (path: string) => {
    files.chmod(call.identity, path, mode);
    if (owner !== undefined || group !== undefined) {
      files.chown(
        call.identity,
        path,
        owner === undefined ? undefined : accounts.user(owner)?.uid,
        group === undefined ? undefined : accounts.group(group)?.gid,
      );
    }
  };
  if (has(options, 'folder')) {
    for (const path of options.rest) {
      files.mkdir(call.identity, absolute(call, path), true);
      finish(absolute(call, path));
    }
    return ok();
  }
  const target = last(options, 'target') ?? options.rest.at(-1);
  const sources = has(options, 'target') ? options.rest : options.rest.slice(0, -1);
  if (target === undefined || sources.length === 0)
    return fail(1, "install: missing file operand\nTry 'install --help' for more information.\n");
  const into = files.tryFind(call.identity, absolute(call, target))?.kind === 'folder' && !has(options, 'T');
  let stderr = '';
  for (const source of sources) {
    const path = into ? normalize(`${absolute(call, target)}/${baseOf(source)}`) : absolute(call, target);
    let bytes: Buffer;
    try {
      bytes = readInput(call, source);
    } catch (error) {
      stderr += fileTrouble(
        error,
        () =>
          `install: cannot ${error instanceof FileError && error.code === 'EACCES' ? `open '${source}' for reading` : `stat '${source}'`}`,
      );
      continue;
    }
    try {
      if (has(options, 'parents')) files.mkdir(call.identity, parentOf(path), true);
      if (files.tryFind(call.identity, path, false)) files.remove(call.identity, path);
      files.write(call.identity, path, bytes, false, 0o600);
      finish(path);
    } catch (error) {
      stderr += fileTrouble(error, () => `install: cannot create regular file '${path}'`);
    }
  }
  return { code: stderr ? 1 : 0, stdout: '', stderr };
};

export const mktemp: Program = (call) => {
  const options = parseArguments(call.args, {
    '-d': 'folder',
    '--directory': 'folder',
    '-p': 'in=',
    '--tmpdir': 'in=',
    '-t': 't',
    '-q': 'q',
    '-u': 'dry',
  });
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const template = options.rest[0] ?? 'tmp.XXXXXXXXXX';
  if (!/X{3,}/.test(template)) return fail(1, `mktemp: too few X's in template ‘${template}’\n`);
  const name = template.replace(/X{3,}(?=[^X]*$)/, (x) =>
    randomBytes(x.length).toString('base64url').replace(/[-_]/g, 'q').slice(0, x.length),
  );
  const base =
    last(options, 'in') ??
    (options.rest[0] === undefined || has(options, 't') ? (call.env.TMPDIR ?? '/tmp') : undefined);
  const path = base === undefined ? name : `${base}/${name}`;
  try {
    if (has(options, 'folder')) call.node.files.mkdir(call.identity, absolute(call, path), false, 0o700);
    else if (!has(options, 'dry')) call.node.files.write(call.identity, absolute(call, path), '', false, 0o600);
    return ok(`${path}\n`);
  } catch (error) {
    return fail(
      1,
      fileTrouble(
        error,
        () =>
          `mktemp: failed to create ${has(options, 'folder') ? 'directory' : 'file'} via template ‘${base ? `${base}/` : ''}${template}’`,
      ),
    );
  }
};

/** `cp`; ownership and mode are kept with -a and -p when the caller may. */
export const cp: Program = (call) => {
  const options = parseArguments(call.args, {
    '-a': 'archive',
    '--archive': 'archive',
    '-p': 'archive',
    '--preserve': 'archive',
    '-r': 'r',
    '-R': 'r',
    '-f': 'f',
    '-T': 'T',
    '-v': 'v',
    '-n': 'n',
    '-d': 'd',
    '-L': 'L',
    '-P': 'P',
    '--no-dereference': 'P',
  });
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const target = options.rest.at(-1);
  const sources = options.rest.slice(0, -1);
  if (target === undefined || sources.length === 0)
    return fail(1, `cp: missing file operand\nTry 'cp --help' for more information.\n`);
  const { files } = call.node;
  const into = files.tryFind(call.identity, absolute(call, target))?.kind === 'folder' && !has(options, 'T');
  let stderr = '';
  for (const source of sources) {
    const path = into ? normalize(`${absolute(call, target)}/${baseOf(normalize(source))}`) : absolute(call, target);
    try {
      copy(call, absolute(call, source), path, has(options, 'archive'), has(options, 'r') || has(options, 'archive'));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (error.code === 'EISDIR') stderr += `cp: -r not specified; omitting directory '${source}'\n`;
      else if (error.path === path) stderr += `cp: cannot create regular file '${path}': ${STRERROR[error.code]}\n`;
      else
        stderr += `cp: cannot ${error.code === 'EACCES' ? `open '${source}' for reading` : `stat '${source}'`}: ${STRERROR[error.code]}\n`;
    }
  }
  return { code: stderr ? 1 : 0, stdout: '', stderr };
};

function copy(call: Call, from: string, to: string, archive: boolean, recursive: boolean): void {
  const { files } = call.node;
  const node = files.find(call.identity, from);
  if (node.kind === 'folder') {
    if (!recursive) throw new FileError('EISDIR', from);
    files.mkdir(call.identity, to, true);
    for (const name of files.list(call.identity, from)) copy(call, `${from}/${name}`, `${to}/${name}`, archive, true);
  } else files.write(call.identity, to, files.read(call.identity, from), false, node.mode & ~call.view.umask);
  if (!archive) return;
  const made = files.find(call.identity, to);
  if (call.identity.uid === 0) files.chown(call.identity, to, node.uid, node.gid);
  if (call.identity.uid === 0 || made.uid === call.identity.uid) files.chmod(call.identity, to, node.mode);
  made.mtime = node.mtime;
}

export const dd: Program = (call) => {
  const words = new Map(call.args.map((a) => [a.slice(0, a.indexOf('=')), a.slice(a.indexOf('=') + 1)]));
  for (const name of words.keys())
    if (!['if', 'of', 'bs', 'status', 'conv', 'oflag', 'iflag'].includes(name)) return unsupported(call, name);
  try {
    const bytes = readInput(call, words.get('if') ?? '-');
    const quiet =
      words.get('status') === 'none' ? '' : `0+1 records in\n0+1 records out\n${bytes.length} bytes copied, 0.0001 s\n`;
    const to = words.get('of');
    if (to === undefined) return { code: 0, stdout: bytes.toString('latin1'), stderr: quiet, bytes: true };
    call.node.files.write(call.identity, absolute(call, to), bytes, false, 0o666 & ~call.view.umask);
    return ok('', quiet);
  } catch (error) {
    return fail(
      1,
      fileTrouble(error, (path) => `dd: failed to open '${path}'`),
    );
  }
};

export const namei: Program = (call) => {
  const path = call.args.filter((a) => !a.startsWith('-')).at(-1);
  if (path === undefined || !call.args.some((a) => a.includes('l')))
    return unsupported(call, 'this use (only -l PATH)');
  const { accounts, files } = call.node;
  const parts = normalize(path, call.cwd).split('/').filter(Boolean);
  const lines = [`f: ${path}`];
  for (let i = 0; i <= parts.length; i++) {
    const at = `/${parts.slice(0, i).join('/')}`;
    const node = files.tryFind(call.node.root, at, false);
    const name = i === 0 ? '/' : (parts[i - 1] ?? '');
    lines.push(
      node
        ? `${modeText(node)} ${accounts.userName(node.uid)} ${accounts.groupName(node.gid)} ${name}`
        : `                    ${name} - No such file or directory`,
    );
    if (!node) return { code: 1, stdout: `${lines.join('\n')}\n`, stderr: '' };
  }
  return ok(`${lines.join('\n')}\n`);
};
