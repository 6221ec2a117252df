import type { Choice } from '../../domain/drill.ts';
import { words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { chosenId, listBindings } from '../input/movement.ts';
import type { Scene } from '../model.ts';
import { EMPTY, faint, type Line, line, span } from '../text/line.ts';
import { startFor, windowOf } from '../text/window.ts';
import { hanging, one } from '../text/wrap.ts';
import { VERDICT } from '../theme.ts';
import { reportLines } from './drill-lines.ts';
import { bodyOf, type Screen } from './screen.ts';

const open = (scene: Scene): readonly Choice[] => scene.practice?.drill?.choices ?? [];
const ids = (scene: Scene): readonly string[] => open(scene).map((c) => c.id);

function body(scene: Scene): Line[] {
  const { width, height } = bodyOf(scene);
  const drill = scene.practice?.drill;
  if (!drill) return windowOf([], 0, height);
  const picked = chosenId(scene, 'naming', ids(scene));
  const head = [
    ...reportLines({ ...drill, named: [] }, width).slice(0, 4),
    EMPTY,
    line(faint(words`What is it? Words in ‹ › stand for names of this cluster.`)),
    EMPTY,
  ];
  const rows = open(scene).flatMap((choice) => {
    const here = choice.id === picked;
    const named = drill.named.find((n) => n.id === choice.id);
    const mark = named ? (named.right ? VERDICT.pass : VERDICT.fail) : undefined;
    const lead = [
      span('picked', here ? words`› ` : words`  `),
      mark ? span(mark.tone, words`${mark.glyph} `) : faint(words`○ `),
    ];
    return hanging(lead, here ? 'strong' : 'plain', one(choice.title), width).map((row) => ({ row, id: choice.id }));
  });
  const room = height - head.length;
  const at = rows.findIndex((r) => r.id === picked);
  return [
    ...head,
    ...windowOf(
      rows.map((r) => r.row),
      startFor(rows.length, room, at),
      room,
    ),
  ];
}

export const namingScreen: Screen = {
  id: 'naming',
  title: words`Name the cause`,
  bindings: [
    {
      keys: ['enter'],
      shown: words`enter`,
      does: words`that is it`,
      act: (scene) => {
        const cause = chosenId(scene, 'naming', ids(scene));
        return cause === undefined
          ? []
          : [
              { type: 'pop' },
              { type: 'practice', intent: { type: 'name', cause } },
              { type: 'field', field: 'console' },
            ];
      },
    },
    ...listBindings('naming', ids),
  ],
  View: ({ scene }) => <Lines lines={body(scene)} />,
};
