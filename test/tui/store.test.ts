import { describe, expect, it } from 'vitest';
import { words } from '../../src/domain/printable.ts';
import { newPrompt } from '../../src/tui/input/prompt-guard.ts';
import type { UiState } from '../../src/tui/model.ts';
import { initialUi, reduce } from '../../src/tui/store.ts';
import { confirming, judged, looking, planned, repaired } from '../support/fake-run.ts';

const size = { columns: 80, rows: 24 };
const at = (...stack: UiState['stack']): UiState => initialUi(size, stack);

describe('the screen stack', () => {
  it('goes in and back, and never below home', () => {
    const inside = reduce(reduce(at('home'), { type: 'push', screen: 'run' }), { type: 'push', screen: 'diagnosis' });
    expect(inside.stack).toEqual(['home', 'run', 'diagnosis']);
    const out = reduce(reduce(reduce(inside, { type: 'pop' }), { type: 'pop' }), { type: 'pop' });
    expect(out.stack).toEqual(['home']);
  });

  it('holds a screen once: going to one below goes back to it', () => {
    expect(reduce(at('home', 'run', 'diagnosis', 'result'), { type: 'replace', screen: 'run' }).stack).toEqual([
      'home',
      'run',
    ]);
  });

  it('shows a screen that is opened from its beginning', () => {
    const scrolled = reduce(at('home', 'run'), { type: 'scroll', page: 'cause', to: 9 });
    expect(reduce(scrolled, { type: 'push', screen: 'cause' }).scrolled.cause).toBe(0);
  });
});

describe('following the run', () => {
  it('leads idle eyes from the run to the diagnosis, and nobody else', () => {
    const judgement = { type: 'engine', was: looking, is: judged, at: 5 } as const;
    expect(reduce(at('home', 'run'), judgement).stack).toEqual(['home', 'run', 'diagnosis']);
    expect(reduce({ ...at('home', 'run'), touched: true }, judgement).stack).toEqual(['home', 'run']);
    expect(reduce(at('home'), judgement).stack).toEqual(['home']);
  });

  it('shows the result when the fix has ended', () => {
    const was = { ...judged, fix: { ...planned, phase: 'verifying' as const } };
    const next = reduce(at('home', 'run', 'diagnosis', 'fix'), { type: 'engine', was, is: repaired, at: 5 });
    expect(next.stack).toEqual(['home', 'run', 'diagnosis', 'result']);
  });

  it('says no longer that it is stopping once nothing runs', () => {
    const fixing = { ...judged, run: { ...judged.run, phase: 'fixing' as const } };
    const notice = { tone: 'warn', text: words`Stopping; Ctrl-C again leaves.` } as const;
    const stopping = { ...at('home', 'fix'), interrupted: true, notice };
    const still = reduce(stopping, { type: 'engine', was: fixing, is: { ...fixing }, at: 5 });
    expect(still).toMatchObject({ interrupted: true, notice });
    const rested = reduce(still, { type: 'engine', was: fixing, is: repaired, at: 6 });
    expect([rested.interrupted, rested.notice]).toEqual([false, undefined]);
  });

  it('guards a new question, and keeps what was typed into one that is still open', () => {
    const asked = reduce(at('home', 'fix'), { type: 'engine', is: confirming, at: 5_000 });
    expect(asked.prompt).toMatchObject({ id: 'prompt-1', focus: 'no', guardUntil: 5_300 });
    const typed = reduce(asked, { type: 'prompt', prompt: { ...newPrompt('prompt-1', 5_000), typed: 'con' } });
    const again = reduce(typed, { type: 'engine', was: confirming, is: { ...confirming }, at: 6_000 });
    expect(again.prompt).toMatchObject({ typed: 'con', guardUntil: 5_300 });
    expect(reduce(again, { type: 'engine', was: confirming, is: judged, at: 7_000 }).prompt).toBeUndefined();
  });

  it('starts the question over when the terminal changes its size', () => {
    const asked = reduce(at('home', 'fix'), { type: 'engine', is: confirming, at: 0 });
    const onYes = reduce(asked, { type: 'prompt', prompt: { ...newPrompt('prompt-1', 0), focus: 'yes' } });
    const resized = reduce(onYes, { type: 'resized', size: { columns: 90, rows: 30 }, at: 9_000 });
    expect(resized.prompt).toMatchObject({ focus: 'no', guardUntil: 9_300 });
  });
});
