import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { version } from '../../package.json';
import { startPty } from '../support/pty.ts';

const root = join(import.meta.dirname, '..', '..');
const launcher = join(root, 'bin', 'inkling.cjs');

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [launcher, ...args], {
    encoding: 'utf8',
    input: '',
    env: { PATH: process.env.PATH, ...env },
  });

/** Files that are loaded before the first line of the program runs. */
function loadedAtStart(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  const code = readFileSync(entry, 'utf8');
  for (const [, path = ''] of code.matchAll(/(?:from|import)\s*"(\.[^"]+)"/g))
    loadedAtStart(join(dirname(entry), path), seen);
  return seen;
}

test('--version says the version of the package', () => {
  expect(run(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help and --version do not load the screens, the schemas or the nodes', () => {
  const files = [...loadedAtStart(join(root, 'dist', 'main.js'))];
  const code = files.map((file) => readFileSync(file, 'utf8')).join('');
  for (const heavy of ['useSyncExternalStore', 'ssh-userauth', 'ZodType', 'InMemoryFs'])
    expect(code).not.toContain(heavy);
  expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(300 * 1024);
});

test('a usage error leaves stdout empty and exits with 2', () => {
  const { status, stdout, stderr } = run(['check', '--formt', 'json']);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('--format');
});

test('a reader that leaves early is no error', async () => {
  const child = spawn(process.execPath, [launcher, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  await new Promise((resolve) => child.on('close', resolve));
  expect(stderr).toBe('');
});

test.each([
  ['a colour terminal', {}, true],
  ['NO_COLOR', { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR, which does not count', { NO_COLOR: '' }, true],
  ['TERM=dumb', { TERM: 'dumb' }, false],
] as const)('colour on %s', async (_, env, coloured) => {
  // A mistake of the operator is told with its first word painted.
  const pty = startPty(['search', ' '], { env });
  await pty.ended();
  expect(pty.raw()).toContain('inkling: ');
  expect(pty.raw().includes('\u001b[31m')).toBe(coloured);
});
