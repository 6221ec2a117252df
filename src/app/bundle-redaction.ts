import { createHmac } from 'node:crypto';
import type { Fact } from '../domain/fact.ts';
import { type Counts, Redactor } from '../redact/index.ts';
import type { TimedEvent } from './journals.ts';

/** A text on its way into a bundle, and what it came from. */
export interface Clean {
  readonly text: string;
  readonly replaced: Counts;
}

/** Where something was replaced: the line, as it will stand in the bundle. */
export interface Place {
  readonly member: string;
  readonly line: number;
  readonly text: string;
}

/** What stands for a secret: put there by the run, or on the node. */
const TOKEN = /‹([a-z-]+):[0-9a-f]{12}›|\bsealed(?::[0-9a-f]{16}:[a-z0-9]+|-[0-9a-f]{16})\b/g;

/** Hides secrets and, if wanted, names, in everything that goes into one bundle. Learns from all of it first. */
export class BundleRedaction {
  readonly #redactor: Redactor;
  readonly #rename: (text: string) => string;
  readonly keyId: string;
  readonly totals: Record<string, number> = {};

  constructor(key: Uint8Array, rename: (text: string) => string = (text) => text, redactor?: Redactor) {
    this.#redactor = redactor ?? new Redactor(key);
    this.#rename = rename;
    this.keyId = createHmac('sha256', key).update('inkling bundle key').digest('hex').slice(0, 16);
  }

  learnFact({ command, answer }: Fact): void {
    this.#learn(command);
    if (answer.result === 'lost') this.#learn(answer.detail);
    else {
      this.#learn(answer.stdout, command);
      this.#learn(answer.stderr);
    }
  }

  learnEvent({ event }: TimedEvent): void {
    this.#learn(JSON.stringify(event));
  }

  #learn(text: string, origin?: string): void {
    if (text === '') return;
    const learner = this.#redactor.learn(origin);
    learner.write(Buffer.from(text));
    learner.end();
  }

  clean(text: string, origin?: string): string {
    return this.cleaned(text, origin).text;
  }

  /** To be called after everything was learned. */
  cleaned(text: string, origin?: string): Clean {
    if (text === '') return { text, replaced: {} };
    const replacer = this.#redactor.replace(origin);
    const out = Buffer.concat([replacer.write(Buffer.from(text)), replacer.end()]).toString();
    const replaced = plus(replacer.counts, hiddenBefore(text));
    for (const [kind, count] of Object.entries(replaced)) this.totals[kind] = (this.totals[kind] ?? 0) + count;
    return { text: this.#rename(out), replaced };
  }

  fact(fact: Fact): Fact {
    const { answer } = fact;
    const name = (text: string): string => this.clean(text);
    return {
      ...fact,
      id: name(fact.id),
      node: name(fact.node),
      command: name(fact.command),
      ...(fact.subject !== undefined && { subject: name(fact.subject) }),
      answer:
        answer.result === 'lost'
          ? { ...answer, detail: name(answer.detail) }
          : { ...answer, stdout: this.clean(answer.stdout, fact.command), stderr: name(answer.stderr) },
    };
  }

  /** An event of the journal; its texts are cleaned one by one, so that it stays an event. */
  event({ at, event }: TimedEvent): TimedEvent {
    return { at, event: this.#deep(event) };
  }

  #deep<T>(value: T): T {
    if (typeof value === 'string') return this.clean(value) as T;
    if (Array.isArray(value)) return value.map((item) => this.#deep(item)) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.clean(key), this.#deep(item)])) as T;
  }

  /** The last look over the finished archive. */
  gate(): { write(piece: Uint8Array): void; end(): void } {
    return this.#redactor.gate();
  }
}

/** What the run itself replaced, before anything was kept. */
function hiddenBefore(text: string): Counts {
  const counts: Record<string, number> = {};
  if (mayHide(text)) for (const [, kind = 'sealed'] of text.matchAll(TOKEN)) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

const mayHide = (text: string): boolean => text.includes('‹') || text.includes('sealed');

function plus(a: Counts, b: Counts): Counts {
  const sum: Record<string, number> = { ...a };
  for (const [kind, count] of Object.entries(b)) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}

/** The lines in which something was replaced. */
export function* placesIn(member: string, text: string): Generator<Place> {
  if (!mayHide(text)) return;
  for (const [at, line] of text.split('\n').entries())
    if (line.search(TOKEN) >= 0) yield { member, line: at + 1, text: line };
}
