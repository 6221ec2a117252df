import type { Printable } from '../../domain/printable.ts';
import type { Act, Scene } from '../model.ts';

/** A key and what it does. The footer, the help and the README's key table are made from these. */
export interface Binding {
  readonly keys: readonly string[];
  /** How the keys are written for people: `↑↓`, `enter`. */
  readonly shown: Printable;
  readonly does: Printable;
  /** Absent: always there. */
  readonly when?: (scene: Scene) => boolean;
  /** Not in the footer, only in the help. */
  readonly quiet?: boolean | ((scene: Scene) => boolean);
  /** Absent: a menu component on the screen handles it. */
  readonly act?: (scene: Scene) => readonly Act[];
}

export const available = (bindings: readonly Binding[], scene: Scene): readonly Binding[] =>
  bindings.filter((binding) => binding.when?.(scene) ?? true);

export const bindingFor = (bindings: readonly Binding[], key: string, scene: Scene): Binding | undefined =>
  available(bindings, scene).find((binding) => binding.keys.includes(key));

/** Does the footer leave it out? */
export const isQuiet = ({ quiet }: Binding, scene: Scene): boolean =>
  typeof quiet === 'function' ? quiet(scene) : quiet === true;
