import type { ScriptNode, WordNode } from 'just-bash';
import { type PatternPiece, removed } from './pattern.ts';
import { type Bytes, Exit, type State } from './state.ts';

type Part = WordNode['parts'][number];
type Parameter = Extract<Part, { type: 'ParameterExpansion' }>;
type Arithmetic = Extract<Part, { type: 'ArithmeticExpansion' }>['expression']['expression'];

/** What words need of the shell that reads them. */
export interface Expanding {
  readonly state: State;
  substitute(script: ScriptNode): Promise<Bytes>;
  complain(words: string): void;
}

/** A word as one text: assignments, redirections, `case`. */
export async function oneText(word: WordNode | null, shell: Expanding): Promise<Bytes> {
  let out = '';
  for (const part of word?.parts ?? []) out += await textOf(part, shell);
  return out;
}

/** A word as a pattern: what was quoted is taken as it is. */
export async function pattern(word: WordNode, shell: Expanding): Promise<readonly PatternPiece[]> {
  const pieces: PatternPiece[] = [];
  for (const part of word.parts) {
    const live = part.type !== 'SingleQuoted' && part.type !== 'DoubleQuoted' && part.type !== 'Escaped';
    pieces.push({ text: await textOf(part, shell), live });
  }
  return pieces;
}

/** Words as arguments: what is not quoted is split at blanks, and vanishes when it is empty. */
export async function fields(words: readonly WordNode[], shell: Expanding): Promise<Bytes[]> {
  const out: Bytes[] = [];
  for (const word of words) await addFields(word, shell, out);
  return out;
}

async function addFields(word: WordNode, shell: Expanding, out: Bytes[]): Promise<void> {
  let open: string | undefined;
  const add = (text: string): void => {
    open = (open ?? '') + text;
  };
  const split = (text: string): void => {
    if (shell.state.vars.get('IFS') === '') {
      if (text !== '') add(text);
      return;
    }
    if (/^[ \t\n]/.test(text)) flush();
    for (const [i, field] of text
      .split(/[ \t\n]+/)
      .filter((f) => f !== '')
      .entries()) {
      if (i > 0) flush();
      add(field);
    }
    if (/[ \t\n]$/.test(text)) flush();
  };
  const flush = (): void => {
    if (open !== undefined) out.push(open);
    open = undefined;
  };
  const several = (texts: readonly string[]): void => {
    for (const [i, text] of texts.entries()) {
      if (i > 0) flush();
      add(text);
    }
  };
  for (const part of word.parts) {
    if (part.type === 'DoubleQuoted') {
      if (isAllParameters(part.parts)) several(shell.state.parameters);
      else add(await textOf(part, shell));
    } else if (part.type === 'ParameterExpansion' && /^[@*]$/.test(part.parameter) && part.operation === null) {
      for (const [i, text] of shell.state.parameters.entries()) {
        if (i > 0) flush();
        split(text);
      }
    } else if (
      part.type === 'ParameterExpansion' ||
      part.type === 'CommandSubstitution' ||
      part.type === 'ArithmeticExpansion'
    )
      split(await textOf(part, shell));
    else add(await textOf(part, shell));
  }
  flush();
}

const isAllParameters = ([only, ...more]: readonly Part[]): boolean =>
  more.length === 0 && only?.type === 'ParameterExpansion' && only.parameter === '@' && only.operation === null;

async function textOf(part: Part, shell: Expanding): Promise<Bytes> {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'Escaped':
      return part.value;
    case 'Glob':
      return part.pattern;
    case 'DoubleQuoted': {
      let out = '';
      for (const inner of part.parts) out += await textOf(inner, shell);
      return out;
    }
    case 'ParameterExpansion':
      return parameter(part, shell);
    case 'CommandSubstitution':
      return (await shell.substitute(part.body)).replace(/\n+$/, '');
    case 'ArithmeticExpansion':
      return String(arithmetic(part.expression.expression, shell));
    default:
      throw new RangeError(`the practice shell does not know ${part.type}`);
  }
}

function variable(name: string, { state }: Expanding): Bytes | undefined {
  if (name === '@' || name === '*') return state.parameters.join(' ');
  if (name === '#') return String(state.parameters.length);
  if (name === '?') return String(state.status);
  if (name === '$') return '4242';
  if (name === '0') return state.zero;
  return /^\d+$/.test(name) ? state.parameters[Number(name) - 1] : state.vars.get(name);
}

async function parameter({ parameter: name, operation }: Parameter, shell: Expanding): Promise<Bytes> {
  const value = variable(name, shell);
  const absent = (checkEmpty: boolean): boolean => value === undefined || (checkEmpty && value === '');
  switch (operation?.type) {
    case 'DefaultValue':
      return absent(operation.checkEmpty) ? oneText(operation.word, shell) : (value ?? '');
    case 'UseAlternative':
      return absent(operation.checkEmpty) ? '' : oneText(operation.word, shell);
    case 'AssignDefault': {
      if (!absent(operation.checkEmpty)) return value ?? '';
      const given = await oneText(operation.word, shell);
      shell.state.vars.set(name, given);
      return given;
    }
    default:
  }
  if (value === undefined && shell.state.nounset && name !== '@' && name !== '*') {
    shell.complain(`${name}: parameter not set`);
    throw new Exit(2);
  }
  if (operation?.type === 'Length') return String((value ?? '').length);
  if (operation?.type === 'PatternRemoval')
    return removed(value ?? '', await pattern(operation.pattern, shell), operation.side, operation.greedy);
  return value ?? '';
}

function arithmetic(node: Arithmetic, shell: Expanding): number {
  switch (node.type) {
    case 'ArithNumber':
      return node.value;
    case 'ArithVariable': {
      const value = variable(node.name, shell) || '0';
      if (/^-?\d+$/.test(value)) return Number(value);
      shell.complain(`Illegal number: ${value}`);
      throw new Exit(2);
    }
    case 'ArithGroup':
    case 'ArithNested':
      return arithmetic(node.expression, shell);
    case 'ArithUnary': {
      const value = arithmetic(node.operand, shell);
      return node.operator === '-' ? -value : node.operator === '!' ? Number(value === 0) : value;
    }
    case 'ArithBinary':
      return binary(node.operator, arithmetic(node.left, shell), arithmetic(node.right, shell), shell);
    default:
      throw new RangeError(`the practice shell does not know ${node.type}`);
  }
}

function binary(operator: string, a: number, b: number, shell: Expanding): number {
  if ((operator === '/' || operator === '%') && b === 0) {
    shell.complain('arithmetic expression: division by zero');
    throw new Exit(2);
  }
  const results: Readonly<Record<string, number>> = {
    '+': a + b,
    '-': a - b,
    '*': a * b,
    '/': Math.trunc(a / b),
    '%': a % b,
    '<': Number(a < b),
    '<=': Number(a <= b),
    '>': Number(a > b),
    '>=': Number(a >= b),
    '==': Number(a === b),
    '!=': Number(a !== b),
    '&&': Number(a !== 0 && b !== 0),
    '||': Number(a !== 0 || b !== 0),
  };
  return results[operator] ?? 0;
}
