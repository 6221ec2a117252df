/**
 * Texts one of which stands in every line that an RE2 pattern matches, in small letters; undefined when the pattern has no such texts. A
 * search for them costs a hundredth of the pattern, and most lines hold none. Unsure is undefined: too few lines would be looked at otherwise.
 */
export function literals(pattern: string): readonly string[] | undefined {
  if (pattern.includes('\\Q')) return undefined;
  const found = alternatives(unwrapped(pattern)).map(longest);
  return found.every((text) => text.length >= SHORTEST) ? found : undefined;
}

/** Shorter ones are in most lines. */
const SHORTEST = 4;

/** Where the piece that begins at `at` ends: an escaped character, a class, a group with all in it, or one character. */
function endOf(pattern: string, at: number): number {
  const first = pattern[at];
  if (first === '\\') return at + 2;
  if (first === '[') return classEnd(pattern, at);
  if (first !== '(') return at + 1;
  let end = at + 1;
  while (end < pattern.length && pattern[end] !== ')') end = endOf(pattern, end);
  return end + 1;
}

/** A `]` that comes first is one of the characters. */
function classEnd(pattern: string, at: number): number {
  let end = at + 1;
  if (pattern[end] === '^') end += 1;
  if (pattern[end] === ']') end += 1;
  while (end < pattern.length && pattern[end] !== ']') end += pattern[end] === '\\' ? 2 : 1;
  return end + 1;
}

/** Without the group that is around the whole. */
const unwrapped = (pattern: string): string =>
  pattern.startsWith('(?:') && endOf(pattern, 0) === pattern.length ? pattern.slice(3, -1) : pattern;

function alternatives(pattern: string): readonly string[] {
  const ends: number[] = [];
  for (let at = 0; at < pattern.length; at = endOf(pattern, at)) if (pattern[at] === '|') ends.push(at);
  return [-1, ...ends].map((end, i) => pattern.slice(end + 1, ends[i]));
}

/** The longest run of characters that stand for themselves and must be there. */
function longest(pattern: string): string {
  const runs = [''];
  const add = (character: string) => runs.push((runs.pop() ?? '') + character);
  for (let at = 0; at < pattern.length; ) {
    const end = endOf(pattern, at);
    const piece = pattern.slice(at, end);
    const quantified = /^(?:[*?]|\{[\d,]+\})/.exec(pattern.slice(end))?.[0];
    const itself = piece.length === 1 ? !'.^$*+?{}|)'.includes(piece) : /^\\[^A-Za-z0-9]$/.test(piece);
    if (itself && quantified === undefined && piece < '\u0080') add(piece.at(-1) as string);
    else runs.push('');
    at = end + (quantified?.length ?? 0);
  }
  return runs.reduce((best, run) => (run.length > best.length ? run : best), '').toLowerCase();
}
