import type { Cause, CheckResult, Judgement } from './judgement.ts';
import { outcomeOf } from './outcome.ts';
import type { Waiver } from './waivers.ts';

/** A check or cause that was found and is answered for. */
export interface Waived {
  readonly kind: 'check' | 'cause';
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly string[];
  readonly subject: string;
  readonly owner: string;
  readonly reason: string;
  readonly expires: string;
}

export interface Waiving {
  readonly waived: readonly Waived[];
  /** Not honoured: their day has passed. */
  readonly expired: readonly Waiver[];
  /** Nothing was found that they are about. */
  readonly unused: readonly Waiver[];
  /** What is left of the judgement, with its outcome. */
  readonly judgement: Judgement;
}

/** Ids of the checks that prove a cause. */
export type ProofOf = (cause: string) => readonly string[];

/**
 * Takes findings that are answered for out of a judgement. A cause goes with the checks that prove it and with its effects; it also goes
 * when all checks that prove it are waived. What could not be seen cannot be waived. `today`: ISO day, UTC.
 */
export function waive(judgement: Judgement, waivers: readonly Waiver[], proofOf: ProofOf, today: string): Waiving {
  const expired = waivers.filter(({ expires }) => expires < today);
  const valid = waivers.filter(({ expires }) => expires >= today);
  const used = new Set<Waiver>();
  const of = (id: string, nodes: readonly string[], subject: string): Waiver | undefined => {
    const found = valid.find(
      (w) =>
        w.id === id &&
        (w.node === undefined || nodes.every((node) => node === w.node)) &&
        (w.subject === undefined || w.subject === subject),
    );
    if (found) used.add(found);
    return found;
  };
  const checks = new Map<CheckResult, Waiver>();
  for (const check of judgement.checks) {
    const by = isFinding(check) ? of(check.check, [check.node], check.subject) : undefined;
    if (by) checks.set(check, by);
  }
  const causes = new Map<Cause, Waiver>();
  for (const cause of judgement.causes) {
    const own = of(cause.id, cause.nodes, cause.subject);
    const by = own ?? byProof(cause, judgement.checks, checks, proofOf);
    if (by) causes.set(cause, by);
  }
  withEffects(judgement, causes, checks, proofOf);
  const left = {
    checks: judgement.checks.filter((check) => !checks.has(check)),
    causes: judgement.causes.filter((cause) => !causes.has(cause)),
  };
  return {
    waived: [
      ...[...causes].map(([cause, by]) => waivedOf('cause', cause.id, cause.title, cause.nodes, cause.subject, by)),
      ...[...checks].map(([check, by]) => waivedOf('check', check.check, check.title, [check.node], check.subject, by)),
    ],
    expired,
    unused: valid.filter((one) => !used.has(one)),
    judgement: { ...judgement, ...left, outcome: outcomeAfter(judgement, left) },
  };
}

const isFinding = ({ verdict }: CheckResult): boolean =>
  verdict === 'fail' || verdict === 'warn' || verdict === 'advice';

/** A finding of a cause's own: its nodes, or none. */
const isOf = (check: CheckResult, { nodes }: Cause): boolean => check.node === '' || nodes.includes(check.node);

function byProof(
  cause: Cause,
  checks: readonly CheckResult[],
  waived: ReadonlyMap<CheckResult, Waiver>,
  proofOf: ProofOf,
): Waiver | undefined {
  const proof = checks.filter((c) => c.verdict === 'fail' && proofOf(cause.id).includes(c.check) && isOf(c, cause));
  return proof.length > 0 && proof.every((check) => waived.has(check))
    ? waived.get(proof[0] as CheckResult)
    : undefined;
}

/** What proves a waived cause and what it explains goes with it, unless a cause that stays needs it. */
function withEffects(
  { causes, checks }: Judgement,
  waivedCauses: ReadonlyMap<Cause, Waiver>,
  waivedChecks: Map<CheckResult, Waiver>,
  proofOf: ProofOf,
): void {
  const concerns = (cause: Cause, check: CheckResult): boolean =>
    cause.explains.includes(check.check) || (proofOf(cause.id).includes(check.check) && isOf(check, cause));
  const staying = causes.filter((cause) => !waivedCauses.has(cause) && cause.status !== 'excluded');
  for (const [cause, by] of waivedCauses)
    for (const check of checks)
      if (isFinding(check) && !waivedChecks.has(check) && concerns(cause, check))
        if (!staying.some((other) => concerns(other, check))) waivedChecks.set(check, by);
}

const waivedOf = (
  kind: Waived['kind'],
  id: string,
  title: string,
  nodes: readonly string[],
  subject: string,
  { owner, reason, expires }: Waiver,
): Waived => ({ kind, id, title, nodes, subject, owner, reason, expires });

function outcomeAfter(before: Judgement, left: Pick<Judgement, 'checks' | 'causes'>): Judgement['outcome'] {
  if (before.outcome !== 'causes' && before.outcome !== 'warnings') return before.outcome;
  const { coverage } = before;
  const complete =
    before.complete ?? (coverage.unknown === 0 && coverage.nodesReached === coverage.nodes && coverage.answered > 0);
  return outcomeOf(left.checks, left.causes, { stopped: false, complete });
}
