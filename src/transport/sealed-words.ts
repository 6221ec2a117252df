import { digestOf, sessionKeys } from './seal.ts';

/** Neither blanks nor what stands around a word in a log. */
const CHUNK = /[^\s"'<>,;(){}[\]`]{8,}/g;
const PART = /[^=:@/|&?#]{8,}/g;
const TOKEN = /\bsealed-([0-9a-f]{16})\b/g;
const LONGEST = 128;
/** Digests of words that were looked at already: logs repeat themselves. */
const REMEMBERED = 100_000;

/** Configurations that are being read. */
export interface Expected {
  /** One has come, as its node let it out. */
  read(config: string): void;
  /** Those that have not come by now will not come. */
  end(): void;
}

/**
 * What the configuration of one node keeps secret, found in what another node logged. The value has never left its node: only its digest
 * is known here, so every word of a log that could be a password is digested too. A value with blanks or brackets in it is not found.
 */
export class SealedWords {
  readonly #keys: ReturnType<typeof sessionKeys>;
  readonly #digests = new Set<string>();
  readonly #words = new Map<string, string>();
  #awaited = 0;
  readonly #waiting: (() => void)[] = [];

  /** `sessionKey`: the one that the nodes were given. */
  constructor(sessionKey: Buffer) {
    this.#keys = sessionKeys(sessionKey);
  }

  /** So many configurations are being read: logs wait for them. */
  expect(count: number): Expected {
    let left = count;
    this.#awaited += count;
    const less = (by: number): void => {
      left -= by;
      this.#awaited -= by;
      if (this.#awaited === 0) for (const wake of this.#waiting.splice(0)) wake();
    };
    return {
      read: (config) => {
        for (const [, digest = ''] of config.matchAll(TOKEN)) this.#digests.add(digest);
        less(Math.min(left, 1));
      },
      end: () => less(left),
    };
  }

  /** When no configuration is being read, or at the signal. */
  async complete(signal: AbortSignal): Promise<void> {
    if (this.#awaited === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** A log, with the tokens that such values have in configurations. */
  sweep(log: string): string {
    if (this.#digests.size === 0) return log;
    return log.replace(
      CHUNK,
      (chunk) => this.#hidden(chunk) ?? chunk.replace(PART, (part) => this.#hidden(part) ?? part),
    );
  }

  #hidden(chunk: string): string | undefined {
    const word = chunk.replace(/[.,:;!?]+$/, '');
    if (word.length > LONGEST || !isDistinct(word)) return undefined;
    const digest = this.#digestOf(word);
    return this.#digests.has(digest) ? `sealed-${digest}${chunk.slice(word.length)}` : undefined;
  }

  #digestOf(word: string): string {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    if (this.#words.size >= REMEMBERED) this.#words.clear();
    const digest = digestOf(this.#keys, word);
    this.#words.set(word, digest);
    return digest;
  }
}

const ANYBODYS = /^(openstack|rabbitmq|keystone|placement|password123|localhost)$/i;

/** As the nodes judge it (seal-filters.ts): what could be any word stays, or logs could not be read. */
const isDistinct = (word: string): boolean =>
  word.length >= (/^([\d.]+|[a-z_.-]+|[A-Z_.-]+)$/.test(word) ? 12 : 8) && !/^[<$/]/.test(word) && !ANYBODYS.test(word);
