import type { EngineState } from '../domain/engine.ts';
import type { Judgement } from '../domain/judgement.ts';
import type { Target } from './port.ts';

/** How a target is written on the command line: `--site site.yaml`; empty when it is the default. */
export type TargetWords = string;

export function targetWords(target: Target, isDefault: boolean): TargetWords {
  if (isDefault) return '';
  return 'site' in target ? `--site ${shellWord(target.site)}` : `--practice ${shellWord(target.practice)}`;
}

/** A word as a POSIX shell reads it back. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** After recorded answers: whatever is to be done is done where the nodes are. */
export const recordedSteps = ({ judgement }: EngineState): string[] =>
  judgement.causes.length === 0
    ? []
    : ['Next: these are recorded answers. Repair it with `inkling fix` where the nodes are.'];

/** What an operator does now. Lines stay whole, so that a command can be copied. */
export function nextSteps(judgement: Judgement, target: TargetWords): string[] {
  const type = (command: string): string => `inkling ${command}${target === '' ? '' : ` ${target}`}`;
  const fixable = judgement.causes.find(
    ({ status, fixes }) =>
      (status === 'confirmed' || status === 'likely') && fixes.some((fix) => fix.byHand === undefined),
  );
  if (fixable) {
    return [`Next: ${type(`fix ${shellWord(fixable.id)}`)}`, '      (shows the plan and asks before each step)'];
  }
  const byHand = judgement.causes.find(({ status, fixes }) => status === 'confirmed' && fixes.length > 0);
  if (byHand) return [`Next: repair ${byHand.id} by hand as shown above, then ${type('check')}`];
  const dark = judgement.nodes.filter((node) => node.why !== undefined).length;
  if (judgement.outcome === 'interrupted') return [`Next: ${type('check')}`];
  if (dark > 0) return [`Next: see to what hides ${dark === 1 ? 'that node' : 'those nodes'}, then ${type('check')}`];
  if (judgement.outcome === 'incomplete') return [`Next: make what could not be seen visible, then ${type('check')}`];
  return [];
}
