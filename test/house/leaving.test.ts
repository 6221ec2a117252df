import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ctrlCAt, type House, launcher, newHouse, twoSecondClock } from '../support/inkling.ts';
import { startPty } from '../support/pty.ts';

// The built program when it is told to go: it goes in time, and takes the practice cluster's key with it.

let house: House;
let tmp: string;
beforeEach(() => {
  house = newHouse();
  tmp = join(house.folder, 'tmp');
  mkdirSync(tmp);
});
afterEach(() => house.remove());

const keyFolders = (): string[] => readdirSync(tmp).filter((name) => name.startsWith('inkling-practice-'));

test('two Ctrl-C in the middle of a repair leave no key of the practice cluster behind', async () => {
  const repair = ['fix', 'auth-keyring-unreadable', '--practice', 'glance-keyring-unreadable'];
  const running = house.start([...repair, '--yes-up-to', 'reversible', '--format', 'ndjson'], {
    TMPDIR: tmp,
    ...ctrlCAt('"status":"running"', 2),
  });
  await running.printed('"status":"asking"');
  expect(keyFolders()).toHaveLength(1);
  expect((await running.ended).code).toBe(130);
  expect(keyFolders()).toEqual([]);
});

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])('%s to the full screen leaves no key behind', async (signal, code) => {
  const pty = startPty(['--practice', 'healthy'], {
    env: { HOME: house.folder, XDG_STATE_HOME: join(house.folder, 'state'), TMPDIR: tmp },
  });
  await pty.waitFor('Checks');
  expect(keyFolders()).toHaveLength(1);
  pty.kill(signal);
  expect(await pty.ended()).toBe(code);
  expect(keyFolders()).toEqual([]);
});

test.runIf(existsSync('/dev/full'))(
  'a full disk below a redirected report is said, and no success is claimed',
  async () => {
    const shell = spawn(
      '/bin/sh',
      ['-c', `"${process.execPath}" "${launcher}" playbook list --format json > /dev/full`],
      {
        env: { PATH: process.env.PATH, HOME: house.folder },
        stdio: ['ignore', 'inherit', 'pipe'],
      },
    );
    let said = '';
    shell.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = await once(shell, 'close');
    expect(said).toBe('inkling: the output could not be written: no space is left where it goes.\n');
    expect(code).toBe(1);
  },
);

test('Ctrl-C ends it within 2 s although an ssh hangs that no signal ends', async () => {
  const bin = join(house.folder, 'bin');
  const pid = join(house.folder, 'pid');
  mkdirSync(bin);
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\ntrap '' TERM INT HUP\necho $$ >> ${pid}\nexec sleep 60\n`);
  chmodSync(join(bin, 'ssh'), 0o755);
  writeFileSync(
    join(house.folder, 'site.yaml'),
    'name: lab\nnodes:\n  - {name: a, roles: [ceph-admin], ssh: {host: 127.0.0.1, client: openssh}}\n',
  );
  const stop = await twoSecondClock();
  const { child } = house.start(['check', '--format', 'ndjson'], { PATH: `${bin}:${process.env.PATH}` });
  try {
    await vi.waitFor(() => expect(readFileSync(pid, 'utf8')).toMatch(/\n/), { timeout: 200_000, interval: 20 });
    await stop(child);
    expect(child.exitCode).toBe(130);
  } finally {
    for (const hanging of readFileSync(pid, 'utf8').trim().split('\n')) process.kill(Number(hanging), 'SIGKILL');
  }
});
