import { defineConfig } from 'vitest/config';

/** The fault matrix: every way in which a change can be interrupted, one row a test, with what was measured. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 840_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/faults/table.ts'],
  },
});
