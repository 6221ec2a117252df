import type { DrillState } from '../../domain/practice.ts';
import { type Printable, words } from '../../domain/printable.ts';
import { EMPTY, type Line, plain, rule, span } from '../text/line.ts';
import { count } from '../text/words.ts';
import { hanging, one, paragraph } from '../text/wrap.ts';
import { VERDICT } from '../theme.ts';

const titleOf = ({ choices }: DrillState, id: string) => one(choices.find((c) => c.id === id)?.title ?? id);

/** What a user says, and what was named so far. */
export function reportLines(drill: DrillState, width: number): Line[] {
  return [
    ...drill.reports.flatMap((report) => hanging([span('warn', words`A user says  `)], 'strong', one(report), width)),
    ...drill.named.flatMap(({ id, right }) => {
      const mark = right ? VERDICT.pass : VERDICT.fail;
      return hanging([span(mark.tone, words`${mark.glyph} named  `)], 'plain', titleOf(drill, id), width);
    }),
  ];
}

/** The whole page of a drill: its rules too. */
export function drillLines(drill: DrillState, commands: number, width: number): readonly Line[] {
  const left = drill.causes - drill.named.filter((n) => n.right).length;
  const graded = (what: Printable, how: Printable): Line[] => hanging([plain(words`  ${what}  `)], 'faint', how, width);
  return [
    ...reportLines(drill, width),
    EMPTY,
    rule(words`What to do`, width),
    ...paragraph(
      'plain',
      left > 0
        ? words`Find out why, with commands on the nodes or with Inkling's own look (l). Then name the cause (c): ${count(left, words`cause`)} to name.`
        : words`The cause is named. Repair it with your own commands or with the fix that Inkling offers (l, then f), then ask for the grade (d).`,
      width,
    ),
    EMPTY,
    rule(words`Graded on`, width),
    ...graded(
      words`cause     40`,
      words`half of it when Inkling looked before you named it; 10 off for each wrong name`,
    ),
    ...graded(words`repair    30`, words`the checks of a real site, looked at anew`),
    ...graded(words`no damage 20`, words`nothing else newly fails, no data is gone`),
    ...graded(words`commands  10`, words`15 cost nothing; you used ${commands}`),
    ...(drill.helped
      ? [EMPTY, ...paragraph('warn', words`! Inkling has looked before the cause was named.`, width)]
      : []),
  ];
}
