import { extendedRegExp } from './extended-regexp.ts';
import { UnknownUse } from './unknown-use.ts';
import { fromInput, numberOf, textOf, type Value } from './values.ts';

/** Turns of loops and calls after which a program is taken to be endless. */
const MOST_TURNS = 5_000_000;

export type Table = Map<string, Value>;

/** What an awk program has while it runs. */
export class Machine {
  readonly vars = new Map<string, Value>([
    ['FS', ' '], ['OFS', ' '], ['ORS', '\n'], ['SUBSEP', '\x1c'], ['RSTART', 0], ['RLENGTH', -1], ['NR', 0], ['FNR', 0],
  ]); // biome-ignore format: a table
  readonly tables = new Map<string, Table>();
  /** Variables of the function that runs, parameters among them; tables are handed over, not copied. */
  frame: Map<string, Value | Table> | undefined;
  readonly out: string[] = [];
  #record = '';
  #fields: string[] | undefined;
  #turns = 0;

  turn(): void {
    if (++this.#turns > MOST_TURNS) throw new UnknownUse('a program without end');
  }

  get(name: string): Value {
    if (name === 'NF') return this.#split().length;
    const local = this.frame?.get(name);
    if (local instanceof Map) {
      // Nobody has said yet which of the two it is.
      if (local.size === 0) return undefined;
      throw new UnknownUse('a table as a value');
    }
    return this.frame?.has(name) ? local : this.vars.get(name);
  }

  set(name: string, value: Value): void {
    if (name === 'NF') this.#resize(numberOf(value));
    else if (this.frame?.has(name)) this.frame.set(name, value);
    else this.vars.set(name, value);
  }

  table(name: string): Table {
    const local = this.frame?.get(name);
    if (local instanceof Map) return local;
    if (this.frame?.has(name)) {
      if (local !== undefined) throw new UnknownUse('a value as a table');
      const fresh: Table = new Map();
      this.frame.set(name, fresh);
      return fresh;
    }
    const known = this.tables.get(name) ?? new Map();
    this.tables.set(name, known);
    return known;
  }

  begin(record: string): void {
    this.#record = record;
    this.#fields = undefined;
    const read = numberOf(this.vars.get('NR')) + 1;
    this.vars.set('NR', read);
    this.vars.set('FNR', read);
  }

  field(at: number): Value {
    if (at === 0) return fromInput(this.#record);
    const text = this.#split()[at - 1];
    return text === undefined ? undefined : fromInput(text);
  }

  setField(at: number, text: string): void {
    if (at === 0) {
      this.#record = text;
      this.#fields = undefined;
      return;
    }
    const fields = this.#split();
    while (fields.length < at) fields.push('');
    fields[at - 1] = text;
    this.#record = fields.join(textOf(this.vars.get('OFS')));
  }

  separate(text: string, separator: string): string[] {
    if (text === '') return [];
    if (separator === ' ') return text.split(/[ \t\n]+/).filter((f) => f !== '');
    if (separator.length === 1 && separator !== '\\') return text.split(separator);
    return text.split(extendedRegExp(separator));
  }

  #split(): string[] {
    this.#fields ??= this.separate(this.#record, textOf(this.vars.get('FS')));
    return this.#fields;
  }

  #resize(most: number): void {
    const fields = this.#split().slice(0, most);
    while (fields.length < most) fields.push('');
    this.#fields = fields;
    this.#record = fields.join(textOf(this.vars.get('OFS')));
  }
}
