import { expect, test } from 'vitest';
import type { Judgement } from '../../src/domain/judgement.ts';
import { newlyFailing } from '../../src/engine/fix/newly-failing.ts';

const judged = (...checks: { check: string; node: string; scope?: Record<string, string>; from?: string[] }[]) =>
  ({
    checks: checks.map((c) => ({ subject: c.node, verdict: 'fail', scope: {}, from: [], ...c })),
  }) as unknown as Judgement;
const before = judged({ check: 'old', node: 'a' });
const names = (now: Judgement, done: string[], left: string[]) =>
  newlyFailing(before, now, { done: new Set(done), left: new Set(left) }).map((c) => c.check);

test('what failed before is not new', () => {
  expect(
    newlyFailing(before, judged({ check: 'old', node: 'a' }, { check: 'new', node: 'a' })).map((c) => c.check),
  ).toEqual(['new']);
});

test('half way, a difference between a changed node and one to come is no harm, and everything else is', () => {
  const differ = judged({ check: 'same', node: 'a', scope: { destination: 'b' } });
  expect(names(differ, ['a'], ['b'])).toEqual([]);
  expect(names(differ, ['b'], ['a'])).toEqual([]);
  expect(names(differ, ['a', 'b'], ['c'])).toEqual(['same']);
  expect(names(judged({ check: 'copy', node: 'a', from: ['conf@a', 'conf@b{x}'] }), ['a'], ['b'])).toEqual([]);
  expect(names(judged({ check: 'own', node: 'a' }), ['a'], ['b'])).toEqual(['own']);
});
