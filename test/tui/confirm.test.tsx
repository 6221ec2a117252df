import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { EngineState } from '../../src/domain/engine.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { confirming, judged, looking, planned, repaired, STEPS } from '../support/fake-run.ts';
import { type FakeTerminal, openTerminal, settle, unmountAll } from './terminal.tsx';

afterEach(unmountAll);

const typed: EngineState = {
  ...confirming,
  prompt: { kind: 'confirm-step', id: 'prompt-2', stepId: 'step-2', typed: 'controller' },
};
const hostKey: EngineState = {
  ...looking,
  prompt: {
    kind: 'trust-host-key',
    id: 'prompt-3',
    typed: 'compute-2',
    key: {
      node: 'compute-2',
      host: '192.0.2.14',
      type: 'ssh-ed25519',
      fingerprint: 'SHA256:qmX1JtkjJ2bqVuy1RRyGCbMdZVYGxrNH1i3e2cXgPeU',
    },
  },
};

const asked = (state: EngineState, size = { columns: 80, rows: 24 }): Promise<FakeTerminal> =>
  openTerminal({ engine: createFakeEngine(state), at: ['diagnosis', 'fix'], size });

const answers = (terminal: FakeTerminal) => terminal.engine.sent.filter((intent) => intent.type === 'answer');
const yes = (terminal: FakeTerminal) => answers(terminal).filter((intent) => intent.type === 'answer' && intent.yes);

describe('confirming a step', () => {
  it('shows the node, the commands, the risk and the undo, and stands on No', async () => {
    const terminal = await asked(confirming);
    for (const text of [
      'Step 1 of 2 on controller',
      '$ chown root:glance',
      'reversible',
      'Gives the file back',
      '▸ No ◂',
    ])
      await terminal.shows(text);
  });

  it('says that it waits, and draws nothing while nobody answers', async () => {
    const terminal = await asked(confirming);
    await terminal.pass(1_000);
    await terminal.shows('waits for your answer');
    const drawn = terminal.frames.length;
    for (let second = 0; second < 20; second += 1) await terminal.pass(1_000);
    expect(terminal.frames.length).toBe(drawn);
  });

  it('takes yes after a move to Yes, once', async () => {
    const terminal = await asked(confirming);
    await terminal.pass(400);
    await terminal.press('right', 'enter', 'enter', 'right', 'enter');
    expect(answers(terminal)).toEqual([{ type: 'answer', prompt: 'prompt-1', yes: true }]);
  });

  it('ignores keys for the first 300 ms', async () => {
    const terminal = await asked(confirming);
    await terminal.send('y');
    await terminal.send('\r');
    expect(answers(terminal)).toEqual([]);
    await terminal.shows('▸ No ◂');
  });

  it('a second step is a new question: enter held down does not reach it', async () => {
    const terminal = await asked(confirming);
    await terminal.pass(400);
    await terminal.press('right', 'enter');
    terminal.engine.set((state) => ({ ...state, prompt: { kind: 'confirm-step', id: 'prompt-2', stepId: 'step-2' } }));
    await settle();
    await terminal.shows('Step 2 of 2');
    for (let n = 0; n < 50; n += 1) {
      await terminal.send('\r');
      await terminal.pass(33);
    }
    expect(answers(terminal)).toHaveLength(1);
  });

  it('a bracketed paste never confirms', async () => {
    const terminal = await asked(confirming);
    await terminal.pass(400);
    for (const text of ['y\r', '\r', '\u001b[C\r', 'yes\r\n', '\t\r']) {
      await terminal.paste(text);
      await terminal.pass(1_000);
    }
    expect(answers(terminal)).toEqual([]);
  });

  it('a paste that the terminal does not mark never confirms', async () => {
    const terminal = await asked(confirming);
    await terminal.pass(400);
    for (const text of ['y\r', 'y\ny\n', 'yes\r']) {
      await terminal.send(text);
      await terminal.pass(1_000);
    }
    expect(answers(terminal)).toEqual([]);
  });

  it('1,000 random keys in a second never confirm', async () => {
    const keys = [
      '\r',
      '\t',
      '\u001b[C',
      '\u001b[D',
      '\u001b[A',
      'y',
      'n',
      ' ',
      'q',
      'a',
      'f',
      'j',
      'u',
      'x',
      '\u0004',
      '\u007f',
    ];
    const storms = fc.sample(fc.array(fc.constantFrom(...keys), { minLength: 1_000, maxLength: 1_000 }), {
      numRuns: 3,
      seed: 20_26,
    });
    for (const [index, storm] of storms.entries()) {
      const terminal = await asked(confirming);
      // Before the question can be answered, and after.
      if (index > 0) await terminal.pass(400);
      await terminal.storm(storm, 1);
      expect(yes(terminal)).toEqual([]);
    }
  });

  const longStep = (state: EngineState): EngineState => ({
    ...state,
    fix: {
      ...planned,
      phase: 'applying',
      steps: STEPS.map((step) => ({
        step: { ...step, shows: Array.from({ length: 30 }, (_, n) => `$ line ${n}`) },
        status: 'waiting',
      })),
    },
  });

  it.each([
    ['page by page', 'pagedown'],
    ['row by row', 'down'],
  ])('what does not fit on the screen is read %s, and takes a yes only after its end', async (_, key) => {
    const terminal = await asked(longStep(confirming));
    await terminal.shows('Yes can be said once you have read to the end');
    await terminal.pass(400);
    for (let n = 0; n < 90 && !terminal.frame().includes('$ line 29'); n += 1) {
      expect(terminal.frame()).not.toContain('Do this on controller now?');
      await terminal.press('y', 'right', 'enter');
      await terminal.pass(400);
      await terminal.press(key);
    }
    expect(answers(terminal)).toEqual([]);
    await terminal.shows('Do this on controller now?');
    await terminal.press('pageup', 'pageup');
    await terminal.shows('▸ No ◂');
    await terminal.press('right', 'enter');
    expect(answers(terminal)).toEqual([{ type: 'answer', prompt: 'prompt-1', yes: true }]);
  });

  it('a name can be typed only after the end too', async () => {
    const terminal = await asked(longStep(typed), { columns: 60, rows: 16 });
    await terminal.pass(400);
    await terminal.press(...'controller', 'enter');
    expect(answers(terminal)).toEqual([]);
    await terminal.pass(400);
    await terminal.press('end');
    await terminal.shows('Type controller and press');
    await terminal.press(...'controller', 'enter');
    expect(yes(terminal)).toHaveLength(1);
  });

  it('a resize has it read anew, unless all of it fits then', async () => {
    const terminal = await asked(longStep(confirming));
    await terminal.pass(400);
    await terminal.press('end', 'right');
    await terminal.resize(80, 30);
    await terminal.pass(400);
    await terminal.press('right', 'enter');
    expect(answers(terminal)).toEqual([]);
    await terminal.resize(80, 90);
    await terminal.shows('$ line 29');
    await terminal.pass(400);
    await terminal.press('right', 'enter');
    expect(yes(terminal)).toHaveLength(1);
  });

  it('can be refused without reading it', async () => {
    const terminal = await asked(longStep(confirming));
    await terminal.pass(400);
    await terminal.press('escape');
    expect(answers(terminal)).toEqual([{ type: 'answer', prompt: 'prompt-1', yes: false }]);
  });

  it('a resize takes the hand off Yes and waits again', async () => {
    const terminal = await asked(confirming);
    await terminal.pass(400);
    await terminal.press('right');
    await terminal.shows('▸ Yes ◂');
    await terminal.resize(100, 30);
    await terminal.send('\r');
    expect(answers(terminal)).toEqual([]);
    await terminal.shows('▸ No ◂');
  });

  it('a storm of resizes with enter in between never confirms', async () => {
    const terminal = await asked(confirming);
    await terminal.pass(400);
    for (let n = 0; n < 40; n += 1) {
      await terminal.send(n % 2 ? '\r' : '\u001b[C');
      await terminal.resize(n % 3 ? 80 : 20, n % 3 ? 24 : 5);
      await terminal.pass(25);
    }
    expect(yes(terminal)).toEqual([]);
  });

  it('survives help, back and other keys: it is still there', async () => {
    const terminal = await asked(confirming);
    await terminal.pass(400);
    await terminal.press('?', 'q', 'J', 'pagedown');
    await terminal.shows('Do this on controller now?');
    expect(terminal.screen()).toBe('fix');
  });

  it('goes away when the run takes it back', async () => {
    const terminal = await asked(confirming);
    terminal.engine.set(() => ({ ...judged, fix: planned }));
    await terminal.shows('nothing changed yet');
  });
});

describe('confirming by name', () => {
  it('wants the exact name and enter', async () => {
    const terminal = await asked(typed);
    await terminal.shows('Type controller and press enter');
    await terminal.pass(400);
    await terminal.press(...'contrlr', 'enter');
    expect(answers(terminal)).toEqual([]);
    await terminal.press('ctrl-u', ...'controller', 'enter', 'enter');
    expect(answers(terminal)).toEqual([{ type: 'answer', prompt: 'prompt-2', yes: true }]);
  });

  it('does not take the name from a paste', async () => {
    const terminal = await asked(typed);
    await terminal.pass(400);
    await terminal.paste('controller');
    await terminal.pass(400);
    await terminal.press('enter');
    await terminal.paste('controller\r');
    expect(answers(terminal)).toEqual([]);
  });

  it('an unknown host key shows its fingerprint, anywhere, and wants the host’s name', async () => {
    const terminal = await openTerminal({ engine: createFakeEngine(hostKey), at: ['run'] });
    for (const text of [
      'Unknown host key: compute-2',
      'SHA256:qmX1JtkjJ2bqVuy1RRyGCbMdZVYGxrNH1i3e2cXgPeU',
      'ssh-ed25519',
      '192.0.2.14',
    ])
      await terminal.shows(text);
    await terminal.pass(400);
    await terminal.press('y', 'enter');
    expect(answers(terminal)).toEqual([]);
    await terminal.press('backspace', ...'compute-2', 'enter');
    expect(answers(terminal)).toEqual([{ type: 'answer', prompt: 'prompt-3', yes: true }]);
  });
});

describe('undoing a fix', () => {
  it('asks first, and standing on No it sends nothing', async () => {
    const terminal = await openTerminal({ engine: createFakeEngine(repaired), at: ['diagnosis', 'result'] });
    await terminal.press('u');
    await terminal.shows('Gives the file back');
    await terminal.pass(400);
    await terminal.press('enter');
    expect(terminal.engine.sent).toEqual([]);
    await terminal.press('u');
    await terminal.pass(400);
    await terminal.press('right', 'enter');
    expect(terminal.engine.sent).toEqual([{ type: 'undo-fix' }]);
  });
});
