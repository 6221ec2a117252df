import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ctrlCAt, type House, newHouse, type Ran, records, repair, twoSecondClock } from '../support/inkling.ts';
import { startPty } from '../support/pty.ts';

// The built program where nobody sits at a terminal, where its reader leaves, and where it is stopped half way.

let house: House;
beforeAll(() => {
  house = newHouse();
});
afterAll(() => house.remove());

describe('without a terminal', () => {
  test('inkling alone reports on the first practice scenario, in plain text, with its code', async () => {
    const { code, stdout, stderr } = await house.run([]);
    expect([code, stderr]).toEqual([3, '']);
    expect(stdout).toMatch(/^Practice cluster, scenario glance-keyring-unreadable .*\n.*\n✗ causes found · 1 cause$/m);
    expect(stdout).toContain('Next: inkling fix auth-keyring-unreadable --practice glance-keyring-unreadable');
    expect(stdout).not.toContain('\u001b');
  });

  test('a reader that has seen enough is no error, and ends the look', async () => {
    const running = house.start(['check', '--practice', 'healthy', '--format', 'ndjson']);
    await running.printed('\n');
    running.child.stdout.destroy();
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([130, '']);
  });

  test('a reader slower than the program gets all of a long document', async () => {
    const slow = `"${process.execPath}" bin/inkling.cjs playbook list --format json | { sleep 1; cat; } > "${house.folder}/list.json"`;
    const pty = startPty([], { env: { HOME: house.folder }, command: ['/bin/sh', '-c', slow] });
    expect(await pty.ended()).toBe(0);
    const list = readFileSync(join(house.folder, 'list.json'), 'utf8');
    // More than a pipe holds.
    expect(list.length).toBeGreaterThan(100_000);
    expect(JSON.parse(list)).toHaveProperty('playbooks');
  });

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }, false],
    ['TERM=dumb', { TERM: 'dumb' }, false],
    ['neither', {}, true],
  ] as const)('a terminal with %s gets escape codes as it can use them', async (_, env, codes) => {
    const pty = startPty(['playbook', 'show', 'pools'], { env: { HOME: house.folder, ...env } });
    expect(await pty.ended()).toBe(0);
    expect(pty.raw().includes('\u001b')).toBe(codes);
  });

  test('TERM=dumb has no full screen: inkling alone is the plain report there', async () => {
    const pty = startPty(['--site', 'nowhere.yaml'], { env: { HOME: house.folder, TERM: 'dumb' }, cwd: house.folder });
    expect(await pty.ended()).toBe(2);
    expect(pty.raw()).toMatch(/^inkling: the site file nowhere\.yaml .* does not exist/);
    expect(pty.raw()).not.toContain('\u001b');
  });
});

describe('stopped by Ctrl-C', () => {
  const interrupted = async (args: readonly string[], at: string, times: 1 | 2 = 1): Promise<Ran> => {
    const ran = await house.run(args, ctrlCAt(at, times));
    expect(ran.code).toBe(130);
    return ran;
  };

  test('in a look: what was seen until then', async () => {
    const look = ['check', '--practice', 'glance-keyring-unreadable', '--format', 'ndjson'];
    const { stdout, stderr } = await interrupted(look, '"status":"asking"');
    expect(stderr).toBe('');
    expect(records(stdout).at(-1)).toMatchObject({
      event: 'report',
      report: { outcome: 'interrupted', exit_code: 130 },
    });
  });

  test('while a node says nothing: within 2 s, long before its connect deadline of 10 s', async () => {
    const silent = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    writeFileSync(
      join(house.folder, 'silent.yaml'),
      `name: lab\nnodes:\n  - {name: a, roles: [nova-compute], ssh: {host: 127.0.0.1, port: ${port}}}\n`,
    );
    const stop = await twoSecondClock();
    const running = house.start(['check', '--site', 'silent.yaml', '--format', 'ndjson']);
    await running.printed('"status":"connecting"');
    await stop(running.child);
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(records(stdout).at(-1)).toMatchObject({ report: { outcome: 'interrupted' } });
    silent.close();
  });

  test('in the look of a repair: it is not said that the cause was not found', async () => {
    const { stdout, stderr } = await interrupted(repair('ndjson'), '"status":"asking"');
    expect(stderr).toBe('');
    expect(records(stdout).at(-1)).toMatchObject({ report: { outcome: 'interrupted', repairs: [] } });
  });

  test('between two steps: the step done is taken back, and that is said', async () => {
    const { stdout, stderr } = await interrupted(repair('ndjson'), '"status":"running"');
    expect(stderr).toMatch(/Stopping: .*taken back\.\nCtrl-C again leaves at once/);
    const report = records(stdout).at(-1) as { report: { outcome: string; repairs: { outcome: string }[] } };
    expect(report.report.outcome).toBe('interrupted');
    expect(report.report.repairs).toMatchObject([
      { outcome: 'rolled-back', steps: [{ status: 'undone' }, { status: 'waiting' }] },
    ]);
  });

  test('twice: it leaves at once, and says where to see what it left', async () => {
    const { stdout, stderr } = await interrupted(repair('ndjson'), '"status":"running"', 2);
    expect(records(stdout).at(-1)).not.toHaveProperty('report');
    expect(stderr).toContain('left at once; `inkling journal list`');
  });
});
