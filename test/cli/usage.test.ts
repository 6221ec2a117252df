import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/domain/input-error.ts';
import { fakePort, say } from './fake.ts';

describe('usage errors are one message on stderr and exit code 2', () => {
  test.each([
    [['chekc'], 'check'],
    [['check', '--fromat', 'json'], '--format'],
    [['check', '--format', 'xml'], 'json'],
    [['check', 'auth-failure', '--practice', 'healthy'], 'auth-failures'],
    [['check', '--practice', 'helthy'], 'healthy'],
    [['check', '--site', 'a.yaml', '--practice', 'healthy'], 'cannot be used with'],
    [['fix'], 'cause'],
    [['fix', 'stale-kee', '--dry-run', '--practice', 'healthy'], 'stale-key'],
    [['fix', 'stale-key', '--yes-up-to', 'destructive'], 'disruptive'],
    [['fix', 'stale-key', '--practice', 'healthy'], '--yes-up-to'],
    [['playbook', 'show', 'auth'], 'auth-failures'],
    [['practice', 'serve', 'stale_key'], 'stale-key'],
    [['journal', 'undo', 'r1'], '--yes-up-to'],
    [['init', 'host-1'], '--yes'],
    [['search', ' '], 'inkling search'],
    [['redact', 'folder'], '-o DIR'],
    [['redact', '-o', 'folder'], 'inkling redact DIR'],
    [['redact', 'folder', '-o', 'other', '--origin', 'x'], 'origins.json'],
  ])('%j', async (argv, hint) => {
    const { code, stdout, stderr } = await say(argv);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^inkling: /);
    expect(stderr).toContain(hint);
    expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
  });

  test('problems of a file keep their places, one a line', async () => {
    const port = fakePort({
      open: async () => {
        throw new InputError(
          'site.yaml:3:5: unknown role `glance`\nsite.yaml:9:1: two nodes are named `a`',
          'See the README',
        );
      },
    });
    const { code, stderr } = await say(['check', '--site', 'site.yaml'], port);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'inkling: site.yaml:3:5: unknown role `glance`\n  site.yaml:9:1: two nodes are named `a`\n  See the README.\n',
    );
  });
});

describe('help and version', () => {
  test.each([[['--version']], [['-V']]])('%j', async (argv) => {
    expect(await say(argv)).toMatchObject({ code: 0, stdout: '0.0.0-test\n', stderr: '' });
  });

  test('help names every command, the exit codes and how to complete, within 80 columns', async () => {
    const { code, stdout } = await say(['--help']);
    expect(code).toBe(0);
    for (const word of [
      'check',
      'fix',
      'search',
      'init',
      'nodes',
      'playbook',
      'practice',
      'journal',
      'complete',
      '130',
    ]) {
      expect(stdout).toContain(word);
    }
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('help of a command shows the options that every command takes', async () => {
    const { stdout } = await say(['fix', '--help']);
    expect(stdout).toContain('--dry-run');
    expect(stdout).toContain('--site <file>');
  });
});
