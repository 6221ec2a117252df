import type { Waived, Waiving } from '../domain/waive.ts';
import type { Waiver } from '../domain/waivers.ts';
import { block } from './block.ts';
import { type Line, span } from './lines.ts';
import type { Report } from './report.ts';

/** What was waived, which waivers count no more, and which are about nothing that was found. */
export function waiversText({ waived, expired, unused }: Waiving, width: number): Line[] {
  const section = (title: string, lines: Line[]): Line[] =>
    lines.length === 0 ? [] : ['', [span('strong', title)], ...lines];
  return [
    ...section(
      'Waived: found, and somebody answers for it',
      waived.flatMap((one) => [
        ['  ', span('dim', `- ${one.kind}`), `  ${one.id}${placeOf(one)}`] as Line,
        ...block('      ', one.title, width),
        ...block('      ', `${one.owner} until ${one.expires}: ${one.reason}`, width, 'dim'),
      ]),
    ),
    ...section(
      'Waivers that have expired and are not honoured',
      expired.flatMap((one) => block('  ! ', waiverWords(one), width)),
    ),
    ...section(
      'Waivers about nothing that was found',
      unused.flatMap((one) => block('  - ', waiverWords(one), width, 'dim')),
    ),
  ];
}

const placeOf = ({ nodes, subject }: Waived): string => {
  const named = nodes.filter((node) => node !== '');
  return ` (${[subject, ...(named.length > 0 ? [named.join(', ')] : [])].join('; ')})`;
};

const waiverWords = ({ id, node, subject, owner, reason, expires }: Waiver): string =>
  `${id}${node === undefined ? '' : ` on ${node}`}${subject === undefined ? '' : `, ${subject}`}: ${owner} until ${expires}: ${reason}`;

/** The same for the report of programs. */
export const waiversReport = ({ waived, expired, unused }: Waiving): NonNullable<Report['waivers']> => ({
  honoured: waived.map((one) => ({ ...one, nodes: [...one.nodes] })),
  expired: expired.map((one) => ({ ...one })),
  unused: unused.map((one) => ({ ...one })),
});
