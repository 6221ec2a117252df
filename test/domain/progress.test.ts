import { expect, test } from 'vitest';
import { NO_PROGRESS, summarise, withDrill, withLesson, withOpen } from '../../src/domain/progress.ts';

test('goals of a lesson stay reached, and what was done stays done', () => {
  const begun = withLesson(NO_PROGRESS, 'pools', { goals: ['a', 'b'], done: true, hints: 2 });
  const later = withLesson(begun, 'pools', { goals: ['a'], done: false, hints: 1, shown: 1 });
  expect(later.lessons.pools).toEqual({ goals: ['a', 'b'], done: true, hints: 3, shown: 1 });
});

test('a drill keeps its best result and that it was passed once', () => {
  const good = withDrill(NO_PROGRESS, 'd', { points: 90, passed: true }, 'monday');
  expect(withDrill(good, 'd', { points: 20, passed: false }, 'tuesday').drills.d).toEqual({
    tries: 2,
    best: 90,
    last: 20,
    passed: true,
    at: 'tuesday',
  });
});

test('what was left open is forgotten once it is over', () => {
  const open = withOpen(NO_PROGRESS, { kind: 'drill', id: 'd', commands: [], named: [], helped: false });
  expect(open.open?.id).toBe('d');
  expect('open' in withOpen(open, undefined)).toBe(false);
});

test('the summary counts by playbook and gives the mean of the best results', () => {
  const progress = withDrill(
    withDrill(withLesson(NO_PROGRESS, 'l', { done: true }), 'a', { points: 80, passed: true }, ''),
    'b',
    { points: 40, passed: false },
    '',
  );
  const drills = [
    { id: 'a', playbook: 'keys' },
    { id: 'b', playbook: 'keys' },
    { id: 'c', playbook: 'pools' },
  ];
  expect(summarise(progress, [{ id: 'l' }, { id: 'm' }], drills)).toEqual({
    lessons: { done: 1, of: 2 },
    drills: { passed: 1, tried: 2, of: 3 },
    average: 60,
    playbooks: [
      { id: 'keys', passed: 1, tried: 2, of: 2 },
      { id: 'pools', passed: 0, tried: 0, of: 1 },
    ],
  });
});
