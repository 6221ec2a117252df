import { type TestContext, test } from 'vitest';
import { MATRIX } from './matrix.ts';

/** What a row measured. `runs`: how often the fault was injected. */
export interface Measured {
  readonly injected: string;
  readonly runs: number;
  readonly figure: string;
}

declare module 'vitest' {
  interface TaskMeta {
    fault?: Measured & { readonly row: string };
  }
}

/** Seed of every random choice; FAULT_SEED repeats a run. */
export const SEED = Number(process.env.FAULT_SEED ?? 20_261_122);
/** Rounds of races; FAULT_ROUNDS shortens them. */
export const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 10_000);

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
export function row(id: `F${number}`, body: (context: TestContext) => Promise<Measured>, without?: string): void {
  const name = `${id} ${MATRIX[id]?.fault}`;
  if (without !== undefined) test.skip(`${name}: ${without}`, () => {});
  else
    test(name, async (context) => {
      context.task.meta.fault = { row: id, ...(await body(context)) };
    });
}
