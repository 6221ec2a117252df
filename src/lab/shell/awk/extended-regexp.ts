import { UnknownUse } from './unknown-use.ts';

const MOST_KEPT = 1000;
const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9', alpha: 'A-Za-z', blank: ' \\t', digit: '0-9', lower: 'a-z', print: ' -~', punct: '!-\\/:-@\\[-`{-~',
  space: ' \\t\\n\\r\\f\\v', upper: 'A-Z', xdigit: '0-9A-Fa-f',
}; // biome-ignore format: a table
const made = new Map<string, RegExp>();

/** A POSIX extended regular expression as awk writes it, global; intervals and other things that not every awk knows are refused. */
export function extendedRegExp(source: string): RegExp {
  const known = made.get(source);
  if (known) {
    known.lastIndex = 0;
    return known;
  }
  const expression = javaScripts(translate(source));
  if (made.size > MOST_KEPT) made.clear();
  made.set(source, expression);
  return expression;
}

function javaScripts(source: string): RegExp {
  try {
    return new RegExp(source, 'gs');
  } catch {
    throw new UnknownUse('a pattern');
  }
}

function translate(source: string): string {
  let out = '';
  for (let i = 0; i < source.length; i++) {
    const char = source[i] as string;
    if (char === '\\') out += escaped(source[++i]);
    else if (char === '[') {
      const set = bracket(source, i);
      out += set.text;
      i = set.end;
    } else if (char === '{' || char === '}' || (char === '(' && source[i + 1] === '?'))
      throw new UnknownUse('an interval');
    else out += char === '/' ? '\\/' : char;
  }
  return out;
}

function escaped(char: string | undefined): string {
  if (char !== undefined && /[ntrfv]/.test(char)) return `\\${char}`;
  if (char === undefined || /[\w<>]/.test(char)) throw new UnknownUse('an escape');
  return /["&' ]/.test(char) ? char : `\\${char}`;
}

/** The set that begins at `from`, and where it ends. */
function bracket(source: string, from: number): { text: string; end: number } {
  let i = from + 1;
  let out = '[';
  if (source[i] === '^') {
    out += '^';
    i++;
  }
  for (let first = true; i < source.length; i++, first = false) {
    const char = source[i] as string;
    if (char === ']' && !first) return { text: `${out}]`, end: i };
    if (char === '[' && source[i + 1] === ':') {
      const [whole, name = ''] = /^\[:(\w+):\]/.exec(source.slice(i)) ?? [];
      const set = CLASSES[name];
      if (whole === undefined || set === undefined) throw new UnknownUse('a class');
      out += set;
      i += whole.length - 1;
    } else if (char === '[' && /[.=]/.test(source[i + 1] ?? '')) throw new UnknownUse('a collation');
    else if (char === '\\') out += escaped(source[++i]);
    else out += char === ']' || char === '[' ? `\\${char}` : char;
  }
  throw new UnknownUse('a set without its end');
}
