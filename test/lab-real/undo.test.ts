import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { EXPECTED } from './known-faults.ts';
import { inject, type Operator, operator, realSecrets, reset, smoke, startRealLab, work } from './real-lab.ts';
import { siteState } from './site-state.ts';
import { leaksDuring } from './watch.ts';

// Every repair of the real nodes is taken back: files byte for byte with owner, mode and access list, secrets, users, caps, pools and
// options are as they were, and the fault is there again; no process or log of a node shows a key meanwhile. Takes some twenty minutes; where minutes are
// few it is left out.

vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 1_200_000 });
const QUICK = process.env.INKLING_LAB_QUICK === '1';

let me: Operator;
let secrets: readonly string[];
beforeAll(async () => {
  if (QUICK) return;
  await startRealLab();
  expect((await reset()).code).toBe(0);
  me = await operator();
  secrets = await realSecrets();
});
afterEach(async () => {
  if (!QUICK) await reset();
});
afterAll(() => me?.close());

describe.skipIf(QUICK)('a repair of the real nodes that is taken back leaves nothing changed', () => {
  test.each(EXPECTED.filter(({ fix }) => fix))('$fault', async ({ fault, cause, before }) => {
    expect((await inject(fault)).code).toBe(0);
    if (before) await work(...before);
    const was = await siteState();
    const leaks = await leaksDuring([...secrets, ...(await realSecrets())], async () => {
      const fixed = await me.inkling('fix', cause, '--site', me.site, '--yes-up-to', 'disruptive');
      expect(fixed.code, fixed.stdout + fixed.stderr).toBe(0);
      // It did change what is looked at.
      expect(await siteState()).not.toEqual(was);
      const undone = await me.inkling('journal', 'undo', (await me.lastRun()).id, '--yes-up-to', 'disruptive');
      expect([0, 3], undone.stdout + undone.stderr).toContain(undone.code);
    });
    expect(leaks).toEqual([]);
    expect(await siteState()).toEqual(was);
    expect((await me.lastRun()).unresolved).toBe(0);
    expect((await me.check()).report.causes[0]?.id).toBe(cause);
  });

  test('and after all of them the workload passes', async () => {
    const whole = await smoke();
    expect(whole.code, whole.stdout).toBe(0);
  });
});
