import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hideKeys } from '../../src/ceph/hide-keys.ts';

test('what Ceph prints about a damaged key says everything but the key', () => {
  for (const key of ['AQBfYWtlZmFrZWZh', 'hello world', 'a: b: c', '', 'AQBfYWtlAAAAABAAfakefakefakefakefakefake=='])
    expect(
      hideKeys(`auth: error setting modifier for [client.x] type=key val=${key}: Malformed input\nnext: line`),
    ).toBe('auth: error setting modifier for [client.x] type=key val=‹hidden›: Malformed input\nnext: line');
  expect(hideKeys('type=key val=cut off by the bud')).toBe('type=key val=‹hidden›');
});

test('a whole key is hidden wherever it stands, digests and identifiers are not', () => {
  const bytes = fc.uint8Array({ minLength: 28, maxLength: 28 });
  fc.assert(
    fc.property(bytes, fc.string(), fc.string(), (rest, before, after) => {
      // As Ceph makes them: type 1, two times, length 16, the bytes; in base64.
      const key = Buffer.concat([Buffer.from([1, 0]), Buffer.from(rest).fill(0, 8, 10)]).subarray(0, 28);
      const text = key.toString('base64');
      fc.pre(/^A[Qg][A-D]/.test(text));
      expect(hideKeys(`${before} ${text} ${after}`)).not.toContain(text);
    }),
  );
  for (const text of [
    'sealed:00764181775cdc76:aes',
    '457eb676-33da-42ec-9a8c-9293d545c337',
    'AQ',
    '{"images":["volume-AQAB"]}',
  ])
    expect(hideKeys(text)).toBe(text);
});
