import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'inkling.cjs');

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'inkling-launcher-'));
  mkdirSync(join(home, 'app', 'bin'), { recursive: true });
  copyFileSync(launcher, join(home, 'app', 'bin', 'inkling.cjs'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the copied launcher under this Node, which says that it is `version`. */
function launch(version: string, args: readonly string[] = [], during?: (pid: number) => void): Promise<Ran> {
  const disguise = join(home, 'disguise.cjs');
  writeFileSync(
    disguise,
    `Object.defineProperty(process, 'versions', { value: Object.assign({}, process.versions, { node: '${version}' }) });`,
  );
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['-r', disguise, join(home, 'app', 'bin', 'inkling.cjs'), ...args],
      (_error, stdout, stderr) => resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr }),
    );
    child.stdout?.once('data', () => during?.(child.pid as number));
  });
}

/** A stand-in for the Node that comes with Inkling: a shell script. */
function packageNode(folder: string, script: string): void {
  const bin = join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'node'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'node'), 0o755);
}

describe('on a Node that is too old', () => {
  test.each([['0.12.18'], ['18.20.8'], ['20.20.2'], ['22.12.0']])(
    '%s without another: one sentence that names both versions, no stack',
    async (version) => {
      const { code, stderr } = await launch(version);
      expect(code).toBe(1);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).toContain('needs Node.js 22.13 or newer');
      expect(stderr).toContain(version);
    },
  );

  test.each([['app'], ['.']])(
    'with the packaged one in %s: that runs instead, with arguments and exit code',
    async (where) => {
      packageNode(join(home, where), 'shift; echo "ran: $*"; exit 5');
      const { code, stdout } = await launch('20.20.2', ['check', 'two words']);
      expect([code, stdout]).toEqual([5, 'ran: check two words\n']);
    },
  );

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s reaches the program, and its own exit code comes back', async (signal, code) => {
    packageNode(home, `trap 'exit ${code}' TERM INT; echo ready; while :; do sleep 0.05; done`);
    const ran = await launch('20.20.2', [], (pid) => process.kill(pid, signal));
    expect(ran.code).toBe(code);
  });

  test('when a signal ends the program, the launcher ends by it too', async () => {
    packageNode(home, 'kill -KILL $$');
    expect((await launch('20.20.2')).signal).toBe('SIGKILL');
  });
});

test('a checkout that is not built says so, and how', async () => {
  const { code, stderr } = await launch(process.versions.node);
  expect([code, stderr.trimEnd().split('\n').length]).toEqual([1, 1]);
  expect(stderr).toContain('npm run build');
});

test('the launcher is written so that any Node can parse it', () => {
  const code = readFileSync(launcher, 'utf8')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/'[^'\n]*'/g, "''");
  expect(code.match(/=>|`|\b(const|let|class|async|await|import)\b|\?\.|\?\?|\.\.\./g)).toBeNull();
});
