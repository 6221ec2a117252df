import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { literals } from '../../src/search/literals.ts';

test.each([
  ['auth: unable to find a keyring on', ['auth: unable to find a keyring on']],
  ['(?:BADAUTHORIZER|bad authorizer)', ['badauthorizer', 'bad authorizer']],
  ['pool \\S+ not found', [' not found']],
  ['Pipe[12] failed - |RBD diff op failed', [' failed - ', 'rbd diff op failed']],
  ['quota reache?d', ['quota reach']],
  ['ab(?:cdef|ghij)+klmno', ['klmno']],
  ['(?:abcd|ef) ghij|klmn', [' ghij', 'klmn']],
  ['[]abc|]wxyz', ['wxyz']],
  ['\\(108\\) Cannot send', ['(108) cannot send']],
])('%s needs %j', (pattern, texts) => {
  expect(literals(pattern)).toEqual(texts);
});

test.each(['abc', 'x{2,3}abc', 'abcdef|gh', '\\Qab|cdef\\E', '\\d+ \\S+'])('%s has none', (pattern) => {
  expect(literals(pattern)).toBeUndefined();
});

describe('what is passed over for want of a literal', () => {
  const unit = fc.constantFrom(
    'abcd',
    'e',
    '.',
    '\\S+',
    '[a-e]',
    '(?:abcd|e)',
    '(?:e|f)?',
    '\\.',
    'f*',
    'g{0,2}',
    'h+',
    '|',
  );
  const line = fc.string({ unit: fc.constantFrom(...'abcdefgh.| '), maxLength: 30 });

  test('is never a line that the pattern matches', () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 6 }), line, (parts, text) => {
        const pattern = parts.join('');
        const texts = literals(pattern);
        if (texts === undefined || !RE2JS.compile(pattern).matcher(text).find()) return;
        expect(texts.some((t) => text.toLowerCase().includes(t))).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});
