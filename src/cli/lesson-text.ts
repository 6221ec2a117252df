import type { Lesson } from '../domain/lesson.ts';
import { block } from './block.ts';
import { type Line, span } from './lines.ts';

/** A lesson to read: hints and commands are kept back, as in the full screen. */
export function lessonText(lesson: Lesson, width: number): Line[] {
  return [
    [span('strong', lesson.title), span('dim', `  guide: ${lesson.guide}`)],
    '',
    ...block('', lesson.about, width),
    '',
    ...lesson.picture.replace(/\n+$/, '').split('\n'),
    '',
    [span('strong', 'Goals')],
    ...Object.values(lesson.goals).flatMap((goal) => block('  ○ ', goal.title, width)),
    ...(lesson.errata.length > 0 ? ['', [span('strong', 'What the guide gets wrong here')] as Line] : []),
    ...lesson.errata.flatMap(({ says, truth }) => [
      ...block('  it says  ', says, width),
      ...block('  in fact  ', truth, width, 'strong'),
    ]),
    '',
    `  inkling practice lesson ${lesson.id}          take it, in a terminal`,
    `  inkling practice lesson ${lesson.id} --walk   see its steps done`,
  ];
}
