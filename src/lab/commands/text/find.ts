import { matcher } from '../../shell/dash/pattern.ts';
import type { Call, Result } from '../../shell/program.ts';
import { baseOf, FileError, type Node, STRERROR } from '../../world/file-tree.ts';
import { absolute } from '../input.ts';

interface Wanted {
  readonly starts: readonly string[];
  readonly depth: number;
  readonly name: RegExp | undefined;
  readonly kind: Node['kind'] | undefined;
  /** Changed less than so many minutes ago. */
  readonly minutes: number | undefined;
  readonly run: readonly string[] | undefined;
}

const KINDS: Readonly<Record<string, Node['kind']>> = { f: 'file', d: 'folder', l: 'link' };

/** `find START… [-maxdepth N] [-name P] [-type T] [-mmin -N] [-exec PROGRAM… {} +]`. Undefined for any other use. */
export async function commonFind(call: Call): Promise<Result | undefined> {
  const wanted = parsed(call.args);
  if (!wanted) return undefined;
  const found: string[] = [];
  let complaints = '';
  const now = call.world.clock.now().getTime();
  const isYoung = (node: Node): boolean =>
    wanted.minutes === undefined || now - node.mtime.getTime() < wanted.minutes * 60_000;
  const complain = (path: string, error: unknown): void => {
    if (!(error instanceof FileError)) throw error;
    complaints += `find: ‘${path}’: ${STRERROR[error.code]}\n`;
  };
  const visit = (path: string, depth: number): void => {
    let node: Node;
    try {
      node = call.node.files.find(call.identity, absolute(call, path), false);
    } catch (error) {
      complain(path, error);
      return;
    }
    if (
      (wanted.name?.test(baseOf(path)) ?? true) &&
      (wanted.kind === undefined || wanted.kind === node.kind) &&
      isYoung(node)
    )
      found.push(path);
    if (node.kind !== 'folder' || depth >= wanted.depth) return;
    try {
      for (const name of call.node.files.list(call.identity, absolute(call, path)))
        visit(path.endsWith('/') ? `${path}${name}` : `${path}/${name}`, depth + 1);
    } catch (error) {
      complain(path, error);
    }
  };
  for (const start of wanted.starts) visit(start, 0);
  const code = complaints === '' ? 0 : 1;
  if (!wanted.run) return { code, stdout: found.map((path) => `${path}\n`).join(''), stderr: complaints };
  if (found.length === 0) return { code, stdout: '', stderr: complaints };
  const ran = await call.run([...wanted.run, ...found], { stdin: call.stdin });
  return { ...ran, code: ran.code === 0 ? code : 1, stderr: complaints + ran.stderr };
}

function parsed(args: readonly string[]): Wanted | undefined {
  const from = args.findIndex((a) => /^[-(!]/.test(a));
  const starts = from < 0 ? args : args.slice(0, from);
  const queue = from < 0 ? [] : args.slice(from);
  let wanted: Wanted = {
    starts,
    depth: Number.POSITIVE_INFINITY,
    name: undefined,
    kind: undefined,
    minutes: undefined,
    run: undefined,
  };
  if (starts.length === 0) return undefined;
  while (queue.length > 0) {
    const [test, value = ''] = queue.splice(0, 2);
    if (test === '-maxdepth' && /^\d+$/.test(value)) wanted = { ...wanted, depth: Number(value) };
    else if (test === '-name' && wanted.name === undefined)
      wanted = { ...wanted, name: matcher([{ text: value, live: true }]) };
    else if (test === '-type' && KINDS[value]) wanted = { ...wanted, kind: KINDS[value] };
    else if (test === '-mmin' && /^-\d+$/.test(value)) wanted = { ...wanted, minutes: -Number(value) };
    else if (test === '-exec' && queue.at(-2) === '{}' && queue.at(-1) === '+' && !queue.includes(';'))
      return { ...wanted, run: [value, ...queue.slice(0, -2)] };
    else return undefined;
  }
  return wanted;
}
