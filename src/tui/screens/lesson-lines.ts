import type { GoalState, Lesson } from '../../domain/lesson.ts';
import { type LessonState, type PracticeState, stepWords } from '../../domain/practice.ts';
import { type Printable, words } from '../../domain/printable.ts';
import { EMPTY, faint, fitLine, type Line, line, lineWidth, plain, rule, span, strong } from '../text/line.ts';
import { picture } from '../text/picture.ts';
import { block, hanging, one, paragraph } from '../text/wrap.ts';
import { type Mark, spinner, VERDICT } from '../theme.ts';

const OPEN: Mark = { glyph: words`○`, word: words`to do`, tone: 'faint' };
const GOAL: Readonly<Record<GoalState['verdict'], Mark>> = { pass: VERDICT.pass, fail: OPEN, unknown: VERDICT.unknown };

const goals = ({ lesson, goals: seen }: LessonState): readonly GoalState[] =>
  seen.length > 0
    ? seen
    : Object.entries(lesson.goals).map(([id, { title }]) => ({ id, title, verdict: 'unknown', says: '' }));

/** How many goals are reached; the reason why the rest cannot be seen yet is that nobody has looked. */
export const tally = (state: LessonState): Printable =>
  words`${state.goals.filter((g) => g.verdict === 'pass').length} of ${Object.keys(state.lesson.goals).length} goals`;

const markOf = (state: LessonState, { busy }: PracticeState, goal: GoalState, now: number): Mark =>
  state.goals.length === 0 && busy !== undefined ? { ...OPEN, glyph: spinner(now) } : GOAL[goal.verdict];

const missing = ({ says, verdict }: GoalState): Printable => (verdict === 'pass' ? words`` : one(says));

/** A goal, and what is missing behind it. */
function goalRow(state: LessonState, practice: PracticeState, goal: GoalState, now: number): Line {
  const { tone, glyph } = markOf(state, practice, goal, now);
  const says = missing(goal);
  const lead = [span(tone, words`${glyph} `), plain(one(goal.title))];
  return says === '' ? lead : [...lead, faint(words`  ${says}`)];
}

/** One row a goal: what does not fit is left out. */
export const goalLines = (state: LessonState, practice: PracticeState, now: number, width: number): Line[] =>
  goals(state).map((goal) => fitLine(goalRow(state, practice, goal, now), width));

/** The same to read: what is missing stands below where it does not fit behind. */
function wholeGoal(state: LessonState, practice: PracticeState, goal: GoalState, now: number, width: number): Line[] {
  const row = goalRow(state, practice, goal, now);
  if (lineWidth(row) <= width) return [row];
  const { tone, glyph } = markOf(state, practice, goal, now);
  return [
    ...hanging([span(tone, words`${glyph} `)], 'plain', one(goal.title), width),
    ...paragraph('faint', missing(goal), width, 4),
  ];
}

/** The whole lesson to read: why, the picture, the goals with the hints read so far, and what the guide gets wrong. */
export function lessonLines(state: LessonState, practice: PracticeState, now: number, width: number): readonly Line[] {
  const { lesson } = state;
  return [
    ...paragraph('plain', one(lesson.about), width),
    EMPTY,
    ...picture(lesson.picture, 'plain', width),
    EMPTY,
    rule(words`Goals`, width, tally(state)),
    ...goals(state).flatMap((goal) => [
      ...wholeGoal(state, practice, goal, now, width),
      ...helpLines(state, goal.id, width),
    ]),
    ...errata(lesson, width),
  ];
}

function helpLines({ lesson, hints, shown }: LessonState, id: string, width: number): Line[] {
  const goal = lesson.goals[id];
  if (!goal) return [];
  return [
    ...goal.hints
      .slice(0, hints[id] ?? 0)
      .flatMap((hint, at) => hanging([span('accent', words`    hint ${at + 1}  `)], 'plain', one(hint), width)),
    ...(shown.includes(id)
      ? goal.show.flatMap((step) => [
          ...(step.says === undefined ? [] : paragraph('faint', one(step.says), width, 4)),
          ...block(4, () => 'plain', stepWords(step), width),
        ])
      : []),
  ];
}

const errata = ({ errata: all }: Lesson, width: number): Line[] =>
  all.length === 0
    ? []
    : [
        EMPTY,
        rule(words`What the guide gets wrong here`, width),
        ...all.flatMap(({ says, truth }) => [
          ...hanging([faint(words`it says  `)], 'faint', one(says), width),
          ...hanging([strong(words`in fact  `)], 'plain', one(truth), width),
          line(),
        ]),
      ];
