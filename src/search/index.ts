import { cleanPasted } from './clean.ts';
import { type Entity, entitiesOf } from './entities.ts';
import { type Match, matcher } from './match.ts';
import type { Signature } from './schema.ts';
import { type PlaybookCard, wordSearch } from './words.ts';

export { type Entity, type EntityKind, findEntities } from './entities.ts';
export { parseSignatures, type SignaturesRead } from './parse.ts';
export { recogniser, withSignatures } from './recognise.ts';
export { type Signature, signatureSchema, signaturesSchema } from './schema.ts';
export type { PlaybookCard } from './words.ts';

export interface SearchIndex {
  readonly playbooks: readonly PlaybookCard[];
  readonly signatures: readonly Signature[];
}

/** A playbook that fits a pasted text. */
export interface SearchHit {
  readonly playbook: string;
  readonly title: string;
  /** 0 … 1, 1 is certain. */
  readonly score: number;
  /** What in the text decided, in words for whoever pasted it. */
  readonly because: string;
  /** Causes that its signatures point at, surest first. */
  readonly causes: readonly string[];
  /** What the text names, by kind (`volume`, `pool`, `client`, `host` …): the first of each. All: `findEntities`. */
  readonly entities: Readonly<Record<string, string>>;
}

export type Search = (text: string) => SearchHit[];

/** Makes the index once, for many searches. Throws when a pattern is not RE2 (validated by `signaturesSchema`). */
export function createSearch(index: SearchIndex): Search {
  const byId = new Map(index.playbooks.map((p) => [p.id, p]));
  const match = matcher(index.signatures.filter((s) => byId.has(s.playbook)));
  const byWords = wordSearch(index.playbooks);

  return (text) => {
    const pasted = cleanPasted(text);
    const entities = firstOfEach(entitiesOf(pasted));
    const hits = new Map<string, SearchHit>();
    for (const [id, matches] of groupBy(match(pasted), (m) => m.signature.playbook)) {
      const title = byId.get(id)?.title ?? id;
      hits.set(id, { playbook: id, title, ...verdict(matches), entities });
    }
    for (const { playbook, score, words } of byWords(pasted)) {
      if (hits.has(playbook.id)) continue;
      hits.set(playbook.id, {
        playbook: playbook.id,
        title: playbook.title,
        // Words alone never weigh as much as a signature that decides.
        score: round(score * 0.5),
        because: `Its words fit: ${words.join(', ')}`,
        causes: [],
        entities,
      });
    }
    return [...hits.values()].sort((a, b) => b.score - a.score);
  };
}

/** Pasted text → the playbooks that fit, best first, with what the text names. */
export const searchText = (text: string, index: SearchIndex): SearchHit[] => createSearch(index)(text);

function verdict(matches: readonly Match[]): Pick<SearchHit, 'score' | 'because' | 'causes'> {
  const best = matches[0] as Match;
  // A second, independent text that points the same way adds a little.
  const more = Math.min(0.02, 0.005 * (matches.length - 1));
  return {
    score: round(Math.min(1, best.weight + more)),
    because: `${best.signature.says} (“${best.seen}”)`,
    causes: [...new Set(matches.flatMap((m) => m.signature.cause ?? []))],
  };
}

const round = (score: number): number => Math.round(score * 1000) / 1000;

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

function firstOfEach(entities: readonly Entity[]): Record<string, string> {
  const first: Record<string, string> = {};
  for (const { kind, name } of entities) first[kind] ??= name;
  return first;
}
