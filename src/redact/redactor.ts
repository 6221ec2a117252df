import { BLOCK, Blocks } from './blocks.ts';
import { Letters } from './charset.ts';
import { Hunter } from './hunt.ts';
import type { Kind } from './names.ts';
import { type From, originOf } from './origin.ts';
import type { Found } from './scan.ts';
import { Scanner } from './scanner.ts';
import { CLOSE, OPEN } from './values.ts';
import { type Secret, Vault } from './vault.ts';

/** A known secret was still in a text that was about to go out. Says where, never what. */
export class Leak extends Error {
  override readonly name = 'Leak';
}

/** How many of each kind were replaced in one text. */
export type Counts = Readonly<Partial<Record<Kind, number>>>;

/** First pass over a text: remembers what is secret in it. */
export interface Learner {
  write(piece: Uint8Array): void;
  end(): void;
}

/** Second pass: gives the text without secrets. Throws `Leak` rather than let one through. */
export interface Replacer {
  write(piece: Uint8Array): Buffer;
  end(): Buffer;
  readonly counts: Counts;
}

/** The longest encoding of a piece of a secret, with room for broken lines. */
const CARRY = 2_048;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly secret: Secret;
}

/**
 * Takes secrets out of texts. Learn from all texts first, then replace in all: what is secret in one is then found in the others, in any
 * encoding. Memory is bounded by the number of secrets, not by the texts.
 */
export class Redactor {
  readonly #vault: Vault;
  readonly #hunter = new Hunter();

  /** `key`: at least 16 random bytes. Two redactors with one key give equal tokens for equal secrets. */
  constructor(key: Uint8Array) {
    this.#vault = new Vault(key);
    this.#vault.onSought((secret, patterns) => this.#hunter.add(secret, patterns));
  }

  /** Secrets that are sought in all texts. */
  get known(): number {
    return this.#vault.size;
  }

  /** Secrets beyond what can be sought: hidden only where their own text shows them. */
  get unsought(): number {
    return this.#vault.unsought;
  }

  /** `origin`: the command or path that the text came from, or at least the name of its file. */
  learn(origin?: From): Learner {
    const letters = new Letters();
    const blocks = new Blocks();
    const scanner = new Scanner(originOf(origin));
    const learn: Found = (_start, _end, kind, forms) => void this.#vault.add(kind, forms);
    const read = (block: string): void => scanner.scan(block, learn);
    return {
      write: (piece) => blocks.push(letters.read(piece)).forEach(read),
      end: () => [...blocks.push(letters.flush()), ...blocks.end()].forEach(read),
    };
  }

  /** To be called after everything was learned. */
  replace(origin?: From): Replacer {
    const letters = new Letters();
    const stage = new Stage(this.#vault, this.#hunter, originOf(origin));
    return {
      write: (piece) => letters.write(stage.write(letters.read(piece))),
      end: () => Buffer.concat([letters.write(stage.write(letters.flush()) + stage.end()), letters.end()]),
      counts: stage.counts,
    };
  }

  /** A whole text at once, for screens and records: what it shows to be secret is known from then on. */
  text(text: string, origin?: string): string {
    const bytes = isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
    const out = new Stage(this.#vault, this.#hunter, originOf(origin)).whole(bytes);
    return isAscii(out) ? out : Buffer.from(out, 'latin1').toString('utf8');
  }

  /** The text without the secrets that are known by now, in any encoding; nothing is read from its structure. */
  sweep(text: string): string {
    if (this.#vault.size === 0) return text;
    const bytes = isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
    const out = new Stage(this.#vault, this.#hunter, originOf(undefined)).sweep(bytes);
    return isAscii(out) ? out : Buffer.from(out, 'latin1').toString('utf8');
  }

  /** Throws `Leak` when a known secret is in the text, in any encoding. For what was put together from redacted parts. */
  gate(): { write(piece: Uint8Array): void; end(): void } {
    const letters = new Letters();
    const gate = new Gate(this.#hunter);
    return {
      write: (piece) => gate.pass(letters.read(piece)),
      end: () => gate.pass(letters.flush()),
    };
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

/** Structure, then hunt, then the last look; each a stream that holds little. */
class Stage {
  readonly counts: Partial<Record<Kind, number>> = {};
  readonly #vault: Vault;
  readonly #hunter: Hunter;
  readonly #scanner: Scanner;
  readonly #blocks = new Blocks();
  readonly #gate: Gate;
  #held = '';

  constructor(vault: Vault, hunter: Hunter, origin: ReturnType<typeof originOf>) {
    this.#vault = vault;
    this.#hunter = hunter;
    this.#scanner = new Scanner(origin);
    this.#gate = new Gate(hunter);
  }

  write(text: string): string {
    return this.#blocks
      .push(text)
      .map((block) => this.#hunt(this.#structure(block), false))
      .join('');
  }

  end(): string {
    const rest = this.#blocks.end().map((block) => this.#structure(block));
    return this.#hunt(rest.join(''), true);
  }

  /** A whole text, read once: all of its secrets are known before any is replaced. */
  whole(text: string): string {
    const read = [...this.#blocks.push(text), ...this.#blocks.end()].map((block) => ({
      block,
      spans: this.#spans(block),
    }));
    return this.#hunt(read.map(({ block, spans }) => this.#replaced(block, spans)).join(''), true);
  }

  /** Known values only, of a whole text. */
  sweep(text: string): string {
    return this.#replaced(text, this.#hunter.hunt(text));
  }

  #structure(block: string): string {
    return this.#replaced(block, this.#spans(block));
  }

  #spans(block: string): Span[] {
    const spans: Span[] = [];
    this.#scanner.scan(block, (start, end, kind, forms) => {
      const secret = this.#vault.add(kind, forms);
      if (end > start) spans.push({ start, end, secret });
    });
    return spans;
  }

  /** Holds back what may be the beginning of a secret that goes on in the next block. */
  #hunt(text: string, last: boolean): string {
    const all = this.#held + text;
    const hits = this.#hunter.hunt(all);
    let cut = last ? all.length : Math.max(0, all.length - CARRY);
    if (!last) {
      const line = all.lastIndexOf('\n', cut) + 1;
      if (line > 0 && cut - line < BLOCK / 2) cut = line;
      const open = all.lastIndexOf(OPEN, cut);
      if (open >= 0 && cut - open < 64 && all.indexOf(CLOSE, open) >= cut) cut = open;
      for (const hit of hits) if (hit.start < cut && hit.end > cut) cut = hit.start;
    }
    this.#held = all.slice(cut);
    const out = this.#replaced(
      all.slice(0, cut),
      hits.filter(({ end }) => end <= cut),
    );
    // Where nothing was found nothing was replaced: a second look would see the same.
    if (hits.length > 0) this.#gate.pass(out);
    else this.#gate.saw(out);
    return out;
  }

  #replaced(text: string, found: readonly Span[]): string {
    if (found.length === 0) return text;
    const spans = [...found].sort((a, b) => a.start - b.start || b.end - a.end);
    let out = '';
    let from = 0;
    for (const { start, end, secret } of spans) {
      if (end <= from) continue;
      if (start >= from) {
        out += text.slice(from, start) + this.#vault.tokenOf(secret);
        this.counts[secret.kind] = (this.counts[secret.kind] ?? 0) + 1;
      }
      from = end;
    }
    return out + text.slice(from);
  }
}

/** The last look, over what is about to leave. */
class Gate {
  readonly #hunter: Hunter;
  #tail = '';

  constructor(hunter: Hunter) {
    this.#hunter = hunter;
  }

  pass(text: string): void {
    const all = this.#tail + text;
    const [hit] = this.#hunter.hunt(all);
    if (hit) {
      const line = all.slice(0, hit.start).split('\n').length;
      throw new Leak(
        `a ${hit.secret.kind} was still in the text, ${line} lines into its last part; nothing more is let out`,
      );
    }
    this.#tail = all.slice(-CARRY);
  }

  /** What was just looked at and left as it was. */
  saw(text: string): void {
    this.#tail = text.length < CARRY ? (this.#tail + text).slice(-CARRY) : text.slice(-CARRY);
  }
}
