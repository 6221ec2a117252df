import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellWidth, graphemes } from '../../src/domain/cells.ts';
import { toPrintable, words } from '../../src/domain/printable.ts';

const ESC = '\u001b';
const BEL = '\u0007';
/** Text that makes a terminal act, or that shows something other than what it is. */
const HOSTILE: Readonly<Record<string, string>> = {
  'clear screen': `${ESC}[2J${ESC}[H`,
  'fake status': `${ESC}[1A${ESC}[2K\u001b[32mHEALTH_OK${ESC}[0m`,
  'conceal in a diff': `+rbd_user = cinder${ESC}[8m; rm -rf /${ESC}[28m`,
  'clipboard (OSC 52)': `${ESC}]52;c;cm0gLXJmIC8=${BEL}`,
  'title (OSC 0, ST)': `${ESC}]0;pwned${ESC}\\`,
  'title report': `${ESC}[21t`,
  'hyperlink (OSC 8)': `${ESC}]8;;http://example.org${ESC}\\click${ESC}]8;;${ESC}\\`,
  'unterminated OSC': `${ESC}]0;never ends`,
  'DCS (DECRQSS)': `${ESC}P$q"p${ESC}\\`,
  'APC (kitty image)': `${ESC}_Ga=T,f=24;AAAA${ESC}\\`,
  'C1 CSI': '\u009b2J\u009b31m',
  'C1 OSC and ST': '\u009d52;c;aGk=\u009c',
  'C1 DCS': '\u0090q\u009c',
  'escape in an escape': `${ESC}${ESC}[31m [2J`,
  'rebuilt by stripping': `${ESC}[${ESC}[31m2J`,
  'carriage return overwrite': 'HEALTH_ERR\rHEALTH_OK ',
  'backspace overwrite': 'no\b\byes',
  'vertical tab, form feed, NEL': 'a\u000bb\u000cc\u0085d',
  'null and delete': 'a\u0000b\u007fc',
  'bell and shift out': `${BEL}\u000e\u000f`,
  'bidi override': 'user\u202egnp.exe\u202c',
  'bidi isolate': '\u2066client\u2069\u200f\u061c',
  'zero width': 'vo\u200blu\u200cme\u200ds\u2060\ufeff',
  'soft hyphen and odd spaces': 'a\u00adb\u00a0c\u2003d\u3000e',
  'line and paragraph separator': 'a\u2028b\u2029c',
  'newline in a name': 'vms\nHEALTH_OK',
  'tag characters': 'a\u{e0041}\u{e007f}b',
  'variation selector': 'a\ufe0fb\u{e0100}c',
  'private use': '\ue0b0\u{f0000}',
  'lone surrogates': 'a\ud83db\ude00c',
  'mark pile': `Z${'\u0300\u0301\u0489'.repeat(60)}`,
  'leading mark': '\u0301\u20ddstart',
  'flags, jamo, skin tone': '\u{1f1e9}\u{1f1ea} \u1100\u1161\u11a8 \u{1f44b}\u{1f3fd}',
  'joined emoji': '\u{1f469}\u200d\u{1f4bb}',
  'indic conjunct': '\u0915\u094d\u0937',
  'prepended letter': '\u0d4e',
  'noncharacter and interlinear': '\ufffe\uffff\ufff9x\ufffb',
};

/** What may not be in a line of printable text, said apart from how `toPrintable` finds it. */
const isSafe = (text: string) =>
  ![...text].some((char) => {
    const code = char.codePointAt(0) ?? 0;
    return (
      code < 0x20 ||
      (code >= 0x7f && code <= 0xa0) ||
      code === 0xad ||
      code === 0x61c ||
      (code >= 0x200b && code <= 0x200f) ||
      (code >= 0x2028 && code <= 0x202f) ||
      (code >= 0x2060 && code <= 0x206f) ||
      (code >= 0xd800 && code <= 0xf8ff) ||
      (code >= 0xfe00 && code <= 0xfe0f) ||
      code === 0xfeff ||
      code >= 0xe0000
    );
  });

const anyText = fc.string({ unit: 'binary', maxLength: 200 });

describe('toPrintable', () => {
  it('leaves ordinary text alone', () => {
    for (const text of [
      '',
      'client.glance',
      "ceph osd pool ls detail -f json | grep 'x'",
      'Größe ≥ 5 µs ✓ — “ok”',
      '日本語',
    ])
      expect(toPrintable(text)).toBe(text);
  });

  it.each(Object.entries(HOSTILE))('shows %s and lets nothing act, cut at every byte', (_, text) => {
    expect(toPrintable(text)).not.toBe(text);
    const bytes = Buffer.from(text, 'utf8');
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const head = toPrintable(bytes.subarray(0, cut).toString('utf8'));
      const tail = toPrintable(bytes.subarray(cut).toString('utf8'));
      expect(isSafe(head) && isSafe(tail)).toBe(true);
      // Nothing in the tail can join what stands before it.
      expect([...new Intl.Segmenter().segment(`│${tail}`)][0]?.segment).toBe('│');
    }
  });

  it('names what it replaced', () => {
    expect(toPrintable('a\u001b[31mb')).toBe('a␛[31mb');
    expect(toPrintable('pool\u200b')).toBe('pool‹U+200B›');
    expect(toPrintable('a\u009bb\u007f')).toBe('a‹U+009B›b␡');
    expect(toPrintable('vms\u00a0')).toBe('vms‹U+00A0›');
  });

  it('shows line feeds in one line, keeps them in many', () => {
    expect(toPrintable('a\r\nb')).toBe('a␍␊b');
    expect(toPrintable('a\r\nb', { lines: 'many' })).toBe('a␍\nb');
  });

  it('expands tabs to the next stop of their line, by cells', () => {
    expect(toPrintable('a\tb')).toBe('a       b');
    expect(toPrintable('日本\tb', { tab: 4 })).toBe('日本    b');
    expect(toPrintable('12345678\tb\n\tc', { lines: 'many' })).toBe('12345678        b\n        c');
  });

  it('caps marks and counts the rest', () => {
    const shown = toPrintable(`a${'\u0301'.repeat(500)}b`);
    expect(shown).toBe(`a${'\u0301'.repeat(8)}‹+492 marks›b`);
  });

  it('reads at most the limit and says how much is left', () => {
    expect(toPrintable('x'.repeat(50), { limit: 10 })).toBe('xxxxxxxxxx … (40 more characters)');
    expect(isSafe(toPrintable('\u{1f600}'.repeat(3), { limit: 3 }))).toBe(true);
  });

  it('is safe and idempotent for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = toPrintable(text);
        expect(isSafe(shown)).toBe(true);
        expect(toPrintable(shown)).toBe(shown);
      }),
      { numRuns: 500 },
    );
  });

  it('makes no two joined pieces unsafe', () => {
    fc.assert(
      fc.property(anyText, anyText, (left, right) => {
        const joined = words`${toPrintable(left)}${toPrintable(right)}`;
        expect(isSafe(joined)).toBe(true);
      }),
    );
  });

  it('ends on large input', () => {
    expect(isSafe(toPrintable('\u001b[31mé日\u0301'.repeat(50_000), { lines: 'many' }))).toBe(true);
  });
});

describe('cells', () => {
  it('counts wide characters as two and marks as none', () => {
    expect(cellWidth('abc')).toBe(3);
    expect(cellWidth('日本 ✓')).toBe(6);
    expect(cellWidth('e\u0301\u0300')).toBe(1);
    expect(cellWidth('🔥')).toBe(2);
  });

  it('splits into graphemes that add up to the whole', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = toPrintable(text);
        const parts = [...graphemes(shown)];
        expect(parts.map((part) => part.text).join('')).toBe(shown);
        expect(parts.reduce((sum, part) => sum + part.width, 0)).toBe(cellWidth(shown));
      }),
    );
  });
});
