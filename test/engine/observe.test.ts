import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EngineState } from '../../src/domain/engine.ts';
import { emptyRun, fold } from '../../src/domain/fold.ts';
import { lost } from '../../src/domain/question.ts';
import type { Run } from '../../src/engine/run.ts';
import { exited } from '../parsers/recorded.ts';
import { hanging, type Script, scriptedRun } from './scripted-transport.ts';

/** Resolves when the state is as asked; states are waited for, not clocks. */
const until = (run: Run, holds: (state: EngineState) => boolean) =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (!holds(run.getState())) return;
      leave();
      resolve();
    };
    const leave = run.subscribe(look);
    queueMicrotask(look);
  });

const answers = (state: EngineState) =>
  Object.fromEntries(
    [...state.run.facts].map(([id, { answer }]) => [id, answer.result === 'lost' ? answer.why : 'ok']),
  );
const nodes = (state: EngineState) => Object.fromEntries(state.run.nodes.map((n) => [n.name, n.status]));

describe('a look', () => {
  test('asks everything of every node in one trip', async () => {
    const { run, links } = scriptedRun({ a: {}, b: {} });
    const state = await run.settled();
    expect(state.judgement.outcome).toBe('healthy');
    expect(nodes(state)).toEqual({ a: 'done', b: 'done' });
    expect([...links.values()].map((l) => [l.trips, l.asked])).toEqual([
      [1, ['clock@a', 'second@a', 'third@a']],
      [1, ['clock@b', 'second@b', 'third@b']],
    ]);
    expect(state.run.nodes.map((n) => [n.asked, n.answered, n.waiting])).toEqual([
      [3, 3, []],
      [3, 3, []],
    ]);
  });

  test('goes on without a node that is lost, and is incomplete', async () => {
    const gone = lost('refused', 'b refuses connections on port 22');
    const { run, links } = scriptedRun({ a: {}, b: { open: async () => gone } });
    const state = await run.settled();
    expect(nodes(state)).toEqual({ a: 'done', b: 'lost' });
    expect(state.judgement.outcome).toBe('incomplete');
    expect(state.judgement.nodes.find((n) => n.name === 'b')).toMatchObject({ reached: false, why: gone.detail });
    expect([...links.keys()]).toEqual(['a']);
    expect(state.judgement.checks.find((c) => c.node === 'b')).toMatchObject({
      verdict: 'unknown',
      says: expect.stringContaining('b'),
    });
  });

  test.each([
    ['end', 'dropped'],
    ['throw', 'dropped'],
  ] as const)('a link that breaks in the middle (%s) leaves a reason for every question', async (how, why) => {
    const { run } = scriptedRun({ a: { answer: (q) => (q.id === 'second@a' ? how : exited('1795372345.5')) }, b: {} });
    const state = await run.settled();
    expect(answers(state)).toEqual({
      ...{ 'clock@a': 'ok', 'second@a': why, 'third@a': why },
      ...{ 'clock@b': 'ok', 'second@b': 'ok', 'third@b': 'ok' },
    });
    expect(state.judgement.outcome).toBe('incomplete');
    expect(nodes(state)).toEqual({ a: 'done', b: 'done' });
  });

  test('an answer that comes twice, or to no question, changes nothing', async () => {
    const unasked = ['clock@a', 'clock@b', 'nonesuch'].map((id) => ({ id, answer: exited('1') }));
    const { run, events } = scriptedRun({ a: { unasked } });
    const state = await run.settled();
    expect(events.filter((e) => e.type === 'fact')).toHaveLength(3);
    expect(state.run.facts.get('clock@a')?.answer).toMatchObject({ stdout: '1795372345.5\n' });
  });

  test('does not stay silent about a failure of its own', async () => {
    const broken: Script = { open: () => Promise.reject(new Error('no such module')) };
    const { run } = scriptedRun({ a: broken, b: {} });
    const state = await run.settled();
    expect([state.run.phase, state.run.error]).toEqual(['failed', 'no such module']);
  });

  test('again drops what was seen before and asks afresh, on the same links', async () => {
    let clock = 1795372345;
    const { run, links } = scriptedRun({ a: { answer: () => exited(String(clock)) } });
    await run.settled();
    clock += 60;
    run.send({ type: 'look-again' });
    const state = await run.settled();
    expect(links.get('a')?.trips).toBe(2);
    expect(state.run.facts.get('clock@a')?.answer).toMatchObject({ stdout: '1795372405' });
    expect(state.run.nodes[0]).toMatchObject({ asked: 3, answered: 3 });
  });
});

describe('stopping', () => {
  test.each([
    ['a frozen link', { answer: (q) => (q.id === 'second@b' ? 'silence' : exited('1795372345.5')) }],
    ['a connection that does not come about', { open: hanging }],
  ] satisfies [string, Script][])(
    'with %s is at once, and every question has an answer or a reason',
    async (_what, b) => {
      const { run, events } = scriptedRun({ a: {}, b });
      await until(run, (s) => s.run.nodes[0]?.status === 'done' && s.run.nodes[1]?.status !== 'waiting');
      run.send({ type: 'cancel' });
      const state = await run.settled();
      expect([state.run.phase, state.judgement.outcome]).toEqual(['stopped', 'interrupted']);
      const asked = events.flatMap((e) => (e.type === 'asked' ? e.questions.map((q) => q.id) : []));
      expect([...state.run.facts.keys()].toSorted()).toEqual(asked.toSorted());
      const ofB = Object.entries(answers(state)).filter(([id]) => id.endsWith('@b') && id !== 'clock@b');
      expect(ofB.every(([, why]) => why === 'cancelled')).toBe(true);
      expect(state.run.nodes.every((n) => n.waiting.length === 0)).toBe(true);
      await run.close();
    },
  );

  test('a stopped run can look again', async () => {
    let frozen = true;
    const { run } = scriptedRun({ a: { answer: () => (frozen ? 'silence' : exited('1795372345.5')) } });
    await until(run, (s) => s.run.nodes[0]?.status === 'asking' && s.run.nodes[0].asked > 0);
    run.send({ type: 'cancel' });
    await run.settled();
    frozen = false;
    run.send({ type: 'look-again' });
    expect((await run.settled()).judgement.outcome).toBe('healthy');
  });

  test('closing in the middle of a look ends', async () => {
    const { run } = scriptedRun({ a: { answer: () => 'silence' }, b: { open: hanging } });
    await until(run, (s) => (s.run.nodes[0]?.asked ?? 0) > 0);
    await run.close();
    expect(run.getState().run.phase).toBe('stopped');
  });
});

describe('a host key that nobody knows', () => {
  const asking: Script = {
    open: async (_signal, trust) => ((await trust()) ? undefined : lost('hostkey', 'the host key was not accepted')),
  };
  const answering = async (scripts: Readonly<Record<string, Script>>, yes: (node: string) => boolean) => {
    const { run, links } = scriptedRun(scripts);
    const prompts: unknown[] = [];
    run.subscribe(() => {
      const { prompt } = run.getState();
      if (prompt?.kind !== 'trust-host-key' || prompts.includes(prompt.id)) return;
      prompts.push(prompt.id);
      queueMicrotask(() => run.send({ type: 'answer', prompt: prompt.id, yes: yes(prompt.key.node) }));
    });
    return { state: await run.settled(), prompts, links };
  };

  test('accepted: the node is asked', async () => {
    const { state, prompts } = await answering({ a: asking }, () => true);
    expect([prompts, nodes(state), state.prompt]).toEqual([['trust-a'], { a: 'done' }, undefined]);
  });

  test('refused: the node is lost and the others go on, one question at a time', async () => {
    const { state, prompts, links } = await answering({ a: asking, b: asking, c: {} }, (node) => node === 'b');
    expect(prompts.toSorted()).toEqual(['trust-a', 'trust-b']);
    expect(nodes(state)).toEqual({ a: 'lost', b: 'done', c: 'done' });
    expect(state.judgement.outcome).toBe('incomplete');
    expect(links.has('a')).toBe(false);
  });

  test('stopped before an answer: it counts as no, and nothing waits', async () => {
    const { run, links } = scriptedRun({ a: asking, b: asking });
    await until(run, (s) => s.prompt !== undefined);
    run.send({ type: 'cancel' });
    const state = await run.settled();
    expect([state.run.phase, state.prompt, links.size]).toEqual(['stopped', undefined, 0]);
  });

  test('an answer to a question that is not asked is ignored', async () => {
    const { run } = scriptedRun({ a: asking });
    await until(run, (s) => s.prompt !== undefined);
    run.send({ type: 'answer', prompt: 'trust-elsewhere', yes: true });
    expect(run.getState().prompt).toBeDefined();
    run.send({ type: 'answer', prompt: 'trust-a', yes: true });
    expect(nodes(await run.settled())).toEqual({ a: 'done' });
  });
});

describe('what is kept', () => {
  test('the events give the state again, and any beginning of them can be folded', async () => {
    const { run, events } = scriptedRun({
      a: { answer: (q) => (q.id === 'second@a' ? 'end' : exited('1795372345.5')) },
      b: { open: async () => lost('auth', 'b refused the login') },
    });
    const state = await run.settled();
    const written = JSON.parse(JSON.stringify(events)) as typeof events;
    expect(written.reduce(fold, emptyRun).run).toEqual(state.run);
    fc.assert(
      fc.property(fc.nat(written.length), (end) => {
        const folded = written.slice(0, end).reduce(fold, emptyRun).run;
        for (const n of folded.nodes) expect(n.asked - n.answered).toBe(n.status === 'done' ? 0 : n.waiting.length);
      }),
    );
  });

  test('a run that is opened again goes on from its events', async () => {
    const first = scriptedRun({ a: {}, b: { open: async () => lost('refused', 'b refuses') } });
    await first.run.settled();
    const second = scriptedRun({ a: {}, b: {} }, { history: first.events });
    const state = await second.run.settled();
    expect([state.run.id, state.judgement.outcome, nodes(state)]).toEqual(['r', 'healthy', { a: 'done', b: 'done' }]);
  });

  test('a key that a program prints in its error is in no event', async () => {
    const said = 'auth: error setting modifier for [client.x] type=key val=AQBfYWtlZmFr: Malformed input';
    const { run, events } = scriptedRun({ a: { answer: () => exited('', said, 1) } });
    const state = await run.settled();
    expect(JSON.stringify([events, state.judgement])).not.toContain('AQBfYWtlZmFr');
    expect(state.run.facts.get('clock@a')?.answer).toMatchObject({ stderr: expect.stringContaining('[client.x]') });
  });
});

test('a plan for a cause that is not there is refused in words', async () => {
  const { run } = scriptedRun({ a: {} });
  await run.settled();
  run.send({ type: 'plan-fix', cause: 'nonesuch', subject: 'x', fix: 'y' });
  const state = await run.settled();
  expect(state.fix).toMatchObject({ outcome: 'refused', says: expect.stringContaining('nonesuch (x) is not there') });
  run.send({ type: 'apply-fix' });
  run.send({ type: 'undo-fix' });
  run.send({ type: 'abandon-fix' });
  expect((await run.settled()).fix).toEqual(state.fix);
});
