import { extendedRegExp } from './extended-regexp.ts';
import { FUNCTIONS, splitInto, substituted } from './functions.ts';
import type { Machine, Table } from './machine.ts';
import { Reader } from './reader.ts';
import { UnknownUse } from './unknown-use.ts';
import { compare, isTrue, numberOf, textOf, type Value } from './values.ts';

export type Expression = (machine: Machine) => Value;

/** What can be given a value. */
interface Place {
  readonly get: Expression;
  readonly set: (machine: Machine, value: Value) => void;
}

/** A function of the program, known by name before its body is read. */
export interface Own {
  parameters: readonly string[];
  run: (machine: Machine) => Value;
}

/** Names that mean more than a variable, which the small awk has not. */
const UNKNOWN = new Set(['RS', 'RT', 'FILENAME', 'ENVIRON', 'ARGV', 'ARGC', 'CONVFMT', 'OFMT', 'getline', 'func', 'do', 'switch', 'nextfile', 'BEGINFILE', 'ENDFILE', 'close', 'system', 'fflush']); // biome-ignore format: a list
const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (o) => o < 0,
  '<=': (o) => o <= 0,
  '==': (o) => o === 0,
  '!=': (o) => o !== 0,
  '>': (o) => o > 0,
  '>=': (o) => o >= 0,
};
const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
};

/** Reads the expressions of an awk program: each becomes a function of the machine. */
export class Expressions extends Reader {
  readonly own = new Map<string, Own>();
  /** Inside `print` without parentheses `>` would send the output elsewhere. */
  protected printing = false;

  /** Expressions up to `end`; `names` gets those that are a name alone, which may be a table. */
  protected list(end: string, names: (string | undefined)[] = []): Expression[] {
    const all: Expression[] = [];
    this.newlines();
    while (!this.take(end)) {
      if (all.length > 0) this.need(',');
      this.newlines();
      const { word, at } = this;
      all.push(this.expression());
      names.push(word.kind === 'name' && this.at === at + 1 ? word.text : undefined);
      this.newlines();
    }
    return all;
  }

  expression(): Expression {
    const start = this.at;
    const place = this.place();
    const assigned = place && this.assignment(place);
    if (assigned) return assigned;
    this.at = start;
    const condition = this.either();
    if (!this.take('?')) return condition;
    const yes = this.expression();
    this.need(':');
    const no = this.expression();
    return (m) => (isTrue(condition(m)) ? yes(m) : no(m));
  }

  private assignment({ get, set }: Place): Expression | undefined {
    const sign = this.word.kind === 'sign' ? this.word.text : '';
    if (!/^[-+*/%^]?=$/.test(sign)) return undefined;
    this.at++;
    this.newlines();
    const right = this.expression();
    const operate = ARITHMETIC[sign.slice(0, -1)];
    return (m) => {
      const value = operate ? operate(numberOf(get(m)), numberOf(right(m))) : right(m);
      set(m, value);
      return value;
    };
  }

  /** A variable, element or field, when one begins here and is all there is before the next operator. */
  private place(): Place | undefined {
    const { word } = this;
    if (this.take('$')) {
      const which = this.fieldNumber();
      return {
        get: (m) => m.field(numberOf(which(m))),
        set: (m, value) => m.setField(numberOf(which(m)), textOf(value)),
      };
    }
    if (word.kind !== 'name') return undefined;
    if (UNKNOWN.has(word.text)) throw new UnknownUse(word.text);
    this.at++;
    const { text: name } = word;
    if (!this.take('[')) return { get: (m) => m.get(name), set: (m, value) => m.set(name, value) };
    const key = this.key(this.list(']'));
    return {
      get: (m) => {
        const table = m.table(name);
        const k = key(m);
        if (!table.has(k)) table.set(k, undefined);
        return table.get(k);
      },
      set: (m, value) => void m.table(name).set(key(m), value),
    };
  }

  /** What stands behind a `$`: an increment there is of the field, not of its number. */
  private fieldNumber(): Expression {
    const { word } = this;
    if (word.kind === 'number' || word.kind === 'call') return this.primary();
    if (this.take('(')) return this.group();
    const place = this.place();
    if (!place) throw new UnknownUse('no field');
    return place.get;
  }

  protected key(parts: readonly Expression[]): (machine: Machine) => string {
    return (m) => parts.map((part) => textOf(part(m))).join(textOf(m.get('SUBSEP')));
  }

  private either(): Expression {
    let left = this.both();
    while (this.take('||')) {
      this.newlines();
      const [a, b] = [left, this.both()];
      left = (m) => Number(isTrue(a(m)) || isTrue(b(m)));
    }
    return left;
  }

  private both(): Expression {
    let left = this.contained();
    while (this.take('&&')) {
      this.newlines();
      const [a, b] = [left, this.contained()];
      left = (m) => Number(isTrue(a(m)) && isTrue(b(m)));
    }
    return left;
  }

  private contained(): Expression {
    let left = this.matched();
    while (this.take('in')) {
      const name = this.name();
      const key = left;
      left = (m) => Number(m.table(name).has(textOf(key(m))));
    }
    return left;
  }

  private matched(): Expression {
    let left = this.compared();
    while (this.is('~') || this.is('!~')) {
      const negated = this.is('!~');
      this.at++;
      const [text, pattern] = [left, this.pattern()];
      left = (m) => Number(extendedRegExp(pattern(m)).test(textOf(text(m))) !== negated);
    }
    return left;
  }

  /** A pattern where one is asked for: as it is written, or the text of an expression. */
  private pattern(): (machine: Machine) => string {
    const { word } = this;
    if (word.kind !== 'pattern') {
      const text = this.compared();
      return (m) => textOf(text(m));
    }
    this.at++;
    return () => word.text;
  }

  private compared(): Expression {
    const left = this.joined();
    const holds = this.word.kind === 'sign' ? COMPARISONS[this.word.text] : undefined;
    if (!holds) return left;
    if (this.printing && this.is('>')) throw new UnknownUse('output to a file');
    this.at++;
    const right = this.joined();
    return (m) => Number(holds(compare(left(m), right(m))));
  }

  private joined(): Expression {
    const parts = [this.sum()];
    while (this.beginsOperand()) parts.push(this.sum());
    const [only] = parts;
    return parts.length === 1 && only ? only : (m) => parts.map((part) => textOf(part(m))).join('');
  }

  private beginsOperand(): boolean {
    const { word } = this;
    if (word.kind === 'name') return word.text !== 'in';
    if (word.kind === 'sign') return /^[($!]$/.test(word.text);
    return word.kind === 'number' || word.kind === 'text' || word.kind === 'call';
  }

  private sum(): Expression {
    return this.operators(['+', '-'], () => this.operators(['*', '/', '%'], () => this.unary()));
  }

  private operators(signs: readonly string[], next: () => Expression): Expression {
    let left = next();
    for (;;) {
      const sign = signs.find((s) => this.is(s));
      const operate = sign && ARITHMETIC[sign];
      if (!operate) return left;
      this.at++;
      const [a, b] = [left, next()];
      left = (m) => operate(numberOf(a(m)), numberOf(b(m)));
    }
  }

  private unary(): Expression {
    if (this.take('!')) {
      const value = this.unary();
      return (m) => Number(!isTrue(value(m)));
    }
    if (this.take('-')) {
      const value = this.unary();
      return (m) => -numberOf(value(m));
    }
    if (this.take('+')) {
      const value = this.unary();
      return (m) => numberOf(value(m));
    }
    return this.power();
  }

  private power(): Expression {
    const base = this.primary();
    if (!this.take('^')) return base;
    const exponent = this.unary();
    return (m) => numberOf(base(m)) ** numberOf(exponent(m));
  }

  private primary(): Expression {
    const { word } = this;
    switch (word.kind) {
      case 'number':
        this.at++;
        return () => word.value;
      case 'text':
        this.at++;
        return () => word.text;
      case 'pattern':
        this.at++;
        return (m) => Number(extendedRegExp(word.text).test(textOf(m.field(0))));
      case 'call':
        this.at += 2;
        return this.call(word.text);
      case 'name':
        if (word.text === 'length') {
          this.at++;
          return (m) => textOf(m.field(0)).length;
        }
        break;
      default:
    }
    if (this.take('(')) return this.group();
    const step = this.is('++') ? 1 : this.is('--') ? -1 : 0;
    if (step !== 0) this.at++;
    const place = this.place();
    if (!place) throw new UnknownUse('no operand');
    if (step !== 0) return stepped(place, step, true);
    if (this.take('++')) return stepped(place, 1, false);
    if (this.take('--')) return stepped(place, -1, false);
    return place.get;
  }

  private group(): Expression {
    const { printing } = this;
    this.printing = false;
    const inner = this.list(')');
    this.printing = printing;
    const [only] = inner;
    if (inner.length === 1 && only) return only;
    if (!this.take('in')) throw new UnknownUse('a list');
    const [name, key] = [this.name(), this.key(inner)];
    return (m) => Number(m.table(name).has(key(m)));
  }

  private call(name: string): Expression {
    const { printing } = this;
    this.printing = false;
    const called = this.special(name) ?? this.ordinary(name);
    this.printing = printing;
    return called;
  }

  /** Functions that take a pattern, a table or a place. */
  private special(name: string): Expression | undefined {
    if (name === 'match') {
      const text = this.expression();
      this.need(',');
      const pattern = this.argumentPattern();
      this.need(')');
      return (m) => FUNCTIONS.match?.([text(m), pattern(m)], m);
    }
    if (name === 'split') {
      const text = this.expression();
      this.need(',');
      const table = this.name();
      const separator = this.take(',') ? this.argumentPattern() : undefined;
      this.need(')');
      return (m) => splitInto(m, table, textOf(text(m)), separator?.(m));
    }
    if (name !== 'sub' && name !== 'gsub') return undefined;
    const pattern = this.argumentPattern();
    this.need(',');
    const by = this.expression();
    const place = this.take(',') ? this.place() : { get: (m: Machine) => m.field(0), set: WHOLE };
    this.need(')');
    if (!place) throw new UnknownUse('no place');
    return (m) => {
      const { text, count } = substituted(textOf(place.get(m)), pattern(m), textOf(by(m)), name === 'gsub');
      if (count > 0) place.set(m, text);
      return count;
    };
  }

  private argumentPattern(): (machine: Machine) => string {
    const { word } = this;
    if (word.kind === 'pattern') {
      this.at++;
      return () => word.text;
    }
    const text = this.expression();
    return (m) => textOf(text(m));
  }

  private ordinary(name: string): Expression {
    const names: (string | undefined)[] = [];
    const args = this.list(')', names);
    const given = FUNCTIONS[name];
    if (given) return (m) => given(args.length === 0 && name === 'length' ? [m.field(0)] : args.map((a) => a(m)), m);
    const own = this.own.get(name);
    if (!own) throw new UnknownUse(`the function ${name}`);
    return (m) => {
      m.turn();
      const frame = new Map<string, Value | Table>();
      for (const [i, parameter] of own.parameters.entries()) {
        const table = names[i] === undefined ? undefined : tableNamed(m, names[i]);
        frame.set(parameter, table ?? args[i]?.(m));
      }
      const outer = m.frame;
      m.frame = frame;
      try {
        return own.run(m);
      } finally {
        m.frame = outer;
      }
    };
  }
}

const WHOLE = (m: Machine, value: Value): void => m.setField(0, textOf(value));

function stepped({ get, set }: Place, by: number, before: boolean): Expression {
  return (m) => {
    const value = numberOf(get(m));
    set(m, value + by);
    return before ? value + by : value;
  };
}

/** The table that a name stands for, or could yet: one that has no value. */
function tableNamed(m: Machine, name: string): Table | undefined {
  const local = m.frame?.get(name);
  if (local instanceof Map) return local;
  return name !== 'NF' && m.get(name) === undefined ? m.table(name) : undefined;
}
