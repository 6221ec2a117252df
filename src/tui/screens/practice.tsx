import type { Catalogue, LessonSummary, PracticeChoice } from '../../domain/practice.ts';
import { type Printable, words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { chosenId, listBindings } from '../input/movement.ts';
import type { Act, Scene } from '../model.ts';
import { EMPTY, faint, fill, type Line, line, plain, rule, type Span, span, spread, strong } from '../text/line.ts';
import { startFor, windowOf } from '../text/window.ts';
import { count } from '../text/words.ts';
import { one, paragraph } from '../text/wrap.ts';
import { type Mark, spinner, VERDICT } from '../theme.ts';
import { bodyOf, type Screen } from './screen.ts';

interface Item {
  readonly id: string;
  readonly mark: Mark;
  readonly title: Printable;
  readonly detail: Printable;
  readonly acts: readonly Act[];
}

const open = (choice: PracticeChoice): readonly Act[] => [{ type: 'open-practice', choice }];
const NONE: Mark = { glyph: words`·`, word: words``, tone: 'faint' };

const lessonMark = ({ done, reached }: LessonSummary): Mark => {
  if (done) return { ...VERDICT.pass, word: words`done` };
  return reached > 0
    ? { glyph: words`▸`, word: words`begun`, tone: 'accent' }
    : { glyph: words`○`, word: words`new`, tone: 'faint' };
};

function groups({
  lessons,
  drills,
  summary,
  open: left,
}: Catalogue): readonly { title: Printable; remark: Printable; items: readonly Item[] }[] {
  const resumed: readonly Item[] = left
    ? [
        {
          id: 'open',
          mark: { glyph: words`▸`, word: words`open`, tone: 'accent' },
          title: words`Go on: ${one(left.title)}`,
          detail: count(left.commands, words`command`),
          acts: open({ kind: left.kind, id: left.id, resume: true }),
        },
      ]
    : [];
  return [
    ...(resumed.length > 0 ? [{ title: words`Where you left it`, remark: words``, items: resumed }] : []),
    {
      title: words`Lessons: connect Ceph and OpenStack, step by step`,
      remark: words`${summary.lessons.done} of ${summary.lessons.of}`,
      items: lessons.map((l) => ({
        id: `lesson/${l.id}`,
        mark: lessonMark(l),
        title: one(l.title),
        detail: words`${l.reached} of ${count(l.goals, words`goal`)}`,
        acts: open({ kind: 'lesson', id: l.id }),
      })),
    },
    {
      title: words`Drills: find and mend what somebody broke`,
      remark: words`${summary.drills.passed} of ${summary.drills.of}`,
      items: [
        {
          id: 'random/1',
          mark: NONE,
          title: words`A fault you do not know`,
          detail: words``,
          acts: open({ kind: 'random', faults: 1 }),
        },
        {
          id: 'random/2',
          mark: NONE,
          title: words`Two faults at once`,
          detail: words``,
          acts: open({ kind: 'random', faults: 2 }),
        },
        {
          id: 'drills',
          mark: NONE,
          title: words`Choose one by what a user reports`,
          detail: count(drills.length, words`drill`),
          acts: [{ type: 'push', screen: 'drills' }],
        },
      ],
    },
    {
      title: words`Free play`,
      remark: words``,
      items: [
        {
          id: 'free',
          mark: NONE,
          title: words`A cluster that works, to try things on`,
          detail: words``,
          acts: open({ kind: 'free', scenario: 'healthy' }),
        },
      ],
    },
  ];
}

const items = (scene: Scene): readonly Item[] =>
  scene.ui.library.catalogue ? groups(scene.ui.library.catalogue).flatMap((g) => g.items) : [];
const ids = (scene: Scene): readonly string[] => items(scene).map((item) => item.id);

function row(item: Item, picked: boolean, width: number): Line {
  const lead: Span[] = [
    span('picked', picked ? words`› ` : words`  `),
    span(item.mark.tone, words`${item.mark.glyph} ${fill(item.mark.word, 5)} `),
  ];
  return spread([...lead, picked ? strong(item.title) : plain(item.title)], line(faint(item.detail)), width);
}

function body(scene: Scene): Line[] {
  const { width, height } = bodyOf(scene);
  const { catalogue } = scene.ui.library;
  if (!catalogue) return windowOf([line(plain(words`${spinner(scene.now)} Reading lessons and drills …`))], 0, height);
  const picked = chosenId(scene, 'practice', ids(scene));
  const rows = groups(catalogue).flatMap(({ title, remark, items: inside }, at) => [
    ...(at > 0 ? [{ line: EMPTY, id: '' }] : []),
    { line: rule(title, width, remark), id: '' },
    ...inside.map((item) => ({ line: row(item, item.id === picked, width), id: item.id })),
  ]);
  const foot = paragraph(
    'faint',
    words`It runs in this program and is gone when it ends; no real node is touched.`,
    width,
  );
  const room = height - foot.length - 1;
  const index = rows.findIndex((r) => r.id === picked && r.id !== '');
  return [
    ...windowOf(
      rows.map((r) => r.line),
      startFor(rows.length, room, index),
      room,
    ),
    EMPTY,
    ...foot,
  ];
}

export const practiceScreen: Screen = {
  id: 'practice',
  title: words`Practice`,
  bindings: [
    {
      keys: ['enter'],
      shown: words`enter`,
      does: words`begin`,
      when: (scene) => ids(scene).length > 0 && !scene.ui.starting,
      act: (scene) => items(scene).find((i) => i.id === chosenId(scene, 'practice', ids(scene)))?.acts ?? [],
    },
    ...listBindings('practice', ids),
    { keys: ['s'], shown: words`s`, does: words`summary`, act: () => [{ type: 'push', screen: 'progress' }] },
  ],
  View: ({ scene }) => <Lines lines={body(scene)} />,
};
