import { type Printable, words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { chosenIndex, listBindings } from '../input/movement.ts';
import type { Scene } from '../model.ts';
import type { JournalSummary } from '../port.ts';
import { cut, faint, fill, type Line, line, plain, span, spread, strong } from '../text/line.ts';
import { moment } from '../text/when.ts';
import { startFor, windowOf } from '../text/window.ts';
import { one, paragraph } from '../text/wrap.ts';
import { markOf } from './outcome.ts';
import { bodyOf, filterOf, matches, type Screen } from './screen.ts';

const whereOf = (entry: JournalSummary): Printable =>
  entry.practice ? words`practice ${one(entry.practice)}` : one(entry.site);

const shown = (scene: Scene): readonly JournalSummary[] =>
  scene.ui.library.journal.filter((entry) =>
    matches(filterOf(scene, 'journal'), entry.site, entry.practice, entry.outcome, entry.headline, entry.at),
  );

const ids = (scene: Scene): readonly string[] => shown(scene).map((entry) => entry.id);

export function journalRow(entry: JournalSummary, picked: boolean, width: number): Line {
  const mark = markOf(entry);
  return spread(
    line(
      span('picked', picked ? words`› ` : words`  `),
      faint(words`${moment(entry.at)}  `),
      span(mark.tone, words`${mark.glyph} ${fill(mark.word, 15)} `),
      picked ? strong(one(entry.headline)) : plain(one(entry.headline)),
    ),
    line(faint(cut(whereOf(entry), Math.floor(width / 4)))),
    width,
  );
}

export const journalScreen: Screen = {
  id: 'journal',
  title: words`Journal`,
  filters: true,
  bindings: [
    {
      keys: ['enter'],
      shown: words`enter`,
      does: words`read`,
      when: (scene) => ids(scene).length > 0,
      act: (scene) => {
        const id = ids(scene)[chosenIndex(ids(scene), scene.ui.chosen.journal)];
        return id === undefined ? [] : [{ type: 'open-entry', id }];
      },
    },
    ...listBindings('journal', ids),
  ],
  View: ({ scene }) => {
    const { width, height } = bodyOf(scene);
    const entries = shown(scene);
    const index = chosenIndex(ids(scene), scene.ui.chosen.journal);
    if (entries.length === 0)
      return <Lines lines={windowOf(paragraph('faint', words`No run is recorded here.`, width), 0, height)} />;
    const start = startFor(entries.length, height, index);
    const rows = entries
      .slice(start, start + height)
      .map((entry, at) => journalRow(entry, start + at === index, width));
    return <Lines lines={windowOf(rows, 0, height)} />;
  },
};
