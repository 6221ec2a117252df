import type { ReactNode } from 'react';
import type { Cause, Judgement } from '../../domain/judgement.ts';
import type { Printable } from '../../domain/printable.ts';
import type { Binding } from '../input/binding.ts';
import type { Scene, ScreenId, Size } from '../model.ts';

/** One thing the terminal can show. `View` draws exactly the body's room. */
export interface Screen {
  readonly id: ScreenId;
  readonly title: Printable;
  readonly bindings: readonly Binding[];
  /** Whether `/` filters something here. */
  readonly filters?: boolean;
  /** What stands at the right end of the line above the footer: where a scrolled page is. */
  readonly remark?: (scene: Scene) => Printable;
  readonly View: (props: { readonly scene: Scene }) => ReactNode;
}

export const SMALLEST: Size = { columns: 60, rows: 16 };

export const tooSmall = (size: Size): boolean => size.columns < SMALLEST.columns || size.rows < SMALLEST.rows;

/** Room between header and footer, in cells; one column stays free at both sides. */
export const bodyOf = ({ ui: { size } }: Scene) => ({ width: size.columns - 2, height: size.rows - 4 });

export const causesOf = (scene: Scene): readonly Cause[] => scene.engine?.judgement.causes ?? [];

/** A cause's identity in lists: its id and what it is about. */
export const causeKey = (cause: Pick<Cause, 'id' | 'subject'>): string => JSON.stringify([cause.id, cause.subject]);

export const filterOf = (scene: Scene, screen: ScreenId): string => scene.ui.filters[screen] ?? '';

/** Every word of the filter is found in one of the texts; letters' case does not matter. */
export function matches(filter: string, ...texts: readonly (string | undefined)[]): boolean {
  const all = texts.join('\n').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

export const emptyJudgement: Judgement = {
  outcome: 'incomplete',
  coverage: { nodes: 0, nodesReached: 0, asked: 0, answered: 0, unknown: 0 },
  causes: [],
  checks: [],
  nodes: [],
};
