import { createHmac } from 'node:crypto';

/** First octets that say nothing of a site, or that something else than an address begins with. */
const KEPT = new Set([0, 127, 169]);
const FIRST = 10;
const HIGHEST = 223;

/**
 * Other addresses with the same networks: where two addresses agree in their first bits, the new ones agree in as many. What is not
 * an address of a host (loopback, masks, multicast) stays.
 */
export class AddressNames {
  readonly names = new Map<string, string>();
  readonly #key: Uint8Array;
  readonly #firsts = new Map<number, number>();
  readonly #halves = new Map<string, number>();

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Also with a prefix length behind it: the address of a network stays one. */
  v4(text: string): string {
    const [address = '', length] = text.split('/');
    const octets = address.split('.').map(Number);
    const [first = 0] = octets;
    if (octets.some((octet) => octet > 255) || KEPT.has(first) || first > HIGHEST) return text;
    const bits = length === undefined ? 32 : Number(length);
    if (bits > 32) return text;
    const value = toNumber(octets);
    const network = length !== undefined && masked(value, bits) === value;
    const moved = network ? masked(this.#moved(value), bits) : this.#moved(value);
    const other = [24, 16, 8, 0].map((shift) => Math.floor(moved / 2 ** shift) % 256).join('.');
    this.names.set(address, other);
    return length === undefined ? other : `${other}/${length}`;
  }

  v6(text: string): string {
    const small = text.toLowerCase();
    if (small === '::' || small === '::1' || small.startsWith('ff')) return text;
    const groups = expanded(small);
    const [net, host] = [groups.slice(0, 4).join(':'), groups.slice(4).join(':')];
    const local = small.startsWith('fe80');
    const prefix = local ? 'fe80:' : `2001:db8:${this.#number(`net ${net}`).toString(16)}:`;
    const other = /^0(:0)*$/.test(host) ? `${prefix}:` : `${prefix}:${this.#number(`host ${host}`).toString(16)}`;
    this.names.set(small, other);
    return other;
  }

  /** Of an interface. The kind of number stays: of nobody, of all, of a group. */
  mac(text: string): string {
    const sign = text.charAt(2);
    const octets = text.toLowerCase().split(sign);
    const first = Number.parseInt(octets[0] ?? '', 16);
    if ((first & 1) === 1 || octets.every((octet) => octet === '00')) return text;
    const number = this.#number(`mac ${octets.join(':')}`);
    const other = [2, 0, 0, (number >> 16) & 255, (number >> 8) & 255, number & 255]
      .map((octet) => octet.toString(16).padStart(2, '0'))
      .join(sign);
    this.names.set(octets.join(':'), other);
    return other;
  }

  #number(of: string): number {
    const known = this.#halves.get(of) ?? this.#halves.size + 1;
    this.#halves.set(of, known);
    return known;
  }

  #moved(value: number): number {
    const first = Math.floor(value / 2 ** 24);
    const other = this.#firsts.get(first) ?? this.#nextFirst();
    this.#firsts.set(first, other);
    let moved = other;
    for (let bit = 23; bit >= 0; bit -= 1) {
      const prefix = Math.floor(value / 2 ** (bit + 1));
      const flip =
        (createHmac('sha256', this.#key)
          .update(`v4 ${24 - bit} ${prefix}`)
          .digest()[0] as number) & 1;
      moved = moved * 2 + ((Math.floor(value / 2 ** bit) % 2) ^ flip);
    }
    return moved;
  }

  #nextFirst(): number {
    let next = FIRST + this.#firsts.size;
    while (KEPT.has(next)) next += 100;
    return Math.min(next, HIGHEST);
  }
}

const toNumber = (octets: readonly number[]): number => octets.reduce((sum, octet) => sum * 256 + octet, 0);
const masked = (value: number, bits: number): number => Math.floor(value / 2 ** (32 - bits)) * 2 ** (32 - bits);

function expanded(text: string): readonly string[] {
  const [left = '', right] = text.split('::');
  const groups = (part: string): readonly string[] => (part === '' ? [] : part.split(':'));
  const short = (group: string): string => Number.parseInt(group, 16).toString(16);
  if (right === undefined) return groups(left).map(short);
  const missing = 8 - groups(left).length - groups(right).length;
  return [...groups(left), ...Array.from({ length: missing }, () => '0'), ...groups(right)].map(short);
}
