import {
  type Call,
  fail,
  fileTrouble,
  has,
  last,
  ok,
  type Program,
  parseArguments,
  type Result,
  unsupported,
} from '../shell/program.ts';
import { baseOf, FileError, normalize } from '../world/file-tree.ts';
import { absolute } from './input.ts';

/** Does something to each path; collects what went wrong, worded by `says`. */
function each(
  call: Call,
  paths: readonly string[],
  act: (path: string) => void,
  says: (path: string, error: FileError) => string,
): Result {
  let stderr = '';
  for (const path of paths) {
    try {
      act(absolute(call, path));
    } catch (error) {
      stderr += fileTrouble(error, () => says(path, error as FileError));
    }
  }
  return { code: stderr ? 1 : 0, stdout: '', stderr };
}

const missing = (call: Call): Result =>
  fail(1, `${call.name}: missing operand\nTry '${call.name} --help' for more information.\n`);

export const rm: Program = (call) => {
  const options = parseArguments(call.args, {
    '-f': 'force',
    '--force': 'force',
    '-r': 'recursive',
    '-R': 'recursive',
    '--recursive': 'recursive',
    '-v': 'v',
    '-d': 'd',
  });
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  if (options.rest.length === 0) return has(options, 'force') ? ok() : missing(call);
  const { files } = call.node;
  const remove = (path: string): void => {
    const node = has(options, 'force') ? findOrNothing(call, path) : files.find(call.identity, path, false);
    if (!node) return;
    if (node.kind === 'folder' && !has(options, 'recursive')) throw new FileError('EISDIR', path);
    files.remove(call.identity, path, true);
  };
  return each(call, options.rest, remove, (path) => `rm: cannot remove '${path}'`);
};

function findOrNothing(call: Call, path: string) {
  try {
    return call.node.files.find(call.identity, path, false);
  } catch (error) {
    if (error instanceof FileError && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export const mv: Program = (call) => {
  const options = parseArguments(call.args, {
    '-f': 'f',
    '-T': 'T',
    '--no-target-directory': 'T',
    '-v': 'v',
    '-n': 'keep',
  });
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const target = options.rest.at(-1);
  const sources = options.rest.slice(0, -1);
  if (target === undefined || sources.length === 0)
    return fail(1, "mv: missing file operand\nTry 'mv --help' for more information.\n");
  const { files } = call.node;
  const into = files.tryFind(call.identity, absolute(call, target))?.kind === 'folder' && !has(options, 'T');
  const move = (from: string): void => {
    files.find(call.identity, from, false);
    const to = into ? normalize(`${absolute(call, target)}/${baseOf(from)}`) : absolute(call, target);
    if (has(options, 'keep') && files.tryFind(call.identity, to, false)) return;
    files.rename(call.identity, from, to);
  };
  return each(call, sources, move, (path, error) => {
    if (error.code === 'ENOENT' && error.path === absolute(call, path)) return `mv: cannot stat '${path}'`;
    return error.path === absolute(call, path)
      ? `mv: cannot remove '${path}'`
      : `mv: cannot move '${path}' to '${target}'`;
  });
};

export const mkdir: Program = (call) => {
  const options = parseArguments(call.args, {
    '-p': 'parents',
    '--parents': 'parents',
    '-m': 'mode=',
    '--mode': 'mode=',
    '-v': 'v',
  });
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  if (options.rest.length === 0) return missing(call);
  const mode = last(options, 'mode');
  const make = (path: string): void => {
    const there = call.node.files.tryFind(call.identity, path) !== undefined;
    call.node.files.mkdir(call.identity, path, has(options, 'parents'), 0o777 & ~call.view.umask);
    if (mode !== undefined && !there) call.node.files.chmod(call.identity, path, Number.parseInt(mode, 8));
  };
  return each(call, options.rest, make, (path) => `mkdir: cannot create directory ‘${path}’`);
};

export const touch: Program = (call) => {
  const options = parseArguments(call.args, { '-c': 'existing', '-m': 'm', '-a': 'a', '-d': 'date=', '-r': 'like=' });
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  if (options.rest.length === 0)
    return fail(1, "touch: missing file operand\nTry 'touch --help' for more information.\n");
  const { files } = call.node;
  const like = last(options, 'like');
  const date = last(options, 'date');
  const at =
    like !== undefined
      ? files.find(call.identity, absolute(call, like)).mtime
      : date !== undefined
        ? new Date(`${date} UTC`)
        : call.world.clock.now();
  const act = (path: string): void => {
    if (!findOrNothing(call, path)) {
      if (has(options, 'existing')) return;
      files.write(call.identity, path, '', false, 0o666 & ~call.view.umask);
    }
    files.touch(call.identity, path, at);
  };
  return each(call, options.rest, act, (path) => `touch: cannot touch '${path}'`);
};
