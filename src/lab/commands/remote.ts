import { type Call, fail, ok, type Program, parseArguments, type Result, unsupported } from '../shell/program.ts';
import type { Identity } from '../world/accounts.ts';
import { baseOf, FileError, normalize, STRERROR } from '../world/file-tree.ts';
import { nodeAt, reach, resolve } from '../world/network.ts';
import type { LabNode } from '../world/world.ts';

const SPEC: Readonly<Record<string, string>> = {
  '-o': 'option=', '-p': 'port=', '-P': 'port=', '-i': 'identity=', '-l': 'user=', '-F': 'config=', '-q': 'quiet', '-t': 'tty', '-T': 'tty',
  '-n': 'null', '-v': 'verbose', '-4': 'four', '-r': 'recursive', '-C': 'compress', '-B': 'batch',
}; // biome-ignore format: a table

interface Peer {
  readonly node: LabNode;
  readonly who: Identity;
}

/** The node behind `[user@]host`, and who one is there: root and ops of a practice node have keys for their namesakes. */
async function peer(call: Call, at: string, login?: string): Promise<Peer | Result> {
  const [name = '', host = name] = at.includes('@') ? at.split('@') : [undefined, at];
  const user = login ?? (at.includes('@') ? name : call.identity.name);
  const met = reach(call.world, call.node, host, 22);
  if (met === 'unknown-name')
    return fail(255, `ssh: Could not resolve hostname ${host}: Temporary failure in name resolution\n`);
  const failed = (why: string): Result => fail(255, `ssh: connect to host ${host} port 22: ${why}\n`);
  if (met === 'refused') return failed('Connection refused');
  const node = nodeAt(call.world, call.node, resolve(call.node, host) ?? '');
  if (met !== 'open' || !node) {
    if (!(await call.wait(met === 'dropped' ? 134 : 3.07))) return fail(130, '');
    return failed(met === 'dropped' ? 'Connection timed out' : 'No route to host');
  }
  const who = node.accounts.identity(user);
  const known = call.identity.uid === 0 || (call.identity.name === 'ops' && user === 'ops');
  return who && known && (user === 'root' || user === 'ops')
    ? { node, who }
    : fail(255, `${user}@${host}: Permission denied (publickey).\n`);
}

const isResult = (value: object): value is Result => 'stderr' in value;

/** `ssh [USER@]NODE COMMAND`, between practice nodes. */
export const ssh: Program = async (call) => {
  // What follows the host is the command's.
  let count = 0;
  for (; call.args[count]?.startsWith('-'); count++) if (SPEC[call.args[count] as string]?.endsWith('=')) count++;
  const options = parseArguments(call.args.slice(0, count), SPEC);
  const [host, ...command] = call.args.slice(count);
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  if (host === undefined) return fail(255, 'usage: ssh [-o option] [-l user] destination [command [argument ...]]\n');
  const found = await peer(call, host, options.values.get('user')?.at(-1));
  if (isResult(found)) return found;
  if (command.length === 0)
    return unsupported(call, 'a login from one node to another; give a command, or log in from your terminal');
  return call.on(found.node, command.join(' '), {
    identity: found.who,
    stdin: options.values.has('null') ? '' : call.stdin,
  });
};

/** `scp SOURCE… TARGET`, either of them `[USER@]NODE:PATH`. */
export const scp: Program = async (call) => {
  const options = parseArguments(call.args, SPEC);
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const target = options.rest.at(-1);
  const sources = options.rest.slice(0, -1);
  if (target === undefined || sources.length === 0) return fail(1, 'usage: scp [-r] source ... target\n');
  if (options.values.has('recursive')) return unsupported(call, '-r');
  for (const source of sources) {
    const failed = await copy(call, source, target);
    if (failed) return failed;
  }
  return ok();
};

interface Place extends Peer {
  readonly path: string;
}

async function place(call: Call, word: string): Promise<Place | Result> {
  const [, at, path] = /^([^/:]+):(.*)$/.exec(word) ?? [];
  if (at === undefined) return { node: call.node, who: call.identity, path: normalize(word, call.cwd) };
  const found = await peer(call, at);
  if (isResult(found))
    return { ...found, stderr: `${found.stderr}${found.code === 255 ? 'scp: Connection closed\n' : ''}` };
  return { ...found, path: normalize(path === '' ? '.' : (path ?? '.'), found.who.home) };
}

async function copy(call: Call, source: string, target: string): Promise<Result | undefined> {
  const [from, to] = [await place(call, source), await place(call, target)];
  if (isResult(from)) return from;
  if (isResult(to)) return to;
  const shown = (word: string, at: Place): string => (word.includes(':') ? `${at.path}` : word);
  let bytes: Buffer;
  let mode: number;
  try {
    const node = from.node.files.find(from.who, from.path);
    if (node.kind === 'folder') return fail(1, `scp: ${shown(source, from)}: not a regular file\n`);
    mode = node.mode & 0o777;
    bytes = from.node.files.read(from.who, from.path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const local = from.node === call.node ? 'scp: stat local ' : 'scp: ';
    const says = error.code === 'ENOENT' ? `${local}"${shown(source, from)}"` : `scp: ${shown(source, from)}`;
    return fail(1, `${says}: ${STRERROR[error.code]}\n`);
  }
  const isFolder = to.node.files.tryFind(to.who, to.path)?.kind === 'folder';
  const path = isFolder ? `${to.path}/${baseOf(from.path)}` : to.path;
  try {
    to.node.files.write(to.who, path, bytes, false, mode & ~0o022);
    return undefined;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const says = to.node === call.node ? 'scp: open local' : 'scp: dest open';
    return fail(
      1,
      `${says} "${path}": ${STRERROR[error.code]}\nscp: failed to upload file ${source} to ${target.replace(/^[^:]*:/, '')}\n`,
    );
  }
}
