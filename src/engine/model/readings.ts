import { type Fact, type FactId, isUnknown, type Maybe, unknown } from '../../domain/fact.ts';
import type { Library } from '../../domain/playbook.ts';
import type { Exited, Lost } from '../../domain/question.ts';
import type { Site } from '../../domain/site.ts';
import { isParser, type ParserName, parse } from '../../parsers/index.ts';

/** Everything seen so far, and which nodes cannot be seen. */
export interface Observed {
  readonly site: Site;
  readonly facts: ReadonlyMap<FactId, Fact>;
  readonly lost: ReadonlyMap<string, Lost>;
}

export const factId = (probe: string, node: string, subject?: string): FactId =>
  subject === undefined ? `${probe}@${node}` : `${probe}@${node}{${subject}}`;

export interface Reading<T> {
  readonly value: T;
  readonly from: readonly FactId[];
}

/** Answers as parsed values; whatever is missing is unknown with its reason. */
export class Readings {
  readonly site: Site;
  readonly #observed: Observed;
  readonly #probes: Library['probes'];
  readonly #parsed = new Map<FactId, Maybe<Reading<unknown>>>();

  constructor(observed: Observed, probes: Library['probes']) {
    this.site = observed.site;
    this.#observed = observed;
    this.#probes = probes;
  }

  withRole(role: string): readonly string[] {
    return this.site.nodes.filter((n) => (n.roles as readonly string[]).includes(role)).map((n) => n.name);
  }

  /** When a fact came, in Unix seconds of the operator's clock; 0 when it has not. */
  seenAt(id: FactId): number {
    const at = this.#observed.facts.get(id)?.at;
    return at === undefined ? 0 : Date.parse(at) / 1000;
  }

  /** The same, and for how many seconds it had been waited for. */
  when(id: FactId): { readonly at: number; readonly waited: number } {
    return { at: this.seenAt(id), waited: (this.#observed.facts.get(id)?.waited ?? 0) / 1000 };
  }

  reached(node: string): boolean {
    return !this.#observed.lost.has(node);
  }

  /** What one node answered to one probe. */
  read<T>(probe: string, node: string, subject?: string): Maybe<Reading<T>> {
    const id = factId(probe, node, subject);
    const known = this.#parsed.get(id);
    if (known !== undefined) return known as Maybe<Reading<T>>;
    const value = this.#read(id, probe, node);
    this.#parsed.set(id, value);
    return value as Maybe<Reading<T>>;
  }

  /** What the first node of a role that could answer said, for probes asked `once`. */
  readOnce<T>(probe: string, role: string, subject?: string): Maybe<Reading<T>> {
    const nodes = this.withRole(role);
    if (nodes.length === 0) return unknown(`no node of this site has the role ${role}`, 'unasked');
    const all = nodes.map((node) => this.read<T>(probe, node, subject));
    return (
      all.find((r) => !isUnknown(r)) ??
      all.find((r) => isUnknown(r) && r.why !== 'unasked') ??
      (all[0] as Maybe<Reading<T>>)
    );
  }

  #read(id: FactId, probe: string, node: string): Maybe<Reading<unknown>> {
    const fact = this.#observed.facts.get(id);
    if (!fact) {
      const gone = this.#observed.lost.get(node);
      return gone ? unknown(`${node} was not reached`, gone.why) : unknown('not asked yet', 'unasked');
    }
    if (fact.answer.result === 'lost') return unknown(`${fact.answer.detail}`, fact.answer.why, [id]);
    const name = this.#probes[probe]?.parse ?? 'exit';
    if (!isParser(name)) return unknown(`probe ${probe} names an unknown parser ${name}`, 'unparsed', [id]);
    const value = parsedOnce(name, fact.answer);
    return isUnknown(value)
      ? { ...value, unknown: `\`${fact.command}\` on ${node}: ${value.unknown}`, from: [id] }
      : { value, from: [id] };
  }
}

const parsed = new WeakMap<Exited, Map<ParserName, Maybe<unknown>>>();

/** A model is made anew with each round of answers, and with each guess at a missing one: what an answer says stays the same. */
function parsedOnce(name: ParserName, answer: Exited): Maybe<unknown> {
  const known = parsed.get(answer) ?? new Map<ParserName, Maybe<unknown>>();
  const value = known.has(name) ? known.get(name) : parse(name, answer);
  parsed.set(answer, known.set(name, value));
  return value;
}

/** Turns a reading into an entity, or passes the unknown on. */
export function map<T, U>(reading: Maybe<Reading<T>>, make: (value: T, from: readonly FactId[]) => Maybe<U>): Maybe<U> {
  return isUnknown(reading) ? reading : make(reading.value, reading.from);
}
