import { type EngineState, isRunning } from '../../domain/engine.ts';
import type { Coverage, Outcome } from '../../domain/judgement.ts';
import { EXIT } from '../../domain/judgement.ts';
import { type Printable, words } from '../../domain/printable.ts';
import { count } from '../text/words.ts';
import { type Mark, VERDICT } from '../theme.ts';

const mark = (like: Mark, word: Printable): Mark => ({ ...like, word });

export const OUTCOME: Readonly<Record<Outcome | 'unfinished', Mark>> = {
  healthy: mark(VERDICT.pass, words`healthy`),
  causes: mark(VERDICT.fail, words`causes found`),
  warnings: mark(VERDICT.warn, words`warnings`),
  incomplete: mark(VERDICT.unknown, words`incomplete`),
  fixed: mark(VERDICT.pass, words`fixed`),
  'rolled-back': mark(VERDICT.warn, words`rolled back`),
  'rollback-failed': mark(VERDICT.fail, words`rollback failed`),
  interrupted: mark(VERDICT.unknown, words`interrupted`),
  unfinished: mark(VERDICT.unknown, words`unfinished`),
};

/** A list entry's mark: a fix that was broken off is worse than whatever was found. */
export const markOf = ({ outcome, brokenOff }: { outcome: Outcome | 'unfinished'; brokenOff: boolean }): Mark =>
  brokenOff ? mark(VERDICT.fail, words`broken off`) : OUTCOME[outcome];

/** How far the looking went, so that nobody takes half a look for a whole one. */
export function coverageWords(seen: Coverage, short = false): Printable {
  const unseen = seen.unknown > 0 ? words`, ${count(seen.unknown, words`check`)} unknown` : words``;
  const nodes = words`${seen.nodesReached} of ${count(seen.nodes, words`node`)}`;
  return short
    ? words`${nodes}${unseen}`
    : words`${nodes}, ${seen.answered} of ${count(seen.asked, words`answer`)}${unseen}`;
}

/** The exit code of leaving now. */
export function exitCode(engine: EngineState | undefined): number {
  if (!engine) return 0;
  if (isRunning(engine)) return EXIT.interrupted;
  if (engine.run.phase === 'failed') return 1;
  if (engine.fix?.outcome === 'rollback-failed') return EXIT['rollback-failed'];
  if (engine.fix?.outcome === 'rolled-back') return EXIT['rolled-back'];
  return EXIT[engine.judgement.outcome];
}
