import type { FixState, Plan, Step, Undo } from '../domain/plan.ts';
import { block, quote } from './block.ts';
import { type Line, type Span, span } from './lines.ts';
import { count, duration, stepWord } from './words.ts';

/** Everything that will happen, before it happens: nothing is cut. */
export function planText(plan: Plan, columns: number): Line[] {
  const width = Math.min(columns, 100);
  const seconds = plan.steps.reduce((sum, step) => sum + step.seconds, 0);
  return [
    [span('strong', 'Plan   '), `${plan.title}`],
    ...block('       ', `for ${plan.cause}, ${plan.subject}`, width),
    [
      '       ',
      `${count(plan.steps.length, 'step')}, about ${duration(seconds * 1000)}, sha256 ${plan.hash.slice(0, 12)}`,
    ],
    ...plan.steps.flatMap((step, i) => ['', ...stepText(step, i + 1, width)]),
    '',
    ...block('Before ', `checked again: ${plan.gate.join(', ') || 'nothing'}`, width),
    ...block('After  ', `must pass: ${plan.verify.join(', ') || 'nothing'}`, width),
    ...(plan.canary ? block('Canary ', CANARY, width) : []),
    ...(plan.steps.some((s) => s.undo.how === 'run' && s.undo.last)
      ? block(
          'Alone  ',
          'a node that hears nothing of Inkling for 120 s in the middle undoes its steps by itself',
          width,
        )
      : []),
  ];
}

const CANARY =
  'then every service user makes an RBD image of 4 MiB (inkling-canary-…) in each pool it writes to, and removes it';

export function stepText(step: Step, number: number, width: number): Line[] {
  return [
    [span('strong', `Step ${number}  ${step.title}`)],
    ...block('  node     ', step.node, width),
    ['  risk     ', riskWord(step), `, takes about ${duration(step.seconds * 1000)}`],
    ...block('  touches  ', step.touches, width),
    ...step.shows.flatMap((text) => quote(text, Number.POSITIVE_INFINITY, 2, Number.POSITIVE_INFINITY)),
    ...block('  undo     ', undoWords(step.undo), width),
  ];
}

function riskWord({ risk }: Step): Span {
  const tones = { none: 'good', reversible: 'plain', disruptive: 'warn', destructive: 'bad' } as const;
  return span(tones[risk], risk);
}

function undoWords(undo: Undo): string {
  if (undo.how === 'nothing') return `nothing, because ${undo.because}`;
  if (undo.how === 'impossible') return `impossible, because ${undo.because}`;
  return undo.says;
}

const ENDS: Readonly<Record<NonNullable<FixState['outcome']>, Span>> = {
  fixed: span('good', '✓ fixed, and verified'),
  refused: span('warn', '! refused: nothing was changed'),
  declined: span('warn', '! declined'),
  'rolled-back': span('warn', '↩ rolled back'),
  'rollback-failed': span('bad', '✗ rollback failed: the site needs a person now'),
  'not-verified': span('warn', '? changed, but not verified'),
};

/** What happened, step by step. */
export function fixText(fix: FixState, columns: number): Line[] {
  const width = Math.min(columns, 100);
  return [
    ...fix.steps.flatMap(({ step, status, says }): Line[] => [
      ['  ', stepWord(status), `  ${step.title} (${step.node})`],
      ...(says === undefined ? [] : quote(says, width, 4, 12)),
    ]),
    ...(fix.outcome === undefined ? [] : [[ENDS[fix.outcome]]]),
    ...(fix.says === undefined ? [] : block('  ', fix.says, width)),
  ];
}
