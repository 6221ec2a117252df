import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeadAndTail } from '../../src/transport/budget.ts';
import { Demultiplexer } from '../../src/transport/frame.ts';

const NONCE = '0123456789abcdef0123456789abcdef';

function read(chunks: readonly Buffer[]): { frames: string[]; marks: string[] } {
  const frames: string[] = [''];
  const marks: string[] = [];
  const demultiplexer = new Demultiplexer(NONCE, {
    data: (bytes) => frames.push(`${frames.pop()}${bytes.toString('latin1')}`),
    mark: (words) => {
      marks.push(words.join(' '));
      frames.push('');
    },
  });
  for (const chunk of chunks) demultiplexer.push(chunk);
  return { frames, marks };
}

const stream = (bodies: readonly string[]): Buffer =>
  Buffer.from(
    `noise of a login script\n\n${NONCE} s\n${bodies.map((body, n) => `${body}\n${NONCE} e ${n} 0 12\n`).join('')}`,
    'latin1',
  );

/** Bodies that try to look like marks. */
const body = fc.oneof(
  fc.string({ maxLength: 30 }).map((text) => Buffer.from(text).toString('latin1')),
  fc.constantFrom(
    '\n',
    '\n\n',
    `\n${NONCE}`,
    `${NONCE} e 0 0 0`,
    `\n${NONCE.slice(0, 31)}`,
    `\n\n${NONCE.slice(0, 5)}`,
    '',
  ),
);

describe('Demultiplexer', () => {
  it('finds the same frames wherever the stream is cut', () => {
    const bodies = ['first\n', '', 'no newline', '\n', `\n${NONCE.slice(0, 20)}\n`];
    const whole = stream(bodies);
    for (let cut = 0; cut <= whole.length; cut++) {
      const { frames, marks } = read([whole.subarray(0, cut), whole.subarray(cut)]);
      expect(frames).toEqual(['', ...bodies, '']);
      expect(marks).toEqual(['s', ...bodies.map((_, n) => `e ${n} 0 12`)]);
    }
    const bytewise = read(Array.from(whole, (byte) => Buffer.from([byte])));
    expect(bytewise.frames).toEqual(['', ...bodies, '']);
  });

  it('does so for any bodies in any pieces', () => {
    fc.assert(
      fc.property(fc.array(body, { maxLength: 6 }), fc.array(fc.nat(400), { maxLength: 8 }), (bodies, cuts) => {
        const whole = stream(bodies);
        const places = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const pieces = places.slice(1).map((end, n) => whole.subarray(places[n], end));
        const { frames, marks } = read(pieces);
        expect(frames).toEqual(['', ...bodies, '']);
        expect(marks).toHaveLength(bodies.length + 1);
      }),
    );
  });

  it('never ends a frame whose mark has not come whole', () => {
    const whole = stream(['answer']);
    for (let cut = 0; cut < whole.length; cut++) {
      expect(read([whole.subarray(0, cut)]).marks).not.toContain('e 0 0 12');
    }
  });
});

describe('HeadAndTail', () => {
  const keep = (limit: number, chunks: readonly Buffer[]) => {
    const kept = new HeadAndTail(limit);
    for (const chunk of chunks) kept.push(chunk);
    return kept.text();
  };

  it('keeps all below the limit, and counts every byte above it', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), fc.integer({ min: 2, max: 200 }), (chunks, limit) => {
        const ascii = chunks.map((chunk) => Buffer.from(chunk.map((byte) => 97 + (byte % 26))));
        const whole = Buffer.concat(ascii).toString();
        const { text, dropped } = keep(limit, ascii);
        expect(text.length + dropped).toBe(whole.length);
        if (whole.length <= limit) expect(text).toBe(whole);
        else
          expect(text).toBe(whole.slice(0, Math.ceil(limit / 2)) + whole.slice(whole.length - Math.floor(limit / 2)));
      }),
    );
  });

  it('cuts between characters', () => {
    const euros = Buffer.from('€'.repeat(100));
    for (let limit = 2; limit < 60; limit++) {
      const { text, dropped } = keep(limit, [euros]);
      expect(text).toMatch(/^€*$/);
      expect(Buffer.byteLength(text) + dropped).toBe(300);
    }
  });
});
