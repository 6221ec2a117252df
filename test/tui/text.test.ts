import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../src/domain/cells.ts';
import { toPrintable, words } from '../../src/domain/printable.ts';
import {
  beside,
  cut,
  faint,
  fill,
  fitLine,
  line,
  lineWidth,
  plain,
  rule,
  spread,
  strong,
} from '../../src/tui/text/line.ts';
import { windowOf } from '../../src/tui/text/window.ts';
import { duration, listed } from '../../src/tui/text/words.ts';
import { block, hanging, one, wrap } from '../../src/tui/text/wrap.ts';

const anyText = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.lorem({ maxCount: 12 }))
  .map((text) => toPrintable(text));
const anyWidth = fc.integer({ min: 2, max: 100 });

describe('text in cells', () => {
  it('never gets wider than its room', () => {
    fc.assert(
      fc.property(anyText, anyText, anyWidth, (left, right, width) => {
        expect(cellWidth(cut(left, width))).toBeLessThanOrEqual(width);
        expect(cellWidth(fill(left, width))).toBe(width);
        expect(lineWidth(fitLine([plain(left), strong(right)], width))).toBeLessThanOrEqual(width);
        expect(lineWidth(spread([plain(left)], [faint(right)], width))).toBeLessThanOrEqual(width);
        expect(lineWidth(rule(left, width, right))).toBeLessThanOrEqual(Math.max(width, 2));
        for (const row of wrap(left, width)) expect(cellWidth(row)).toBeLessThanOrEqual(width);
        for (const row of hanging([plain(left)], 'plain', right, width))
          expect(lineWidth(row)).toBeLessThanOrEqual(Math.max(width, 6));
      }),
    );
  });

  it('loses nothing but spaces when it wraps', () => {
    fc.assert(
      fc.property(anyText, anyWidth, (text, width) => {
        expect(wrap(text, width).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });

  it('says when it was cut', () => {
    expect(cut(words`ceph-mon-1`, 6)).toBe('ceph-…');
    expect(cut(words`ceph`, 4)).toBe('ceph');
    expect(cut(words`日本語`, 4)).toBe('日…');
  });

  it('wraps at words, and inside a word that is too long', () => {
    expect(wrap(words`the pool is missing`, 9)).toEqual(['the pool', 'is', 'missing']);
    expect(wrap(words`/etc/ceph/ceph.conf`, 8)).toEqual(['/etc/cep', 'h/ceph.c', 'onf']);
  });

  it('marks every row of foreign output', () => {
    const rows = block(0, () => 'plain', 'one two\nthree\n', 6);
    expect(rows.map((row) => row.map((piece) => piece.text).join(''))).toEqual(['│ one', '┊ two', '│ thre', '┊ e']);
  });

  it('puts blocks side by side without touching', () => {
    const rows = beside([line(words`left that is long`)], [line(words`right`)], 6, 2).map((row) =>
      row.map((piece) => piece.text).join(''),
    );
    expect(rows).toEqual(['left … │ right', '       │ ']);
  });

  it('gives windows of exactly their height', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(20), fc.nat(60), (count, height, start) => {
        const all = Array.from({ length: count }, (_, index) => [plain(one(`${index}`))]);
        const shown = windowOf(all, start, height);
        expect(shown).toHaveLength(height);
        // Never scrolled past the end while there is more to see.
        if (count >= height) expect(shown.every((row) => row.length > 0)).toBe(true);
      }),
    );
  });

  it('writes numbers with units, and lists as sentences', () => {
    expect([80, 3_240, 59_000, 125_000, 7_260_000].map(duration)).toEqual([
      '80 ms',
      '3.2 s',
      '59 s',
      '2 min 5 s',
      '2 h 1 min',
    ]);
    expect(listed([words`a`, words`b`, words`c`])).toBe('a, b and c');
  });
});
