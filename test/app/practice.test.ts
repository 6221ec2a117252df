import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Libraries } from '../../src/app/library.ts';
import { Practices } from '../../src/app/practice/index.ts';
import { Runs } from '../../src/app/runs.ts';
import type { Entry, PracticePort, PracticeState } from '../../src/domain/practice.ts';

const root = pathToFileURL(`${process.cwd()}/`);
let state: string;
let port: PracticePort;
beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), 'inkling-practice-'));
  const env = { XDG_STATE_HOME: state };
  const libraries = new Libraries(root);
  port = new Practices(libraries, new Runs(libraries, env), env).port([]);
});
afterAll(() => rmSync(state, { recursive: true, force: true }));

const last = ({ entries }: PracticeState) =>
  entries.findLast((e): e is Extract<Entry, { kind: 'command' }> => e.kind === 'command');
const verdicts = ({ lesson }: PracticeState) => lesson?.goals.map((g) => g.verdict);

test('a lesson is begun, helped with, left, gone on with and done', async () => {
  const first = await port.open({ kind: 'lesson', id: 'pools' });
  try {
    expect(verdicts(await first.settled())).toEqual(['fail', 'fail', 'fail']);
    first.send({ type: 'run', node: 'ceph-mon-1', command: 'cd /etc/ceph; NAMES="images volumes"' });
    first.send({ type: 'run', node: 'ceph-mon-1', command: 'pwd; for p in $NAMES; do ceph osd pool create $p; done' });
    const typed = await first.settled();
    expect(last(typed)).toMatchObject({ code: 0, stdout: '/etc/ceph\n' });
    expect(typed.lesson?.goals[0]).toMatchObject({ verdict: 'fail', says: 'missing: backups, vms' });
    first.send({ type: 'hint' });
    expect((await first.settled()).entries.at(-1)).toMatchObject({ says: expect.stringContaining('Hint 1 of 3') });

    // What hangs is seen as far as it came and stopped, and the next command finds the node as it was.
    const hangs = 'for i in 1 2; do echo $i; sleep 300; done';
    first.send({ type: 'run', node: 'compute-1', command: hangs });
    while (first.getState().running?.stdout !== '1\n') await new Promise((turn) => setImmediate(turn));
    first.send({ type: 'cancel' });
    expect(last(await first.settled())).toMatchObject({ command: hangs, stdout: '1\n', why: 'stopped' });

    // Whoever leaves a node's shell is back in a new one.
    first.send({ type: 'run', node: 'compute-1', command: 'cd /etc; X=1; exit 3' });
    first.send({ type: 'run', node: 'compute-1', command: 'pwd' });
    expect(last(await first.settled())).toMatchObject({ stdout: expect.stringMatching(/^\/(root|etc)\n$/) });
  } finally {
    await first.close();
  }
  expect(await port.catalogue()).toMatchObject({ open: { kind: 'lesson', id: 'pools', commands: 4 } });

  const again = await port.open({ kind: 'lesson', id: 'pools', resume: true });
  try {
    expect((await again.settled()).lesson?.goals[0]?.says).toBe('missing: backups, vms');
    for (const goal of ['pools-exist', 'pools-tagged']) again.send({ type: 'show', goal, run: true });
    expect(verdicts(await again.settled())).toEqual(['pass', 'pass', 'pass']);
  } finally {
    await again.close();
  }
  const { lessons, open } = await port.catalogue();
  expect(lessons.find((l) => l.id === 'pools')).toMatchObject({ done: true, reached: 3 });
  expect(open).toBeUndefined();
});

test('what a learner asks for and is not there is refused', async () => {
  await expect(port.open({ kind: 'lesson', id: 'nope' })).rejects.toThrow('no lesson `nope`');
  await expect(port.open({ kind: 'drill', id: 'nope' })).rejects.toThrow('no drill `nope`');
});
