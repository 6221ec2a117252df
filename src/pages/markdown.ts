import type { Cause } from '../domain/judgement.ts';
import { type Dossier, waiverLines } from './dossier.ts';
import { fenced, markdown } from './escape.ts';
import { clock, count, OUTCOME, STATUS, VERDICT } from './words.ts';

/** Trackers cut a description off at 32,767 characters. */
const MOST = 30_000;
const OUTPUT_LINES = 12;
const HAPPENINGS = 25;

/** A run for a ticket: what is wrong, why, what shows it, what was not seen; the most needed first, as much as fits. */
export function markdownPage(dossier: Dossier): string {
  const { judgement } = dossier;
  const causes = judgement.causes.filter((c) => c.status !== 'excluded');
  const sections = [
    head(dossier),
    ...causes.map(causeSection),
    warnings(dossier),
    section('Waived', waiverLines(dossier).map(markdown)),
    unseen(dossier),
    happenings(dossier),
    advice(dossier),
    nodes(dossier),
  ].filter((section) => section !== '');
  let text = '';
  for (const [at, section] of sections.entries()) {
    const rest = sections.length - at;
    if (text.length + section.length > MOST)
      return `${text}\n*${count(rest, 'section')} left out: this fits a ticket, the whole is in the bundle.*\n`;
    text += `${text === '' ? '' : '\n'}${section}\n`;
  }
  return text;
}

function head({ run, version, judgement, coverage }: Dossier): string {
  const where = run.practice === undefined ? `site ${run.site}` : `practice scenario ${run.practice}`;
  return [
    `# ${markdown(OUTCOME[judgement.outcome])}`,
    '',
    `${markdown(where)}, run ${markdown(run.id)}, looked at ${markdown(run.startedAt)}${run.recorded === undefined ? '' : `, read from ${markdown(run.recorded)}`}. ` +
      `${coverage.nodesReached} of ${count(coverage.nodes, 'node')} reached, ${coverage.answered} of ${count(coverage.asked, 'question')} answered, ` +
      `${count(coverage.unknown, 'check')} could not be judged. Inkling ${markdown(version)}.`,
  ].join('\n');
}

function causeSection(cause: Cause, at: number): string {
  const { evidence, excludedRivals, unseen: open, fixes, references } = cause;
  return [
    `## ${at + 1}\\. ${markdown(cause.title)}`,
    '',
    `**${STATUS[cause.status]}** · ${markdown(cause.id)} · ${markdown(cause.subject)} · ${cause.nodes.map(markdown).join(', ')}`,
    '',
    markdown(cause.why),
    ...(evidence.length > 0 ? ['', '### Evidence', ''] : []),
    ...evidence.flatMap(({ node, says, command, output }) => [
      `* **${markdown(node)}**: ${markdown(says)}`,
      ...(command === undefined && output === undefined
        ? []
        : ['', fenced([...(command ? [`$ ${command}`] : []), ...cropped(output)].join('\n'), '  '), '']),
    ]),
    ...list('What would settle it', open.map(markdown)),
    ...list(
      'Ruled out',
      excludedRivals.map((r) => `${markdown(r.title)}: ${markdown(r.because)}`),
    ),
    ...list(
      'Fixes',
      fixes.map(
        (f) => `${markdown(f.title)} (${f.byHand === undefined ? `risk ${f.risk}` : `by hand: ${markdown(f.byHand)}`})`,
      ),
    ),
    ...list('References', references.map(markdown)),
  ].join('\n');
}

const cropped = (output: string | undefined): readonly string[] => {
  const lines = output?.split('\n') ?? [];
  const left = lines.length - OUTPUT_LINES;
  return left > 0 ? [...lines.slice(0, OUTPUT_LINES), `… ${left} more lines`] : lines;
};

const list = (title: string, items: readonly string[]): readonly string[] =>
  items.length === 0 ? [] : ['', `### ${title}`, '', ...items.map((item) => `* ${item}`)];

const section = (title: string, items: readonly string[]): string =>
  items.length === 0 ? '' : [`## ${title}`, '', ...items.map((item) => `* ${item}`)].join('\n');

const checkLine = ({ check, node, says, verdict }: Dossier['judgement']['checks'][number]): string =>
  `**${VERDICT[verdict]}** ${markdown(check)} on ${markdown(node)}: ${markdown(says)}`;

const warnings = ({ judgement }: Dossier): string =>
  section('Warnings', judgement.checks.filter((c) => c.verdict === 'warn').map(checkLine));

const advice = ({ judgement }: Dossier): string =>
  section('Advice', judgement.checks.filter((c) => c.verdict === 'advice').map(checkLine));

const unseen = ({ judgement }: Dossier): string =>
  section('Not seen', [
    ...judgement.nodes.flatMap(({ name, why }) => (why === undefined ? [] : [`${markdown(name)}: ${markdown(why)}`])),
    ...judgement.checks.filter((c) => c.verdict === 'unknown').map(checkLine),
  ]);

const happenings = ({ timeline }: Dossier): string =>
  section(
    'Last errors in the logs',
    timeline
      .filter(({ level }) => level === 'error')
      .slice(-HAPPENINGS)
      .map(
        ({ at, node, service, text }) =>
          `${markdown(clock(at))} UTC **${markdown(service)}** on ${markdown(node)}: ${markdown(text.split('\n')[0] ?? '')}`,
      ),
  );

const nodes = ({ nodes: rows }: Dossier): string =>
  section(
    'Nodes',
    rows.map(
      ({ name, roles, reached, asked, answered }) =>
        `${markdown(name)} (${roles.map(markdown).join(', ')}): ${reached ? `${answered} of ${asked} questions answered` : 'not reached'}`,
    ),
  );
