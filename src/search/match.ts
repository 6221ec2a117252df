import { RE2JS, RE2Set } from 're2js';
import type { Pasted } from './clean.ts';
import { literals } from './literals.ts';
import type { Signature } from './schema.ts';

export interface Match {
  readonly signature: Signature;
  readonly weight: number;
  /** The words that matched. */
  readonly seen: string;
}

const MAX_SEEN = 160;

/**
 * Looks for all patterns in a text. A pattern is run over the lines that hold one of its literals, in time proportional to the line; those
 * without literals make one automaton, which costs the same however many they are.
 */
export function matcher(signatures: readonly Signature[]): (pasted: Pasted) => Match[] {
  const by = signatures.map(({ pattern }) => ({ pattern, texts: literals(pattern) }));
  const sought = by.flatMap(({ pattern, texts }, index) => (texts ? [{ index, texts, finds: finder(pattern) }] : []));
  const rest = by.flatMap(({ texts }, index) => (texts ? [] : [index]));
  const others = automaton(rest.map((i) => (signatures[i] as Signature).pattern));

  const found = (line: string): readonly number[] => {
    const small = line.toLowerCase();
    return [
      ...sought.filter(({ texts, finds }) => texts.some((t) => small.includes(t)) && finds(line)).map((s) => s.index),
      ...others(line).map((i) => rest[i] as number),
    ];
  };

  return ({ lines, joined }) => {
    const where = new Map<number, string>();
    for (const line of [...lines, ...joined]) for (const i of found(line)) if (!where.has(i)) where.set(i, line);
    return [...where]
      .flatMap(([i, line]) => {
        const signature = signatures[i];
        return signature ? [{ signature, weight: signature.weight ?? 0.9, seen: excerpt(signature, line) }] : [];
      })
      .sort((a, b) => b.weight - a.weight);
  };
}

/** Made when it is first wanted: most are never. */
function finder(pattern: string): (line: string) => boolean {
  let compiled: RE2JS | undefined;
  return (line) => {
    compiled ??= RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
    return compiled.matcher(line).find();
  };
}

function automaton(patterns: readonly string[]): (line: string) => readonly number[] {
  if (patterns.length === 0) return () => [];
  const set = new RE2Set(RE2Set.UNANCHORED, RE2JS.CASE_INSENSITIVE);
  for (const pattern of patterns) set.add(pattern);
  set.compile();
  return (line) => set.match(line);
}

function excerpt(signature: Signature, line: string): string {
  const found = RE2JS.compile(signature.pattern, RE2JS.CASE_INSENSITIVE).matcher(line);
  const text = found.find() ? (found.group() ?? '') : line;
  return text.length > MAX_SEEN ? `${text.slice(0, MAX_SEEN - 1)}…` : text;
}
