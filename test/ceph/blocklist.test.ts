import { describe, expect, test } from 'vitest';
import { barringsOf } from '../../src/ceph/blocklist.ts';

const entries = (addresses: string[], single: string[], ranges: string[] = []) =>
  barringsOf(addresses, single, ranges).map((b) => b.entry);

describe('what bars a node', () => {
  test('an entry of its address with nonce 0; one client of it that is gone does not', () => {
    expect(entries(['10.0.0.1', 'fd00::1'], ['10.0.0.1:0/0', '10.0.0.2:0/0', '[fd00::1]:0/0'])).toEqual([
      '10.0.0.1:0/0',
      '[fd00::1]:0/0',
    ]);
    expect(entries(['10.0.0.1'], ['10.0.0.1:0/123456', '10.0.0.1:6800/12'])).toEqual([]);
  });

  test('a range that holds its address, as releases print it and as the command takes it back', () => {
    const bars = (address: string, range: string) => entries([address], [], [range]);
    expect(bars('10.0.1.7', 'cidr:10.0.0.0:0/23')).toEqual(['10.0.0.0/23']);
    expect(bars('10.0.1.7', '10.0.1.7:0/32')).toEqual(['10.0.1.7/32']);
    expect(bars('10.0.2.7', 'cidr:10.0.0.0:0/23')).toEqual([]);
    expect(bars('fd00:0:0:1::9', 'cidr:[fd00:0:0:1::]:0/64')).toEqual(['fd00:0:0:1::/64']);
    expect(bars('fd00:0:0:2::9', 'cidr:[fd00:0:0:1::]:0/64')).toEqual([]);
    expect(bars('10.0.0.1', 'cidr:[::]:0/0'), 'IPv6 has no say over IPv4').toEqual([]);
    expect(bars('10.0.0.1', 'something else')).toEqual([]);
  });
});
