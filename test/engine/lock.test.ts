import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { lost } from '../../src/domain/question.ts';
import { FENCED_OUT, fenced } from '../../src/engine/fix/lease-script.ts';
import { type Holder, type Leases, takeLock } from '../../src/engine/fix/lock.ts';
import { inFolder, type LocalNode, localNode } from './local-node.ts';

let node: LocalNode;
beforeEach(() => {
  node = localNode();
});
afterEach(() => node.end());

const holder = (run: string, more: Partial<Holder> = {}): Holder => ({
  ...{
    run,
    who: 'anna',
    host: 'desk-7',
    pid: 1,
    began: '7',
    since: '2026-02-03T04:05:06.000Z',
    what: 'Set the caps',
    ...more,
  },
});
const leases = (more: Partial<Leases> = {}): Leases => ({
  ...{ run: node.run, gone: () => false, repeat: () => () => {}, ...more },
});
const take = (run: string, more: Partial<Leases> = {}, who: Partial<Holder> = {}) =>
  takeLock(leases(more), ['a'], holder(run, who));
const file = () => join(node.folder, 'run', 'holder');

/** As if its owner had not been heard of for so long. */
const aged = (seconds: number) => {
  const then = Date.now() / 1000 - seconds;
  utimesSync(file(), then, then);
};

describe('two operators', () => {
  test('one changes the site, the other sees who, since when and what', async () => {
    expect((await take('run-1')).ok).toBe(true);
    const second = await take('run-2', {}, { who: 'bob' });
    expect(second).toEqual({
      ok: false,
      says: expect.stringMatching(
        /^a is being changed by anna on desk-7 since 2026-02-03 04:05 UTC: Set the caps\. Wait/,
      ),
    });
  });

  test('when the first has ended, the second may', async () => {
    const first = await take('run-1');
    if (first.ok) await first.lock.release();
    expect((await take('run-2')).ok).toBe(true);
  });

  test('at the same moment, a hundred times: exactly one gets it', async () => {
    for (let round = 0; round < 100; round += 1) {
      const both = await Promise.all(['x', 'y'].map((run) => take(`${run}-${round}`)));
      const won = both.flatMap((t) => (t.ok ? [t.lock] : []));
      expect(won.length).toBe(1);
      await won[0]?.release();
    }
  });

  test('a lock that was not renewed for a minute was left behind', async () => {
    await take('run-1');
    aged(30);
    expect((await take('run-2')).ok).toBe(false);
    aged(61);
    expect((await take('run-2')).ok).toBe(true);
  });

  test('the first learns that it lost the lock, and to whom', async () => {
    const first = await take('run-1');
    aged(61);
    await take('run-2', {}, { who: 'bob' });
    expect(first.ok && (await first.lock.held('a'))).toBe(
      'the lock on a was lost to bob on desk-7 since 2026-02-03 04:05 UTC: Set the caps',
    );
  });

  test('whoever ends late takes nothing away from the next', async () => {
    const first = await take('run-1');
    aged(61);
    await take('run-2');
    if (first.ok) await first.lock.release();
    expect(readFileSync(file(), 'utf8')).toMatch(/^run-2\n/);
  });
});

describe('one operator', () => {
  test('whose process died need not wait for the lock to run out', async () => {
    await take('run-1', {}, { pid: 4711 });
    expect((await take('run-2', { gone: ({ pid }) => pid === 4711 })).ok).toBe(true);
  });

  test('takes it again for the same run', async () => {
    await take('run-1');
    expect((await take('run-1')).ok).toBe(true);
  });

  test('renews it while at work', async () => {
    let beat: () => Promise<void> = async () => {};
    const taken = await take('run-1', {
      repeat: (task) => {
        beat = task;
        return () => {};
      },
    });
    aged(30);
    await beat();
    expect((await take('run-2')).ok).toBe(false);
    expect(taken.ok && (await taken.lock.held('a'))).toBeUndefined();
  });

  test('a link that is down is not a lost lock: the step itself will say so', async () => {
    const taken = await take('run-1');
    node.instead = () => lost('dropped', 'the link broke');
    expect(taken.ok && (await taken.lock.held('a'))).toBeUndefined();
  });
});

describe('several nodes', () => {
  test('all or none: what was taken before the busy one is free again', async () => {
    node.instead = (sent) => (sent.node === 'b' ? lost('unreachable', 'b does not answer') : undefined);
    const taken = await takeLock(leases(), ['b', 'a'], holder('run-1'));
    expect(taken).toEqual({ ok: false, says: 'b cannot be locked: b does not answer' });
    expect([node.sent.map((s) => s.node), existsSync(file())]).toEqual([['a', 'b', 'a'], false]);
  });
});

test.each(['', 'rubbish', '{"run":"x"}'])('a lease that says %j is still a lease', async (says) => {
  await take('run-1');
  await node.run('a', { argv: ['sh', '-c', `printf 'someone\\n%s\\n' "$1" > "$2"`, 'sh', says, file()], deadline: 5 });
  const taken = await take('run-2');
  expect(taken.ok ? '' : taken.says).toMatch(/^a is being changed by somebody else\./);
});

describe('a command of a fix', () => {
  const running = (id: string, ...argv: string[]) => node.run('a', { argv: [...fenced(id), ...argv], deadline: 5 });

  test('runs for whoever holds the lease, with its own exit code and input', async () => {
    await take('run-1');
    expect(await running('run-1', 'sh', '-c', 'echo "$1"; exit 3', 'sh', 'it ran')).toMatchObject({
      code: 3,
      stdout: 'it ran\n',
    });
  });

  test.each(['run-1', 'run-3'])('of %s is refused once the lease is somebody else’s', async (id) => {
    await take('run-1');
    aged(61);
    await take('run-2');
    expect(await running(id, 'echo', 'it ran')).toMatchObject({
      code: 66,
      stdout: '',
      stderr: expect.stringMatching(FENCED_OUT),
    });
  });

  test('keeps everybody out while it runs, however old the lease is', async () => {
    await take('run-1');
    const begun = join(node.folder, 'begun');
    const command = ['sh', '-c', 'touch "$0"; while [ -f "$0" ]; do sleep 0.05; done', begun];
    const child = spawn('flock', [...inFolder(fenced('run-1'), node.kept).slice(1), ...command], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await vi.waitFor(() => expect(existsSync(begun)).toBe(true));
    aged(61);
    expect(await take('run-2')).toEqual({ ok: false, says: expect.stringMatching(/^a is still at work/) });
    rmSync(begun);
    await ended;
    expect((await take('run-2')).ok).toBe(true);
  });
});
