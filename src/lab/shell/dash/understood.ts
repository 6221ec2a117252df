import type { ScriptNode } from 'just-bash';
import { statementsOf } from '../plugin.ts';

/** What the small shell can do; a script that needs more goes to the library's shell whole. */
const NODES = new Set([
  'Script', 'Statement', 'Pipeline', 'SimpleCommand', 'Assignment', 'Redirection', 'Word', 'If', 'While', 'Until', 'For', 'Case',
  'CaseItem', 'Subshell', 'Group', 'FunctionDef', 'Literal', 'SingleQuoted', 'DoubleQuoted', 'Escaped', 'ParameterExpansion',
  'CommandSubstitution', 'ArithmeticExpansion', 'ArithmeticExpression', 'Glob',
  // Of parameters.
  'DefaultValue', 'UseAlternative', 'AssignDefault', 'Length', 'PatternRemoval',
  // Of arithmetic.
  'ArithNumber', 'ArithVariable', 'ArithBinary', 'ArithUnary', 'ArithGroup', 'ArithNested',
]); // biome-ignore format: a list

const REDIRECTIONS = new Set(['<', '>', '>>', '>|', '>&']);
const ARITHMETIC = new Set(['+', '-', '*', '/', '%', '<', '<=', '>', '>=', '==', '!=', '&&', '||', '!']);
const PARAMETER = /^([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$])$/;
/** Builtins of dash that the small shell has not. */
const UNKNOWN = new Set(['eval', 'exec', '.', 'source', 'local', 'alias', 'unalias', 'type', 'hash', 'wait', 'getopts', 'bg', 'fg', 'jobs', 'readonly', 'times', 'declare', 'let', 'builtin', 'fc']); // biome-ignore format: a list

interface Any {
  readonly type?: string;
  readonly [key: string]: unknown;
}

const PATTERN_PLACES = new Set(['patterns', 'pattern']);

type Statements = readonly ScriptNode['statements'][number][];

/** The short scripts of probes come again with every look; long ones are of one trip alone. */
const SHORT = 4000;
const MOST_KEPT = 500;
const known = new Map<string, Statements | undefined>();

/** The statements of a text that the small shell can run; nothing when it holds anything that it cannot. Texts are read as bytes. */
export function understood(parse: (text: string) => ScriptNode, text: string): Statements | undefined {
  if (known.has(text)) return known.get(text);
  const statements = read(parse, text);
  if (known.size > MOST_KEPT) known.clear();
  if (text.length < SHORT) known.set(text, statements);
  return statements;
}

function read(parse: (text: string) => ScriptNode, text: string): Statements | undefined {
  try {
    const script = parse(Buffer.from(text).toString('latin1'));
    return fits(script, '') ? statementsOf(script) : undefined;
  } catch {
    // What is wrong with it, the library's shell says in its own way.
    return undefined;
  }
}

function fits(value: unknown, place: string): boolean {
  if (Array.isArray(value)) return value.every((item) => fits(item, place));
  if (typeof value !== 'object' || value === null) return true;
  const node = value as Any;
  if (node.type !== undefined && !fitsNode(node, place)) return false;
  return Object.entries(node).every(([key, child]) => {
    if (node.type === 'SimpleCommand' && key === 'name') return fits(child, 'name');
    return fits(child, PATTERN_PLACES.has(key) ? 'pattern' : key === 'parts' ? place : key);
  });
}

function fitsNode(node: Any, place: string): boolean {
  if (!NODES.has(node.type as string)) return false;
  switch (node.type) {
    case 'Statement':
      return node.background !== true && node.deferredError === undefined;
    case 'Pipeline':
      return node.timed !== true && !(node.pipeStderr as boolean[] | undefined)?.some(Boolean);
    case 'Redirection':
      return REDIRECTIONS.has(node.operator as string) && node.fdVariable === undefined;
    case 'Assignment':
      return node.append !== true && node.array === null && (node.name !== 'IFS' || node.value === null);
    case 'CaseItem':
      return node.terminator === ';;';
    case 'ParameterExpansion':
      return PARAMETER.test(node.parameter as string);
    case 'ArithBinary':
    case 'ArithUnary':
      return ARITHMETIC.has(node.operator as string);
    case 'SimpleCommand':
      return fitsCommand(node);
    case 'Glob':
      // A file name pattern among arguments: only the library's shell looks the names up.
      return place === 'pattern' || (place === 'name' && node.pattern === '[');
    default:
      return true;
  }
}

interface Command {
  readonly name: { readonly parts: readonly Any[] } | null;
  readonly args: readonly { readonly parts: readonly Any[] }[];
  readonly redirections: readonly { readonly fd: number | null }[];
}

const literal = (word: Command['name'] | undefined): string | undefined => {
  const [only, ...more] = word?.parts ?? [];
  return more.length === 0 && only?.type === 'Literal' ? (only.value as string) : undefined;
};

function fitsCommand(node: Any): boolean {
  const { name, args, redirections } = node as unknown as Command;
  const word = literal(name);
  if (word === undefined) return true;
  // Files that stay open for `flock`: nothing else reads or writes them.
  if (word === 'exec') return args.length === 0 && redirections.every(({ fd }) => fd !== null && fd > 2);
  if (UNKNOWN.has(word)) return false;
  const options = args.map(literal);
  if (word === 'set') return options[0] === '--' || options.every((o) => o === '-u');
  if (word === 'command') return options[0] === '-v';
  if (word === 'read') return options[0] === '-r';
  return true;
}
