import type { Engine } from '../domain/engine.ts';

/** Judging takes time from the look itself: after it, so many times as long goes by before the next. */
const REST = 1;

/**
 * Watches for the first confirmed or likely cause. What it gives back ends the watch and says when, in milliseconds of `clock`; undefined:
 * there was none.
 */
export function firstCause(engine: Engine, clock: () => number): () => number | undefined {
  let at: number | undefined;
  let next = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    const now = clock();
    const found = engine.getState().judgement.causes.some((c) => c.status === 'confirmed' || c.status === 'likely');
    const after = clock();
    next = after + REST * (after - now);
    if (found) at = after;
  };
  const leave = engine.subscribe(() => {
    if (at === undefined && clock() >= next) look();
  });
  return () => {
    leave();
    if (at === undefined) look();
    return at;
  };
}
