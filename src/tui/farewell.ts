import type { EngineState } from '../domain/engine.ts';
import type { StepState } from '../domain/plan.ts';
import { type Printable, words } from '../domain/printable.ts';
import { listed } from './text/words.ts';
import { one } from './text/wrap.ts';
import { STEP } from './theme.ts';

const named = (steps: readonly StepState[]): Printable =>
  listed(steps.map(({ step, status }) => words`“${one(step.title)}” on ${one(step.node)} (${STEP[status].word})`));

/** What became of the steps of a fix that is under way; nothing when none is. */
export function stepsSoFar(engine: EngineState | undefined): readonly Printable[] {
  if (engine?.run.phase !== 'fixing' || !engine.fix) return [];
  const begun = engine.fix.steps.filter(({ status }) => status !== 'waiting' && status !== 'skipped');
  const open = begun.some(({ status }) => status === 'running' || status === 'unknown');
  if (begun.length === 0) return [words`No step of the fix has run.`];
  return [
    words`Steps of the fix that were begun: ${named(begun)}.`,
    ...(open
      ? [words`What a running step did is not known yet; \`inkling journal resume\` reads the node and settles it.`]
      : []),
  ];
}

/** What an operator must know who leaves now. */
export const farewell = (engine: EngineState | undefined): readonly Printable[] => stepsSoFar(engine);
