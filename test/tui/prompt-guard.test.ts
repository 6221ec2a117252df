import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyPress } from '../../src/tui/input/key.ts';
import {
  disturbed,
  GUARD_MS,
  newPrompt,
  type PromptRules,
  type PromptUi,
  press,
} from '../../src/tui/input/prompt-guard.ts';

const named = (name: string): KeyPress => ({ name, text: name.length === 1 ? name : '', pasted: false });
const BUTTON: PromptRules = { fits: true };

interface Timed {
  readonly key: KeyPress;
  readonly after: number;
}

/** All answers that a row of keys brings about. */
function answers(keys: readonly Timed[], rules: PromptRules, start: PromptUi = newPrompt('p', 0)): boolean[] {
  let prompt = start;
  let at = 0;
  const given: boolean[] = [];
  for (const { key, after } of keys) {
    at += after;
    const pressed = press(prompt, key, at, rules);
    prompt = pressed.prompt;
    if (pressed.answer !== undefined) given.push(pressed.answer);
  }
  return given;
}

const slow = (...names: readonly string[]): Timed[] => names.map((name) => ({ key: named(name), after: 400 }));

const KEYS = [
  'enter',
  'left',
  'right',
  'tab',
  'y',
  'n',
  'up',
  'down',
  'space',
  'a',
  'j',
  'q',
  'pagedown',
  'ctrl-d',
  'backspace',
];
const anyKey = fc.oneof(
  fc.constantFrom(...KEYS).map(named),
  fc.string({ maxLength: 12 }).map((text): KeyPress => ({ name: '', text, pasted: true })),
);

describe('a question with buttons', () => {
  it('takes enter alone for no', () => {
    expect(answers(slow('enter'), BUTTON)).toEqual([false]);
  });

  it('takes yes only after a move to Yes', () => {
    expect(answers(slow('right', 'enter'), BUTTON)).toEqual([true]);
    expect(answers(slow('y', 'enter'), BUTTON)).toEqual([true]);
    expect(answers(slow('right', 'left', 'enter'), BUTTON)).toEqual([false]);
  });

  it('takes escape for no', () => {
    expect(answers(slow('right', 'escape'), BUTTON)).toEqual([false]);
  });

  it('ignores what comes in the first moments, and what follows too closely', () => {
    expect(answers([{ key: named('enter'), after: GUARD_MS - 1 }], BUTTON)).toEqual([]);
    expect(
      answers(
        [
          { key: named('right'), after: 400 },
          { key: named('enter'), after: 30 },
        ],
        BUTTON,
      ),
    ).toEqual([]);
  });

  it('answers once, however often enter is pressed', () => {
    expect(answers(slow('right', 'enter', 'enter', 'right', 'enter'), BUTTON)).toEqual([true]);
  });

  it('starts from No again after a resize', () => {
    const onYes = press(newPrompt('p', 0), named('right'), 1_000, BUTTON).prompt;
    const after = disturbed(onYes, 1_100);
    expect(press(after, named('enter'), 1_300, BUTTON).answer).toBeUndefined();
    expect(press(after, named('enter'), 1_500, BUTTON).answer).toBe(false);
  });

  it('never says yes to a storm of keys, at any speed above human', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: anyKey, after: fc.integer({ min: 0, max: 100 }) }), {
          minLength: 1_000,
          maxLength: 1_000,
        }),
        (keys) => {
          expect(answers(keys, BUTTON)).not.toContain(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('never says yes to pastes, at any speed', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            key: fc.string().map((text): KeyPress => ({ name: '', text, pasted: true })),
            after: fc.nat(2_000),
          }),
        ),
        (keys) => {
          expect(answers(keys, BUTTON)).toEqual([]);
        },
      ),
    );
  });

  it('never says yes while it is not wholly visible, and still lets go', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ key: anyKey, after: fc.nat(2_000) })), (keys) => {
        expect(answers(keys, { fits: false })).not.toContain(true);
      }),
    );
    expect(answers(slow('escape'), { fits: false })).toEqual([false]);
  });
});

describe('a question where a name must be typed', () => {
  const TYPED: PromptRules = { fits: true, typed: 'ctl1' };
  const slowly = (text: string) => slow(...text);

  it('takes the exact name and enter', () => {
    expect(answers([...slowly('ctl1'), ...slow('enter')], TYPED)).toEqual([true]);
  });

  it('takes nothing else', () => {
    for (const text of ['', 'ctl', 'ctl12', 'CTL1', 'yes'])
      expect(answers([...slowly(text), ...slow('enter')], TYPED)).toEqual([]);
  });

  it('can be corrected', () => {
    expect(answers([...slowly('ctx'), ...slow('backspace'), ...slowly('l1'), ...slow('enter')], TYPED)).toEqual([true]);
  });

  it('does not take a paste', () => {
    const pasted: Timed = { key: { name: '', text: 'ctl1', pasted: true }, after: 500 };
    expect(answers([pasted, ...slow('enter')], TYPED)).toEqual([]);
  });
});
