import { isRunning } from '../../domain/engine.ts';
import { words } from '../../domain/printable.ts';
import type { Binding } from '../input/binding.ts';
import { refusal } from './fix-start.ts';

/** `B`: one file with what the run saw, to hand over. */
export const BUNDLE: Binding = {
  keys: ['B'],
  shown: words`B`,
  does: words`bundle`,
  when: (scene) => scene.engine !== undefined && !isRunning(scene.engine) && scene.ui.bundling === undefined,
  act: (scene) => refusal(scene) ?? [{ type: 'bundle' }],
};
