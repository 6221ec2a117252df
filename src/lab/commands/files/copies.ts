import { randomBytes } from 'node:crypto';
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
} from '../../shell/program.ts';
import { baseOf, FileError, normalize, parentOf, STRERROR } from '../../world/file-tree.ts';
import { absolute, readInput } from '../input.ts';

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
