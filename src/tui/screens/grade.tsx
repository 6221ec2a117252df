import type { Grade, Mark } from '../../domain/drill.ts';
import { type Printable, words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { pageBindings } from '../input/movement.ts';
import type { Scene } from '../model.ts';
import { perScene } from '../per-scene.ts';
import { EMPTY, faint, fill, fillLeft, type Line, line, plain, rule, span, strong } from '../text/line.ts';
import { pagePosition, windowOf } from '../text/window.ts';
import { hanging, one, paragraph } from '../text/wrap.ts';
import { spinner, VERDICT } from '../theme.ts';
import { bodyOf, type Screen } from './screen.ts';

function markLines(name: Printable, { points, of, says }: Mark, width: number): Line[] {
  const mark = points === of ? VERDICT.pass : points === 0 ? VERDICT.fail : VERDICT.warn;
  const lead = line(
    span(mark.tone, words`${mark.glyph} `),
    plain(fill(name, 10)),
    strong(words`${fillLeft(words`${points}`, 3)} of ${of}  `),
  );
  return hanging(lead, 'plain', one(says), width);
}

const section = (title: Printable, lines: readonly Line[], width: number): Line[] =>
  lines.length === 0 ? [] : [EMPTY, rule(title, width), ...lines];

function gradeLines(grade: Grade, width: number): readonly Line[] {
  const mark = grade.passed ? { ...VERDICT.pass, word: words`Passed` } : { ...VERDICT.fail, word: words`Not passed` };
  const bad = (says: string): Line[] => hanging([span('bad', words`  ✗ `)], 'plain', one(says), width);
  return [
    line(span(mark.tone, words`${mark.glyph} ${mark.word}`), strong(words`  ${grade.points} of 100`)),
    EMPTY,
    ...markLines(words`cause`, grade.cause, width),
    ...markLines(words`repair`, grade.repair, width),
    ...markLines(words`no damage`, grade.damage, width),
    ...markLines(words`commands`, grade.commands, width),
    ...section(words`Newly failing`, grade.broken.flatMap(bad), width),
    ...section(words`Gone`, grade.lost.flatMap(bad), width),
    ...section(
      words`What it was`,
      grade.truth.flatMap(({ title, evidence }) => [
        ...paragraph('strong', one(title), width, 2),
        ...evidence.flatMap((says) => paragraph('faint', one(says), width, 4)),
      ]),
      width,
    ),
    ...section(
      words`Why not the other causes`,
      grade.others.flatMap(({ title, because }) => [
        ...hanging([faint(words`  – `)], 'plain', one(title), width),
        ...paragraph('faint', words`because ${one(because)}`, width, 4),
      ]),
      width,
    ),
  ];
}

const lines = perScene((scene: Scene): readonly Line[] => {
  const grade = scene.practice?.drill?.grade;
  const { width } = bodyOf(scene);
  return grade
    ? gradeLines(grade, width)
    : [line(plain(words`${spinner(scene.now)} ${one(scene.practice?.busy ?? 'Waiting')} …`))];
});

export const gradeScreen: Screen = {
  id: 'grade',
  title: words`Grade`,
  bindings: [
    {
      keys: ['enter'],
      shown: words`enter`,
      does: words`to the drills`,
      when: (scene) => scene.practice?.drill?.grade !== undefined,
      act: () => [{ type: 'push', screen: 'practice' }, { type: 'close-practice' }],
    },
    ...pageBindings('grade', (scene) => ({ count: lines(scene).length, height: bodyOf(scene).height }), { rows: true }),
  ],
  remark: (scene) => pagePosition(lines(scene).length, bodyOf(scene).height, scene.ui.scrolled.grade),
  View: ({ scene }) => <Lines lines={windowOf(lines(scene), scene.ui.scrolled.grade ?? 0, bodyOf(scene).height)} />,
};
