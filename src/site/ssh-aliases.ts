import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Host names of an ssh configuration that one can connect to: no patterns, each once, in order; and the files it includes. */
export function parseAliases(text: string): { readonly aliases: string[]; readonly includes: string[] } {
  const aliases = new Set<string>();
  const includes: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(host|include)(?:\s*=\s*|\s+)(.*)$/i.exec(line);
    if (!match) continue;
    const words = [...(match[2] ?? '').matchAll(/"([^"]*)"|([^\s"#][^\s"]*)|#.*/g)].flatMap((m) => m[1] ?? m[2] ?? []);
    if (match[1]?.toLowerCase() === 'include') includes.push(...words);
    else for (const word of words) if (!/[*?!]/.test(word) && !word.startsWith('-')) aliases.add(word);
  }
  return { aliases: [...aliases], includes };
}

const MAX_DEPTH = 16;

/** Aliases of an ssh_config file and of the files it includes (`*` and `?` in the last part). Rejects when the file itself cannot be read. */
export async function readAliases(file: string, home: string): Promise<string[]> {
  const found = await readInto(file, home, 0, new Set());
  return [...new Set(found)];
}

async function readInto(file: string, home: string, depth: number, seen: Set<string>): Promise<string[]> {
  if (seen.has(file) || depth > MAX_DEPTH) return [];
  seen.add(file);
  const { aliases, includes } = parseAliases(await readFile(file, 'utf8'));
  const found = [...aliases];
  for (const include of includes) {
    const path = include.startsWith('~/') ? join(home, include.slice(2)) : resolve(home, '.ssh', include);
    for (const each of await matching(path))
      found.push(...(await readInto(each, home, depth + 1, seen).catch(() => [])));
  }
  return found;
}

async function matching(path: string): Promise<string[]> {
  const pattern = basename(path);
  if (!/[*?]/.test(pattern)) return [path];
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  const names = await readdir(dirname(path)).catch(() => [] as string[]);
  return names
    .filter((name) => new RegExp(`^${source}$`).test(name) && (pattern.startsWith('.') || !name.startsWith('.')))
    .sort()
    .map((name) => join(dirname(path), name));
}
