import type { CauseStatus, Verdict } from '../domain/judgement.ts';
import type { RISKS, StepStatus } from '../domain/plan.ts';
import { type Printable, words } from '../domain/printable.ts';

export type Tone = 'plain' | 'strong' | 'faint' | 'good' | 'bad' | 'warn' | 'accent' | 'picked';

interface Style {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
}

/** Only the terminal's own 16 colours, so that its theme decides how they look on light and dark backgrounds. */
export const STYLE: Readonly<Record<Tone, Style>> = {
  plain: {},
  strong: { bold: true },
  faint: { dimColor: true },
  good: { color: 'green' },
  bad: { color: 'red' },
  warn: { color: 'yellow' },
  accent: { color: 'magenta' },
  picked: { color: 'magenta', bold: true },
};

/** A glyph, the word that says the same, and a tone that repeats it. The tone never carries meaning alone. */
export interface Mark {
  readonly glyph: Printable;
  readonly word: Printable;
  readonly tone: Tone;
}

const mark = (glyph: Printable, word: Printable, tone: Tone): Mark => ({ glyph, word, tone });

export const VERDICT: Readonly<Record<Verdict, Mark>> = {
  pass: mark(words`✓`, words`pass`, 'good'),
  fail: mark(words`✗`, words`fail`, 'bad'),
  warn: mark(words`!`, words`warn`, 'warn'),
  advice: mark(words`·`, words`advice`, 'plain'),
  unknown: mark(words`?`, words`unknown`, 'warn'),
  skip: mark(words`–`, words`skip`, 'faint'),
};

export const CAUSE: Readonly<Record<CauseStatus, Mark>> = {
  confirmed: mark(words`✗`, words`confirmed`, 'bad'),
  likely: mark(words`!`, words`likely`, 'warn'),
  possible: mark(words`~`, words`possible`, 'warn'),
  unknown: mark(words`?`, words`unknown`, 'warn'),
  excluded: mark(words`–`, words`excluded`, 'faint'),
};

export const STEP: Readonly<Record<StepStatus, Mark>> = {
  waiting: mark(words`○`, words`waiting`, 'faint'),
  running: mark(words`▸`, words`running`, 'accent'),
  done: mark(words`✓`, words`done`, 'good'),
  failed: mark(words`✗`, words`failed`, 'bad'),
  unknown: mark(words`?`, words`unknown`, 'warn'),
  skipped: mark(words`–`, words`skipped`, 'faint'),
  undone: mark(words`↶`, words`undone`, 'warn'),
  'undo-failed': mark(words`✗`, words`undo failed`, 'bad'),
};

export const RISK: Readonly<Record<(typeof RISKS)[number], Mark>> = {
  none: mark(words`·`, words`no risk`, 'faint'),
  reversible: mark(words`↶`, words`reversible`, 'good'),
  disruptive: mark(words`!`, words`disruptive`, 'warn'),
  destructive: mark(words`‼`, words`destructive`, 'bad'),
};

const SPINNER = [words`⠋`, words`⠙`, words`⠸`, words`⠴`, words`⠦`, words`⠇`];

/** Turns about five times a second; `now` in milliseconds. */
export const spinner = (now: number): Printable => SPINNER[Math.floor(now / 200) % SPINNER.length] ?? words`·`;
