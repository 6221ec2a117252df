import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportSchema } from '../../src/cli/report.ts';
import { answer, KEYS, startPty } from '../support/pty.ts';

// The built program, a person at a real terminal, and the practice cluster behind its SSH servers.
// A whole run on busy cores takes seconds; each wait inside has its own, shorter limit and says what it saw.

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'inkling-home-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const env = () => ({ HOME: home, XDG_STATE_HOME: join(home, 'state'), XDG_CONFIG_HOME: join(home, 'config') });
const fix = ['fix', 'auth-keyring-unreadable', '--practice', 'glance-keyring-unreadable'];

test('a repair is shown, each step asked for, done and verified', async () => {
  const pty = startPty(fix, { env: env(), rows: 60 });
  for (const step of ['Group glance for', 'Mode 0640 for']) {
    await answer(pty, new RegExp(`${step}[^?|]*Do it\\? \\[y/N\\] `), 'y');
  }
  await pty.waitFor('✓ fixed, and verified');
  expect(await pty.ended()).toBe(0);
});

test('Ctrl-C at the question stops in good order with 130', async () => {
  const pty = startPty(fix, { env: env(), rows: 60 });
  await pty.waitFor('Do it? [y/N]');
  pty.type(KEYS.ctrlC);
  expect(await pty.ended()).toBe(130);
});

test('healthy practice is healthy, as a document that follows its schema', async () => {
  const pty = startPty([], {
    env: env(),
    command: [
      '/bin/sh',
      '-c',
      `"${process.execPath}" bin/inkling.cjs check --practice healthy --format json > "${home}/report.json"`,
    ],
  });
  expect(await pty.ended()).toBe(0);
  const report = reportSchema.strict().parse(JSON.parse(readFileSync(join(home, 'report.json'), 'utf8')));
  expect(report).toMatchObject({ outcome: 'healthy', causes: [], exit_code: 0 });
});
