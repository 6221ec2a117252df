import Fuse from 'fuse.js';
import type { Pasted } from './clean.ts';

/** What is known of a playbook before it is run. */
export interface PlaybookCard {
  readonly id: string;
  readonly title: string;
  /** What people say or paste when they have this problem. */
  readonly symptoms: readonly string[];
  readonly tags: readonly string[];
}

export interface WordHit {
  readonly playbook: PlaybookCard;
  /** 0 … 1, 1 is best. */
  readonly score: number;
  readonly words: readonly string[];
}

/** Words that stand in any complaint. */
const EMPTY = new Set(
  (
    'a an and are as at be but by can cant cannot could did do does doesnt dont for from get gets got has have help how i if ' +
    'in is it its me my no not of on or our please so some still that the then there this to up us was we were what when ' +
    'why will with wont work works working would you your error errors failed failure fails fail problem issue issues most recent call last ' +
    'traceback file line self return raise none true false debug info warning critical ceph openstack'
  ).split(' '),
);
const MAX_WORDS = 12;

/** Finds playbooks by loose words, whatever their order, slips of the pen allowed. */
export function wordSearch(playbooks: readonly PlaybookCard[]): (pasted: Pasted) => WordHit[] {
  const fuse = new Fuse(playbooks, {
    getFn: (card, path) => stemmed(card[String(path[0]) as keyof PlaybookCard] ?? ''),
    keys: [
      { name: 'title', weight: 2 },
      { name: 'tags', weight: 2 },
      { name: 'symptoms', weight: 1 },
    ],
    useTokenSearch: true,
    ignoreLocation: true,
    ignoreDiacritics: true,
    includeScore: true,
    threshold: 0.2,
  });
  return (pasted) => {
    const words = significant(pasted);
    if (words.length === 0) return [];
    const hits = fuse.search(words.map(stem).join(' '), { limit: 5 });
    const best = hits[0]?.score ?? 1;
    return hits
      .filter(({ score = 1 }) => score <= 0.92 && score <= best + 0.3)
      .map(({ item, score = 1 }) => ({ playbook: item, score: 1 - score, words }));
  };
}

/** `uploading`, `uploads` and `uploaded` are one word: endings off, and one of two equal letters that they leave. */
function stem(word: string): string {
  const bare = word.replace(/^(.{3,}?)(?:ing|ed|es|s)$/, '$1');
  return bare === word ? word : bare.replace(/([bdgmnprt])\1$/, '$1');
}

const stemmed = (text: string | readonly string[]): string | readonly string[] =>
  typeof text === 'string' ? text.toLowerCase().replace(/\p{L}+/gu, stem) : text.map((t) => stemmed(t) as string);

/** The words of a short complaint; of a long text only the lines that complain. */
export function significant({ lines }: Pasted): string[] {
  const telling =
    lines.length <= 3 ? lines : lines.filter((l) => /error|fail|denied|refused|not found|timed? ?out|hang/i.test(l));
  const words = new Set<string>();
  for (const line of telling.slice(0, 20)) {
    for (const [word] of line.slice(0, 500).matchAll(/[\p{L}][\p{L}\p{N}]{1,29}/gu)) {
      const plain = word.toLowerCase();
      if (!EMPTY.has(plain) && !/^[0-9a-f]{6,}$/.test(plain)) words.add(plain);
      if (words.size >= MAX_WORDS) return [...words];
    }
  }
  return [...words];
}
