import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** `import type` or `export type`: gone after the build. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface SourceFile {
  /** Path from the root of the project, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
}

const STATEMENT = /^[ \t]*(?:import|export)\s+(type\s+)?(?:[\w$*,{}\s]+?\s+from\s+)?'([^'\n]+)';/gm;
const CALL = /\bimport\(\s*'([^'\n]+)'\s*\)/g;

/**
 * Imports of one file. Statements are told apart by how Biome lays them out: at the start of a line, single quotes, a
 * semicolon. A template literal that looks exactly so would be taken for an import; none does.
 */
export function importsOf(text: string): Import[] {
  const lineAt = (index: number): number => text.slice(0, index).split('\n').length;
  const code = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '));
  const found = [...code.matchAll(STATEMENT)].map(([whole, type, specifier = ''], _i) => ({
    specifier,
    typeOnly: type !== undefined,
    line: lineAt(code.indexOf(whole)),
  }));
  const late = [...code.matchAll(CALL)].map((match) => ({
    specifier: match[1] ?? '',
    typeOnly: false,
    line: lineAt(match.index),
  }));
  return [...found, ...late];
}

/** Every TypeScript file under `folder`, sorted. */
export function readSources(root: string, folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => {
      const text = readFileSync(file, 'utf8');
      return {
        path: relative(root, file).replaceAll('\\', '/'),
        text,
        lines: text.split('\n').length - 1,
        imports: importsOf(text),
      };
    });
}

/** Part of the program that a path belongs to: `src/domain/x.ts` → `domain`, `src/main.ts` → `main`. */
export const partOf = (path: string): string => (path.split('/')[1] ?? '').replace(/\.tsx?$/, '');

/** Path from the root that a relative specifier points at. */
export const targetOf = (from: string, specifier: string): string =>
  posix.normalize(posix.join(dirname(from), specifier));
