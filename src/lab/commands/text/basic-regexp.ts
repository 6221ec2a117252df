/** A POSIX basic regular expression as one of JavaScript, where both mean the same; undefined for anything less common. */
export function basicRegExp(source: string): RegExp | undefined {
  const known = made.get(source);
  if (known !== undefined || made.has(source)) return known;
  const translated = translate(source);
  const expression = translated === undefined ? undefined : new RegExp(translated, 's');
  if (made.size > 1000) made.clear();
  made.set(source, expression);
  return expression;
}

const made = new Map<string, RegExp | undefined>();

function translate(source: string): string | undefined {
  let out = '';
  for (let i = 0; i < source.length; i++) {
    const char = source[i] as string;
    const next = source[i + 1];
    if (char === '\\') {
      if (next === '(' || next === ')') out += next;
      else if (next !== undefined && /[.*[\]^$/\\]/.test(next)) out += `\\${next}`;
      else return undefined;
      i++;
    } else if (char === '[') {
      const close = source.indexOf(']', i + (next === '^' ? 3 : 2));
      const inside = source.slice(i + 1, close);
      if (close < 0 || /\[|\\/.test(inside)) return undefined;
      out += `[${inside.replaceAll(']', '\\]')}]`;
      i = close;
    } else if (char === '*') {
      if (out === '' || out === '^' || out.endsWith('(')) return undefined;
      out += '*';
    } else if (char === '^') {
      if (i > 0) return undefined;
      out += '^';
    } else if (char === '$') {
      if (i < source.length - 1) return undefined;
      out += '$';
    } else out += /[+?{}|()]/.test(char) ? `\\${char}` : char;
  }
  return out;
}
