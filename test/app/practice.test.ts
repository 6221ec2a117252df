import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Libraries } from '../../src/app/library.ts';
import { Practices } from '../../src/app/practice/index.ts';
import { Runs } from '../../src/app/runs.ts';
import type { Entry, PracticePort, PracticeState } from '../../src/domain/practice.ts';
import { remembered, remembering } from '../../src/lab/shell/shell-memory.ts';

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

    // What hangs is stopped, and the next command finds the node as it was.
    first.send({ type: 'run', node: 'compute-1', command: 'sleep 300' });
    while (first.getState().running?.command !== 'sleep 300') await new Promise((turn) => setImmediate(turn));
    first.send({ type: 'cancel' });
    expect(last(await first.settled())).toMatchObject({ command: 'sleep 300', why: 'stopped' });
  } finally {
    await first.close();
  }
  expect(await port.catalogue()).toMatchObject({ open: { kind: 'lesson', id: 'pools', commands: 2 } });

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

test('a shell is left as the command leaves it, and as it was when the command breaks off', () => {
  const before = { folder: '/etc', variables: ['declare -x OS_TOKEN="a b"'] };
  const [first = ''] = remembering('ls\npwd', before, '--m').split('\n');
  expect(first).toBe(`cd '/etc' 2>/dev/null; declare -x OS_TOKEN="a b"; ls`);
  const told =
    'out\n\n--m\n/tmp\ndeclare -- ?="0"\ndeclare -x HOME="/root"\ndeclare -- KEY="x\ny"\ndeclare -r BASHOPTS="z"\n';
  expect(remembered(told, '--m', before)).toEqual({
    stdout: 'out\n',
    memory: { folder: '/tmp', variables: ['declare -- KEY="x\ny"'] },
  });
  expect(remembered('half', '--m', before)).toEqual({ stdout: 'half', memory: before });
});
