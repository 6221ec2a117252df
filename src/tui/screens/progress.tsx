import { type Printable, words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { pageBindings } from '../input/movement.ts';
import type { Scene } from '../model.ts';
import { perScene } from '../per-scene.ts';
import { EMPTY, faint, fill, fillLeft, type Line, line, plain, repeated, rule, span } from '../text/line.ts';
import { pagePosition, windowOf } from '../text/window.ts';
import { count } from '../text/words.ts';
import { one } from '../text/wrap.ts';
import { spinner, VERDICT } from '../theme.ts';
import { bodyOf, type Screen } from './screen.ts';

function bar(name: Printable, done: number, of: number, width: number): Line {
  const room = Math.max(4, Math.min(40, width - 38));
  const filled = of === 0 ? 0 : Math.round((room * done) / of);
  return line(
    plain(words`  ${fill(name, 18)} ${fillLeft(words`${done}`, 3)} of ${fillLeft(words`${of}`, 3)}  `),
    span('good', repeated(words`━`, filled)),
    faint(repeated(words`─`, room - filled)),
  );
}

const lines = perScene((scene: Scene): readonly Line[] => {
  const { width } = bodyOf(scene);
  const { catalogue } = scene.ui.library;
  if (!catalogue) return [line(plain(words`${spinner(scene.now)} …`))];
  const { lessons, drills, average, playbooks } = catalogue.summary;
  const best = average === undefined ? words`none tried yet` : words`best results on average ${average} of 100`;
  return [
    rule(words`Lessons`, width),
    bar(words`done`, lessons.done, lessons.of, width),
    ...catalogue.lessons.map((l) =>
      line(
        span(l.done ? 'good' : 'faint', words`  ${l.done ? VERDICT.pass.glyph : words`○`} `),
        plain(one(l.title)),
        faint(words`  ${l.reached} of ${count(l.goals, words`goal`)}`),
      ),
    ),
    EMPTY,
    rule(words`Drills`, width, best),
    bar(words`passed`, drills.passed, drills.of, width),
    bar(words`tried`, drills.tried, drills.of, width),
    EMPTY,
    rule(words`Drills passed, by playbook`, width),
    ...playbooks.map((p) => bar(one(p.id), p.passed, p.of, width)),
  ];
});

export const progressScreen: Screen = {
  id: 'progress',
  title: words`Progress`,
  bindings: pageBindings('progress', (scene) => ({ count: lines(scene).length, height: bodyOf(scene).height }), {
    rows: true,
  }),
  remark: (scene) => pagePosition(lines(scene).length, bodyOf(scene).height, scene.ui.scrolled.progress),
  View: ({ scene }) => <Lines lines={windowOf(lines(scene), scene.ui.scrolled.progress ?? 0, bodyOf(scene).height)} />,
};
