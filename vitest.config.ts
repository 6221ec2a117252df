import { defineConfig } from 'vitest/config';

/**
 * What starts programs by the dozen, looks at whole practice clusters again and again, or tries every sample there is: minutes of
 * processor time. Left out of the default suite, which is for every change on a small machine; `npm run test:long` runs it.
 */
const LONG = [
  'test/bundle/{round-trip,scenarios}.test.ts',
  'test/engine/file-script.test.ts',
  'test/house/{bad-network,broken-off,drill,headless,journal-folder,leaving,planted,review}.test.ts',
  'test/lab/{diagnosis,stalled}.test.ts',
  'test/parsers/hostile.test.ts',
  'test/playbooks/{attachment,authentication,by-hand,cow-clones,live-migration,logs,overall,pools,recipe,slow-images}.test.ts',
  'test/search/{faults,signatures,unseen}.test.ts',
  'test/transport/{openssh,seal}.test.ts',
  'test/tui/{confirm,hostile,keys,screens}.test.tsx',
];
/** `long`: only that. `all`: that too. */
const suite = process.env.INKLING_SUITE ?? 'default';

export default defineConfig({
  test: {
    include: suite === 'long' ? LONG : ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/lab-real/**', 'test/faults/**', ...(suite === 'default' ? LONG : [])],
    pool: 'forks',
    maxWorkers: 2,
    // States are waited for; these end only what hangs, and a busy machine is slow without hanging.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
