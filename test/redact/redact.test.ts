import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fresh, KINDS, sample } from './corpus.ts';
import { redacted, survivors } from './passes.ts';

const seeds = fc.integer();
/** Fresh values of every kind so many times; `npm run test:redact` asks for more. */
const RUNS = Number(process.env.INKLING_SEEDS ?? 2);

describe.each(KINDS)('%s', (kind) => {
  test('secrets go, the rest stays', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const file = sample(kind, new Fresh(seed));
        const out = (redacted([file])[0] as Buffer).toString('latin1');
        for (const secret of file.secrets) expect({ out, left: survivors(out, secret) }).toEqual({ out, left: [] });
        for (const kept of file.keep) {
          const text = typeof file.text === 'string' ? Buffer.from(kept).toString('latin1') : kept;
          expect(out).toContain(text);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
