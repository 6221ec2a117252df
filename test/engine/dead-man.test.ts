import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StepState } from '../../src/domain/plan.ts';
import { DeadMan, undoScript } from '../../src/engine/fix/dead-man.ts';
import { fenced, GUARD, LEASE, TAKE } from '../../src/engine/fix/lease-script.ts';
import { type LocalNode, localNode } from './local-node.ts';
import { step } from './transaction-sample.ts';

let node: LocalNode;
let folder: string;
beforeEach(() => {
  node = localNode();
  folder = join(node.folder, 'lease');
  mkdirSync(folder);
});
afterEach(() => node.end());

const holder = () => join(folder, 'holder');
const alive = (id: string, secondsAgo = 0) => {
  writeFileSync(holder(), `${id}\n{}\n`);
  const then = Date.now() / 1000 - secondsAgo;
  utimesSync(holder(), then, then);
};
const log = () => join(node.folder, 'log');
const said = () => {
  try {
    return readFileSync(log(), 'utf8');
  } catch {
    return '';
  }
};
const says = (word: string, last = false): StepState => ({
  status: 'done',
  step: step(word, {
    undo: {
      how: 'run',
      says: word,
      actions: [{ do: 'run', argv: ['sh', '-c', 'echo "$1" >> "$2"', 'sh', word, log()], deadline: 5 }],
      ...(last && { last }),
    },
  }),
});
/** Looks every tenth of a second; a minute without a sign of life is the end. */
const deadMan = () => new DeadMan(node.run, 'run-1', { grace: 60, pause: 0.1 }, folder);
const ended = (id = 'run-1') =>
  vi.waitFor(() => expect(() => readFileSync(join(folder, `undone-${id}`))).not.toThrow());

describe('a node that was told how to undo a fix', () => {
  test('does it when Inkling has not been heard of for long, files first, newest first, then the restarts', async () => {
    alive('run-1');
    expect(await deadMan().arm('a', [says('file 1'), says('restart', true), says('file 2')])).toBeUndefined();
    alive('run-1', 61);
    await ended();
    expect(said()).toBe('file 2\nfile 1\nrestart\n');
  });

  test('leaves it when Inkling said that all is well', async () => {
    alive('run-1');
    const man = deadMan();
    await man.arm('a', [says('file')]);
    await man.disarm();
    alive('run-1', 61);
    // The next fix of the same run is watched by a process of its own: when that one acts, the first has had its chance.
    await new DeadMan(node.run, 'run-2', { grace: 60, pause: 0.1 }, folder).arm('a', [says('next')]);
    alive('run-2', 61);
    await ended('run-2');
    expect(said()).toBe('next\n');
  });

  test('knows the newest steps, each time it is told', async () => {
    alive('run-1');
    const man = deadMan();
    await man.arm('a', [says('one')]);
    await man.arm('a', [says('one'), says('two')]);
    alive('run-1', 61);
    await ended();
    expect(said()).toBe('two\none\n');
  });

  test('says why when it cannot', async () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    expect(await deadMan().arm('a', [says('file')])).toMatch(/File exists|Not a directory/);
  });
});

describe('while a node undoes a fix by itself', () => {
  const lease = (id: string) =>
    node.run('a', {
      argv: [...GUARD.slice(0, 3), `${folder}.guard`, '/bin/sh', '-c', TAKE, 'x', folder, id, '{}', '60', ''],
      deadline: 5,
    } as never);

  test('nobody else begins', async () => {
    alive('run-1+1-7');
    const going = join(node.folder, 'going');
    const wait = 'touch "$1"; while [ -f "$1" ]; do sleep 0.05; done';
    const undo = { do: 'run', argv: ['sh', '-c', wait, 'sh', going], deadline: 5 } as const;
    const slow = { status: 'done', step: step('slow', { undo: { how: 'run', says: '', actions: [undo] } }) } as const;
    await deadMan().arm('a', [slow]);
    alive('run-1+1-7', 61);
    await vi.waitFor(() => expect(existsSync(going)).toBe(true));
    expect(await lease('run-2')).toMatchObject({ stdout: 'running\n' });
    rmSync(going);
    await ended();
    await vi.waitFor(async () => expect(await lease('run-2')).toMatchObject({ stdout: 'held\n' }));
  });

  test('it waits for what is still under way', async () => {
    alive('run-1');
    const going = join(node.folder, 'going');
    writeFileSync(going, '');
    const wait = 'touch "$2"; while [ -f "$0" ]; do sleep 0.05; done; echo command >> "$1"';
    const command = ['sh', '-c', wait, going, log(), `${going}-on`];
    mkdirSync(join(folder, 'of-run-1'));
    const fence = fenced('run-1').map((word) => word.replace(LEASE, folder));
    const child = spawn('flock', [...fence.slice(1), ...command], { stdio: 'ignore' });
    await vi.waitFor(() => expect(existsSync(`${going}-on`)).toBe(true));
    await deadMan().arm('a', [says('file')]);
    alive('run-1', 61);
    rmSync(going);
    await ended();
    expect([said(), child.exitCode]).toEqual(['command\nfile\n', 0]);
  });
});

describe('what undoes a fix without Inkling', () => {
  test('holds no secret: a step that would need one is left out', () => {
    const action = { do: 'run', argv: ['virsh', 'secret-set-value'], deadline: 5 } as const;
    const secret = { name: 'key', node: 'a', argv: ['ceph', 'auth', 'get-key', 'client.cinder'] } as const;
    const undo = { how: 'run', says: '', actions: [{ ...action, stdin: secret }] } as const;
    expect(undoScript([{ status: 'done', step: step('x', { undo }) }])).toBe('\n');
  });

  test('quotes every word, whatever is in it', () => {
    const argv = ['echo', "it's; rm -rf /", '$(reboot)'] as const;
    const undo = { how: 'run', says: '', actions: [{ do: 'run', argv, as: 'cinder', deadline: 5 }] } as const;
    expect(undoScript([{ status: 'done', step: step('x', { undo }) }])).toBe(
      `'runuser' '-u' 'cinder' '--' 'echo' 'it'\\''s; rm -rf /' '$(reboot)'\n`,
    );
  });
});
