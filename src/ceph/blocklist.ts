/**
 * Entries of the OSD map's blocklist (Ceph "Control commands", `osd blocklist`). `10.0.0.1:0/0` bars every client of an address;
 * another nonce bars one client that is gone, which is no fault. A range, `cidr:10.0.0.0:0/24` in the map (`v1:`, `v2:` or nothing
 * before it in some releases, IPv6 in brackets), bars a network since Pacific 16.2.11 and Quincy.
 */
export interface Barring {
  /** As `ceph osd blocklist add|rm` or `range add|rm` takes it: `10.0.0.1:0/0` or `10.0.0.0/24`. */
  readonly entry: string;
  readonly range: boolean;
}

/** The entries that bar all clients of a node with these addresses. */
export const barringsOf = (
  addresses: readonly string[],
  single: readonly string[],
  ranges: readonly string[],
): readonly Barring[] => [
  ...single
    .filter((entry) => addresses.some((a) => entry === `${a}:0/0` || entry === `[${a}]:0/0`))
    .map((entry) => ({ entry, range: false })),
  ...ranges
    .map(cidrOf)
    .filter((cidr) => cidr !== undefined)
    .filter((cidr) => addresses.some((a) => covers(cidr, a)))
    .map((entry) => ({ entry, range: true })),
];

/** `cidr:10.0.0.0:0/24` to `10.0.0.0/24`. */
function cidrOf(printed: string): string | undefined {
  const [, v6, v4, bits] = /^(?:\w+:)?(?:\[([\da-f:.]+)\]|([\d.]+)):\d+\/(\d+)$/i.exec(printed) ?? [];
  return bits === undefined ? undefined : `${v6 ?? v4}/${bits}`;
}

function covers(cidr: string, address: string): boolean {
  const at = cidr.lastIndexOf('/');
  const [network, own] = [bitsOf(cidr.slice(0, at)), bitsOf(address)];
  const prefix = Number(cidr.slice(at + 1));
  return network !== undefined && network.length === own?.length && network.slice(0, prefix) === own.slice(0, prefix);
}

/** The address as a string of zeros and ones: 32 for IPv4, 128 for IPv6. */
function bitsOf(address: string): string | undefined {
  const binary = (n: number, width: number): string => n.toString(2).padStart(width, '0');
  if (/^\d+(\.\d+){3}$/.test(address))
    return address
      .split('.')
      .map((p) => binary(Number(p), 8))
      .join('');
  if (!/^[\da-f:]+$/i.test(address)) return undefined;
  const [head = '', tail] = address.split('::');
  const words = (text: string | undefined): string[] => (text ? text.split(':') : []);
  const [before, after] = [words(head), words(tail)];
  const gap = tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const all = [...before, ...gap, ...after];
  return all.length === 8 ? all.map((w) => binary(Number.parseInt(w, 16), 16)).join('') : undefined;
}
