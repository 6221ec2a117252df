import { words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { pageBindings } from '../input/movement.ts';
import type { Scene } from '../model.ts';
import { perScene } from '../per-scene.ts';
import { EMPTY, faint, type Line, line, span, spread } from '../text/line.ts';
import { clockTime, moment } from '../text/when.ts';
import { pagePosition, windowOf } from '../text/window.ts';
import { hanging, one, paragraph } from '../text/wrap.ts';
import { WANTED } from './fix-start.ts';
import { markOf } from './outcome.ts';
import { bodyOf, type Screen } from './screen.ts';

const lines = perScene((scene: Scene): readonly Line[] => {
  const { width } = bodyOf(scene);
  const { entry } = scene.ui.library;
  if (!entry) return [line(faint(words`Reading …`))];
  const mark = markOf(entry);
  return [
    ...hanging([span(mark.tone, words`${mark.glyph} ${mark.word}  `)], 'strong', one(entry.headline), width),
    spread(
      line(faint(words`${one(entry.site)}${entry.practice ? words`, practice ${one(entry.practice)}` : words``}`)),
      [faint(words`${moment(entry.at)}, run ${one(entry.id)}`)],
      width,
    ),
    EMPTY,
    ...entry.events.flatMap((event) => {
      const lead = line(
        faint(words`${clockTime(event.at)}  `),
        ...(event.node ? [span('accent', words`${one(event.node)}  `)] : []),
      );
      return hanging(lead, event.tone ?? 'plain', one(event.says), width);
    }),
    ...(entry.events.length === 0 ? paragraph('faint', words`Nothing is recorded in this run.`, width) : []),
  ];
});

/** The run whose fix can be gone on with. A practice cluster ended with its run. */
const settles = ({ ui }: Scene): string | undefined =>
  ui.library.entry?.brokenOff && ui.library.entry.practice === undefined ? ui.library.entry.id : undefined;

export const entryScreen: Screen = {
  id: 'entry',
  title: words`Journal entry`,
  bindings: [
    {
      keys: ['r'],
      shown: words`r`,
      does: words`settle the broken-off fix`,
      when: (scene) => settles(scene) !== undefined,
      act: (scene) => {
        const id = settles(scene);
        return id === undefined
          ? []
          : [
              { type: 'choose', list: WANTED, id: '' },
              { type: 'reopen', id },
            ];
      },
    },
    ...pageBindings('entry', (scene) => ({ count: lines(scene).length, height: bodyOf(scene).height }), {
      rows: true,
    }),
  ],
  remark: (scene) => pagePosition(lines(scene).length, bodyOf(scene).height, scene.ui.scrolled.entry),
  View: ({ scene }) => <Lines lines={windowOf(lines(scene), scene.ui.scrolled.entry ?? 0, bodyOf(scene).height)} />,
};
