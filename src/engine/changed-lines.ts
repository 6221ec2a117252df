import type { ChangedFile } from '../domain/difference.ts';
import type { RunState } from '../domain/engine.ts';
import type { Library } from '../domain/playbook.ts';
import { numberedLines } from '../parsers/config-files.ts';

interface Side {
  readonly run: RunState;
  readonly library: Library;
}

type Files = ReadonlyMap<string, readonly string[]>;

/** Lines of configuration files that are in one look and not in the other, whatever their number. Files that both looked for. */
export function changedLines(before: Side, after: Side, comparable: boolean): readonly ChangedFile[] {
  const [was, is] = [filesOf(before, comparable), filesOf(after, comparable)];
  const changed = [...new Set([...was.files.keys(), ...is.files.keys()])].sort().flatMap((key): ChangedFile[] => {
    const [node = '', file = '', probe = ''] = JSON.parse(key) as string[];
    if (!was.read.has(`${probe}@${node}`) || !is.read.has(`${probe}@${node}`)) return [];
    const [old, now] = [was.files.get(key) ?? [], is.files.get(key) ?? []];
    const removed = without(old, now);
    const added = without(now, old);
    return removed.length + added.length === 0 ? [] : [{ node, file, removed, added }];
  });
  // Several services may read one file: it is told once.
  return [...new Map(changed.map((one) => [JSON.stringify([one.node, one.file]), one])).values()];
}

const CONFIG = new Set(['config-files', 'keyring-files']);

function filesOf({ run, library }: Side, comparable: boolean): { files: Files; read: ReadonlySet<string> } {
  const files = new Map<string, string[]>();
  const read = new Set<string>();
  for (const { probe, node, subject, answer } of run.facts.values()) {
    // What is asked for single subjects lies in files that are read for the whole node as well.
    if (subject !== undefined || answer.result === 'lost' || !CONFIG.has(library.probes[probe]?.parse ?? '')) continue;
    read.add(`${probe}@${node}`);
    for (const { file, text } of numberedLines(answer.stdout)) {
      const key = JSON.stringify([node, file, probe]);
      const lines = files.get(key) ?? [];
      if (text.trim() !== '') lines.push(comparable ? text : withoutDigests(text));
      files.set(key, lines);
    }
  }
  return { files, read };
}

/** Made anew in each look, they differ for equal secrets too. */
const withoutDigests = (text: string): string =>
  text
    .replace(/\bsealed:[0-9a-f]{16}:/g, 'sealed:')
    .replace(/\bsealed-[0-9a-f]{16}/g, 'sealed')
    .replace(/‹([a-z-]+):[0-9a-f]{12}›/g, '‹$1›');

/** Lines of the first that the second has not, or less often. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    return count === 0;
  });
}
