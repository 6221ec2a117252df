import { expect, test } from 'vitest';
import { keyringFiles } from '../../src/parsers/keyrings.ts';

/** A keyring as a node prints it, sealed. */
const read = (text: string) => {
  const stdout = text
    .split('\n')
    .map((l, at) => `/etc/ceph/k:${at + 1}:${l}\n`)
    .join('');
  const found = keyringFiles({ result: 'exited', code: 0, stdout, stderr: '', ms: 1, cut: 0 } as never);
  return (found as unknown as { entity: string; digest: string }[]).map((s) => `${s.entity} ${s.digest}`);
};

// Each as the clients of Ceph 16.2.15 take it.
test('a section that comes twice is one, and the later key counts', () => {
  expect(
    read('[client.a]\n\tkey = sealed:01:aes\n[client.b]\n\tkey = sealed:02:aes\n[client.a]\n\tkey = sealed:03:aes'),
  ).toEqual(['client.a 03', 'client.b 02']);
});

test('a byte order mark hides the first section', () => {
  expect(read('\uFEFF[client.a]\n\tkey = sealed:01:aes')).toEqual([]);
});
