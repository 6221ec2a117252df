import { spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { inject, type Operator, onNode, operator, realSecrets, reset, smoke, startRealLab, work } from './real-lab.ts';

// Inkling is killed in the middle of a repair of real nodes, and the next start settles, finishes or takes back what it left. Takes some
// twenty minutes; where minutes are few it is left out.

// A whole fix, a resume and the workload take two minutes on an idle machine; nothing here is measured by the clock.
vi.setConfig({ testTimeout: 1_200_000 });
const QUICK = process.env.INKLING_LAB_QUICK === '1';

/** A repair, and what of the nodes it may change: a file or a secret is shown as a line that must come back. */
interface Case {
  readonly fault: string;
  readonly cause: string;
  readonly node: string;
  /** Prints what the repair changes on the node, as root; secrets as digests. */
  readonly state: string;
  readonly work: readonly string[];
  /** Steps of the repair. */
  readonly steps: number;
}

const SECRET = `for u in $(virsh -q secret-list | awk '{print $1}'); do printf '%s ' "$u"; virsh -q secret-get-value "$u" | sha256sum; done`;
const CINDER = 'stat -c "%U %G %a" /etc/cinder/cinder.conf; sha256sum /etc/cinder/cinder.conf';
const CASES: readonly Case[] = [
  {
    fault: 'secret-wrong-key',
    cause: 'attach-secret-stale-key',
    node: 'compute-2',
    state: SECRET,
    work: ['attach'],
    steps: 1,
  },
  {
    fault: 'secret-uuid-mismatch',
    cause: 'attach-secret-uuid-mismatch',
    node: 'controller',
    state: CINDER,
    work: ['attach'],
    steps: 2,
  },
];

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

const stateOf = async ({ node, state }: Case): Promise<string> => (await onNode(node, state)).stdout;

/** Starts the repair and kills all of it at the n-th `"status":"running"` or `"done"`: no handler runs, nothing is said. */
async function killed({ cause }: Case, at: { readonly status: string; readonly n: number }): Promise<string> {
  const args = ['fix', cause, '--site', me.site, '--yes-up-to', 'disruptive', '--format', 'ndjson'];
  const child = spawn('bin/inkling.cjs', args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...me.env },
  });
  let out = '';
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_code, signal) => resolve(signal)));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    const seen = out.match(new RegExp(`"event":"step".*"status":"${at.status}"`, 'g'))?.length ?? 0;
    if (seen >= at.n && child.exitCode === null && child.signalCode === null)
      process.kill(-(child.pid as number), 'SIGKILL');
  });
  expect(await ended, out.slice(-2000)).toBe('SIGKILL');
  return (await me.lastRun()).id;
}

const POINTS = [
  { status: 'running', n: 1 },
  { status: 'done', n: 1 },
  { status: 'running', n: 2 },
] as const;

describe.skipIf(QUICK).each(CASES)('killed in the middle of the repair of $fault', (one) => {
  test.each(POINTS.filter(({ n }) => n <= one.steps))(
    'step $n $status: resumed, and the workload passes',
    async (at) => {
      expect((await inject(one.fault)).code).toBe(0);
      const run = await killed(one, at);
      expect((await me.lastRun()).unresolved).toBeGreaterThan(0);
      const resumed = await me.inkling('journal', 'resume', run, '--yes-up-to', 'disruptive');
      expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
      expect((await me.lastRun()).unresolved).toBe(0);
      expect((await work(...one.work)).code).toBe(0);
      const whole = await smoke();
      expect(whole.code, whole.stdout).toBe(0);
    },
  );

  test.each(POINTS.filter(({ n }) => n <= one.steps))('step $n $status: taken back, then repaired anew', async (at) => {
    expect((await inject(one.fault)).code).toBe(0);
    const before = await stateOf(one);
    const run = await killed(one, at);
    const undone = await me.inkling('journal', 'undo', run, '--yes-up-to', 'disruptive');
    expect([0, 3], undone.stdout + undone.stderr).toContain(undone.code);
    expect(await stateOf(one)).toBe(before);
    expect((await me.lastRun()).unresolved).toBe(0);
    expect((await me.check()).report.causes[0]?.id).toBe(one.cause);
    const fixed = await me.inkling('fix', one.cause, '--site', me.site, '--yes-up-to', 'disruptive');
    expect(fixed.code, fixed.stdout + fixed.stderr).toBe(0);
    const whole = await smoke();
    expect(whole.code, whole.stdout).toBe(0);
  });
});

test.skipIf(QUICK)(
  'a node that hears nothing any more undoes it by itself, and the repair can be gone on with',
  async () => {
    const one = CASES[1] as Case;
    expect((await inject(one.fault)).code).toBe(0);
    const before = await stateOf(one);
    const run = await killed(one, { status: 'running', n: 2 });
    // The dead man's 120 s, and then some.
    await expect.poll(() => stateOf(one), { timeout: 400_000, interval: 5000 }).toBe(before);
    await expect
      .poll(async () => (await onNode(one.node, 'ls /run/inkling')).stdout, { timeout: 60_000, interval: 2000 })
      .toMatch(/undone-/);
    const resumed = await me.inkling('journal', 'resume', run, '--yes-up-to', 'disruptive');
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    const whole = await smoke();
    expect(whole.code, whole.stdout).toBe(0);
  },
);

test.skipIf(QUICK)('no real key is in any journal of all this', async () => {
  for (const text of await me.journalTexts()) for (const secret of secrets) expect(text.includes(secret)).toBe(false);
});
