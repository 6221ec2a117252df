/** A shell pattern in pieces: `live` ones may hold `*`, `?` and `[…]`, the others are taken as they are. */
export interface PatternPiece {
  readonly text: string;
  readonly live: boolean;
}

const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;
const compiled = new Map<string, RegExp>();

/** The whole of a text against a pattern, anchored at both ends. Bytes, as dash sees them. */
export function matcher(pieces: readonly PatternPiece[]): RegExp {
  const source = pieces.map((p) => (p.live ? liveSource(p.text) : p.text.replace(SPECIAL, '\\$&'))).join('');
  const known = compiled.get(source);
  if (known) return known;
  const made = new RegExp(`^${source}$`, 's');
  if (compiled.size > 500) compiled.clear();
  compiled.set(source, made);
  return made;
}

function liveSource(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    const close = char === '[' ? text.indexOf(']', i + 2) : -1;
    if (char === '*') out += '.*';
    else if (char === '?') out += '.';
    else if (close > 0) {
      const inside = text
        .slice(i + 1, close)
        .replace(/^!/, '^')
        .replace(/[\\[]/g, '\\$&');
      out += `[${inside}]`;
      i = close;
    } else out += char.replace(SPECIAL, '\\$&');
  }
  return out;
}

/** `${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}`. */
export function removed(
  value: string,
  pieces: readonly PatternPiece[],
  side: 'prefix' | 'suffix',
  longest: boolean,
): string {
  if (pieces.every((p) => !p.live || !/[*?[]/.test(p.text))) {
    const text = pieces.map((p) => p.text).join('');
    if (side === 'prefix') return value.startsWith(text) ? value.slice(text.length) : value;
    return value.endsWith(text) ? value.slice(0, value.length - text.length) : value;
  }
  const whole = matcher(pieces);
  for (let n = 0; n <= value.length; n++) {
    const taken = longest ? value.length - n : n;
    if (side === 'prefix') {
      if (whole.test(value.slice(0, taken))) return value.slice(taken);
    } else if (whole.test(value.slice(value.length - taken))) return value.slice(0, value.length - taken);
  }
  return value;
}
