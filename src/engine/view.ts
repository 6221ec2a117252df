import { type FactId, isUnknown, type Unknown } from '../domain/fact.ts';

/** Thrown when an expression needs a value that could not be learned: the verdict is then `unknown`, never pass or fail. */
export class CannotTell extends Error {
  readonly value: Unknown;
  constructor(value: Unknown) {
    super(value.unknown);
    this.value = value;
  }
}

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
    throw new CannotTell(value);
  }
  if (Array.isArray(value)) return value.map((item) => view(item, touched));
  if (typeof value !== 'object' || value === null) return value;
  const source = value as Record<string, unknown>;
  touched.add(source.from as readonly FactId[] | undefined);
  const seen = {};
  for (const key of Object.keys(source)) {
    if (key === 'from') continue;
    Object.defineProperty(seen, key, { enumerable: true, get: () => view(source[key], touched) });
  }
  return seen;
}
