import type { CauseStatus, Outcome, Verdict } from '../domain/judgement.ts';
import type { StepStatus } from '../domain/plan.ts';
import { type Span, span } from './lines.ts';

/** Meaning is in the glyph and the word; colour only repeats it. */
const VERDICT: Readonly<Record<Verdict, Span>> = {
  pass: span('good', '✓ pass'),
  fail: span('bad', '✗ fail'),
  warn: span('warn', '! warn'),
  advice: span('plain', '· advice'),
  skip: span('dim', '- skip'),
  unknown: span('warn', '? unknown'),
};

const STATUS: Readonly<Record<CauseStatus, Span>> = {
  confirmed: span('bad', '✗ confirmed'),
  likely: span('bad', '✗ likely'),
  possible: span('warn', '! possible'),
  unknown: span('warn', '? unknown'),
  excluded: span('dim', '- excluded'),
};

const STEP: Readonly<Record<StepStatus, Span>> = {
  waiting: span('dim', '· waiting'),
  running: span('plain', '… running'),
  done: span('good', '✓ done'),
  failed: span('bad', '✗ failed'),
  unknown: span('warn', '? unknown'),
  skipped: span('dim', '- skipped'),
  undone: span('warn', '↩ undone'),
  'undo-failed': span('bad', '✗ undo failed'),
};

const OUTCOME: Readonly<Record<Outcome, Span>> = {
  healthy: span('good', '✓ healthy: nothing wrong was found'),
  fixed: span('good', '✓ fixed, and verified'),
  causes: span('bad', '✗ causes found'),
  warnings: span('warn', '! warnings only'),
  incomplete: span('warn', '? incomplete: part of the site could not be seen, so nothing is proved healthy'),
  'rolled-back': span('warn', '↩ rolled back: the change did not help and was taken back'),
  'rollback-failed': span('bad', '✗ rollback failed: the site needs a person now'),
  interrupted: span('warn', '? interrupted: what follows is only what was seen until then'),
};

export const verdictWord = (verdict: Verdict): Span => VERDICT[verdict];
export const statusWord = (status: CauseStatus): Span => STATUS[status];
export const stepWord = (status: StepStatus): Span => STEP[status];
export const outcomeWords = (outcome: Outcome): Span => OUTCOME[outcome];

/** `1 node`, `3 nodes`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** `840 ms`, `3.2 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
