import {
  type Call,
  fail,
  fileTrouble,
  has,
  last,
  type Program,
  parseArguments,
  unsupported,
} from '../../shell/program.ts';
import { FileError } from '../../world/file-tree.ts';
import { absolute } from '../input.ts';

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
