import { afterEach, describe, expect, it } from 'vitest';
import type { EngineState } from '../../src/domain/engine.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { CAUSE_KEYRING, CAUSE_POOL, judged } from '../support/fake-run.ts';
import { openTerminal, unmountAll } from './terminal.tsx';

afterEach(unmountAll);

const marked: EngineState = {
  ...judged,
  judgement: { ...judged.judgement, causes: [{ ...CAUSE_POOL, touches: ['pool volumes', 'errno 2'] }, CAUSE_KEYRING] },
};

describe('a cause about what was pasted', () => {
  it.each([80, 140])('is marked in the list and says what of it, at %s columns', async (columns) => {
    const terminal = await openTerminal({
      engine: createFakeEngine(marked),
      at: ['diagnosis'],
      size: { columns, rows: 45 },
    });
    const lines = terminal.frame().split('\n');
    expect(lines.filter((line) => line.includes('◆ pasted'))).toHaveLength(1);
    expect(terminal.frame()).toContain('It is about what was pasted: pool volumes and errno 2');
  });
});
