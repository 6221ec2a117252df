import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { StepState } from '../../src/domain/plan.ts';
import { lost } from '../../src/domain/question.ts';
import { DeadMan } from '../../src/engine/fix/dead-man.ts';
import { apply } from '../../src/engine/fix/transaction.ts';
import { type LocalNode, localNode } from '../engine/local-node.ts';
import { broken, fixOf, mended, planOf, sample, step } from '../engine/transaction-sample.ts';
import { allClosed } from './nothing-lost.ts';
import { row } from './row.ts';

// A service that does not come back, and a change after which nobody is heard any more. Files of this machine are really changed.

let node: LocalNode;
beforeEach(() => {
  vi.stubEnv('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
  node = localNode();
});
afterEach(() => {
  vi.unstubAllEnvs();
  node.end();
});
const file = (name: string): string => join(node.folder, name);
const OLD = '[a]\no = old\n';

function planned() {
  writeFileSync(file('edited'), OLD);
  writeFileSync(file('restarts'), '');
  const restart = { do: 'run', argv: ['/bin/sh', '-c', 'echo x >> "$0"', file('restarts')], deadline: 5 } as const;
  return planOf(
    step('edit', {
      action: { do: 'set-option', path: file('edited'), section: 'a', option: 'o', was: 'old', value: 'new' },
      undo: { how: 'restore', path: file('edited'), says: 'as it was' },
    }),
    step('restart', { action: restart, undo: { how: 'run', actions: [restart], says: 'restarted', last: true } }),
  );
}

row('F49', async () => {
  const hangs = lost('timeout', 'the service did not come back in time');
  const fails = {
    result: 'exited',
    code: 1,
    stdout: '',
    stderr: 'start request repeated too quickly',
    dropped: 0,
    ms: 1,
  } as const;
  let runs = 0;
  for (const answer of [hangs, fails])
    for (const always of [false, true]) {
      const plan = planned();
      let restarts = 0;
      node.instead = ({ argv }) => {
        if (!argv.some((word) => word.includes('echo x >>'))) return undefined;
        restarts += 1;
        return restarts === 1 || always ? answer : undefined;
      };
      const it = await sample({ plan, node, looks: [broken, mended] });
      await apply(it.transaction, fixOf(it));
      // The file is as it was, and the service was started with it once more.
      expect([readFileSync(file('edited'), 'utf8'), restarts]).toEqual([OLD, 2]);
      expect(it.store.fix?.outcome).toBe(always ? 'rollback-failed' : 'rolled-back');
      if (always) expect(it.store.fix?.says).toContain('By hand: on a:');
      allClosed(it.events);
      runs += 1;
    }
  return {
    injected: 'a restart that hangs, or fails, once and always',
    runs,
    figure: `${runs} of ${runs} put the file back and restarted with it; where that failed too, told what to do by hand`,
  };
});

row('F50', async () => {
  const folder = join(node.folder, 'lease');
  mkdirSync(folder);
  const heardOf = (id: string, secondsAgo: number): void => {
    writeFileSync(join(folder, 'holder'), `${id}\n{}\n`);
    const then = Date.now() / 1000 - secondsAgo;
    utimesSync(join(folder, 'holder'), then, then);
  };
  let runs = 0;
  for (const saysKeep of [false, true]) {
    const id = `run-${runs + 1}`;
    writeFileSync(file('access'), 'closed\n');
    const back = { do: 'run', argv: ['/bin/sh', '-c', 'echo open > "$0"', file('access')], deadline: 5 } as const;
    const done: StepState = {
      status: 'done',
      step: step('close', { undo: { how: 'run', says: 'open again', actions: [back] } }),
    };
    const man = new DeadMan(node.run, id, { grace: 60, pause: 0.1 }, folder);
    heardOf(id, 0);
    expect(await man.arm('a', [done])).toBeUndefined();
    if (saysKeep) {
      await man.disarm();
      // Another one, whose end shows that the first has had its chance.
      const other = new DeadMan(node.run, 'other', { grace: 60, pause: 0.1 }, folder);
      heardOf('other', 0);
      await other.arm('a', []);
      heardOf('other', 61);
      await vi.waitFor(() => expect(existsSync(join(folder, 'undone-other'))).toBe(true), 20_000);
    } else {
      heardOf(id, 61);
      await vi.waitFor(() => expect(existsSync(join(folder, `undone-${id}`))).toBe(true), 20_000);
    }
    expect(readFileSync(file('access'), 'utf8')).toBe(saysKeep ? 'closed\n' : 'open\n');
    runs += 1;
  }
  return {
    injected: 'nothing heard for a minute after a change; and a change that was kept',
    runs,
    figure: 'undone by the node itself; left alone where it was kept',
  };
});
