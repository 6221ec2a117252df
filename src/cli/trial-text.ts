import type { Gaps, Trial } from '../domain/trial.ts';
import { block } from './block.ts';
import { type Line, type Span, span } from './lines.ts';
import type { TrialSuite } from './port.ts';
import { count, duration } from './words.ts';
import { columnsOf, pad } from './wrap.ts';

export interface Tried {
  readonly trials: readonly Trial[];
  readonly suite: Pick<TrialSuite, 'playbooks' | 'scenarios'>;
  /** Absent: not all scenarios were tried, so nothing can be said. */
  readonly gaps: Gaps | undefined;
  readonly stopped: boolean;
}

/** One line for each scenario, with what is not as it should be below it. */
export function trialsText(tried: Tried, columns: number): Line[] {
  const width = Math.min(columns, 100);
  const names = Math.min(44, Math.max(8, ...tried.trials.map((t) => columnsOf(t.scenario))));
  const rows = [...Map.groupBy(tried.trials, (t) => t.playbook)].flatMap(([playbook, trials]): Line[] => [
    [span('strong', playbook === '' ? 'nothing broken' : playbook)],
    ...trials.flatMap((trial) => [
      ['  ', word(trial), `  ${pad(trial.scenario, names)}  ${result(trial)}`] as Line,
      ...trial.problems.flatMap((problem) => block('      ', problem, width, 'bad')),
    ]),
  ]);
  return [...rows, '', ...gapLines(tried.gaps, width), ...summary(tried)];
}

const word = ({ problems }: Trial): Span => (problems.length === 0 ? span('good', '✓') : span('bad', '✗'));

function result({ causes, repaired, problems, ms }: Trial): string {
  const found = causes.length === 0 ? 'silent' : problems.length > 0 && repaired === null ? 'not as expected' : 'found';
  const fixed = repaired === null ? '' : repaired ? ', repaired' : ', not repaired';
  return `${found}${fixed} (${duration(ms)})`;
}

/**
 * All scenarios against all playbooks: `1` the playbook of the cause in first place, `+` one with further causes, `·` none. Columns that
 * do not fit go into a further table below.
 */
export function matrixText(tried: Tried, columns: number): Line[] {
  const width = Math.min(columns, 100);
  const names = Math.min(40, Math.max(8, ...tried.trials.map((t) => columnsOf(t.scenario))));
  const playbooks = [
    ...new Set([...tried.suite.playbooks, ...tried.trials.flatMap((t) => t.causes.map((c) => c.playbook))]),
  ];
  const room = Math.max(1, Math.floor((width - names - 4) / 4));
  const parts = Array.from({ length: Math.ceil(playbooks.length / room) }, (_, i) =>
    playbooks.slice(i * room, (i + 1) * room),
  );
  const column = new Map(playbooks.map((id, i) => [id, `${i + 1}`]));
  const head = (part: readonly string[]): Line => [
    ' '.repeat(names + 4),
    span('strong', part.map((id) => (column.get(id) ?? '').padStart(4)).join('')),
  ];
  const cells = (trial: Trial, part: readonly string[]): string =>
    part.map((id) => cell(trial, id).padStart(4)).join('');
  return [
    ...playbooks.map((id): Line => `${(column.get(id) ?? '').padStart(3)}  ${id}`),
    '',
    ...parts.flatMap((part): Line[] => [
      head(part),
      ...tried.trials.map((t): Line => [word(t), ` ${pad(t.scenario, names)}  `, cells(t, part)]),
      '',
    ]),
    ...block(
      '',
      '1: first cause is this playbook’s; +: it has further causes; ·: it finds none. ✗: not as expected.',
      width,
      'dim',
    ),
    '',
    ...tried.trials
      .filter((t) => t.problems.length > 0)
      .flatMap((t) => block(`✗ ${t.scenario}: `, t.problems.join('; '), width, 'bad')),
    ...gapLines(tried.gaps, width),
    ...summary(tried),
  ];
}

function cell({ causes }: Trial, playbook: string): string {
  if (causes[0]?.playbook === playbook) return '1';
  return causes.some((c) => c.playbook === playbook) ? '+' : '·';
}

const gapLines = (gaps: Gaps | undefined, width: number): Line[] =>
  gaps === undefined
    ? []
    : (
        [
          ['checks that no scenario fails', gaps.neverFailed],
          ['checks that no scenario passes', gaps.neverPassed],
          ['causes that are first in no scenario', gaps.neverFirst],
        ] as const
      ).flatMap(([what, ids]) =>
        ids.length === 0 ? [] : block(`! ${ids.length} ${what}: `, ids.join(', '), width, 'warn'),
      );

function summary({ trials, suite, stopped }: Tried): Line[] {
  const wrong = trials.filter((t) => t.problems.length > 0).length;
  const repaired = trials.filter((t) => t.repaired).length;
  const words = `${count(trials.length, 'scenario')}, ${trials.length - wrong} as expected, ${repaired} repaired`;
  if (stopped) return [[span('warn', `Stopped: ${words}; ${suite.scenarios.length - trials.length} not tried`)]];
  return [[span(wrong === 0 ? 'good' : 'bad', `${words}${wrong === 0 ? '' : `, ${wrong} not as expected`}`)]];
}
