import type { EngineState } from '../domain/engine.ts';
import type { Cause, CheckResult, Judgement, NodeReport } from '../domain/judgement.ts';
import { block, hanging, quote, table } from './block.ts';
import { type Line, span } from './lines.ts';
import { nextSteps, recordedSteps, type TargetWords } from './next-steps.ts';
import { count, outcomeWords, statusWord, verdictWord } from './words.ts';

const EVIDENCE_LINES = 6;

export interface TextOptions {
  readonly columns: number;
  /** How this run's target is written on the command line, for the commands to type next. */
  readonly target: TargetWords;
}

/** The report for people: outcome first, then causes, what could not be seen, nodes, and what to type next. */
export function reportText(state: EngineState, options: TextOptions): Line[] {
  const { judgement, run } = state;
  const width = Math.min(options.columns, 100);
  const sections = [
    head(state, width),
    ...judgement.causes.filter((c) => c.status !== 'excluded').map((cause, i) => causeText(cause, i + 1, width)),
    warnings(judgement, width),
    advice(judgement, width),
    unseen(judgement, width),
    nodes(judgement, width),
    coverage(judgement, width),
    run.recorded === undefined ? nextSteps(judgement, options.target) : recordedSteps(state),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}

function head({ run, judgement }: EngineState, width: number): Line[] {
  const where =
    run.recorded !== undefined
      ? `Recorded answers of ${run.practice === undefined ? `site ${run.site}` : `practice scenario ${run.practice}`} (${run.recorded}); no node was reached`
      : run.practice === undefined
        ? `Site ${run.site}`
        : `Practice cluster, scenario ${run.practice} (embedded; no real machine is touched)`;
  const found = judgement.causes.filter((cause) => cause.status !== 'excluded').length;
  const outcome = outcomeWords(judgement.outcome);
  const named = run.pasted?.map(({ kind, name }) => `${kind} ${name}`) ?? [];
  return [
    ...hanging(`${where} · ${run.startedAt}`, width, 'dim'),
    ...(named.length > 0 ? hanging(`The pasted text names ${named.join(', ')}`, width, 'dim') : []),
    [span(outcome.tone, outcome.text), ...(found > 0 ? [span('strong', ` · ${count(found, 'cause')}`)] : [])],
  ];
}

function causeText(cause: Cause, number: number, width: number): Line[] {
  const prefix = `${number}. `;
  return [
    [prefix, statusWord(cause.status), span('strong', `  ${cause.id}`)],
    ...block('   ', cause.title, width, 'strong'),
    ...block('   about      ', `${cause.subject} (${cause.nodes.join(', ')}; playbook ${cause.playbook})`, width),
    ...(cause.touches ? block('   pasted     ', `it is about ${cause.touches.join(', ')}`, width, 'strong') : []),
    ...block('   why        ', cause.why, width),
    ...cause.evidence.flatMap((e) => [
      ...block('   evidence   ', `${e.node}: ${e.says}`, width),
      ...(e.command === undefined ? [] : block('              $ ', e.command, width, 'dim')),
      ...(e.output === undefined ? [] : quote(e.output, width, 14, EVIDENCE_LINES)),
    ]),
    ...cause.excludedRivals.flatMap((r) => block('   ruled out  ', `${r.title} (${r.id}): ${r.because}`, width)),
    ...(cause.explains.length > 0 ? block('   explains   ', cause.explains.join(', '), width) : []),
    ...cause.unseen.flatMap((u) => block('   would tell ', u, width)),
    ...cause.fixes.flatMap((f) =>
      f.byHand === undefined
        ? block('   fix        ', `${f.title} (${f.id}, risk ${f.risk})`, width)
        : block('   by hand    ', `${f.title}: ${f.byHand}`, width),
    ),
    ...cause.references.flatMap((r) => block('   see        ', r, width, 'dim')),
  ];
}

/** Warnings and failures that no cause explains: they must not get lost. */
function warnings(judgement: Judgement, width: number): Line[] {
  const explained = new Set(judgement.causes.filter((c) => c.status !== 'excluded').flatMap((cause) => cause.explains));
  const open = judgement.checks.filter(
    ({ check, verdict }) =>
      verdict === 'warn' || (verdict === 'fail' && !explained.has(check) && judgement.causes.length === 0),
  );
  return open.length === 0 ? [] : [[span('strong', 'Also seen')], ...checkTable(open, width)];
}

/** What works and should be otherwise: one line for each finding, wherever it was made. */
function advice(judgement: Judgement, width: number): Line[] {
  const given = judgement.checks.filter(({ verdict }) => verdict === 'advice');
  return given.length === 0 ? [] : [[span('strong', 'Advice: works now, but see to it')], ...checkTable(given, width)];
}

function unseen(judgement: Judgement, width: number): Line[] {
  const dark = judgement.nodes.filter((node) => node.why !== undefined);
  const unknown = judgement.checks.filter(({ verdict }) => verdict === 'unknown');
  if (dark.length === 0 && unknown.length === 0) return [];
  const hidden = (node: NodeReport): CheckResult[] =>
    unknown.filter((check) => (!node.reached && check.node === node.name) || check.says.includes(reasonOf(node)));
  const others = unknown.filter((check) => !dark.some((node) => hidden(node).includes(check)));
  return [
    [span('strong', 'Could not be seen')],
    ...dark.flatMap((node) => [
      ...block(`  ? ${node.name}: `, node.why ?? '', width),
      ...notJudged(hidden(node), node.name, width),
    ]),
    ...[...Map.groupBy(others, commonReason)].flatMap(([reason, checks]) =>
      checks.length === 1
        ? checkTable(checks, width)
        : [...block('  ? ', reason, width), ...notJudged(checks, '', width)],
    ),
  ];
}

/** Why it is unknown, without the command that would show this one check. */
const commonReason = ({ says }: CheckResult): string => says.replace(/(?:; to| To) see it: .*$/s, '');

/** A node's own reason, which every check that it hides repeats. */
const reasonOf = ({ why = '' }: NodeReport): string => why.replace(/^\d+ of \d+ questions without answer: /, '');

/** Each check once, with the nodes it is about, unless that is the node at hand. */
function notJudged(checks: readonly CheckResult[], at: string, width: number): Line[] {
  const names = [...Map.groupBy(checks, ({ check }) => check)].map(([name, all]) => {
    const places = [...new Set(all.map(({ node }) => node))].filter((node) => node !== '' && node !== at);
    return places.length === 0 ? name : `${name} (${places.join(', ')})`;
  });
  return names.length === 0 ? [] : block('    not judged: ', names.join(', '), width, 'dim');
}

const checkTable = (checks: readonly CheckResult[], width: number): Line[] =>
  checks.flatMap(({ verdict, check, node, says }) => [
    ['  ', verdictWord(verdict), node === '' ? `  ${check}` : `  ${check} on ${node}`] as Line,
    ...block('      ', says, width),
  ]);

function nodes(judgement: Judgement, width: number): Line[] {
  if (judgement.nodes.length === 0) return [];
  const rows = judgement.nodes.map(({ name, roles, reached, why }) => [
    name,
    reached ? (why === undefined ? span('good', '✓ yes') : span('warn', '! partly')) : span('bad', '✗ no'),
    roles.join(', '),
  ]);
  return [[span('strong', 'Nodes')], ...table(['NAME', 'REACHED', 'ROLES'], rows, width)];
}

function coverage({ coverage: c, checks, causes }: Judgement, width: number): Line[] {
  const tally = (['pass', 'fail', 'warn', 'advice', 'unknown', 'skip'] as const)
    .map((verdict) => [checks.filter((check) => check.verdict === verdict).length, verdict] as const)
    .filter(([n]) => n > 0)
    .map(([n, verdict]) => `${n} ${verdict === 'skip' ? 'not applicable' : verdict}`);
  const failed = [
    ...new Set(
      checks
        .filter(({ verdict }) => verdict === 'fail')
        .map(({ check, node }) => (node === '' ? check : `${check} on ${node}`)),
    ),
  ];
  const seen = `${c.nodesReached} of ${count(c.nodes, 'node')} reached, ${c.answered} of ${count(c.asked, 'question')} answered`;
  return [
    [span('strong', 'Seen    '), seen],
    [span('strong', 'Checks  '), tally.join(', ') || 'none'],
    ...(failed.length > 0 && causes.length > 0 ? block('Failed  ', failed.join(', '), width) : []),
  ];
}
