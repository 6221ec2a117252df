import { isRunning } from '../../domain/engine.ts';
import type { PracticeIntent, PracticeState } from '../../domain/practice.ts';
import { type Printable, words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { consoleLines, nodeOf, promptLines } from '../console/lines.ts';
import type { Binding } from '../input/binding.ts';
import { nextNode } from '../input/console-keys.ts';
import { pageBindings } from '../input/movement.ts';
import type { Act, Scene } from '../model.ts';
import { perScene } from '../per-scene.ts';
import { EMPTY, faint, type Line, plain, rule, span, spread } from '../text/line.ts';
import { position, windowOf } from '../text/window.ts';
import { one, paragraph } from '../text/wrap.ts';
import { spinner } from '../theme.ts';
import { drillLines, reportLines } from './drill-lines.ts';
import { goalLines, lessonLines } from './lesson-lines.ts';
import { bodyOf, type Screen } from './screen.ts';

const isA = (kind: PracticeState['kind']) => (scene: Scene) => scene.practice?.kind === kind;
const graded = (scene: Scene): boolean => scene.practice?.drill?.grade !== undefined;
const intent = (what: PracticeIntent): readonly Act[] => [{ type: 'practice', intent: what }];

const FREE: Printable = words`A cluster that works, as the guide leaves it. Everything you type acts on it alone; when you leave, it is gone.`;

/** What there is to read above the commands: all of it. */
const reading = perScene((scene: Scene): readonly Line[] => {
  const { practice } = scene;
  const { width } = bodyOf(scene);
  if (practice?.lesson) return lessonLines(practice.lesson, practice, scene.now, width);
  if (practice?.drill) return drillLines(practice.drill, practice.typed.length, width);
  return paragraph('plain', FREE, width);
});

/** The same while commands are typed: what is to be reached, and no more. */
function brief(scene: Scene, practice: PracticeState, most: number): Line[] {
  const { width } = bodyOf(scene);
  const lines = practice.lesson
    ? goalLines(practice.lesson, practice, scene.now, width)
    : practice.drill
      ? reportLines(practice.drill, width)
      : [];
  return lines.slice(0, most);
}

interface Parts {
  readonly top: readonly Line[];
  readonly height: number;
  readonly below: number;
}

/** Who has the keys has the room: the commands while they are typed, else the text. */
const parts = perScene((scene: Scene): Parts => {
  const { height } = bodyOf(scene);
  const { practice } = scene;
  if (!practice) return { top: [], height, below: 0 };
  if (scene.ui.field === 'console') {
    const top = brief(scene, practice, Math.max(1, Math.floor(height / 3)));
    return { top, height: top.length, below: height - top.length - 1 };
  }
  const prompt = Math.min(2, promptLines(scene, practice, bodyOf(scene).width).length);
  const said = Math.min(practice.entries.length > 0 ? Math.floor(height / 3) : 0, height - 6);
  const below = prompt + said;
  return { top: reading(scene), height: height - below - 1, below };
});

function nodePicker(scene: Scene, practice: PracticeState, width: number): Line {
  const names = practice.nodes.flatMap((name, at) => [
    ...(at > 0 ? [plain(words`  `)] : []),
    name === nodeOf(scene) ? span('picked', words`[${one(name)}]`) : faint(one(name)),
  ]);
  const busy =
    practice.busy === undefined ? EMPTY : [span('accent', words`${spinner(scene.now)} ${one(practice.busy)}`)];
  const room = width - names.reduce((sum, s) => sum + s.text.length, 0) - 2;
  return spread(names, room > 12 ? busy : EMPTY, width);
}

function View({ scene }: { readonly scene: Scene }) {
  const { practice } = scene;
  const { width, height } = bodyOf(scene);
  if (!practice) return <Lines lines={windowOf([rule(words`No practice is open`, width)], 0, height)} />;
  const { top, height: above, below } = parts(scene);
  return (
    <Lines
      lines={[
        ...windowOf(top, scene.ui.field === 'console' ? 0 : (scene.ui.scrolled.desk ?? 0), above),
        nodePicker(scene, practice, width),
        ...windowOf(consoleLines(scene, practice, width, below), 0, below),
      ]}
    />
  );
}

const own: readonly Binding[] = [
  {
    keys: ['enter', 'i'],
    shown: words`enter`,
    does: words`type`,
    act: () => [{ type: 'field', field: 'console' }],
  },
  { keys: ['h'], shown: words`h`, does: words`hint`, when: isA('lesson'), act: () => intent({ type: 'hint' }) },
  {
    keys: ['s'],
    shown: words`s`,
    does: words`show me`,
    when: isA('lesson'),
    act: () => intent({ type: 'show', run: false }),
  },
  {
    keys: ['S'],
    shown: words`S`,
    does: words`do it`,
    when: isA('lesson'),
    act: () => intent({ type: 'show', run: true }),
  },
  {
    keys: ['c'],
    shown: words`c`,
    does: words`name the cause`,
    when: (scene) => isA('drill')(scene) && !graded(scene),
    act: () => [{ type: 'push', screen: 'naming' }],
  },
  {
    keys: ['l'],
    shown: words`l`,
    does: words`Inkling looks`,
    when: (scene) => !isRunning(scene.engine) && !scene.ui.starting,
    act: () => [{ type: 'look-practice' }],
  },
  {
    keys: ['d'],
    shown: words`d`,
    does: words`grade`,
    when: isA('drill'),
    act: (scene) => [...(graded(scene) ? [] : intent({ type: 'grade' })), { type: 'push', screen: 'grade' }],
  },
  { keys: ['n'], shown: words`n`, does: words`next node`, act: nextNode },
];

export const deskScreen: Screen = {
  id: 'desk',
  title: words`Practice`,
  bindings: [
    ...own,
    ...pageBindings('desk', (scene) => ({ count: parts(scene).top.length, height: parts(scene).height }), {
      rows: true,
    }),
    {
      keys: ['q', 'escape'],
      shown: words`q`,
      does: words`leave it`,
      act: () => [{ type: 'pop' }, { type: 'close-practice' }],
    },
  ],
  remark: (scene) => {
    const { top, height } = parts(scene);
    return scene.ui.field === 'console' ? words`` : position(top.length, height, scene.ui.scrolled.desk ?? 0);
  },
  View,
};
