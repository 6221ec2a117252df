import type { DrillSummary } from '../../domain/practice.ts';
import { words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { chosenId, listBindings } from '../input/movement.ts';
import type { Scene } from '../model.ts';
import { EMPTY, faint, fillLeft, type Line, line, plain, rule, span, spread, strong } from '../text/line.ts';
import { startFor, windowOf } from '../text/window.ts';
import { one, paragraph } from '../text/wrap.ts';
import { VERDICT } from '../theme.ts';
import { bodyOf, filterOf, matches, type Screen } from './screen.ts';

const shown = (scene: Scene): readonly DrillSummary[] =>
  (scene.ui.library.catalogue?.drills ?? []).filter((d) => matches(filterOf(scene, 'drills'), d.report, d.playbook));
const ids = (scene: Scene): readonly string[] => shown(scene).map((d) => d.id);

const best = ({ best: points, passed }: DrillSummary): Line =>
  points === undefined
    ? line(faint(words`  new `))
    : line(
        span(
          passed ? 'good' : 'bad',
          words`${(passed ? VERDICT.pass : VERDICT.fail).glyph} ${fillLeft(words`${points}`, 3)} `,
        ),
      );

/** The title of a scenario tells what is broken: only what a user says is shown, and all of it of the row chosen. */
function body(scene: Scene): Line[] {
  const { width, height } = bodyOf(scene);
  const drills = shown(scene);
  const picked = chosenId(scene, 'drills', ids(scene));
  const chosen = drills.find((d) => d.id === picked);
  if (!chosen)
    return windowOf(paragraph('faint', words`Nothing matches. Press / and change the filter.`, width), 0, height);
  const rows = drills.flatMap((d, at) => [
    ...(drills[at - 1]?.playbook === d.playbook ? [] : [{ row: rule(one(d.playbook), width), id: '' }]),
    {
      row: spread(
        [
          span('picked', d.id === picked ? words`› ` : words`  `),
          ...best(d),
          d.id === picked ? strong(one(d.report)) : plain(one(d.report)),
        ],
        EMPTY,
        width,
      ),
      id: d.id,
    },
  ]);
  const foot = [rule(words`A user says`, width), ...paragraph('plain', one(chosen.report), width).slice(0, 3)];
  const room = height - 4;
  const list = windowOf(
    rows.map(({ row }) => row),
    startFor(
      rows.length,
      room,
      rows.findIndex(({ id }) => id === picked),
    ),
    room,
  );
  return [...list, ...windowOf(foot, 0, 4)];
}

export const drillsScreen: Screen = {
  id: 'drills',
  title: words`Drills`,
  filters: true,
  bindings: [
    {
      keys: ['enter'],
      shown: words`enter`,
      does: words`begin`,
      when: (scene) => ids(scene).length > 0 && !scene.ui.starting,
      act: (scene) => {
        const id = chosenId(scene, 'drills', ids(scene));
        return id === undefined ? [] : [{ type: 'open-practice', choice: { kind: 'drill', id } }];
      },
    },
    ...listBindings('drills', ids),
  ],
  View: ({ scene }) => <Lines lines={body(scene)} />,
};
