import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quote, quoteBytes } from '../../src/transport/quote.ts';

const word = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('\0', '').toWellFormed());
const nasty = fc.constantFrom(
  "'",
  "''",
  "'\\''",
  '\\',
  '\n',
  '!',
  '$(id)',
  '`id`',
  '"',
  '*',
  '~',
  '-n',
  '',
  '#',
  '; rm',
  '%s',
);

describe('quote', () => {
  it('gives every shell back the very words', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(word, nasty), { maxLength: 40 }), (words) => {
        const script = `printf '%s\\0' ${words.map(quote).join(' ')}`;
        for (const shell of ['sh', 'bash']) {
          const out = execFileSync(shell, ['-s'], { input: script }).toString();
          expect(out).toBe(words.length === 0 ? '\0' : words.map((text) => `${text}\0`).join(''));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('refuses NUL, which no argument can hold', () => {
    expect(() => quote('a\0b')).toThrow(/NUL/);
  });

  it('does the same to bytes as to text', () => {
    fc.assert(fc.property(word, (text) => quoteBytes(Buffer.from(text)).equals(Buffer.from(quote(text)))));
    expect(quoteBytes(Buffer.from([0xff, 0x27, 0xfe]))).toEqual(
      Buffer.from([0x27, 0xff, 0x27, 0x5c, 0x27, 0x27, 0xfe, 0x27]),
    );
  });
});
