import { defineConfig } from 'vitest/config';

/** The suite against real Ceph and OpenStack nodes: one at a time, since they share the nodes, and with patience. */
export default defineConfig({
  test: {
    include: ['test/lab-real/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
