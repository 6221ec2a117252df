/** Entities by id, each once. */
export function distinct<T extends { readonly id: string }>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((i) => [i.id, i])).values()];
}
