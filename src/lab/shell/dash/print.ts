const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v', '\\': '\\',
}; // biome-ignore format: a table

/** Backslashes as `printf` and dash's `echo` read them; what means nothing stays. */
export const unescaped = (text: string): string =>
  text.replace(/\\(0?[0-7]{1,3}|[\s\S])/g, (whole, code: string) =>
    /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8) & 0xff) : (ESCAPES[code] ?? whole),
  );

const DIRECTIVE = /%(?:%|([-0 +#]*)(\d*|\*)(?:\.(\d+))?([sdiuxXocb]))/g;

/** `printf`: the format again and again until all words are used. Undefined: a directive it does not know. */
export function formatted(format: string, words: readonly string[]): string | undefined {
  const plain = format.replace(DIRECTIVE, '');
  if (plain.includes('%') || /%[-0 +#]*\*/.test(format)) return undefined;
  const queue = [...words];
  let out = '';
  do {
    const before = queue.length;
    // Escapes of the format are read first: what the words bring is not read again.
    out += unescapedFormat(format, () => queue.shift());
    if (queue.length === before) break;
  } while (queue.length > 0);
  return out;
}

function unescapedFormat(format: string, next: () => string | undefined): string {
  let out = '';
  let from = 0;
  for (const found of format.matchAll(DIRECTIVE)) {
    const [whole, flags = '', width = '', precision, kind] = found;
    out += unescaped(format.slice(from, found.index));
    from = found.index + whole.length;
    out += kind === undefined ? '%' : padded(value(kind, next(), precision), flags, width);
  }
  return out + unescaped(format.slice(from));
}

function value(kind: string, word: string | undefined, precision: string | undefined): string {
  const limit = precision === undefined ? undefined : Number(precision);
  if (kind === 's') return (word ?? '').slice(0, limit);
  if (kind === 'b') return unescaped(word ?? '').slice(0, limit);
  if (kind === 'c') return (word ?? '').slice(0, 1);
  const number = Math.trunc(Number(word || '0')) || 0;
  const digits =
    kind === 'x'
      ? number.toString(16)
      : kind === 'X'
        ? number.toString(16).toUpperCase()
        : kind === 'o'
          ? number.toString(8)
          : String(number);
  return limit === undefined ? digits : digits.padStart(limit, '0');
}

function padded(text: string, flags: string, width: string): string {
  if (width === '') return text;
  return flags.includes('-')
    ? text.padEnd(Number(width))
    : text.padStart(Number(width), flags.includes('0') ? '0' : ' ');
}
