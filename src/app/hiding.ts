import { randomBytes } from 'node:crypto';
import { Redactor } from '../redact/index.ts';

/** What stands where a text could not be read to its end: nothing of it is let out. */
const CLOSED = '‹hidden: this text could not be freed of secrets›';

/** The secrets that this process has met, and the two ways in which its own words leave without them. Never throws; fails closed. */
export class Hiding {
  readonly redactor: Redactor;

  /** `key`: equal keys give equal tokens for equal secrets. */
  constructor(key: Uint8Array = randomBytes(32)) {
    this.redactor = new Redactor(key);
  }

  /** What comes from nodes, errors and files: secrets are found by structure, and known from then on. */
  readonly hide = (text: string): string => closed(() => this.redactor.text(text));

  /** What is about to be printed: secrets that are known go, in whatever encoding. Cheap; reads nothing into the text. */
  readonly sweep = (text: string): string => closed(() => this.redactor.sweep(text));
}

function closed(read: () => string): string {
  try {
    return read();
  } catch {
    return CLOSED;
  }
}
