import type { KeyPress } from './key.ts';

/** Nothing counts for so long after a prompt appears, after a resize, and after the last key that came too early. */
export const GUARD_MS = 300;
/** Yes needs a pause before it: held keys, typed-ahead keys and pastes come closer together than this. */
export const SETTLE_MS = 150;

export interface PromptUi {
  readonly id: string;
  readonly focus: 'no' | 'yes';
  readonly typed: string;
  /** First row shown of a question that scrolls, and how many of its rows were on the screen so far. */
  readonly from: number;
  readonly seen: number;
  /** Keys before this moment are ignored. Milliseconds. */
  readonly guardUntil: number;
  readonly lastKey: number;
  /** An answer was sent; nothing more is. */
  readonly answered: boolean;
}

export interface PromptRules {
  /** What must be typed; absent for a button. */
  readonly typed?: string;
  /** Whether the operator can see the whole prompt. */
  readonly fits: boolean;
  /** Rows of a prompt that does not fit and can be scrolled, and how many of them are on the screen at once. */
  readonly page?: { readonly count: number; readonly height: number };
}

export interface Pressed {
  readonly prompt: PromptUi;
  readonly answer?: boolean;
}

export const newPrompt = (id: string, at: number): PromptUi => ({
  id,
  focus: 'no',
  typed: '',
  from: 0,
  seen: 0,
  guardUntil: at + GUARD_MS,
  lastKey: at,
  answered: false,
});

/** The screen changed under the operator's hands: wait again, and start from No. */
export const disturbed = (prompt: PromptUi, at: number): PromptUi => ({
  ...prompt,
  focus: 'no',
  guardUntil: Math.max(prompt.guardUntil, at + GUARD_MS),
});

/** Its rows are other rows now: they have to be read anew. */
export const resized = (prompt: PromptUi, at: number): PromptUi => ({ ...disturbed(prompt, at), from: 0, seen: 0 });

/** All of it was on the screen, at once or by scrolling to its end. */
export const wasRead = (prompt: PromptUi, { fits, page }: PromptRules): boolean =>
  fits || (page !== undefined && prompt.seen >= page.count);

const answered = (prompt: PromptUi, answer: boolean): Pressed => ({ prompt: { ...prompt, answered: true }, answer });

/** What a key does to a prompt. Pure: the same keys at the same times always give the same answer. */
export function press(before: PromptUi, key: KeyPress, at: number, rules: PromptRules): Pressed {
  if (before.answered) return { prompt: before };
  if (at < before.guardUntil) return { prompt: disturbed(before, at) };
  const prompt = { ...before, lastKey: at };
  if (key.name === 'escape') return answered(prompt, false);
  if (rules.page && key.name in SCROLL) return { prompt: scrolled(prompt, key.name, rules.page) };
  if (key.pasted || !wasRead(prompt, rules)) return { prompt: disturbed(prompt, at) };
  return rules.typed === undefined
    ? pressButton(prompt, key, at - before.lastKey)
    : { ...pressTyped(prompt, key, rules.typed) };
}

const SCROLL: Readonly<Record<string, (page: number) => number>> = {
  up: () => -1,
  down: () => 1,
  pageup: (page) => -page,
  pagedown: (page) => page,
  home: () => Number.NEGATIVE_INFINITY,
  end: () => Number.POSITIVE_INFINITY,
};

function scrolled(prompt: PromptUi, key: string, { count, height }: { count: number; height: number }): PromptUi {
  const by = SCROLL[key]?.(Math.max(1, height - 1)) ?? 0;
  const from = Math.max(0, Math.min(count - height, prompt.from + by));
  return { ...prompt, from, seen: Math.max(prompt.seen, from + height) };
}

function pressButton(prompt: PromptUi, key: KeyPress, pause: number): Pressed {
  switch (key.name) {
    case 'left':
    case 'right':
    case 'tab':
      return { prompt: { ...prompt, focus: prompt.focus === 'no' ? 'yes' : 'no' } };
    case 'y':
      return { prompt: { ...prompt, focus: 'yes' } };
    case 'n':
      return { prompt: { ...prompt, focus: 'no' } };
    case 'enter':
      if (prompt.focus === 'no') return answered(prompt, false);
      return pause >= SETTLE_MS ? answered(prompt, true) : { prompt };
    default:
      return { prompt };
  }
}

function pressTyped(prompt: PromptUi, key: KeyPress, wanted: string): Pressed {
  if (key.name === 'backspace') return { prompt: { ...prompt, typed: [...prompt.typed].slice(0, -1).join('') } };
  if (key.name === 'ctrl-u') return { prompt: { ...prompt, typed: '' } };
  if (key.name === 'enter') return prompt.typed === wanted ? answered(prompt, true) : { prompt };
  if (key.text) return { prompt: { ...prompt, typed: (prompt.typed + key.text).slice(0, wanted.length + 20) } };
  return { prompt };
}
