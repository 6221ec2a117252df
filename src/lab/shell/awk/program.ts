import { type Expression, Expressions } from './expressions.ts';
import { formatted } from './functions.ts';
import type { Machine } from './machine.ts';
import { UnknownUse } from './unknown-use.ts';
import { isTrue, numberOf, textOf, type Value } from './values.ts';
import { wordsOf } from './words.ts';

type Statement = (machine: Machine) => void;

/** How a statement leaves what is around it. */
export class Leave {
  constructor(
    readonly how: 'break' | 'continue' | 'next' | 'exit' | 'return',
    readonly value?: Value,
  ) {}
}

export interface Rule {
  readonly on: 'BEGIN' | 'END' | Expression | undefined;
  readonly act: Statement;
}

/** Reads a whole program. Throws `UnknownUse` for what the small awk does not know. */
export function programOf(source: string): readonly Rule[] {
  return new Program(wordsOf(source)).rules();
}

class Program extends Expressions {
  rules(): readonly Rule[] {
    // Functions may be called above where they stand.
    for (const [i, word] of this.words.entries()) {
      const next = this.words[i + 1];
      if (word.kind === 'name' && word.text === 'function' && next && 'text' in next)
        this.own.set(next.text, { parameters: [], run: () => undefined });
    }
    const rules: Rule[] = [];
    for (;;) {
      while (this.word.kind === 'newline' || this.is(';')) this.at++;
      if (this.word.kind === 'end') return rules;
      if (this.take('function')) this.define();
      else rules.push(this.rule());
    }
  }

  private define(): void {
    const { word } = this;
    if (word.kind !== 'call' && word.kind !== 'name') throw new UnknownUse('a function without a name');
    this.at++;
    this.need('(');
    const parameters: string[] = [];
    while (!this.take(')')) {
      if (parameters.length > 0) this.need(',');
      this.newlines();
      parameters.push(this.name());
    }
    this.newlines();
    const body = this.block();
    const own = this.own.get(word.text);
    if (!own) throw new UnknownUse(word.text);
    own.parameters = parameters;
    own.run = (m) => {
      try {
        body(m);
        return undefined;
      } catch (left) {
        if (left instanceof Leave && left.how === 'return') return left.value;
        throw left;
      }
    };
  }

  private rule(): Rule {
    const on = this.is('{') ? undefined : this.take('BEGIN') ? 'BEGIN' : this.take('END') ? 'END' : this.expression();
    if (this.is(',')) throw new UnknownUse('a range of lines');
    if (this.is('{')) return { on, act: this.block() };
    if (on === 'BEGIN' || on === 'END') throw new UnknownUse('no action');
    return { on, act: (m) => void m.out.push(textOf(m.field(0)), textOf(m.get('ORS'))) };
  }

  private block(): Statement {
    this.need('{');
    const all: Statement[] = [];
    for (;;) {
      while (this.word.kind === 'newline' || this.is(';')) this.at++;
      if (this.take('}')) break;
      all.push(this.statement());
    }
    return (m) => {
      for (const one of all) one(m);
    };
  }

  /** What a condition or loop governs: it may stand on the next line. */
  private governed(): Statement {
    this.newlines();
    if (this.take(';')) return () => {};
    return this.statement();
  }

  private statement(): Statement {
    if (this.is('{')) return this.block();
    if (this.take('if')) return this.condition();
    if (this.take('while')) {
      const holds = this.inParentheses();
      return loop(() => {}, holds, () => {}, this.governed()); // biome-ignore format: four things
    }
    if (this.take('for')) return this.forLoop();
    const simple = this.simple();
    if (!this.ends()) throw new UnknownUse('the end of a statement');
    this.take(';');
    return simple;
  }

  private inParentheses(): Expression {
    this.need('(');
    const inner = this.expression();
    this.need(')');
    return inner;
  }

  /** Whether a statement ends here. */
  private ends(): boolean {
    return this.is('}') || this.is(';') || this.word.kind === 'newline';
  }

  private condition(): Statement {
    const holds = this.inParentheses();
    const yes = this.governed();
    const after = this.at;
    while (this.word.kind === 'newline' || this.is(';')) this.at++;
    if (this.take('else')) {
      const no = this.governed();
      return (m) => (isTrue(holds(m)) ? yes(m) : no(m));
    }
    this.at = after;
    return (m) => {
      if (isTrue(holds(m))) yes(m);
    };
  }

  private forLoop(): Statement {
    this.need('(');
    const [name, word] = [this.word, this.words[this.at + 1]];
    const close = this.words[this.at + 3];
    if (
      name.kind === 'name' &&
      word?.kind === 'name' &&
      word.text === 'in' &&
      close &&
      'text' in close &&
      close.text === ')'
    ) {
      this.at += 2;
      const table = this.name();
      this.need(')');
      const body = this.governed();
      return (m) => {
        for (const key of [...m.table(table).keys()]) {
          m.set(name.text, key);
          if (!turned(m, body)) return;
        }
      };
    }
    const first = this.is(';') ? () => {} : this.simple();
    this.need(';');
    const holds = this.is(';') ? () => 1 : this.expression();
    this.need(';');
    const next = this.is(')') ? () => {} : this.simple();
    this.need(')');
    return loop(first, holds, next, this.governed());
  }

  private simple(): Statement {
    if (this.take('print')) return this.print();
    if (this.take('printf')) {
      const [format, ...values] = this.printed();
      if (!format) throw new UnknownUse('printf of nothing');
      return (m) => void m.out.push(formatted(textOf(format(m)), values.map((v) => v(m)))); // biome-ignore format: one thing
    }
    if (this.take('next')) return leaving('next');
    if (this.take('break')) return leaving('break');
    if (this.take('continue')) return leaving('continue');
    if (this.take('exit')) return this.valued('exit');
    if (this.take('return')) return this.valued('return');
    if (this.take('delete')) {
      const name = this.name();
      if (!this.take('[')) return (m) => m.table(name).clear();
      const key = this.key(this.list(']'));
      return (m) => void m.table(name).delete(key(m));
    }
    const value = this.expression();
    return (m) => void value(m);
  }

  private valued(how: 'exit' | 'return'): Statement {
    const value = this.ends() ? undefined : this.expression();
    return (m) => {
      throw new Leave(how, value?.(m));
    };
  }

  private print(): Statement {
    const values = this.printed();
    if (values.length === 0) return (m) => void m.out.push(textOf(m.field(0)), textOf(m.get('ORS')));
    return (m) => {
      const texts = values.map((value) => textOf(value(m)));
      m.out.push(texts.join(textOf(m.get('OFS'))), textOf(m.get('ORS')));
    };
  }

  private printed(): Expression[] {
    const start = this.at;
    if (this.take('(')) {
      const all = this.list(')');
      if (this.ends()) return all;
      this.at = start;
    }
    this.printing = true;
    const all: Expression[] = [];
    while (!this.ends()) {
      if (all.length > 0) this.need(',');
      this.newlines();
      all.push(this.expression());
    }
    this.printing = false;
    return all;
  }
}

const leaving =
  (how: Leave['how']): Statement =>
  () => {
    throw new Leave(how);
  };

function loop(first: Statement, holds: Expression, next: Statement, body: Statement): Statement {
  return (m) => {
    for (first(m); isTrue(holds(m)); next(m)) if (!turned(m, body)) return;
  };
}

/** One turn of a loop; false when it is left. */
function turned(m: Machine, body: Statement): boolean {
  m.turn();
  try {
    body(m);
    return true;
  } catch (left) {
    if (!(left instanceof Leave) || (left.how !== 'break' && left.how !== 'continue')) throw left;
    return left.how === 'continue';
  }
}

/** Undefined: as it was. */
export const exitCode = ({ value }: Leave): number | undefined =>
  value === undefined ? undefined : numberOf(value) & 0xff;
