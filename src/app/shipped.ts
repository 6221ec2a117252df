import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Lesson } from '../domain/lesson.ts';
import type { Library } from '../domain/playbook.ts';
import type { Signature } from '../search/index.ts';

/** What the files that came with Inkling say, read and checked when it was built. */
export interface Shipped {
  /** Of the files it was made from: when one of them is another now, it is not used. */
  readonly digest: string;
  readonly library: Library;
  /** File of each playbook, below the program's folder. */
  readonly files: readonly string[];
  readonly signatures: readonly Signature[];
  readonly lessons: readonly Lesson[];
}

const FOLDERS = ['playbooks', 'lessons'];

/** SHA-256 over names and contents of all files that Inkling ships. */
export async function digestOf(root: URL): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of FOLDERS) {
    const at = new URL(`${folder}/`, root);
    const names = (await readdir(at, { recursive: true })).filter((name) => name.endsWith('.yaml')).sort();
    const texts = await Promise.all(names.map((name) => readFile(fileURLToPath(new URL(name, at)))));
    for (const [i, text] of texts.entries()) hash.update(`${folder}/${names[i]}\0${text.length}\0`).update(text);
  }
  return hash.digest('hex');
}

/** Undefined when there is none or the files have changed since: then they are read themselves. */
export async function readShipped(file: URL, root: URL): Promise<Shipped | undefined> {
  try {
    const [text, digest] = await Promise.all([readFile(file, 'utf8'), digestOf(root)]);
    const shipped = JSON.parse(text) as Shipped;
    return shipped.digest === digest ? shipped : undefined;
  } catch {
    return undefined;
  }
}
