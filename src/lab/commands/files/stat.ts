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
import { type Node, normalize } from '../../world/file-tree.ts';
import { absolute } from '../input.ts';
import { blocks, modeText, sizeOf } from './node-text.ts';

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
