import { extendedRegExp } from './extended-regexp.ts';
import type { Machine } from './machine.ts';
import { UnknownUse } from './unknown-use.ts';
import { fromInput, numberOf, textOf, type Value } from './values.ts';

/** Functions that take values and give one. The others, which take a table or a place, are the parser's. */
export const FUNCTIONS: Readonly<Record<string, (args: readonly Value[], machine: Machine) => Value>> = {
  length: ([text]) => textOf(text).length,
  substr: ([value, from, most]) => {
    const text = textOf(value);
    const first = Math.round(numberOf(from));
    const past = most === undefined ? text.length + 1 : first + Math.round(numberOf(most));
    return text.slice(Math.max(0, first - 1), Math.max(0, past - 1));
  },
  index: ([text, part]) => textOf(text).indexOf(textOf(part)) + 1,
  match: ([text, pattern], machine) => {
    const found = extendedRegExp(textOf(pattern)).exec(textOf(text));
    const at = found ? found.index + 1 : 0;
    machine.set('RSTART', at);
    machine.set('RLENGTH', found ? found[0].length : -1);
    return at;
  },
  tolower: ([text]) => textOf(text).replace(/[A-Z]/g, (c) => c.toLowerCase()),
  toupper: ([text]) => textOf(text).replace(/[a-z]/g, (c) => c.toUpperCase()),
  int: ([value]) => Math.trunc(numberOf(value)),
  sprintf: ([format, ...values]) => formatted(textOf(format), values),
};

/** What `sub` and `gsub` make of a text, and how often. */
export function substituted(text: string, pattern: string, by: string, all: boolean): { text: string; count: number } {
  let count = 0;
  const replaced = text.replace(extendedRegExp(pattern), (found) => {
    if (count > 0 && !all) return found;
    count++;
    return by.replace(/\\\\|\\&|&/g, (mark) => (mark === '&' ? found : (mark[1] as string)));
  });
  return { text: replaced, count };
}

export function splitInto(machine: Machine, name: string, text: string, separator: string | undefined): number {
  const parts = machine.separate(text, separator ?? textOf(machine.get('FS')));
  const table = machine.table(name);
  table.clear();
  for (const [i, part] of parts.entries()) table.set(String(i + 1), fromInput(part));
  return parts.length;
}

export function formatted(format: string, values: readonly Value[]): string {
  const queue = [...values];
  return format.replace(/%(%|([-+ 0#]*)(\d*)(?:\.(\d+))?([a-zA-Z]))/g, (_, all, flags, width, precision, kind) => {
    if (all === '%') return '%';
    const value = queue.shift();
    const digits = precision === undefined ? undefined : Number(precision);
    const text = kind === 's' ? textOf(value).slice(0, digits) : numeral(kind, numberOf(value), digits);
    const wide = Number(width || 0);
    if (flags.includes('-')) return text.padEnd(wide);
    return flags.includes('0') && kind !== 's' ? text.padStart(wide, '0') : text.padStart(wide);
  });
}

function numeral(kind: string, value: number, digits: number | undefined): string {
  if (kind === 'd' || kind === 'i') return String(Math.trunc(value));
  if (kind === 'x') return Math.trunc(value).toString(16);
  if (kind === 'f') return value.toFixed(digits ?? 6);
  throw new UnknownUse(`%${kind}`);
}
