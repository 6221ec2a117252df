import { Machine } from './machine.ts';
import { exitCode, Leave, programOf, type Rule } from './program.ts';
import { UnknownUse } from './unknown-use.ts';
import { isTrue } from './values.ts';

const MOST_KEPT = 100;
const read = new Map<string, readonly Rule[]>();

/**
 * Runs an awk program over its input; both are bytes, one character each. Undefined for what the small awk does not know: a program
 * touches nothing but its output, so the library's awk can still run it from the start.
 */
export function smallAwk(
  source: string,
  input: string,
): { readonly code: number; readonly stdout: string } | undefined {
  try {
    const rules = read.get(source) ?? programOf(source);
    if (read.size > MOST_KEPT) read.clear();
    read.set(source, rules);
    return run(rules, input);
  } catch (error) {
    if (error instanceof UnknownUse) return undefined;
    throw error;
  }
}

function run(rules: readonly Rule[], input: string): { code: number; stdout: string } {
  const machine = new Machine();
  let code = 0;
  const part = (act: () => void): void => {
    try {
      act();
    } catch (left) {
      if (!(left instanceof Leave) || left.how !== 'exit') throw left;
      code = exitCode(left) ?? code;
    }
  };
  const all = (when: 'BEGIN' | 'END'): void => {
    for (const { on, act } of rules) if (on === when) act(machine);
  };
  part(() => {
    all('BEGIN');
    if (rules.some(({ on }) => on !== 'BEGIN')) records(rules, input, machine);
  });
  // What is left early still comes to its end.
  part(() => all('END'));
  return { code, stdout: machine.out.join('') };
}

function records(rules: readonly Rule[], input: string, machine: Machine): void {
  const lines = input.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) {
    machine.begin(line);
    try {
      for (const { on, act } of rules) {
        if (on === 'BEGIN' || on === 'END') continue;
        if (on === undefined || isTrue(on(machine))) act(machine);
      }
    } catch (left) {
      if (!(left instanceof Leave) || left.how !== 'next') throw left;
    }
  }
}
