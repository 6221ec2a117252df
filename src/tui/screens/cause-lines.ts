import type { Cause, Evidence, Rival } from '../../domain/judgement.ts';
import { type Printable, words } from '../../domain/printable.ts';
import type { Scene } from '../model.ts';
import { EMPTY, faint, type Line, line, plain, span, strong } from '../text/line.ts';
import { listed } from '../text/words.ts';
import { block, hanging, one, paragraph } from '../text/wrap.ts';
import { CAUSE, RISK, VERDICT } from '../theme.ts';
import { titleOf } from './titles.ts';

function evidenceLines(evidence: Evidence, width: number): Line[] {
  const node = one(evidence.node);
  return [
    ...hanging([plain(words`  `), span('accent', node), plain(words`  `)], 'plain', one(evidence.says), width),
    ...(evidence.command ? hanging([faint(words`    $ `)], 'plain', one(evidence.command), width) : []),
    ...(evidence.output ? block(4, () => 'faint', evidence.output, width) : []),
  ];
}

const rivalLines = (rival: Rival, width: number): Line[] => [
  ...hanging([faint(words`  – `)], 'plain', one(rival.title), width),
  ...paragraph('faint', words`because ${one(rival.because)}`, width, 4),
];

/** The effects by their titles, the same check on several nodes once. */
function effects(cause: Cause, scene: Scene, width: number): Line[] {
  const checks = scene.engine?.judgement.checks ?? [];
  return [...new Set(cause.explains)].flatMap((id) => {
    const failed = checks.filter((check) => check.check === id);
    const nodes = [...new Set(failed.filter((check) => check.verdict !== 'pass').map((check) => check.node))].map(one);
    const where = nodes.length > 0 ? words` (${listed(nodes)})` : words``;
    return hanging([faint(words`  → `)], 'plain', words`${titleOf(scene, id)}${where}`, width);
  });
}

function fixLines(cause: Cause, width: number): Line[] {
  return cause.fixes.flatMap((fix) => {
    const risk = RISK[fix.risk];
    if (fix.byHand !== undefined)
      return [
        ...hanging([plain(words`  `), span('warn', words`by hand  `)], 'plain', one(fix.title), width),
        ...block(4, () => 'plain', fix.byHand, width),
      ];
    return hanging([plain(words`  `), span(risk.tone, words`${risk.word}  `)], 'plain', one(fix.title), width);
  });
}

/** Longer rows of prose are hard to read. Cells. */
export const PROSE = 110;

/** All that is known about a cause, most needed first. */
export function causeLines(cause: Cause, scene: Scene, width: number): readonly Line[] {
  const mark = CAUSE[cause.status];
  return [
    ...hanging([span(mark.tone, words`${mark.glyph} `)], 'strong', one(cause.title), width),
    ...hanging(
      [plain(words`  `), span(mark.tone, mark.word), faint(words` · `)],
      'faint',
      words`${one(cause.subject)}${nodesOf(cause)}`,
      width,
    ),
    ...(cause.touches
      ? hanging(
          [span('accent', words`  ◆ `)],
          'plain',
          words`It is about what was pasted: ${listed(cause.touches.map(one))}`,
          width,
        )
      : []),
    EMPTY,
    ...paragraph('plain', one(cause.why), width),
    ...section(
      words`Evidence`,
      cause.evidence.flatMap((item) => evidenceLines(item, width)),
    ),
    ...section(
      words`What would settle it`,
      cause.unseen.flatMap((item) => hanging([span(VERDICT.unknown.tone, words`  ? `)], 'plain', one(item), width)),
    ),
    ...section(words`Fixes`, fixLines(cause, width)),
    ...section(
      words`Ruled out`,
      cause.excludedRivals.flatMap((rival) => rivalLines(rival, width)),
    ),
    ...section(words`Explains`, effects(cause, scene, width)),
    ...section(
      words`References`,
      cause.references.flatMap((item) => paragraph('faint', one(item), width, 2)),
    ),
  ];
}

/** The nodes, where the subject does not already name them. */
function nodesOf(cause: Cause): Printable {
  const unnamed = cause.nodes.filter((node) => !cause.subject.includes(node)).map(one);
  return unnamed.length === 0 ? words`` : words` · ${listed(unnamed)}`;
}

const section = (title: Printable, lines: readonly Line[]): Line[] =>
  lines.length === 0 ? [] : [EMPTY, line(strong(title)), ...lines];
