import type { RunState } from '../domain/engine.ts';
import { block, table } from './block.ts';
import { type Line, span } from './lines.ts';
import type { Report } from './report.ts';
import { duration } from './words.ts';

export interface Timings {
  readonly totalMs: number;
  readonly firstCauseMs?: number;
}

const SLOWEST = 3;

/** Where the time went, node by node. */
export function timingsOf(run: RunState, { totalMs, firstCauseMs }: Timings): NonNullable<Report['timings']> {
  return {
    total_ms: Math.round(totalMs),
    first_cause_ms: firstCauseMs === undefined ? null : Math.round(firstCauseMs),
    nodes: run.nodes.map(({ name, connectMs, ms, trips, asked, answered }) => ({
      name,
      connect_ms: connectMs ?? null,
      ms,
      trips,
      asked,
      answered,
      slowest: slowest(run, name),
    })),
  };
}

/** One command may answer several questions: it is listed once. */
function slowest(run: RunState, node: string): { command: string; ms: number }[] {
  const took = new Map<string, number>();
  for (const fact of run.facts.values())
    if (fact.node === node && fact.answer.result === 'exited') took.set(fact.command, fact.answer.ms);
  return [...took]
    .map(([command, ms]) => ({ command, ms }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, SLOWEST);
}

export function timingsText(run: RunState, timings: Timings, columns: number): Line[] {
  const width = Math.min(columns, 100);
  const { nodes, first_cause_ms: first, total_ms: total } = timingsOf(run, timings);
  const isLost = (name: string): boolean => run.nodes.some((n) => n.name === name && n.status === 'lost');
  const rows = nodes.map((n) =>
    isLost(n.name)
      ? [n.name, 'not reached', '', '', '']
      : [
          n.name,
          n.connect_ms === null ? '-' : duration(n.connect_ms),
          `${n.trips}`,
          `${n.answered}/${n.asked}`,
          duration(n.ms),
        ],
  );
  return [
    [span('strong', 'Timings')],
    ...table(['NODE', 'CONNECT', 'ROUND TRIPS', 'COMMANDS', 'TOTAL'], rows, width),
    ...nodes.flatMap((n): Line[] =>
      n.slowest.length === 0
        ? []
        : [
            `  slowest on ${n.name}`,
            ...n.slowest.flatMap((s) => block(`    ${duration(s.ms).padStart(7)}  `, s.command, width, 'dim')),
          ],
    ),
    `  first cause ${first === null ? 'never' : `after ${seconds(first)}`}, whole run ${seconds(total)}`,
  ];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
