import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PracticeLab, startLab } from '../../src/lab/index.ts';
import { createTransport } from '../../src/transport/index.ts';
import { answers, ask, exited, opened, shell, why } from '../transport/nodes.ts';

// A laptop that is suspended, a process that is stopped or starved: for a while nothing of ours runs, practice cluster included.

let lab: PracticeLab;
const transport = createTransport({ timing: { connect: 10_000, keepalive: 5_000, start: 800, grace: 800 } });
beforeAll(async () => {
  lab = await startLab();
});
afterAll(async () => {
  await transport.close();
  await lab.close();
});

const link = () => opened(transport, lab.site.nodes[0] as (typeof lab.site.nodes)[number]);
const stall = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Wherever it stands after so many turns of the event loop. */
const turns = [1, 8];
test.each(turns)('what was on its way after %i turns is read afterwards, not given up', async (count) => {
  const on = await link();
  const quick = { deadline: 0.3, as: 'root' };
  const asked = answers(on, [ask('one', ['echo', 'one'], quick), ask('two', ['ceph', '-s'], quick)]);
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
  stall(1500);
  const got = await asked;
  expect(exited(got.get('one')).stdout).toBe('one\n');
  expect(exited(got.get('two')).stdout).toContain('HEALTH_OK');
});

test('a program that hangs still ends with its deadline', async () => {
  const on = await link();
  expect(await lab.run('ceph-mon-1', 'timeout 1 sleep 100')).toMatchObject({ code: 124 });
  expect(why((await answers(on, [shell('slow', 'sleep 100', { deadline: 1 })])).get('slow'))).toBe('timeout');
});
