import type { Cause, CheckResult, Judgement, Rival } from './judgement.ts';
import type { CauseRule, Library, Playbook, Scenario } from './playbook.ts';

/** A fault of which the learner is told what a user would say, and no more. */
export interface Drill {
  readonly id: string;
  readonly playbook: string;
  /** What a user reports. */
  readonly report: string;
  /** Causes that are there to be found. */
  readonly causes: readonly string[];
}

/** One of the causes to choose from. */
export interface Choice {
  readonly id: string;
  readonly title: string;
}

/** What the learner did. */
export interface Attempt {
  /** Causes named, in the order in which they were. */
  readonly named: readonly string[];
  /** Inkling looked before the last right cause was named. */
  readonly helped: boolean;
  /** A fix of Inkling's was applied. */
  readonly fixedByInkling: boolean;
  /** Commands typed on the nodes. */
  readonly commands: number;
}

/** What was seen before the learner began and after, and what the cluster held. */
export interface Outcome {
  readonly before: Pick<Judgement, 'checks' | 'causes'>;
  readonly after: Pick<Judgement, 'outcome' | 'checks' | 'causes'>;
  readonly hadBefore: readonly Holding[];
  readonly hasAfter: readonly Holding[];
}

/** Data that can be lost: a pool, an image, a snapshot, a volume, a server. `key` stays when it is renamed. */
export interface Holding {
  readonly key: string;
  readonly title: string;
}

export interface Mark {
  readonly points: number;
  readonly of: number;
  readonly says: string;
}

export interface Grade {
  readonly passed: boolean;
  readonly points: number;
  readonly cause: Mark;
  readonly repair: Mark;
  readonly damage: Mark;
  readonly commands: Mark;
  /** The causes that were there, with what shows each. */
  readonly truth: readonly { readonly id: string; readonly title: string; readonly evidence: readonly string[] }[];
  /** Why the other causes are not it. */
  readonly others: readonly Rival[];
  /** What newly fails, and what is gone. */
  readonly broken: readonly string[];
  readonly lost: readonly string[];
}

const POINTS = { cause: 40, repair: 30, damage: 20, commands: 10 } as const;
/** So many commands cost nothing; then every second one takes a point. */
const FREE_COMMANDS = 15;
const WRONG_NAME = 10;
const PASSED_FROM = 60;
/** For one cause; each further one brings two more. */
const MOST_CHOICES = 9;

const isSure = ({ status }: { status: string }): boolean => status === 'confirmed' || status === 'likely';

/** Every scenario that has a cause to find is a drill. */
export const drillsOf = (scenarios: readonly Scenario[]): readonly Drill[] =>
  scenarios.flatMap(({ id, playbook, report, symptom, expect }) => {
    const causes = [...new Set(expect.causes.filter(isSure).map((c) => c.id))];
    return expect.outcome === 'causes' && causes.length > 0
      ? [{ id, playbook, report: (report ?? symptom).trim(), causes }]
      : [];
  });

/** Two faults at once, as one drill. */
export const together = (a: Drill, b: Drill): Drill => ({
  id: `${a.id}+${b.id}`,
  playbook: a.playbook,
  report: `${a.report}\n${b.report}`,
  causes: [...new Set([...a.causes, ...b.causes])],
});

/** A cause's title for a list: what its blanks stand for instead of what fills them, which would tell too much. */
export const generic = (title: string): string =>
  title.replace(/\{([^{}]+)\}/g, (_, inner: string) => {
    const name = /([a-z_]+)(?:\[\d+\])?\)?$/.exec(inner.trim())?.[1];
    return name === undefined ? '…' : `‹${name.replaceAll('_', ' ')}›`;
  });

/**
 * The causes to choose from: those that are there, and for each of them in turn its look-alikes, then others of its playbook, until there
 * are enough. In the order of the playbooks, so that places tell nothing.
 */
export function choicesOf({ playbooks }: Pick<Library, 'playbooks'>, drill: Drill): readonly Choice[] {
  const rules = playbooks.flatMap((p) => Object.entries(p.causes).map(([id, rule]) => ({ id, rule, playbook: p.id })));
  const wanted = new Set(drill.causes);
  const most = MOST_CHOICES + 2 * (wanted.size - 1);
  const queues = drill.causes.map((cause) => {
    const there = new Set([cause]);
    const home = rules.find(({ id }) => id === cause)?.playbook;
    const alike = rules.filter(({ id, rule }) => isAlike(id, rule, there, rules));
    return [...new Set([...alike, ...rules.filter((r) => r.playbook === home)].map((r) => r.id))];
  });
  while (wanted.size < most && queues.some((queue) => queue.length > 0))
    for (const queue of queues) {
      const next = queue.findIndex((id) => !wanted.has(id));
      if (next >= 0 && wanted.size < most) wanted.add(queue[next] as string);
      queue.splice(0, next < 0 ? queue.length : next + 1);
    }
  return rules.filter(({ id }) => wanted.has(id)).map(({ id, rule }) => ({ id, title: generic(rule.title) }));
}

/** It says itself that it looks like one of those that are there, or one of them says so. */
const isAlike = (
  id: string,
  rule: CauseRule,
  there: ReadonlySet<string>,
  rules: readonly { id: string; rule: CauseRule }[],
): boolean =>
  !there.has(id) &&
  (rule.rivals.some((r) => there.has(r)) || rules.some((r) => there.has(r.id) && r.rule.rivals.includes(id)));

/** Pure: the same attempt and the same outcome always give the same grade. */
export function grade(drill: Drill, attempt: Attempt, seen: Outcome, library: Pick<Library, 'playbooks'>): Grade {
  const broken = newlyFailing(seen);
  const left = new Set(seen.hasAfter.map((h) => h.key));
  const lost = seen.hadBefore.filter((h) => !left.has(h.key)).map((h) => h.title);
  const cause = causeMark(drill, attempt);
  const repair = repairMark(drill, attempt, seen);
  const damage = damageMark(broken, lost);
  const commands = commandMark(attempt, repair.points > 0);
  const points = cause.points + repair.points + damage.points + commands.points;
  const passed = points >= PASSED_FROM && repair.points > 0 && cause.points > 0;
  return {
    passed,
    points,
    cause,
    repair,
    damage,
    commands,
    truth: drill.causes.map((id) => truthOf(id, seen.before.causes, library.playbooks)),
    others: whyNot(drill, seen.before, library),
    broken,
    lost,
  };
}

function causeMark({ causes }: Drill, { named, helped }: Attempt): Mark {
  const right = causes.filter((id) => named.includes(id));
  const wrong = named.filter((id) => !causes.includes(id)).length;
  const share = Math.round((POINTS.cause * right.length) / causes.length);
  const points = Math.max(0, (helped ? Math.round(share / 2) : share) - (right.length > 0 ? WRONG_NAME * wrong : 0));
  const how = [
    right.length === causes.length
      ? 'named right'
      : right.length > 0
        ? `${right.length} of ${causes.length} named right`
        : 'not named',
    ...(wrong > 0 ? [`${wrong} wrong before or beside`] : []),
    ...(helped && right.length > 0 ? ['Inkling had looked before, which halves the points'] : []),
  ];
  return { points, of: POINTS.cause, says: how.join('; ') };
}

function repairMark({ causes }: Drill, { fixedByInkling }: Attempt, { after }: Outcome): Mark {
  const left = causes.filter((id) => after.causes.some((c) => c.id === id && isSure(c)));
  const by = fixedByInkling ? 'by the offered fix' : 'by your own commands';
  if (left.length === 0 && after.outcome !== 'causes' && after.outcome !== 'incomplete')
    return { points: POINTS.repair, of: POINTS.repair, says: `the checks that failed pass now, ${by}` };
  if (left.length === 0)
    return {
      points: Math.round(POINTS.repair / 2),
      of: POINTS.repair,
      says: `the cause is gone, but the cluster is not well: ${after.causes[0]?.title ?? after.outcome}`,
    };
  const mended = causes.length - left.length;
  return {
    points: Math.round((POINTS.repair / 2) * (mended / causes.length)),
    of: POINTS.repair,
    says: mended > 0 ? `${mended} of ${causes.length} causes are gone` : 'the fault is still there',
  };
}

function damageMark(broken: readonly string[], lost: readonly string[]): Mark {
  const says = [
    ...(broken.length > 0 ? [`newly failing: ${broken.length}`] : []),
    ...(lost.length > 0 ? [`gone: ${lost.length}`] : []),
  ];
  return says.length === 0
    ? { points: POINTS.damage, of: POINTS.damage, says: 'nothing else was hurt' }
    : { points: 0, of: POINTS.damage, says: says.join('; ') };
}

function commandMark({ commands }: Attempt, mended: boolean): Mark {
  const over = Math.ceil(Math.max(0, commands - FREE_COMMANDS) / 2);
  const points = mended ? Math.max(0, POINTS.commands - over) : 0;
  const says = `${commands} ${commands === 1 ? 'command' : 'commands'}; up to ${FREE_COMMANDS} cost nothing`;
  return { points, of: POINTS.commands, says };
}

/** Checks that fail now and did not, or were not judged, when the drill began. */
function newlyFailing({ before, after }: Outcome): readonly string[] {
  const key = (c: CheckResult): string => JSON.stringify([c.check, c.subject, c.node]);
  const failed = new Set(before.checks.filter((c) => c.verdict === 'fail').map(key));
  const fresh = after.checks.filter((c) => c.verdict === 'fail' && !failed.has(key(c)));
  return [...new Set(fresh.map((c) => (c.node === '' ? c.says : `${c.node}: ${c.says}`)))];
}

function truthOf(id: string, causes: readonly Cause[], playbooks: readonly Playbook[]): Grade['truth'][number] {
  const seen = causes.find((c) => c.id === id);
  const rule = playbooks.flatMap((p) => Object.entries(p.causes)).find(([name]) => name === id)?.[1];
  return {
    id,
    title: seen?.title ?? generic(rule?.title ?? id),
    evidence: (seen?.evidence ?? [])
      .slice(0, 4)
      .map((e) => `${e.node}: ${e.says}${e.command ? `  $ ${e.command}` : ''}`),
  };
}

/** For each of the other choices: what rules it out here, as the look-alike that it is or by a check that would prove it. */
function whyNot(
  drill: Drill,
  { causes, checks }: Outcome['before'],
  library: Pick<Library, 'playbooks'>,
): readonly Rival[] {
  const there = causes.filter((c) => drill.causes.includes(c.id));
  const excluded = there.flatMap((c) => c.excludedRivals);
  const nodes = new Set(there.flatMap((c) => c.nodes));
  return choicesOf(library, drill)
    .filter(({ id }) => !drill.causes.includes(id))
    .map(({ id, title }) => {
      const known = excluded.find((r) => r.id === id);
      if (known) return known;
      const proof = library.playbooks.flatMap((p) => p.causes[id]?.proof ?? []);
      const passed = checks.filter((c) => c.verdict === 'pass' && proof.includes(c.check));
      const seen = passed.find((c) => nodes.has(c.node)) ?? passed[0];
      return { id, title, because: seen?.says ?? 'nothing that would prove it was seen' };
    });
}
