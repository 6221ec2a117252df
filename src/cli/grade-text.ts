import type { Grade, Mark } from '../domain/drill.ts';
import { block, table } from './block.ts';
import { type Line, span } from './lines.ts';

/** What a drill came to, and why. */
export function gradeText(grade: Grade, width: number): Line[] {
  const row = (name: string, { points, of, says }: Mark) => [name, `${points} of ${of}`, says];
  return [
    [span(grade.passed ? 'good' : 'bad', grade.passed ? '✓ passed' : '✗ not passed'), `  ${grade.points} of 100`],
    ...table(
      ['GRADED ON', 'POINTS', 'BECAUSE'],
      [
        row('cause', grade.cause),
        row('repair', grade.repair),
        row('no damage', grade.damage),
        row('commands', grade.commands),
      ],
      width,
    ),
    ...section(
      'Newly failing',
      grade.broken.flatMap((says) => block('  ✗ ', says, width)),
    ),
    ...section(
      'Gone',
      grade.lost.flatMap((says) => block('  ✗ ', says, width)),
    ),
    ...section(
      'What it was',
      grade.truth.flatMap(({ id, title, evidence }) => [
        ...block('  ', `${title} (${id})`, width),
        ...evidence.flatMap((says) => block('    ', says, width, 'dim')),
      ]),
    ),
    ...section(
      'Why not the other causes',
      grade.others.flatMap(({ title, because }) => [
        ...block('  – ', title, width),
        ...block('    because ', because, width, 'dim'),
      ]),
    ),
  ];
}

const section = (title: string, lines: readonly Line[]): Line[] =>
  lines.length === 0 ? [] : ['', [span('strong', title)], ...lines];
