import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Backup } from '../../src/domain/plan.ts';
import { lost } from '../../src/domain/question.ts';
import { settle } from '../../src/engine/fix/settle.ts';
import { type LocalNode, localNode } from './local-node.ts';
import { planOf, sample, step } from './transaction-sample.ts';

let node: LocalNode;
beforeEach(() => {
  node = localNode();
});
afterEach(() => node.end());

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const path = () => join(node.folder, 'cinder.conf');

/** A fix whose process died in the middle of a file step; the file now holds `now`, or nothing is there. */
async function left(
  now: string | undefined,
  more: Partial<Backup> & { phase?: 'applying' | 'undoing'; begun?: boolean } = {},
) {
  const { phase = 'applying', begun = true, ...known } = more;
  if (now !== undefined) writeFileSync(path(), now);
  const edit = step('edit', {
    action: { do: 'set-option', path: path(), section: 's', option: 'o', was: 'old', value: 'new' },
    undo: { how: 'restore', path: path(), says: 'as it was' },
  });
  const plan = planOf(edit);
  const it = await sample({ plan, node });
  await it.store.record({ type: 'fix.phase', phase });
  await it.store.record({ type: 'step.intent', plan: plan.hash, step: 'edit', node: 'a', shows: [] });
  const backup = { path: path(), kept: '', before: digest('old'), after: digest('new'), ...known };
  if (begun) await it.store.record({ type: 'step.backup', plan: plan.hash, step: 'edit', backup });
  await settle(it.store, node.run);
  return it.store.fix?.steps[0];
}

describe('a file that was being written when Inkling died', () => {
  test('is done when it is what it was to become', async () => {
    expect(await left('new')).toMatchObject({ status: 'done', says: expect.stringMatching(/^applied: /) });
  });

  test('is not begun when it is as it was', async () => {
    expect(await left('old')).toMatchObject({
      status: 'waiting',
      says: expect.stringMatching(/^not applied: .* as it was$/),
    });
  });

  test('is not begun when what undo needs was not on record yet, and the node is not even asked', async () => {
    expect(await left('old', { begun: false })).toMatchObject({ status: 'waiting' });
    expect(node.sent).toEqual([]);
  });

  test('is not begun when it was to be created and is absent', async () => {
    expect(await left(undefined, { before: 'absent' })).toMatchObject({ status: 'waiting' });
  });

  test('is nobody knows what when somebody else changed it', async () => {
    expect(await left('else')).toMatchObject({
      status: 'unknown',
      says: expect.stringContaining('somebody else changed it'),
    });
  });

  test('tells by what was kept when the state before was never learned', async () => {
    writeFileSync(join(node.folder, 'kept.conf'), 'old');
    expect(await left('old', { before: 'unknown', kept: join(node.folder, 'kept.conf') })).toMatchObject({
      status: 'waiting',
    });
  });

  test('stays unknown when the node cannot be read', async () => {
    node.instead = () => lost('unreachable', 'a does not answer');
    expect(await left('new')).toMatchObject({ status: 'unknown', says: expect.stringContaining('a does not answer') });
  });

  test.each([
    ['old', 'undone'],
    ['new', 'done'],
    ['else', 'unknown'],
  ])('while it was being taken back and is %s now: %s', async (now, status) => {
    expect(await left(now, { phase: 'undoing' })).toMatchObject({ status });
  });
});

test('what the node put back by itself while Inkling was away is to be done again, with its restart', async () => {
  writeFileSync(path(), 'old');
  const edit = step('edit', {
    action: { do: 'set-option', path: path(), section: 's', option: 'o', was: 'old', value: 'new' },
  });
  const restart = step('restart', { undo: { how: 'run', actions: [], says: 'again', last: true } });
  const plan = planOf(edit, step('caps'), restart);
  const it = await sample({ plan, node });
  const backup = { path: path(), kept: '', before: digest('old'), after: digest('new') };
  await it.store.record({ type: 'step.backup', plan: plan.hash, step: 'edit', backup });
  for (const id of ['edit', 'caps', 'restart'])
    await it.store.record({ type: 'step.result', plan: plan.hash, step: id, status: 'done', says: '' });
  await settle(it.store, node.run);
  expect(it.outcome()).toEqual(['edit waiting', 'caps done', 'restart waiting', 'planned']);
});

test('of a command nobody knows without looking at what it was for', async () => {
  const plan = planOf(step('caps'));
  const it = await sample({ plan, node });
  await it.store.record({ type: 'step.intent', plan: plan.hash, step: 'caps', node: 'a', shows: [] });
  await settle(it.store, node.run);
  expect(it.store.fix?.steps[0]).toMatchObject({ status: 'unknown', says: expect.stringContaining('may have run') });
});
