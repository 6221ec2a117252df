import { fileSize, type Node } from '../../world/file-tree.ts';

export const sizeOf = (node: Node): number =>
  node.kind === 'file' ? fileSize(node) : node.kind === 'link' ? node.target.length : 4096;

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

export const blocks = (node: Node): number =>
  node.kind === 'file' ? Math.ceil(sizeOf(node) / 4096) * 4 : node.kind === 'folder' ? 4 : 0;
