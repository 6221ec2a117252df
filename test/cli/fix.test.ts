import { describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/cli/report.ts';
import type { FixState } from '../../src/domain/plan.ts';
import { FakeEngine, fakePort, fixing, type SayOptions, type Script, say } from './fake.ts';
import { judgement, staleKey, state, step } from './sample.ts';

async function fix(argv: readonly string[], script: Script, options: SayOptions = {}, now = state()) {
  const engine = new FakeEngine(now, script);
  const port = fakePort({ findSite: async () => 'site.yaml', open: async () => engine });
  const said = await say(['fix', ...argv], port, options);
  return { ...said, engine, sent: engine.intents.map(({ type }) => type) };
}

describe('the plan', () => {
  test('--dry-run shows command, risk, what it touches and undo, and changes nothing', async () => {
    const { code, stdout, sent } = await fix(['stale-key', '--dry-run'], fixing('fixed'));
    expect(sent).toEqual(['plan-fix', 'abandon-fix']);
    expect(code).toBe(3);
    for (const text of [
      '+ key = ‹cephx:77b0›',
      'reversible',
      'at its next restart',
      'put the old file back',
      'controller',
    ]) {
      expect(stdout).toContain(text);
    }
  });

  test('is shown whole, however long its diff is', async () => {
    const shows = [Array.from({ length: 200 }, (_, i) => `+ line ${i} ${'y'.repeat(120)}`).join('\n')];
    const { stdout } = await fix(['stale-key', '--dry-run'], fixing('fixed', { steps: [{ ...step, shows }] }));
    expect(stdout.match(/\+ line \d+ y{120}/g)).toHaveLength(200);
  });
});

describe('with a person', () => {
  test('each step is asked for, and yes runs it', async () => {
    const { code, stdout, questions, sent } = await fix(['stale-key'], fixing('fixed'), { person: ['y'] });
    expect(questions).toEqual(['Do it? [y/N] ']);
    expect(sent).toEqual(['plan-fix', 'apply-fix', 'answer']);
    expect(code).toBe(0);
    expect(stdout).toContain('✓ fixed, and verified');
  });

  test.each([[''], ['n'], [undefined], ['yeah'], ['Y es']])('%j is no', async (answer) => {
    const { code, engine } = await fix(['stale-key'], fixing('fixed'), { person: [answer] });
    expect(engine.intents.at(-1)).toEqual({ type: 'answer', prompt: 'p1', yes: false });
    expect(code).toBe(3);
  });

  test.each([
    ['controller', true],
    ['y', false],
    ['Controller', false],
  ])('a step that wants the name typed takes %j as %s', async (answer, yes) => {
    const { engine, questions } = await fix(['stale-key'], fixing('fixed', {}, 'controller'), { person: [answer] });
    expect(questions[0]).toContain('Type controller');
    expect(engine.intents.at(-1)).toEqual({ type: 'answer', prompt: 'p1', yes });
  });
});

describe('without a person', () => {
  test('nothing is even looked at unless some risk was allowed', async () => {
    let opened = false;
    const port = fakePort({
      findSite: async () => 'site.yaml',
      open: async () => {
        opened = true;
        return new FakeEngine(state());
      },
    });
    const { code, stderr } = await say(['fix', 'stale-key'], port);
    expect([code, opened]).toEqual([2, false]);
    expect(stderr).toContain('--yes-up-to');
  });

  test('a plan with a step above the allowed risk is not begun', async () => {
    const { code, sent, stderr } = await fix(
      ['stale-key', '--yes-up-to', 'reversible'],
      fixing('fixed', { steps: [step, { ...step, id: 's2', title: 'Restart Glance', risk: 'disruptive' }] }),
    );
    expect([code, sent]).toEqual([3, ['plan-fix', 'abandon-fix']]);
    expect(stderr).toContain('`Restart Glance` is disruptive. Allow it with --yes-up-to disruptive.');
  });

  test('a destructive step cannot be allowed beforehand', async () => {
    const { sent, stderr } = await fix(
      ['stale-key', '--yes-up-to', 'disruptive'],
      fixing('fixed', { steps: [{ ...step, risk: 'destructive' }] }),
    );
    expect(sent).toEqual(['plan-fix', 'abandon-fix']);
    expect(stderr).toContain('only ever confirmed by a person');
  });

  test.each([
    ['fixed', 0],
    ['rolled-back', 6],
    ['rollback-failed', 7],
    ['not-verified', 5],
    ['refused', 3],
  ] as [NonNullable<FixState['outcome']>, number][])(
    'what is allowed runs unasked; %s exits with %i',
    async (outcome, code) => {
      const said = await fix(['stale-key', '--yes-up-to', 'reversible'], fixing(outcome));
      expect([said.code, said.questions]).toEqual([code, []]);
    },
  );

  test('programs get the repairs with the report', async () => {
    const { stdout } = await fix(['stale-key', '--yes-up-to', 'reversible', '--format', 'json'], fixing('fixed'));
    const report = reportSchema.strict().parse(JSON.parse(stdout));
    expect(report).toMatchObject({
      outcome: 'fixed',
      exit_code: 0,
      repairs: [{ cause: 'stale-key', outcome: 'fixed' }],
    });
    expect(report.repairs?.[0]?.steps[0]).toMatchObject({ status: 'done', risk: 'reversible' });
  });
});

test('a cause that is not there is said so and nothing is done', async () => {
  const healthy = state({ judgement: judgement({ outcome: 'healthy', causes: [] }) });
  const { code, stderr, sent } = await fix(['stale-key'], fixing('fixed'), { person: [] }, healthy);
  expect([code, sent]).toEqual([0, []]);
  expect(stderr).toContain('stale-key was not found here');
});

test('a cause that was not found says what could not be looked at', async () => {
  const dark = state({
    judgement: judgement({
      outcome: 'incomplete',
      causes: [],
      coverage: { nodes: 3, nodesReached: 2, asked: 20, answered: 20, unknown: 1 },
    }),
  });
  const { code, stderr } = await fix(['stale-key'], fixing('fixed'), { person: [] }, dark);
  expect(code).toBe(5);
  expect(stderr.replace(/\s+/g, ' ')).toContain(
    'stale-key was not found here. But 1 of 3 nodes was not reached: it may be there all the same.',
  );
});

test('id@subject chooses one of several, and the others are named when it is not among them', async () => {
  const other = { ...staleKey, subject: 'client.cinder on controller' };
  const two = state({ judgement: judgement({ causes: [staleKey, other] }) });
  const one = await fix([`stale-key@${other.subject}`, '--dry-run'], fixing('fixed'), {}, two);
  expect(one.engine.intents[0]).toMatchObject({ subject: other.subject });
  const none = await fix(['stale-key@client.x on y', '--dry-run'], fixing('fixed'), {}, two);
  expect(none.stderr).toContain('It was found for: client.glance on controller; client.cinder on controller');
});

test('several causes are repaired in the order found, and a repair that does not hold ends it', async () => {
  const other = { ...staleKey, subject: 'client.cinder on controller' };
  const two = state({ judgement: judgement({ causes: [staleKey, other] }) });
  const { code, sent } = await fix(['stale-key', '--yes-up-to', 'reversible'], fixing('rolled-back'), {}, two);
  expect(sent.filter((type) => type === 'plan-fix')).toHaveLength(1);
  expect(code).toBe(6);
});

test('a repair that Inkling leaves to a person is described, not tried', async () => {
  const byHand = {
    ...staleKey,
    fixes: [{ id: 'talk', title: 'Ask the owner', risk: 'none', byHand: 'call them' } as const],
  };
  const now = state({ judgement: judgement({ causes: [byHand] }) });
  const { code, stderr, sent } = await fix(['stale-key'], fixing('fixed'), { person: [] }, now);
  expect([code, sent]).toEqual([3, []]);
  expect(stderr).toContain('Ask the owner: call them');
});
