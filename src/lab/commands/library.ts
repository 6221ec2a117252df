import { createHash } from 'node:crypto';
import type { CommandName } from 'just-bash';
import { smallAwk } from '../shell/awk/index.ts';
import { bytesOf } from '../shell/bytes.ts';
import { type Call, ok, type Program, type Result, unsupported } from '../shell/program.ts';
import { absolute } from './input.ts';
import { commonFind } from './text/find.ts';
import { everyLine } from './text/lines.ts';
import { commonSed } from './text/sed.ts';

/** How the real program words trouble with a file, where that is not `program: path: reason`. */
const WORDS: Readonly<Record<string, (path: string, reason: string) => string>> = {
  awk: (path, reason) => `awk: fatal: cannot open file \`${path}' for reading: ${reason}`,
  find: (path, reason) => `find: ‘${path}’: ${reason}`,
  head: (path, reason) => `head: cannot open '${path}' for reading: ${reason}`,
  ln: (path, reason) => `ln: failed to create symbolic link '${path}': ${reason}`,
  rmdir: (path, reason) => `rmdir: failed to remove '${path}': ${reason}`,
  sed: (path, reason) => `sed: can't read ${path}: ${reason}`,
  sort: (path, reason) => `sort: cannot read: ${path}: ${reason}`,
  tail: (path, reason) => `tail: cannot open '${path}' for reading: ${reason}`,
};

const MISSING = 'No such file or directory';

/** The path a line complains of: the last argument that it names. */
function complaint(call: Call, line: string): { path: string; reason: string } | undefined {
  const raw = /\bE(NOENT|ACCES|PERM|ISDIR|NOTDIR): .*, open '(.*)'/.exec(line);
  const reasons: Readonly<Record<string, string>> = {
    ACCES: 'Permission denied',
    PERM: 'Operation not permitted',
    ISDIR: 'Is a directory',
    NOTDIR: 'Not a directory',
  };
  if (raw) return { path: argument(call, raw[2] ?? '') ?? raw[2] ?? '', reason: reasons[raw[1] ?? ''] ?? MISSING };
  if (!line.endsWith(`: ${MISSING}`)) return undefined;
  const head = line.slice(0, -MISSING.length - 2);
  const path =
    call.args.filter((a) => a !== '' && (head.endsWith(a) || head.endsWith(`'${a}'`))).at(-1) ??
    /([^ ']+)'?$/.exec(head)?.[1];
  return path === undefined ? undefined : { path, reason: MISSING };
}

/** The argument that means this absolute path. */
const argument = (call: Call, path: string): string | undefined => {
  const operands = call.args.filter((a) => !a.startsWith('-'));
  // The library hides some paths.
  if (path === '<path>') return operands.find((a) => call.view.denied.has(absolute(call, a))) ?? operands.at(-1);
  return operands.find((a) => absolute(call, a) === path);
};

function wordsOf(call: Call, line: string): string {
  const found = complaint(call, line);
  if (!found) return line;
  const reason = call.view.denied.has(absolute(call, found.path)) ? 'Permission denied' : found.reason;
  return WORDS[call.name]?.(found.path, reason) ?? `${call.name}: ${found.path}: ${reason}`;
}

/** A program of the shell library, with the words and places that the real one has for its errors. */
const corrected: Program = async (call) => {
  if (!call.original) return unsupported(call, 'this use');
  const result = await call.original(call.args);
  if (result.stderr === '' && result.code === 0) return result;
  return reworded(call, misplaced(call, result));
};

/** The library's digests complain on stdout. */
function misplaced(call: Call, result: Result): Result {
  if (!call.name.endsWith('sum')) return result;
  const lines = result.stdout.split(/(?<=\n)/);
  const wrong = lines.filter((l) => l.startsWith(`${call.name}: `));
  return {
    ...result,
    stdout: lines.filter((l) => !wrong.includes(l)).join(''),
    stderr: result.stderr + wrong.join(''),
  };
}

function reworded(call: Call, result: Result): Result {
  const stderr = result.stderr.replace(/^.+$/gm, (line) => wordsOf(call, line));
  const code = call.name === 'awk' && stderr.includes('awk: fatal: ') ? 2 : result.code;
  return { ...result, code, stderr };
}

const NAMES: readonly CommandName[] = [
  'awk', 'base64', 'cat', 'cut', 'find', 'head', 'ln', 'md5sum', 'od', 'rmdir', 'sed', 'sha1sum', 'sha256sum', 'sort', 'tail', 'tee', 'tr', 'uniq', 'wc',
]; // biome-ignore format: a list

/** A digest of standard input, hundreds of which a look asks for: the library's goes through a thread for each. */
const sha256sum: Program = (call) =>
  call.args.length > 0
    ? corrected(call)
    : ok(`${createHash('sha256').update(call.stdin, 'latin1').digest('hex')}  -\n`);

/** Awk of one program over standard input, which every sealed question runs; the library's compiles each pattern at each line. */
const awk: Program = (call) => {
  const [program, ...more] = call.args;
  if (program === undefined || program.startsWith('-') || more.length > 0) return corrected(call);
  const done = smallAwk(bytesOf(program), call.stdin);
  return done ? { ...done, stderr: '', bytes: true } : corrected(call);
};

const sed: Program = (call) => {
  const stdout = commonSed(call.args, call.stdin);
  return stdout === undefined ? corrected(call) : { code: 0, stdout, stderr: '', bytes: true };
};

/** `head -c N` of standard input, which bounds every sealed answer. */
const head: Program = (call) =>
  call.args.length === 2 && call.args[0] === '-c' && /^\d+$/.test(call.args[1] ?? '')
    ? { code: 0, stdout: call.stdin.slice(0, Number(call.args[1])), stderr: '', bytes: true }
    : corrected(call);

const find: Program = async (call) => (await commonFind(call)) ?? corrected(call);

/** `od -An -tx1 -Nn`: bytes in hex, which the library's does not know. It gets what is beyond ASCII as UTF-8. */
const od: Program = (call) => {
  const most = /^-N(\d+)$/.exec(call.args[2] ?? '')?.[1];
  if (call.args[0] !== '-An' || call.args[1] !== '-tx1' || most === undefined || call.args.length > 3)
    return corrected(call);
  const text = Buffer.from(call.stdin, 'latin1').toString('utf8');
  const bytes = Buffer.from(text, 'latin1').subarray(0, Number(most));
  return ok(bytes.length === 0 ? '' : `${[...bytes].map((b) => ` ${b.toString(16).padStart(2, '0')}`).join('')}\n`);
};

export const libraryPrograms: Readonly<Record<string, Program>> = {
  ...Object.fromEntries(NAMES.map((name) => [name, corrected])),
  awk,
  od,
  find,
  head,
  sed,
  sha256sum,
};

/**
 * grep with -H: the library's shows names only for several files, so it gets a second, empty one. Nothing here is binary, so `-a` says
 * nothing.
 */
export const grep: Program = async (asked) => {
  const call = {
    ...asked,
    args: asked.args.map((a) => (/^-[A-Za-z]+$/.test(a) ? a.replace('a', '') : a)).filter((a) => a !== '-'),
  };
  const whole = everyLine(call);
  if (whole) return whole;
  const at = call.args.findIndex((a) => /^-[A-Za-z]*H[A-Za-z]*$/.test(a) || a === '--with-filename');
  if (at < 0) return corrected(call);
  const args = [...call.args];
  const rest = (args[at] as string).startsWith('--') ? '-' : (args[at] as string).replace('H', '');
  if (rest === '-') args.splice(at, 1);
  else args[at] = rest;
  return corrected({ ...call, args: [...args, '/dev/null'] });
};
