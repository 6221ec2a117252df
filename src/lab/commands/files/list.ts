import {
  type Call,
  fileTrouble,
  has,
  type Options,
  type Program,
  parseArguments,
  unsupported,
} from '../../shell/program.ts';
import { lsTime } from '../../world/clock.ts';
import { type Node, parentOf } from '../../world/file-tree.ts';
import { absolute } from '../input.ts';
import { blocks, modeText, sizeOf } from './node-text.ts';

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
