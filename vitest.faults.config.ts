import { defineConfig } from 'vitest/config';

/** A race goes on for FAULT_SECONDS (test/faults/row.ts); what it ends with takes up to four minutes more. */
const RACE_SECONDS = Number(process.env.FAULT_SECONDS ?? 600);

/** The fault matrix: every way in which a change can be interrupted, one row a test, with what was measured. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: (RACE_SECONDS + 240) * 1000,
    hookTimeout: 60_000,
    reporters: ['default', './test/faults/table.ts'],
  },
});
