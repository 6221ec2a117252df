import { expect, test } from 'vitest';
import { Pseudonyms } from '../../src/app/pseudonyms.ts';

const names = () => new Pseudonyms(Buffer.alloc(32, 7), 'the-site', ['node-a'], []);

test('numbers of interfaces get others, the same one everywhere, and their kind stays', () => {
  const { rename } = names();
  const out = rename(
    'link/ether fa:16:3e:01:02:03 brd ff:ff:ff:ff:ff:ff\nFA:16:3E:01:02:03 and fa-16-3e-0a-0b-0c, 00:00:00:00:00:00\n',
  );
  expect(out).toMatch(
    /^link\/ether (02:00:00:..:..:..) brd ff:ff:ff:ff:ff:ff\n\1 and 02-00-00-..-..-.., 00:00:00:00:00:00\n$/,
  );
  expect(out).not.toMatch(/3e/i);
});

test('what only looks like one stays: fingerprints, times, serial numbers', () => {
  const text =
    '256 MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48 root@x\n10:00:00:01\nSerial 0a:1b:2c:3d:4e:5f:60\n';
  expect(names().rename(text)).toBe(text);
});
