import { type FactId, isUnknown, type Unknown } from '../domain/fact.ts';

/** Thrown when an expression needs a value that could not be learned: the verdict is then `unknown`, never pass or fail. */
export class CannotTell extends Error {
  readonly value: Unknown;
  constructor(value: Unknown) {
    super(value.unknown);
    this.value = value;
  }
}

/** Thrown over and over while nodes have not answered yet; making an error anew costs more than the expression around it. */
const once = new WeakMap<Unknown, CannotTell>();

/** Collects the facts behind everything an expression looks at: evidence is observed, not declared. */
export class Touched {
  readonly facts = new Set<FactId>();
  add(from: readonly FactId[] | undefined): void {
    for (const id of from ?? []) this.facts.add(id);
  }
}

/** The value as expressions see it: unknown members throw on use, sourced members are noted. */
export function view(value: unknown, touched: Touched): unknown {
  if (isUnknown(value)) {
    touched.add(value.from);
    const thrown = once.get(value) ?? new CannotTell(value);
    once.set(value, thrown);
    throw thrown;
  }
  if (Array.isArray(value)) return value.map((item) => view(item, touched));
  if (typeof value !== 'object' || value === null) return value;
  touched.add((value as { from?: readonly FactId[] }).from);
  return new Proxy(value, new Glass(touched));
}

/** Members are viewed when they are asked for: an expression looks at few of the many. Where they come from is no member. */
class Glass implements ProxyHandler<object> {
  readonly #touched: Touched;

  constructor(touched: Touched) {
    this.#touched = touched;
  }

  get(target: object, key: string | symbol): unknown {
    return key === 'from' ? undefined : view(Reflect.get(target, key), this.#touched);
  }

  has(target: object, key: string | symbol): boolean {
    return key !== 'from' && Reflect.has(target, key);
  }

  ownKeys(target: object): (string | symbol)[] {
    return Reflect.ownKeys(target).filter((key) => key !== 'from');
  }

  getOwnPropertyDescriptor(target: object, key: string | symbol): PropertyDescriptor | undefined {
    return key === 'from' ? undefined : Reflect.getOwnPropertyDescriptor(target, key);
  }
}
