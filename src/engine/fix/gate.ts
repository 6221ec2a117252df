import type { Step } from '../../domain/plan.ts';

const called = (step: Step): string => `"${step.title}" on ${step.node}`;
const what = ({ node, action, undo }: Step): string => JSON.stringify([node, action, undo]);
const words = (lines: readonly string[]): string => lines.map((line) => line.trim()).join(' | ');

/** Why a plan does not hold any more, with what its steps would be from what the nodes say now. */
export function changedSince(planned: readonly Step[], now: readonly Step[]): string {
  const [was, is] = [new Set(planned.map(what)), new Set(now.map(what))];
  const fresh = now.filter((step) => !was.has(what(step)));
  const gone = planned.filter((step) => !is.has(what(step)));
  const told = fresh.map((step) => {
    const old = gone.find((g) => g.node === step.node && words(g.shows) === words(step.shows));
    return old
      ? `${called(step)} would be undone by: ${undoWords(step)}`
      : `${called(step)} would be: ${words(step.shows)}`;
  });
  const needless = gone.filter((g) => !fresh.some((f) => f.node === g.node)).map((g) => `${called(g)} is not needed`);
  const state = [...told, ...needless].join('; ');
  return `something this plan relies on has changed since you looked${state === '' ? '' : `. As it is now, ${state}`}. Look again and plan anew.`;
}

const undoWords = ({ undo }: Step): string =>
  undo.how === 'run' ? undo.actions.flatMap((a) => (a.do === 'run' ? [a.argv.join(' ')] : [])).join(' | ') : undo.how;
