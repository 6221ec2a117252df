import { isIPv6 } from 'node:net';
import type { Fact } from '../domain/fact.ts';
import { ROLES } from '../domain/site.ts';
import { AddressNames } from './pseudonym-addresses.ts';

/** Words that are no host's own, however often hosts files have them. */
const NO_HOSTS = new Set('localhost localhost4 localhost6 localdomain ip6-localhost ip6-loopback ip6-allnodes ip6-allrouters broadcasthost none null true false'.split(' ')); // biome-ignore format: a list
/** Words of the field: a host that is called like one keeps its name in texts, or commands would name other things. */
const FIELD: ReadonlySet<string> = new Set([...ROLES, ...'ceph rbd rados mon mgr osd mds rgw glance cinder nova keystone neutron placement horizon libvirt qemu kvm virsh images volumes vms backups pool client admin compute storage network service mariadb mysql rabbitmq memcached apache2 httpd node host server cluster openstack'.split(' ')]); // biome-ignore format: a list
/** Accounts that every site has. */
const SERVICE_USERS = new Set('root ceph glance cinder nova neutron keystone placement libvirt libvirt-qemu qemu kvm nobody daemon rabbitmq mysql www-data apache stack sudo admin'.split(' ')); // biome-ignore format: a list
const LEAST_NAME = 3;
const MOST_LABELS = 100_000;
/** Stands for the name of the site. */
export const SITE = 'site';

const DOTTED = /[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*/g;
const V4 = /(?<![\w.-])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w-]|\.\d)(?:\/\d{1,2}(?!\d))?/g;
const V6 = /(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:.])/g;
const MAC = /(?<![\w:.-])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])/g;
const USERS: readonly RegExp[] = [
  /\/home\/([a-z_][a-z0-9_-]{0,31})(?![a-z0-9_.-])/g,
  /\bsudo(?:\[\d+\])?: +([a-z_][a-z0-9_-]{0,31}) :/g,
  /\bAccepted \w+ for ([a-z_][a-z0-9_-]{0,31}) from/g,
  /\bsession (?:opened|closed) for user ([a-z_][a-z0-9_-]{0,31})\b/g,
];

/**
 * Other names for hosts, addresses and users, the same one everywhere. Addresses keep what they have in common: two of one network stay
 * two of one network, so that what is judged stays as it is. Learns from everything first.
 */
export class Pseudonyms {
  readonly #hosts = new Map<string, string>();
  readonly #domains = new Map<string, string>();
  readonly #users = new Map<string, string>();
  readonly #addresses: AddressNames;
  readonly site: string;
  /** Labels looked at before: a log says the same words again and again. */
  readonly #labels = new Map<string, string>();
  #ordered: readonly (readonly [string, string])[] | undefined;

  constructor(key: Uint8Array, site: string, nodes: readonly string[], users: readonly string[]) {
    this.#addresses = new AddressNames(key);
    this.site = site;
    for (const node of nodes) this.#addHost(node);
    for (const user of users) this.#addUser(user);
  }

  learn({ probe, answer }: Fact): void {
    if (answer.result === 'lost') return;
    const { stdout, stderr } = answer;
    if (probe === 'compute-hostname') this.#addHost(stdout.trim());
    if (probe === 'compute-hosts') for (const name of namesInHosts(stdout)) this.#addHost(name);
    if (probe === 'ceph-mon-dump')
      for (const [, name = ''] of stdout.matchAll(/"name": ?"([^"]+)"/g)) this.#addHost(name);
    for (const pattern of USERS)
      for (const text of [stdout, stderr]) for (const [, user = ''] of text.matchAll(pattern)) this.#addUser(user);
  }

  readonly rename = (text: string): string => {
    const addressed = text
      .replace(MAC, (address) => this.#addresses.mac(address))
      .replace(V4, (address) => this.#addresses.v4(address))
      .replace(V6, (address) => (isIPv6(address) ? this.#addresses.v6(address) : address));
    return addressed.replace(DOTTED, (word) => this.#word(word));
  };

  /** Pseudonym to name, for whoever made the bundle. */
  get map(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    const turned = (names: ReadonlyMap<string, string>) =>
      Object.fromEntries([...names].map(([name, other]) => [other, name]));
    return {
      site: { [SITE]: this.site },
      hosts: turned(this.#hosts),
      domains: turned(this.#domains),
      users: turned(this.#users),
      addresses: turned(this.#addresses.names),
    };
  }

  #addHost(full: string): void {
    const [name = '', ...domain] = full.toLowerCase().split('.');
    if (
      name.length < LEAST_NAME ||
      NO_HOSTS.has(name) ||
      FIELD.has(name) ||
      !/^[a-z0-9_-]*[a-z][a-z0-9_-]*$/.test(name)
    )
      return;
    if (!this.#hosts.has(name)) this.#hosts.set(name, `host-${this.#hosts.size + 1}`);
    if (domain.length === 0 || NO_HOSTS.has(domain[0] ?? '')) return;
    const suffix = domain.join('.');
    if (!this.#domains.has(suffix)) this.#domains.set(suffix, `domain-${this.#domains.size + 1}.invalid`);
  }

  #addUser(name: string): void {
    if (name.length < LEAST_NAME || SERVICE_USERS.has(name) || this.#users.has(name)) return;
    this.#users.set(name, `user-${this.#users.size + 1}`);
  }

  /** A word with its dots: host names and domains in it, each label for itself. */
  #word(word: string): string {
    const user = this.#users.get(word);
    if (user !== undefined) return user;
    const labels = word.split('.');
    const out: string[] = [];
    for (let at = 0; at < labels.length; at += 1) {
      const rest = labels.slice(at).join('.').toLowerCase();
      const domain = at > 0 ? this.#domains.get(rest) : undefined;
      if (domain !== undefined) return [...out, domain].join('.');
      out.push(this.#label(labels[at] as string));
    }
    return out.join('.');
  }

  /** A host's name, alone or joined to other words: `ceph-mon-1`, `ceph-ceph-mon-1`. */
  #label(label: string): string {
    const known = this.#labels.get(label);
    if (known !== undefined) return known;
    const small = label.toLowerCase();
    let renamed = this.#hosts.get(small) ?? label;
    if (renamed === label)
      for (const [host, other] of this.#longestFirst()) {
        const at = renamed.toLowerCase().indexOf(host);
        if (at < 0 || isWord(renamed[at - 1]) || isWord(renamed[at + host.length])) continue;
        renamed = renamed.slice(0, at) + other + renamed.slice(at + host.length);
      }
    if (this.#labels.size < MOST_LABELS) this.#labels.set(label, renamed);
    return renamed;
  }

  #longestFirst(): readonly (readonly [string, string])[] {
    this.#ordered ??= [...this.#hosts].toSorted(([a], [b]) => b.length - a.length);
    return this.#ordered;
  }
}

const isWord = (char: string | undefined): boolean => char !== undefined && /[A-Za-z0-9]/.test(char);

/** Names in `/etc/hosts` as grep prints it, without those of the machine itself. */
const namesInHosts = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line
      .replace(/^[^:]*:\d+:/, '')
      .replace(/#.*/, '')
      .trim()
      .split(/\s+/);
    return /^(127\.|::1$|f[ef]0)/i.test(address) ? [] : names;
  });
