import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { Fresh, KINDS, sample } from './corpus.ts';
import { bytesOf, redacted, survivors } from './passes.ts';

const seeds = fc.integer();
/** Fresh values of every kind so many times; `npm run test:redact` asks for more. */
const RUNS = Number(process.env.INKLING_SEEDS ?? 2);

/** What can read a text; a scalar of YAML is any text. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  JSON: (text) => JSON.parse(text),
  YAML: (text) => {
    const documents = parseAllDocuments(text, { logLevel: 'silent' });
    const broken = documents.find(({ errors }) => errors.length > 0) ?? documents.find(({ contents }) => !contents);
    if (broken || typeof documents[0]?.toJS() !== 'object') throw new Error('no YAML');
  },
};
const readable = (text: string): string[] =>
  Object.keys(READERS).filter((how) => {
    try {
      READERS[how]?.(text);
      return true;
    } catch {
      return false;
    }
  });

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
        expect(readable(Buffer.from(out, 'latin1').toString('utf8'))).toEqual(
          expect.arrayContaining(readable(bytesOf(file).toString('utf8'))),
        );
      }),
      { numRuns: RUNS },
    );
  });
});
