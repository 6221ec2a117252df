import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/lab-real/**', 'test/faults/**'],
    pool: 'forks',
    maxWorkers: 2,
    // States are waited for; these end only what hangs, and a busy machine is slow without hanging.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
