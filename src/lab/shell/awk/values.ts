/** Text of the input that looks like a number: it is compared as one with other numbers. */
export class Looks {
  constructor(readonly text: string) {}
}

/** Texts are bytes, one character each; undefined is what was never given a value. */
export type Value = string | number | Looks | undefined;

const NUMERIC = /^[ \t\n]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t\n]*$/;
const LEADING = /^[ \t\n]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/;

export const fromInput = (text: string): Value => (NUMERIC.test(text) ? new Looks(text) : text);

export function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '';
  if (typeof value !== 'number') return value.text;
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

export function numberOf(value: Value): number {
  if (typeof value === 'number') return value;
  if (value === undefined) return 0;
  return Number(LEADING.exec(textOf(value))?.[1] ?? 0);
}

export function isTrue(value: Value): boolean {
  if (typeof value === 'string') return value !== '';
  return numberOf(value) !== 0;
}

/** Negative, zero or positive, as awk orders: as numbers when neither is a text of the program. */
export function compare(a: Value, b: Value): number {
  if (typeof a !== 'string' && typeof b !== 'string') return numberOf(a) - numberOf(b);
  const [x, y] = [textOf(a), textOf(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
