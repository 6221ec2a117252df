import { RE2JS, RE2Set } from 're2js';
import type { Pasted } from './clean.ts';
import type { Signature } from './schema.ts';

export interface Match {
  readonly signature: Signature;
  readonly weight: number;
  /** The words that matched. */
  readonly seen: string;
}

const MAX_SEEN = 160;

/** Makes one automaton of all patterns: a text costs time in proportion to its length, however many there are. */
export function matcher(signatures: readonly Signature[]): (pasted: Pasted) => Match[] {
  const set = new RE2Set(RE2Set.UNANCHORED, RE2JS.CASE_INSENSITIVE);
  for (const { pattern } of signatures) set.add(pattern);
  if (signatures.length > 0) set.compile();

  return ({ lines, joined }) => {
    const where = new Map<number, string>();
    if (signatures.length === 0) return [];
    for (const line of [...lines, ...joined]) {
      for (const i of set.match(line)) if (!where.has(i)) where.set(i, line);
    }
    return [...where]
      .flatMap(([i, line]) => {
        const signature = signatures[i];
        return signature ? [{ signature, weight: signature.weight ?? 0.9, seen: excerpt(signature, line) }] : [];
      })
      .sort((a, b) => b.weight - a.weight);
  };
}

function excerpt(signature: Signature, line: string): string {
  const found = RE2JS.compile(signature.pattern, RE2JS.CASE_INSENSITIVE).matcher(line);
  const text = found.find() ? (found.group() ?? '') : line;
  return text.length > MAX_SEEN ? `${text.slice(0, MAX_SEEN - 1)}…` : text;
}
