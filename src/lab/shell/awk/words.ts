import { UnknownUse } from './unknown-use.ts';

export type Word =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text' | 'pattern' | 'name' | 'call' | 'sign'; readonly text: string }
  | { readonly kind: 'newline' | 'end'; readonly text: '' };

const SIGNS = [
  '&&', '||', '==', '!=', '<=', '>=', '++', '--', '+=', '-=', '*=', '/=', '%=', '^=', '!~',
  ...'{}()[];,+-*/%^!<>~?:=$',
]; // biome-ignore format: a table
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_]\w*/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07', b: '\b' };

/** The words of an awk program. What a slash begins depends on what stands before it. */
export function wordsOf(source: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  const sticky = (expression: RegExp): string | undefined => {
    expression.lastIndex = at;
    return expression.exec(source)?.[0];
  };
  while (at < source.length) {
    const char = source[at] as string;
    if (char === '\n') {
      words.push({ kind: 'newline', text: '' });
      at++;
    } else if (char === ' ' || char === '\t' || char === '\r') at++;
    else if (char === '\\' && source[at + 1] === '\n') at += 2;
    else if (char === '#') at = ends(source, at);
    else if (char === '"') {
      const { text, end } = stringAt(source, at);
      words.push({ kind: 'text', text });
      at = end;
    } else if (char === '/' && !endsOperand(words.at(-1))) {
      const end = patternEnd(source, at);
      words.push({ kind: 'pattern', text: source.slice(at + 1, end) });
      at = end + 1;
    } else {
      const number = sticky(NUMBER);
      const name = number === undefined ? sticky(NAME) : undefined;
      const sign = name ?? number ?? SIGNS.find((s) => source.startsWith(s, at));
      if (sign === undefined) throw new UnknownUse(`the character ${char}`);
      at += sign.length;
      if (number !== undefined) words.push({ kind: 'number', value: Number(number) });
      // Only a name with its parenthesis right behind it is a call of one's own function.
      else if (name !== undefined) words.push({ kind: source[at] === '(' ? 'call' : 'name', text: name });
      else words.push({ kind: 'sign', text: sign });
    }
  }
  words.push({ kind: 'newline', text: '' }, { kind: 'end', text: '' });
  return words;
}

const ends = (source: string, from: number): number => {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
};

const KEYWORDS = new Set(['return', 'print', 'in', 'printf']);

/** After an operand a slash divides. */
function endsOperand(word: Word | undefined): boolean {
  if (word === undefined) return false;
  if (word.kind === 'name') return !KEYWORDS.has(word.text);
  return (
    word.kind === 'number' || word.kind === 'text' || (word.kind === 'sign' && /^([)\]$]|\+\+|--)$/.test(word.text))
  );
}

function stringAt(source: string, from: number): { text: string; end: number } {
  let text = '';
  for (let i = from + 1; i < source.length; i++) {
    const char = source[i] as string;
    if (char === '"') return { text, end: i + 1 };
    if (char === '\n') break;
    if (char !== '\\') text += char;
    else {
      const next = source[++i] ?? '';
      if (/[0-7]/.test(next)) throw new UnknownUse('an octal escape');
      text += ESCAPES[next] ?? (next === '"' || next === '\\' || next === '/' ? next : `\\${next}`);
    }
  }
  throw new UnknownUse('a string without its end');
}

function patternEnd(source: string, from: number): number {
  let inSet = false;
  for (let i = from + 1; i < source.length && source[i] !== '\n'; i++) {
    const char = source[i];
    if (char === '\\') i++;
    else if (char === '[' && !inSet) {
      inSet = true;
      if (source[i + 1] === '^') i++;
      if (source[i + 1] === ']') i++;
    } else if (char === '[' && source[i + 1] === ':') i = source.indexOf(':]', i) + 1;
    else if (char === ']') inSet = false;
    else if (char === '/' && !inSet) return i;
  }
  throw new UnknownUse('a pattern without its end');
}
