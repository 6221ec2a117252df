import type { EngineState } from '../domain/engine.ts';
import type { Cause, CheckResult } from '../domain/judgement.ts';
import { toPrintable } from '../domain/printable.ts';
import type { Waived, Waiving } from '../domain/waive.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Text from anywhere as text of XML: no code that XML forbids or a terminal acts on. */
const xml = (text: string): string =>
  text
    .split('\n')
    .map((line) => toPrintable(line))
    .join('\n')
    .replaceAll(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
const attribute = (text: string): string => xml(text.replaceAll('\n', ' '));

interface Case {
  readonly suite: string;
  readonly where: string;
  readonly name: string;
  readonly result: 'passed' | 'failure' | 'error' | 'skipped';
  readonly type?: string;
  readonly says?: string;
}

const RESULTS = {
  pass: 'passed',
  advice: 'passed',
  fail: 'failure',
  warn: 'failure',
  skip: 'skipped',
  unknown: 'skipped',
} as const;

const checkCase = ({ playbook, node, check, subject, verdict, says }: CheckResult): Case => ({
  suite: playbook,
  where: node === '' ? 'cluster' : node,
  name: `${check} (${subject})`,
  result: RESULTS[verdict],
  type: verdict,
  says: `${verdict}: ${says}`,
});

const causeCase = (cause: Cause): Case => ({
  suite: cause.playbook,
  where: cause.nodes.join(', ') || 'cluster',
  name: `cause ${cause.id} (${cause.subject})`,
  result: cause.status === 'confirmed' || cause.status === 'likely' ? 'failure' : 'skipped',
  type: cause.status,
  says: [
    `${cause.status}: ${cause.title}`,
    cause.why,
    ...cause.evidence.map(({ node, says }) => `${node}: ${says}`),
  ].join('\n'),
});

const waivedCase = (one: Waived, suites: ReadonlyMap<string, string>): Case => ({
  suite: suites.get(one.id) ?? 'waived',
  where: one.nodes.filter((node) => node !== '').join(', ') || 'cluster',
  name: `${one.kind === 'cause' ? 'cause ' : ''}${one.id} (${one.subject})`,
  result: 'skipped',
  type: 'waived',
  says: `waived by ${one.owner} until ${one.expires}: ${one.reason}`,
});

function caseText({ where, name, result, type = '', says = '' }: Case): string {
  const head = `    <testcase classname="${attribute(where)}" name="${attribute(name)}" time="0"`;
  const message = attribute(says.split('\n')[0] ?? '');
  if (result === 'passed')
    return type === 'advice' ? `${head}>\n      <system-out>${xml(says)}</system-out>\n    </testcase>` : `${head}/>`;
  if (result === 'skipped') return `${head}>\n      <skipped message="${message}"/>\n    </testcase>`;
  return `${head}>\n      <${result} type="${attribute(type)}" message="${message}">${xml(says)}</${result}>\n    </testcase>`;
}

const count = (cases: readonly Case[], result: Case['result']): number =>
  cases.filter((one) => one.result === result).length;
const counts = (cases: readonly Case[]): string =>
  `tests="${cases.length}" failures="${count(cases, 'failure')}" errors="${count(cases, 'error')}" skipped="${count(cases, 'skipped')}"`;

/**
 * JUnit XML: a suite for each playbook, a case for each check on each node and for each cause, and a suite `nodes` with those that were not
 * wholly reached. Failures and warnings of checks, and causes confirmed or likely, are failures; what does not apply, could not be judged or is
 * waived is skipped, with the reason.
 */
export function junitXml({ run, judgement }: EngineState, { waived, judgement: left }: Waiving): string {
  const suites = new Map<string, string>([
    ...judgement.checks.map(({ check, playbook }) => [check, playbook] as const),
    ...judgement.causes.map(({ id, playbook }) => [id, playbook] as const),
  ]);
  const cases: Case[] = [
    ...left.causes.filter(({ status }) => status !== 'excluded').map(causeCase),
    ...left.checks.map(checkCase),
    ...waived.map((one) => waivedCase(one, suites)),
    ...judgement.nodes
      .filter(({ why }) => why !== undefined)
      .map(
        ({ name, why = '' }): Case => ({
          suite: 'nodes',
          where: name,
          name: 'reached',
          result: 'error',
          type: 'unreached',
          says: why,
        }),
      ),
  ];
  const text = [...Map.groupBy(cases, ({ suite }) => suite)].map(
    ([suite, all]) =>
      `  <testsuite name="${attribute(suite)}" ${counts(all)} time="0" timestamp="${attribute(run.startedAt.replace(/\.\d+|Z$/g, ''))}">\n${all.map(caseText).join('\n')}\n  </testsuite>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${attribute(`inkling ${run.site}`)}" ${counts(cases)} time="0">\n${text.join('')}</testsuites>\n`;
}
