import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/cli/report.ts';
import { inject, type Operator, onNode, operator, realSecrets, reset, startRealLab } from './real-lab.ts';

/** A fault that every look at the nodes shows, whether or not somebody works with them. */
const FAULT = { name: 'glance-keyring-unreadable', cause: 'auth-keyring-unreadable' };
let someone: Operator;
let live: Report;
let file: string;
let elsewhere: string;

beforeAll(async () => {
  await startRealLab();
  someone = await operator();
  elsewhere = await mkdtemp(join(tmpdir(), 'inkling-elsewhere-'));
  file = join(elsewhere, 'case.tar.gz');
  await inject(FAULT.name);
  live = (await someone.check()).report;
  const made = await someone.inkling('bundle', '--site', someone.site, '--since', '1h', '-o', file);
  expect(made.code, made.stderr).toBe(0);
});
afterAll(async () => {
  await reset();
  await someone?.close();
  if (elsewhere) await rm(elsewhere, { recursive: true, force: true });
});

test('opened elsewhere it says what the nodes said', async () => {
  const env = { HOME: elsewhere, XDG_STATE_HOME: join(elsewhere, 'state'), XDG_CONFIG_HOME: join(elsewhere, 'config') };
  const { stdout } = await execa('bin/inkling.cjs', ['check', '--bundle', file, '--format', 'json'], {
    env,
    reject: false,
    stdin: 'ignore',
  });
  const again = JSON.parse(stdout) as Report;
  const causes = (report: Report): string[] => report.causes.map(({ id, status }) => `${id} ${status}`);
  expect(causes(live).join()).toContain(FAULT.cause);
  expect(causes(again)).toEqual(causes(live));
  expect(again.outcome).toBe(live.outcome);
});

/** A value as it may have been written down. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const half = Math.floor(secret.length / 2);
  const [first, last] = [secret.slice(0, half), secret.slice(half)];
  const behind = [1, 2].map((n) =>
    Buffer.concat([Buffer.alloc(n), bytes])
      .toString('base64')
      .slice(n + 1, -4),
  );
  return [
    secret,
    // All keys of one day begin alike; their second halves are their own.
    last,
    last + first,
    [...secret].reverse().join(''),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    Buffer.from(bytes.toString('base64')).toString('base64'),
    ...behind,
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    Buffer.from(secret, 'base64').toString('hex'),
    encodeURIComponent(secret),
    encodeURIComponent(secret).toLowerCase(),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('/', '\\/'),
    bytes.toString('utf16le'),
  ].filter((form) => form.length >= 8);
}

test('none of the real keys and passwords is in it, however written', async () => {
  const text = gunzipSync(await readFile(file)).toString('latin1');
  const { stdout: fernet } = await onNode(
    'controller',
    'cat /etc/keystone/fernet-keys/* /etc/keystone/credential-keys/*',
  );
  const secrets = [...(await realSecrets()), ...fernet.split('\n').filter((line) => line.length >= 40)];
  expect(secrets.length).toBeGreaterThan(8);
  const left = secrets.flatMap((secret, at) =>
    formsOf(secret).flatMap((form, how) => (text.includes(form) ? [`${at}.${how}`] : [])),
  );
  expect(left).toEqual([]);
  // The lab's one password is a plain word: wherever it stood as a password it is gone.
  expect(text.match(/.{0,60}labpass.{0,20}/g) ?? []).toEqual([]);
});
