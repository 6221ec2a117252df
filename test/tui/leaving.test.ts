import { describe, expect, it } from 'vitest';
import type { EngineState } from '../../src/domain/engine.ts';
import { runTui, type Start, type Terminal } from '../../src/tui/index.tsx';
import { createFakeEngine } from '../support/fake-engine.ts';
import { createFakePort } from '../support/fake-port.ts';
import { confirming, judged, looking, repaired } from '../support/fake-run.ts';
import { FakeStdin, FakeStdout, settle } from './terminal.tsx';

const CHOICE = { place: { kind: 'practice', id: 'healthy' }, playbooks: [] } as const;

async function leaveWith(
  state: EngineState,
  keys: readonly string[],
  start: Start = { screen: 'run', choice: CHOICE },
) {
  const engine = createFakeEngine(state);
  const stdout = new FakeStdout({ columns: 80, rows: 24 });
  const stdin = new FakeStdin();
  const said: string[] = [];
  const stderr = { write: (text: string) => said.push(text) };
  const done = runTui(createFakePort(engine), start, { stdin, stdout, stderr } as unknown as Terminal);
  await settle();
  for (const key of keys) {
    stdin.send(key);
    await settle();
  }
  return { code: await done, engine, said: said.join(''), listeners: stdout.listenerCount('resize') };
}

describe('leaving', () => {
  it('returns the exit code of what was found', async () => {
    expect((await leaveWith(judged, ['q', 'q'])).code).toBe(3);
    expect(
      (await leaveWith({ ...judged, judgement: { ...judged.judgement, outcome: 'incomplete' } }, ['q', 'q'])).code,
    ).toBe(5);
    expect((await leaveWith(repaired, ['q', 'q'])).code).toBe(0);
    expect((await leaveWith({ ...looking, run: { ...looking.run, phase: 'failed' } }, ['q', 'q'])).code).toBe(1);
    expect((await leaveWith(judged, ['q'], { screen: 'home' })).code).toBe(0);
  });

  it('returns 6 and 7 after a rollback, 130 while something still runs', async () => {
    const ended = (outcome: 'rolled-back' | 'rollback-failed'): EngineState => ({
      ...repaired,
      fix: { ...(repaired.fix as never as object), outcome } as never,
    });
    expect((await leaveWith(ended('rolled-back'), ['q', 'q'])).code).toBe(6);
    expect((await leaveWith(ended('rollback-failed'), ['q', 'q'])).code).toBe(7);
    expect((await leaveWith(looking, ['q', 'q'])).code).toBe(130);
  });

  it('closes the run and lets go of the terminal', async () => {
    const { engine, listeners, code } = await leaveWith(judged, ['\u0003']);
    expect(code).toBe(130);
    expect(engine.closed).toBe(true);
    expect(listeners).toBe(0);
  });

  it('tells on the screen that comes back how far a fix went', async () => {
    const { said } = await leaveWith(confirming, ['\u0003', '\u0003']);
    expect(said).toContain('No step of the fix has run.');
  });
});
