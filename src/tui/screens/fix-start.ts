import { isRunning } from '../../domain/engine.ts';
import type { Cause, FixOffer } from '../../domain/judgement.ts';
import type { Plan } from '../../domain/plan.ts';
import { type Printable, words } from '../../domain/printable.ts';
import type { Binding } from '../input/binding.ts';
import type { Act, Scene } from '../model.ts';
import { one } from '../text/wrap.ts';

/** Under this name the UI state keeps which plan was asked for last. */
export const WANTED = 'fix/wanted';

export const planKey = ({ cause, subject, fix }: Pick<Plan, 'cause' | 'subject' | 'fix'>): string =>
  JSON.stringify([cause, subject, fix]);

/** The fixes that Inkling can carry out. */
export const offered = (cause: Cause | undefined): readonly FixOffer[] =>
  cause?.fixes.filter((fix) => fix.byHand === undefined) ?? [];

/** Asks the engine for a plan and shows it. Nothing is changed by this. */
export const planFix = (cause: Cause, fix: FixOffer): readonly Act[] => [
  { type: 'choose', list: WANTED, id: planKey({ cause: cause.id, subject: cause.subject, fix: fix.id }) },
  { type: 'send', intent: { type: 'plan-fix', cause: cause.id, subject: cause.subject, fix: fix.id } },
  { type: 'push', screen: 'fix' },
];

/** Recorded answers can be looked at and planned on; nothing of them can be changed or asked again. */
export const refusal = (scene: Scene): readonly Act[] | undefined => {
  const from = scene.engine?.run.recorded;
  return from === undefined
    ? undefined
    : say(words`Read-only: these are recorded answers (${one(from)}). No node is reached, nothing can be changed.`);
};

const say = (text: Printable): readonly Act[] => [{ type: 'notice', notice: { tone: 'warn', text } }];

/** `f`: plans the only fix, or asks which. */
export const fixBinding = (causeOf: (scene: Scene) => Cause | undefined): Binding => ({
  keys: ['f'],
  shown: words`f`,
  does: words`fix`,
  when: (scene) => causeOf(scene) !== undefined,
  act: (scene) => {
    const cause = causeOf(scene);
    const fixes = offered(cause);
    const [only] = fixes;
    if (!cause) return [];
    if (isRunning(scene.engine)) return say(words`Something is still running; a fix can be planned when it has ended.`);
    if (!only)
      return say(words`No automatic fix for ${one(cause.title)}; what to do by hand is under Fixes, if known.`);
    return fixes.length === 1 ? planFix(cause, only) : [{ type: 'push', screen: 'offers' }];
  },
});
