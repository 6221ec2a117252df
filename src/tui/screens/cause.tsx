import type { Cause } from '../../domain/judgement.ts';
import { words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { chosenId, pageBindings } from '../input/movement.ts';
import type { Scene } from '../model.ts';
import { perScene } from '../per-scene.ts';
import type { Line } from '../text/line.ts';
import { pagePosition, windowOf } from '../text/window.ts';
import { causeLines, PROSE } from './cause-lines.ts';
import { fixBinding } from './fix-start.ts';
import { bodyOf, causeKey, causesOf, type Screen } from './screen.ts';

/** The cause chosen on the diagnosis screen. */
export function chosenCause(scene: Scene): Cause | undefined {
  const causes = causesOf(scene);
  const id = chosenId(scene, 'diagnosis', causes.map(causeKey));
  return causes.find((cause) => causeKey(cause) === id);
}

const lines = perScene((scene: Scene): readonly Line[] => {
  const cause = chosenCause(scene);
  if (!cause) return [];
  return causeLines(cause, scene, Math.min(bodyOf(scene).width, PROSE));
});

export const causeScreen: Screen = {
  id: 'cause',
  title: words`Cause`,
  bindings: [
    ...pageBindings('cause', (scene) => ({ count: lines(scene).length, height: bodyOf(scene).height }), { rows: true }),
    fixBinding(chosenCause),
  ],
  remark: (scene) => pagePosition(lines(scene).length, bodyOf(scene).height, scene.ui.scrolled.cause),
  View: ({ scene }) => <Lines lines={windowOf(lines(scene), scene.ui.scrolled.cause ?? 0, bodyOf(scene).height)} />,
};
