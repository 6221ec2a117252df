import { expect, test } from 'vitest';
import { progressLine } from '../../src/cli/progress.ts';
import { nodeRun, state } from './sample.ts';

const looking = (bytes: number) =>
  state({
    run: {
      ...state().run,
      phase: 'looking',
      nodes: [
        nodeRun({ bytes }),
        nodeRun({ name: 'compute-1', status: 'asking', answered: 3, bytes, waiting: ['virsh list'] }),
      ],
    },
  });

test('a look tells how many answers and how much text it has, and what it waits for', () => {
  expect(progressLine(looking(700_000))).toBe(
    'Looking: 1 of 2 nodes done, 15 of 24 answers, 1.4 MB · waiting for compute-1: virsh list',
  );
  expect(progressLine(looking(0))).toContain('15 of 24 answers · waiting');
});
