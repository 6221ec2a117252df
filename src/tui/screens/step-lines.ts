import { cellWidth } from '../../domain/cells.ts';
import type { StepState } from '../../domain/plan.ts';
import { type Printable, words } from '../../domain/printable.ts';
import { EMPTY, faint, fill, type Line, line, plain, span, spread, strong } from '../text/line.ts';
import { duration } from '../text/words.ts';
import { block, hanging, one, paragraph } from '../text/wrap.ts';
import { RISK, STEP, type Tone } from '../theme.ts';

/** Colours of a unified diff; the sign at the line's start says the same. */
const diffTone = (row: Printable): Tone => {
  if (row.startsWith('+')) return 'good';
  if (row.startsWith('-')) return 'bad';
  return row.startsWith('@@') ? 'accent' : 'plain';
};

/** How a step is undone, or why it is not. */
export const undoWords = ({ action, undo }: StepState['step']): Printable => {
  switch (undo.how) {
    case 'run':
      return one(undo.says);
    case 'restore':
      return action.do === 'set-secret' ? one(undo.says) : words`${one(undo.says)} (restores ${one(undo.path)})`;
    case 'nothing':
      return words`nothing to undo, because ${one(undo.because)}`;
    case 'impossible':
      return words`impossible, because ${one(undo.because)}`;
  }
};

const field = (name: Printable, tone: Tone, text: Printable, width: number): Line[] =>
  hanging([faint(words`  ${fill(name, 9)}`)], tone, text, width);

/** All that the operator must know to say yes to a step. */
export function stepLines(state: StepState, width: number): Line[] {
  const { step } = state;
  const risk = RISK[step.risk];
  const undoTone: Tone = step.undo.how === 'impossible' ? 'warn' : 'plain';
  return [
    ...field(words`on`, 'accent', one(step.node), width),
    ...field(
      words`risk`,
      risk.tone,
      words`${risk.glyph} ${risk.word}, takes about ${duration(step.seconds * 1_000)}`,
      width,
    ),
    ...field(words`touches`, 'plain', one(step.touches), width),
    ...field(words`undo`, undoTone, undoWords(step), width),
    EMPTY,
    ...step.shows.flatMap((shown) => block(2, diffTone, shown, width)),
    ...(state.says ? [EMPTY, ...paragraph('faint', one(state.says), width, 2)] : []),
  ];
}

export function stepRow(
  { step, status }: StepState,
  index: number,
  picked: boolean,
  all: readonly StepState[],
  width: number,
): Line {
  const mark = STEP[status];
  const risk = RISK[step.risk];
  const nodeWidth = Math.min(20, Math.max(...all.map((other) => cellWidth(one(other.step.node)))));
  return spread(
    line(
      span('picked', picked ? words`› ` : words`  `),
      span(mark.tone, words`${mark.glyph} ${fill(mark.word, 11)} `),
      faint(words`${fill(one(step.node), nodeWidth)}  `),
      plain(words`${index + 1}. `),
      picked ? strong(one(step.title)) : plain(one(step.title)),
    ),
    line(span(risk.tone, risk.word)),
    width,
  );
}
