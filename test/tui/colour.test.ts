import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareColour } from '../../src/tui/colour.ts';

/** Draws the diagnosis into memory with the given environment and prints all that was written to the terminal. */
const PROGRAM = `
import { prepareColour } from './src/tui/colour.ts';
prepareColour(process.env);
const { openTerminal } = await import('./test/tui/terminal.tsx');
const terminal = await openTerminal({ at: ['diagnosis'] });
process.stdout.write(JSON.stringify(terminal.frames));
process.exit(0);
`;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-colour-'));
  await build({
    stdin: { contents: PROGRAM, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    outfile: join(folder, 'program.mjs'),
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    // Ink asks for its developer tools only when DEV=true.
    alias: { 'react-devtools-core': 'node:util' },
    logLevel: 'error',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function framesWith(env: Record<string, string>): string {
  const frames = JSON.parse(
    execFileSync(process.execPath, [join(folder, 'program.mjs')], {
      env: { PATH: process.env.PATH ?? '', ...env },
      encoding: 'utf8',
    }),
  ) as string[];
  return frames.join('\n');
}

describe('colour', () => {
  it('is there where it is wanted, and gone with NO_COLOR; the words are the same', () => {
    const coloured = framesWith({ FORCE_COLOR: '1' });
    const bare = framesWith({ FORCE_COLOR: '1', NO_COLOR: '1' });
    expect(coloured).toContain('\u001b[');
    expect(bare).not.toContain('\u001b');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences themselves are what is taken away
    expect(coloured.replace(/\u001b\[[\d;]*m/g, '')).toBe(bare);
    expect(bare).toContain('✗ confirmed');
  });

  it('is switched off before Ink is loaded', () => {
    const env: Record<string, string | undefined> = { NO_COLOR: '1' };
    prepareColour(env);
    expect(env.FORCE_COLOR).toBe('0');
    const empty: Record<string, string | undefined> = { NO_COLOR: '' };
    prepareColour(empty);
    expect(empty.FORCE_COLOR).toBeUndefined();
    const dumb: Record<string, string | undefined> = { TERM: 'dumb' };
    prepareColour(dumb);
    expect(dumb.FORCE_COLOR).toBe('0');
  });
});
