import { expect, test } from 'vitest';
import { progressLine } from '../../src/cli/progress.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { nodeRun, state } from './sample.ts';

const fact = (id: string, stdout: string): [string, Fact] => [
  id,
  {
    ...{ id, probe: 'p', node: 'controller', command: 'cat log', at: '2026-02-03T04:05:06Z' },
    answer: { result: 'exited', code: 0, stdout, stderr: '', dropped: 0, ms: 1 },
  },
];

const looking = (facts: readonly [string, Fact][]) =>
  state({
    run: {
      ...state().run,
      phase: 'looking',
      nodes: [nodeRun(), nodeRun({ name: 'compute-1', status: 'asking', answered: 3, waiting: ['virsh list'] })],
      facts: new Map(facts),
    },
  });

test('a look tells how many answers and how much text it has, and what it waits for', () => {
  expect(progressLine(looking([fact('a', 'x'.repeat(700_000)), fact('b', 'x'.repeat(700_000))]))).toBe(
    'Looking: 1 of 2 nodes done, 15 of 24 answers, 1.4 MB · waiting for compute-1: virsh list',
  );
  expect(progressLine(looking([]))).toContain('15 of 24 answers · waiting');
});
