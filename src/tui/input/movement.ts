import { words } from '../../domain/printable.ts';
import type { Act, Scene } from '../model.ts';
import { lastStart } from '../text/window.ts';
import type { Binding } from './binding.ts';

const clamp = (value: number, last: number) => Math.max(0, Math.min(last, value));

/** The chosen row, by id; the first one when the chosen id is not there any more. */
export const chosenIndex = (ids: readonly string[], chosen: string | undefined): number =>
  Math.max(0, ids.indexOf(chosen ?? ''));

export const chosenId = (scene: Scene, list: string, ids: readonly string[]): string | undefined =>
  ids[chosenIndex(ids, scene.ui.chosen[list])];

/** Keys of a list whose chosen row is kept by id. */
export function listBindings(
  list: string,
  ids: (scene: Scene) => readonly string[],
  when: (scene: Scene) => boolean = () => true,
): Binding[] {
  const there = (scene: Scene) => when(scene) && ids(scene).length > 1;
  const to = (scene: Scene, index: (now: number, last: number) => number): readonly Act[] => {
    const all = ids(scene);
    const id = all[clamp(index(chosenIndex(all, scene.ui.chosen[list]), all.length - 1), all.length - 1)];
    return id === undefined ? [] : [{ type: 'choose', list, id }];
  };
  return [
    {
      keys: ['up', 'k'],
      shown: words`↑ k`,
      does: words`row up`,
      when: there,
      quiet: true,
      act: (s) => to(s, (n) => n - 1),
    },
    { keys: ['down', 'j'], shown: words`↑↓`, does: words`move`, when: there, act: (s) => to(s, (n) => n + 1) },
    {
      keys: ['g', 'home'],
      shown: words`g`,
      does: words`first row`,
      when: there,
      quiet: true,
      act: (s) => to(s, () => 0),
    },
    {
      keys: ['G', 'end'],
      shown: words`G`,
      does: words`last row`,
      when: there,
      quiet: true,
      act: (s) => to(s, (_, last) => last),
    },
  ];
}

/** How much there is of a page and how much of it fits. */
export interface Extent {
  readonly count: number;
  readonly height: number;
}

interface PageKeys {
  /** Whether single rows, first and last have keys too, or only pages (beside a list that uses those). */
  readonly rows: boolean;
  readonly when?: (scene: Scene) => boolean;
}

/** Keys of a text that scrolls. */
export function pageBindings(page: string, extent: (scene: Scene) => Extent, { rows, when }: PageKeys): Binding[] {
  const there = (scene: Scene) => {
    if (when && !when(scene)) return false;
    const { count, height } = extent(scene);
    return count > height;
  };
  const to = (scene: Scene, start: (now: number, extent: Extent) => number): readonly Act[] => {
    const size = extent(scene);
    const last = lastStart(size.count, size.height);
    return [{ type: 'scroll', page, to: clamp(start(clamp(scene.ui.scrolled[page] ?? 0, last), size), last) }];
  };
  const single: Binding[] = [
    {
      keys: ['up', 'k'],
      shown: words`↑ k`,
      does: words`line up`,
      when: there,
      quiet: true,
      act: (s) => to(s, (n) => n - 1),
    },
    { keys: ['down', 'j'], shown: words`↑↓`, does: words`scroll`, when: there, act: (s) => to(s, (n) => n + 1) },
    { keys: ['g', 'home'], shown: words`g`, does: words`top`, when: there, quiet: true, act: (s) => to(s, () => 0) },
    {
      keys: ['G', 'end'],
      shown: words`G`,
      does: words`bottom`,
      when: there,
      quiet: true,
      act: (s) => to(s, (_, e) => e.count),
    },
  ];
  return [
    ...(rows ? single : []),
    {
      keys: ['pagedown', 'ctrl-d', ...(rows ? ['space'] : [])],
      shown: words`PgDn`,
      does: words`page down`,
      when: there,
      quiet: rows,
      act: (s) => to(s, (n, e) => n + Math.max(1, e.height - 1)),
    },
    {
      keys: ['pageup', 'ctrl-u'],
      shown: words`PgUp`,
      does: words`page up`,
      when: there,
      quiet: true,
      act: (s) => to(s, (n, e) => n - Math.max(1, e.height - 1)),
    },
  ];
}
