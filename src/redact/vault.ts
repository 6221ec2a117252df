import { createHmac } from 'node:crypto';
import { isPrintable } from './credentials.ts';
import { bytesOf, type Pattern, patternsOf } from './encodings.ts';
import type { Kind } from './names.ts';
import { owned } from './owned.ts';
import { CLOSE, isDistinct, OPEN } from './values.ts';

export interface Secret {
  kind: Kind;
  /** Its first form, from which the token is made. */
  readonly value: string;
  token: string | undefined;
}

/** The more a kind says, the later it stands. */
const RANK: readonly Kind[] = ['secret', 'access-key', 'password', 'token', 'hash', 'private-key', 'cephx'];
/** Secrets beyond this are hidden where they stand and sought nowhere else: a log of a million one-time tokens must not fill memory. */
const MOST_SOUGHT = 20_000;
const MOST_LOCAL = 1024;
const LONGEST_LOCAL = 64;
const DIGITS = 12;

/** All secrets known so far, and what stands for each. Texts are bytes as strings of codes 0 … 255. */
export class Vault {
  readonly #key: Uint8Array;
  readonly #known = new Map<string, Secret>();
  readonly #listeners: ((secret: Secret, patterns: readonly Pattern[]) => void)[] = [];
  readonly #local = new Map<string, Secret>();
  readonly #most: number;
  #sought = 0;
  /** Secrets that were too many to be sought. */
  unsought = 0;

  /** `key`: random bytes. Equal keys give equal tokens for equal secrets. */
  constructor(key: Uint8Array, most = MOST_SOUGHT) {
    this.#key = key;
    this.#most = most;
  }

  /** Secrets that are sought everywhere. */
  get size(): number {
    return this.#sought;
  }

  /** Called with each secret from now on and the ways to write it. */
  onSought(listener: (secret: Secret, patterns: readonly Pattern[]) => void): void {
    this.#listeners.push(listener);
  }

  /** Remembers a secret; all its forms are one and the same. */
  add(kind: Kind, found: readonly string[]): Secret {
    const present = found.map((form) => this.#known.get(form)).find((secret) => secret !== undefined);
    if (present && found.every((form) => this.#known.has(form))) {
      if (present.token === undefined && RANK.indexOf(kind) > RANK.indexOf(present.kind)) present.kind = kind;
      return present;
    }
    const forms = found.map(owned);
    const [value = ''] = forms;
    const secret = present ?? this.#local.get(`${kind}:${value}`) ?? { kind, value, token: undefined };
    if (secret.token === undefined && RANK.indexOf(kind) > RANK.indexOf(secret.kind)) secret.kind = kind;
    for (const form of [...forms, ...forms.flatMap(behind)]) this.#remember(form, secret);
    if (!this.#known.has(value)) this.#keepLocal(`${kind}:${value}`, secret);
    return secret;
  }

  /** A value that is not sought elsewhere still comes back: its token is not made anew each time. */
  #keepLocal(name: string, secret: Secret): void {
    if (secret.value.length > LONGEST_LOCAL) return;
    if (this.#local.size >= MOST_LOCAL) this.#local.clear();
    this.#local.set(name, secret);
  }

  /** What stands in the place of a secret: `‹password:0123456789ab›`. */
  tokenOf(secret: Secret): string {
    secret.token ??= `${OPEN}${secret.kind}:${createHmac('sha256', this.#key).update(secret.value, 'latin1').digest('hex').slice(0, DIGITS)}${CLOSE}`;
    return secret.token;
  }

  #remember(form: string, secret: Secret): void {
    if (this.#known.has(form)) return;
    if (!isDistinct(form)) return;
    if (this.#sought >= this.#most) {
      this.unsought++;
      return;
    }
    this.#known.set(form, secret);
    this.#sought++;
    const patterns = patternsOf(form);
    for (const listener of this.#listeners) listener(secret, patterns);
  }
}

/** What a secret in base64 or hexadecimal stands for: the password in a Kubernetes secret, the bytes of a key. */
function behind(form: string): string[] {
  const bytes = bytesOf(form);
  if (bytes === undefined) return [];
  return isPrintable(bytes) || bytes.length >= 12 ? [bytes] : [];
}
