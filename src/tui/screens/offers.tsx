import { words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { chosenIndex, listBindings } from '../input/movement.ts';
import type { Scene } from '../model.ts';
import { EMPTY, type Line, line, plain, span, spread, strong } from '../text/line.ts';
import { startFor, windowOf } from '../text/window.ts';
import { one, paragraph } from '../text/wrap.ts';
import { RISK } from '../theme.ts';
import { chosenCause } from './cause.tsx';
import { offered, planFix } from './fix-start.ts';
import { bodyOf, type Screen } from './screen.ts';

const fixes = (scene: Scene) => offered(chosenCause(scene));
const ids = (scene: Scene): readonly string[] => fixes(scene).map((fix) => fix.id);

function body(scene: Scene): Line[] {
  const { width, height } = bodyOf(scene);
  const index = chosenIndex(ids(scene), scene.ui.chosen.offers);
  const cause = chosenCause(scene);
  const head = [
    ...(cause ? paragraph('plain', words`There are several ways to mend this: ${one(cause.title)}`, width) : []),
    EMPTY,
  ];
  const rows = fixes(scene).map((fix, at): Line => {
    const risk = RISK[fix.risk];
    return spread(
      line(
        span('picked', at === index ? words`› ` : words`  `),
        at === index ? strong(one(fix.title)) : plain(one(fix.title)),
      ),
      line(span(risk.tone, words`${risk.glyph} ${risk.word}`)),
      width,
    );
  });
  const room = height - head.length;
  return [...head, ...windowOf(rows, startFor(rows.length, room, index), room)];
}

export const offersScreen: Screen = {
  id: 'offers',
  title: words`Choose a fix`,
  bindings: [
    {
      keys: ['enter'],
      shown: words`enter`,
      does: words`show the plan`,
      act: (scene) => {
        const cause = chosenCause(scene);
        const fix = fixes(scene)[chosenIndex(ids(scene), scene.ui.chosen.offers)];
        return cause && fix ? [{ type: 'pop' }, ...planFix(cause, fix)] : [];
      },
    },
    ...listBindings('offers', ids),
  ],
  View: ({ scene }) => <Lines lines={body(scene)} />,
};
