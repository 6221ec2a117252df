import type { Fact, FactId } from '../domain/fact.ts';
import { isUnknown } from '../domain/fact.ts';
import type { Cause, CauseStatus, CheckResult, Evidence, FixOffer, Rival } from '../domain/judgement.ts';
import type { LogRecord, Named } from '../domain/logs.ts';
import type { Model } from '../domain/model.ts';
import { RISKS } from '../domain/plan.ts';
import type { CauseRule, Playbook } from '../domain/playbook.ts';
import { evidenceOf } from './evidence.ts';
import { evaluate, fill } from './expression.ts';
import { logEvidence, logsOf } from './logs.ts';
import { type Bound, related, subjects } from './subjects.ts';
import { touched } from './touches.ts';
import { Touched } from './view.ts';

/** One cause on one subject, before instances are grouped. */
export interface Instance {
  readonly id: string;
  readonly playbook: string;
  readonly rule: CauseRule;
  readonly subject: Bound;
  readonly group: string;
  readonly status: CauseStatus;
  /** The check that excludes it, or that could not be seen. */
  readonly because: readonly CheckResult[];
  readonly proof: readonly CheckResult[];
  readonly seen: readonly CheckResult[];
  /** What services logged that this cause makes them log. */
  readonly logged: readonly LogRecord[];
}

type Combined = 'fail' | 'unknown' | 'pass' | 'none';

const failing = (r: CheckResult): boolean => r.verdict === 'fail' || r.verdict === 'warn';

type Results = ReadonlyMap<string, readonly CheckResult[]>;

const about = (results: Results, check: string, subject: Bound): readonly CheckResult[] =>
  (results.get(check) ?? []).filter((r) => related(r.scope, subject.scope));

function combine(results: readonly CheckResult[]): Combined {
  if (results.some(failing)) return 'fail';
  if (results.some((r) => r.verdict === 'unknown')) return 'unknown';
  return results.some((r) => r.verdict === 'pass') ? 'pass' : 'none';
}

export function instances(
  model: Model,
  playbooks: readonly Playbook[],
  results: readonly CheckResult[],
): readonly Instance[] {
  const byCheck = Map.groupBy(results, (r) => r.check);
  return playbooks.flatMap((playbook) =>
    Object.entries(playbook.causes).flatMap(([id, rule]) => {
      const all = subjects(model, rule.each);
      if (isUnknown(all)) return [];
      return all.flatMap((subject) => {
        if (rule.when !== undefined && evaluate(rule.when, subject.context, new Touched()) !== true) return [];
        const group = fill(rule.group, subject.context, new Touched());
        const logged = logsOf(rule, subject, model);
        return [{ id, playbook: playbook.id, rule, subject, group, logged, ...weigh(rule, subject, byCheck, logged) }];
      });
    }),
  );
}

/** Confirmed needs its discriminating checks failed *and* the path to the symptom observed. */
function weigh(
  rule: CauseRule,
  subject: Bound,
  results: Results,
  logged: readonly LogRecord[],
): Pick<Instance, 'status' | 'because' | 'proof' | 'seen'> {
  const proof = rule.proof.map((check) => about(results, check, subject));
  const given = rule.given.map((check) => about(results, check, subject));
  const seen = rule.seen.map((check) => about(results, check, subject));
  const failed = (lists: readonly (readonly CheckResult[])[]) => lists.flat().filter(failing);
  const unseen = [...proof, ...given].flat().filter((r) => r.verdict === 'unknown');
  const found = { proof: failed(proof), seen: failed(seen) };

  const against = [
    ...proof
      .filter((l) => combine(l) === 'pass' || combine(l) === 'none')
      .map((l) => l.filter((r) => r.verdict === 'pass')),
    ...given.filter((l) => combine(l) === 'fail').map((l) => l.filter(failing)),
  ];
  if (against.length > 0) return { status: 'excluded', because: against.flat(), ...found };
  const path = seen.map(combine);
  // What the service itself said of it since its start stands for a path that could not be looked at; a path seen to be free outweighs it.
  const said = logged.length > 0 && !path.includes('pass');
  const weakness = found.proof.length > 0 && found.proof.every((r) => r.verdict === 'warn');
  const observed = path.includes('fail') || said || (path.length === 0 && !weakness);
  if (proof.some((l) => combine(l) === 'unknown'))
    return { status: path.includes('fail') ? 'possible' : 'unknown', because: unseen, ...found };
  if (unseen.length > 0) return { status: 'likely', because: unseen, ...found };
  if (observed) return { status: 'confirmed', because: [], ...found };
  // What merely weakens a site breaks nothing by itself: without something seen to fail it stays a warning.
  if (weakness && !path.includes('unknown'))
    return { status: 'excluded', because: seen.flat().filter((r) => r.verdict === 'pass'), ...found };
  const hidden = seen.flat().filter((r) => r.verdict === 'unknown');
  return { status: path.includes('unknown') ? 'likely' : 'possible', because: hidden, ...found };
}

const RANK: readonly CauseStatus[] = ['confirmed', 'likely', 'possible'];
const listed = (i: Instance): boolean => RANK.includes(i.status);

/** Is `effect` downstream of `cause`? Either named so, or all its proof is among what the cause explains. */
function explained(effect: Instance, cause: Instance): boolean {
  if (effect.id === cause.id || !related(effect.subject.scope, cause.subject.scope)) return false;
  const { explains } = cause.rule;
  if (explains.includes(effect.id) || effect.rule.proof.every((check) => explains.includes(check))) return true;
  // What only might be, for a symptom that is explained already, is no second cause.
  const symptoms = effect.proof.length === 0 ? effect.seen : [];
  return (
    symptoms.length > 0 && symptoms.every((r) => explains.includes(r.check) && related(r.scope, cause.subject.scope))
  );
}

/** The causes worth showing, upstream first, each with its evidence, its effects and what was ruled out. */
export function diagnose(
  model: Model,
  playbooks: readonly Playbook[],
  results: readonly CheckResult[],
  facts: ReadonlyMap<FactId, Fact>,
  pasted: readonly Named[] = [],
): readonly Cause[] {
  const all = instances(model, playbooks, results);
  const active = all.filter(listed);
  const strong = active.filter((i) => i.status !== 'possible');
  const top = active.filter((i) => !strong.some((c) => explained(i, c) && !explained(c, i)));
  const groups = Map.groupBy(top, (i) => `${i.id}\n${i.group}`);
  const causes = [...groups.values()].map((group) => toCause(group, all, active, results, facts, model, pasted));
  return causes.sort(
    (a, b) =>
      RANK.indexOf(a.status) - RANK.indexOf(b.status) ||
      (b.touches?.length ?? 0) - (a.touches?.length ?? 0) ||
      b.explains.length - a.explains.length,
  );
}

function toCause(
  group: readonly Instance[],
  all: readonly Instance[],
  active: readonly Instance[],
  results: readonly CheckResult[],
  facts: ReadonlyMap<FactId, Fact>,
  model: Model,
  pasted: readonly Named[],
): Cause {
  const best = group.toSorted((a, b) => RANK.indexOf(a.status) - RANK.indexOf(b.status))[0] as Instance;
  const { rule, subject } = best;
  const say = (text: string) => fill(text, subject.context, new Touched());
  const shown = distinct(
    [...group.flatMap((i) => i.proof), ...group.flatMap((i) => i.seen)],
    (r) => `${r.check} ${r.node} ${r.says}`,
  );
  const effects = active.filter((i) => !group.includes(i) && group.some((c) => explained(i, c))).map((i) => i.id);
  const failed = rule.explains.filter((id) =>
    results.some((r) => r.check === id && failing(r) && group.some((i) => related(r.scope, i.subject.scope))),
  );
  const logged = distinct(
    group.flatMap((i) => i.logged),
    (r) => `${r.service} ${r.node} ${r.at} ${r.text}`,
  );
  const touches = touched(
    rule.logs,
    group.map((i) => i.subject),
    logged,
    pasted,
    model,
  );
  return {
    id: best.id,
    playbook: best.playbook,
    title: say(rule.title),
    status: best.status,
    subject: best.group,
    nodes: distinct(
      shown.map((r) => r.node).filter((n) => n !== ''),
      (n) => n,
    ),
    why: say(rule.why),
    evidence: distinct(
      [...shown.map((r): Evidence => evidenceOf(r, facts)), ...logEvidence(rule.logs, logged, model)],
      (e) => `${e.node} ${e.says}`,
    ),
    explains: distinct([...failed, ...effects], (id) => id),
    excludedRivals: rule.rivals.flatMap((id) => rival(id, all, group)),
    unseen: distinct(
      group
        .flatMap((i) => i.because)
        .filter((r) => r.verdict === 'unknown')
        .map((r) => `${r.title}: ${r.says}`),
      (s) => s,
    ),
    fixes: Object.entries(rule.fixes).flatMap(([id, fix]): FixOffer[] => {
      if (fix.when !== undefined && evaluate(fix.when, subject.context, new Touched()) !== true) return [];
      const steps = fix.steps.filter(
        (s) => s.for === undefined || !isEmpty(evaluate(s.for, subject.context, new Touched())),
      );
      const risk = RISKS[Math.max(0, ...steps.map((s) => RISKS.indexOf(s.risk)))] ?? 'none';
      return [{ id, title: say(fix.title), risk, ...(fix.by_hand && { byHand: say(fix.by_hand) }) }];
    }),
    references: rule.references,
    ...(touches.length > 0 && { touches }),
  };
}

const isEmpty = (items: unknown): boolean => Array.isArray(items) && items.length === 0;

/** A rival is ruled out when every instance of it that touches this subject is excluded; the check that did it says why. */
function rival(id: string, all: readonly Instance[], group: readonly Instance[]): Rival[] {
  const touching = all.filter((i) => i.id === id && group.some((g) => related(i.subject.scope, g.subject.scope)));
  if (touching.length === 0 || touching.some((i) => i.status !== 'excluded')) return [];
  const first = touching[0] as Instance;
  const because = touching.flatMap((i) => i.because)[0]?.says ?? 'it does not apply here';
  return [{ id, title: fill(first.rule.title, first.subject.context, new Touched()), because }];
}

function distinct<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((i) => [key(i), i])).values()];
}
