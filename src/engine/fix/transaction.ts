import type { Prompt } from '../../domain/engine.ts';
import { isUnknown, type Maybe } from '../../domain/fact.ts';
import type { Judgement } from '../../domain/judgement.ts';
import type { Backup, FixState, Plan, Step, StepState } from '../../domain/plan.ts';
import type { Store } from '../store.ts';
import { act, type Done, doing, type RunOn } from './act.ts';
import { type Canary, canaryWords, tryCanary } from './canary.ts';
import { changedSince } from './gate.ts';
import { BETWEEN_LOOKS_MS, failing, type HalfWay, key, LOOKS, newlyFailing } from './newly-failing.ts';
import { restarts, toTakeBack, undo } from './undo.ts';

export interface Transaction {
  readonly store: Store;
  readonly run: RunOn;
  /** Who must hold a node's lease while one of its files is replaced; absent: nobody need. */
  readonly holder?: string;
  /** Looks at all nodes afresh. */
  readonly look: () => Promise<void>;
  /** The same fix planned from what is known now. */
  readonly replan: () => ReturnType<typeof import('./plan.ts').makePlan>;
  /** Asks the operator; resolves with the answer, false when the run is being stopped. */
  readonly ask: (prompt: Prompt) => Promise<boolean>;
  readonly pause: (ms: number) => Promise<void>;
  readonly stopping: () => boolean;
  readonly now: () => Date;
  /** Why the lock on a node is not ours any more; undefined while it is. */
  readonly held: (node: string) => Promise<string | undefined>;
  /** Has the node undo these steps by itself should Inkling be gone. Why not, when that cannot be. */
  readonly arm: (node: string, steps: readonly StepState[]) => Promise<string | undefined>;
  /** Small operations that would show whether the change helped, from what is known now. */
  readonly canaries: (plan: Plan) => Maybe<readonly Canary[]>;
}

type Outcome = NonNullable<FixState['outcome']>;

const changed = (t: Transaction): boolean => toTakeBack(t.store.fix?.steps ?? []).length > 0;

/** What is shown for longer than this may not be true any more. */
const PLAN_LIVES_MS = 10 * 60_000;

/**
 * Gate, confirm, apply, verify; undo on failure. Every step's intent is on disk before its first byte leaves. A fix that was broken off
 * goes on with the steps that are not done; each of them still refuses what it does not expect.
 */
export async function apply(t: Transaction, { plan, phase }: FixState): Promise<void> {
  const finish = (outcome: Outcome, says: string) =>
    t.store.record({ type: 'fix.finished', plan: plan.hash, outcome, says });
  await t.store.record({ type: 'fix.phase', phase: 'gating' });
  await t.look();
  const closed = phase === 'planned' ? gate(t, plan) : undefined;
  if (closed !== undefined) return finish('refused', `not done: ${closed}`);
  const before = t.store.judgement;

  await t.store.record({ type: 'fix.phase', phase: 'applying' });
  const looks = firstOfBatches(plan.steps);
  for (const step of plan.steps) {
    if (t.store.fix?.steps.find((s) => s.step.id === step.id)?.status === 'done') continue;
    if (looks.has(step.id) && changed(t)) {
      await t.look();
      const worse = newlyFailing(before, t.store.judgement, halfWay(plan, step))[0];
      if (worse) return undo(t, plan, `before "${step.title}" on ${step.node}: newly failing: ${worse.says}`, before);
    }
    if (t.stopping() || !(await confirmed(t, step))) {
      if (!changed(t)) return finish('declined', 'nothing was changed');
      return undo(t, plan, `stopped before "${step.title}"`, before);
    }
    const lost = await t.held(step.node);
    // Whoever has the lock now is in charge: taking steps back would be a change behind their back.
    if (lost !== undefined) return finish('not-verified', `stopped before "${step.title}": ${lost}. Look again.`);
    const done = await applyStep(t, plan, step);
    if (done.ok) continue;
    if (!changed(t) && done.begun === false) return finish('refused', done.says);
    return undo(t, plan, `"${step.title}" on ${step.node} failed: ${done.says}`, before);
  }

  await t.store.record({ type: 'fix.phase', phase: 'verifying' });
  const verdict = await verified(t, plan, before);
  const sung = verdict.ok && plan.canary ? await canary(t, plan) : { ok: true, says: '' };
  if (verdict.ok && sung.ok) return finish('fixed', `${verdict.says}${sung.says}`);
  return undo(t, plan, verdict.ok ? sung.says : verdict.says, before);
}

/** The symptom itself, tried: what the services do in their pools. One that left its image is worth a word, no undoing. */
async function canary(t: Transaction, plan: Plan): Promise<{ readonly ok: boolean; readonly says: string }> {
  const all = t.canaries(plan);
  if (isUnknown(all)) return { ok: true, says: `; no canary was tried: ${all.unknown}` };
  await t.store.record({ type: 'canary.intent', plan: plan.hash, shows: all.flatMap(canaryWords) });
  const left: string[] = [];
  for (const one of all) {
    const wrong = await tryCanary(one, t.run);
    if (wrong && !wrong.made) return { ok: false, says: `the canary failed: ${wrong.says}` };
    if (wrong) left.push(wrong.says);
  }
  const worked = `; ${all.length === 1 ? 'its canary' : `all ${all.length} canaries`} worked`;
  return { ok: true, says: [worked, ...left].join('; ') };
}

/** Why a plan must not be carried out now. */
function gate(t: Transaction, plan: Plan): string | undefined {
  if (t.now().getTime() - Date.parse(plan.at) > PLAN_LIVES_MS)
    return 'this plan is older than 10 minutes. Look again and plan anew.';
  const fresh = t.replan();
  if (isUnknown(fresh)) return fresh.unknown;
  return fresh.hash === plan.hash ? undefined : changedSince(plan.steps, fresh.steps);
}

/** The steps that begin on a new batch of nodes, before which it is looked at again: one node first, then a tenth of them at a time. */
function firstOfBatches(steps: readonly Step[]): ReadonlySet<string> {
  const nodes = [...new Set(steps.map((s) => s.node))];
  const size = Math.ceil(nodes.length / 10);
  const starts = nodes.filter((_, at) => at > 0 && (at - 1) % size === 0);
  return new Set(starts.map((node) => (steps.find((s) => s.node === node) as Step).id));
}

function halfWay(plan: Plan, next: Step): HalfWay {
  const at = plan.steps.indexOf(next);
  const left = new Set(plan.steps.slice(at).map((s) => s.node));
  return { left, done: new Set(plan.steps.slice(0, at).flatMap((s) => (left.has(s.node) ? [] : [s.node]))) };
}

async function confirmed(t: Transaction, step: Step): Promise<boolean> {
  if (step.risk === 'none') return true;
  const typed = step.risk === 'reversible' ? undefined : step.node;
  return t.ask({
    kind: 'confirm-step',
    id: `${step.id}-${Date.now()}`,
    stepId: step.id,
    ...(typed !== undefined && { typed }),
  });
}

async function applyStep(t: Transaction, plan: Plan, step: Step): Promise<Done> {
  await t.store.record({ type: 'step.intent', plan: plan.hash, step: step.id, node: step.node, shows: step.shows });
  const unarmed = await arm(t, plan, step.node);
  if (unarmed !== undefined) {
    const says = `not done: ${step.node} could not be told to undo it should Inkling be gone: ${unarmed}`;
    await t.store.record({ type: 'step.result', plan: plan.hash, step: step.id, status: 'waiting', says });
    return { ok: false, says, uncertain: false, begun: false };
  }
  const keep = async (backup: Backup) => {
    await t.store.record({ type: 'step.backup', plan: plan.hash, step: step.id, backup });
    await arm(t, plan, step.node);
  };
  const done = await act(step, step.action, { ...doing(t, plan.hash, step.id), keep });
  if (done.ok && done.backup) await keep(done.backup);
  const status = done.ok ? 'done' : done.uncertain ? 'unknown' : 'failed';
  await t.store.record({ type: 'step.result', plan: plan.hash, step: step.id, status, says: done.says });
  return done;
}

/** Only a plan that restarts something can leave a service down or cut the way to a node. */
export const restarting = (plan: Plan): boolean => plan.steps.some((step) => restarts(step));

async function arm(t: Transaction, plan: Plan, node: string): Promise<string | undefined> {
  if (!restarting(plan)) return undefined;
  const begun = (t.store.fix?.steps ?? []).filter((s) => s.step.node === node && s.status !== 'waiting');
  return t.arm(node, begun);
}

/** Cause gone, path to the symptom clear, and nothing newly failing. */
async function verified(t: Transaction, plan: Plan, before: Judgement): Promise<{ ok: boolean; says: string }> {
  const failedBefore = new Set(before.checks.filter(failing).map(key));
  let says = '';
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await t.pause(BETWEEN_LOOKS_MS);
    await t.look();
    const { checks, causes } = t.store.judgement;
    const still = causes.find((c) => c.id === plan.cause && c.subject === plan.subject);
    const fresh = newlyFailing(before, t.store.judgement);
    const blind = checks.filter(
      (c) => failedBefore.has(key(c)) && plan.verify.includes(c.check) && c.verdict === 'unknown',
    );
    if (!still && fresh.length === 0 && blind.length === 0)
      return {
        ok: true,
        says: `${plan.cause} is gone${healed(before, t.store.judgement)}, nothing newly fails`,
      };
    if (still) says = `${plan.cause} is still there`;
    else if (blind[0]) says = `cannot be verified: ${blind[0].title}: ${blind[0].says}`;
    else says = `newly failing: ${fresh[0]?.says}`;
  }
  return { ok: false, says };
}

/** By check, not by subject: a corrected name makes another subject of the same thing. */
function healed(before: Judgement, now: Judgement): string {
  const failed = new Set(before.checks.filter(failing).map((c) => c.check));
  for (const c of now.checks) if (failing(c) || c.verdict === 'unknown') failed.delete(c.check);
  if (failed.size === 0) return '';
  return failed.size === 1 ? ': 1 check that failed now passes' : `: ${failed.size} checks that failed now pass`;
}
