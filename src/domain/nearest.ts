/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`; stops counting above `most`. */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? cost) + 1);
      row.push(cost);
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? most + 1;
}

/** What surrounds a name without being meant as a part of it: quotes, a comment behind it, the type of a Ceph user before it. */
const bare = (name: string): string =>
  name
    .replace(/\s+[#;].*$/s, '')
    .replace(/^["']|["']$/g, '')
    .replace(/^(client\.)+/, '');

/** Are two names a slip of the pen apart: a letter or two, their size, or something beside the name itself? */
export const near = (a: string, b: string): boolean => distance(bare(a).toLowerCase(), bare(b).toLowerCase(), 2) <= 2;

/** The word that was probably meant, or undefined when none is near enough (about one slip in three letters). */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 64) return undefined;
  const most = Math.max(1, Math.floor(word.length / 3));
  const plain = word.toLowerCase().replaceAll('_', '-');
  let best: string | undefined;
  let least = most + 1;
  for (const candidate of known) {
    const edits = distance(plain, candidate.toLowerCase().replaceAll('_', '-'), most);
    if (edits < least) [best, least] = [candidate, edits];
  }
  if (best !== undefined || word.length < 3) return best;
  return known.find((k) => k.startsWith(word)) ?? known.find((k) => k.length >= 3 && word.startsWith(k));
}
