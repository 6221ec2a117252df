import { type TestContext, test } from 'vitest';
import { MATRIX, type RowId } from './matrix.ts';
import { checksMade } from './nothing-lost.ts';

/** What a row measured. `runs`: how often the fault was injected. */
export interface Measured {
  readonly injected: string;
  readonly runs: number;
  readonly figure: string;
}

declare module 'vitest' {
  interface TaskMeta {
    fault?: Measured & { readonly row: string; readonly checks: string };
  }
}

/** Seed of every random choice; FAULT_SEED repeats a run. */
export const SEED = Number(process.env.FAULT_SEED ?? 20_261_122);
/**
 * Rounds of a race, and the seconds after which it ends with the rounds it has: on two idle processors they are enough. FAULT_ROUNDS and
 * FAULT_SECONDS change them. What is told is what was done.
 */
export const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 10_000);
const RACE_SECONDS = Number(process.env.FAULT_SECONDS ?? 600);

/** `step`: rounds that are done at a time. */
export function* rounds(step = 1): Generator<number> {
  const until = performance.now() + RACE_SECONDS * 1000;
  for (let at = 0; at < ROUNDS && performance.now() < until; at += step) yield at;
}

/** `10000`, or `4200 of 10000, for want of time`. */
export const roundsWords = (done: number): string =>
  done >= ROUNDS ? '' : `; ${done} of ${ROUNDS} rounds in ${RACE_SECONDS} s`;

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function chance(seed = SEED): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One row of the matrix. `without`: why it cannot run on this machine. */
export function row(id: RowId, body: (context: TestContext) => Promise<Measured>, without?: string): void {
  const name = `${id} ${MATRIX[id]?.fault}`;
  if (without !== undefined) test.skip(`${name}: ${without}`, () => {});
  else
    test(name, async (context) => {
      checksMade();
      context.task.meta.fault = { row: id, ...(await body(context)), checks: checksMade() };
    });
}
