import { InputError } from '../../domain/input-error.ts';
import { block, table } from '../block.ts';
import type { Context } from '../context.ts';
import { driver } from '../drive.ts';
import { jsonDocument, jsonLine } from '../json.ts';
import { span } from '../lines.ts';
import { fixText } from '../plan-text.ts';
import type { AllowedRisk } from '../port.ts';
import { isYes } from '../prompts.ts';
import { failed } from './check.ts';

export async function journalList({ io, globals, port }: Context): Promise<number> {
  const entries = await (await port()).journal();
  if (globals.format === 'json') io.emit(jsonDocument({ schema: 1, runs: entries }));
  else if (globals.format === 'ndjson') for (const entry of entries) io.emit(jsonLine(entry));
  else if (entries.length === 0) io.print('No runs are in the journal yet.');
  else {
    const rows = entries.map(({ id, startedAt, site, practice, outcome, cause, unresolved, problem }) => [
      id,
      startedAt,
      practice === undefined ? site : `practice ${practice}`,
      problem !== undefined
        ? span('bad', '✗ damaged')
        : unresolved > 0
          ? span('bad', `✗ ${unresolved} open`)
          : (outcome ?? 'unfinished'),
      cause ?? '-',
    ]);
    io.print(...table(['RUN', 'STARTED', 'SITE', 'OUTCOME', 'CAUSE'], rows, Math.max(io.columns, 80)));
    for (const { problem } of entries) if (problem !== undefined) io.print(...block('✗ ', problem, io.columns));
    const open = entries.find(({ unresolved }) => unresolved > 0);
    if (open) io.print('', `Next: inkling journal resume ${open.id}   (finds out what happened to its open changes)`);
  }
  return 0;
}

export async function journalShow({ io, globals, port }: Context, id: string): Promise<number> {
  const { entry, events, fix } = await (await port()).journalEntry(id);
  if (globals.format === 'json') io.emit(jsonDocument({ schema: 1, run: entry, events }));
  else if (globals.format === 'ndjson') for (const event of events) io.emit(jsonLine(event));
  else {
    io.print([span('strong', `Run ${entry.id}`), ` · ${entry.site} · ${entry.outcome ?? 'unfinished'}`]);
    for (const { at, says } of events) io.print(...block(`${at}  `, says, io.columns));
    if (fix) io.print('', ...fixText(fix, io.columns));
  }
  return 0;
}

export interface ReopenOptions {
  readonly yesUpTo?: AllowedRisk;
}

/** Takes back what a run changed, newest first. 0: taken back, or nothing to take back; 7: that failed. */
export const journalUndo = (context: Context, id: string, options: ReopenOptions): Promise<number> =>
  reopen(context, id, 'undo-fix', 'Take these changes back?', options);

/** Settles the open changes of a run by reading the nodes, then goes on with it. */
export const journalResume = (context: Context, id: string, options: ReopenOptions): Promise<number> =>
  reopen(context, id, 'apply-fix', 'Go on with the steps that are left?', options);

async function reopen(
  context: Context,
  id: string,
  type: 'undo-fix' | 'apply-fix',
  question: string,
  { yesUpTo }: ReopenOptions,
): Promise<number> {
  const { io, signal, globals } = context;
  if (!io.interactive && yesUpTo === undefined) {
    throw new InputError(
      'there is no terminal to ask for a confirmation, so nothing was done',
      'Allow it beforehand with --yes-up-to none|reversible|disruptive',
    );
  }
  const engine = await (await context.port()).reopen(id, signal);
  try {
    const drive = driver(engine, context);
    const before = await drive.settle();
    if (before.run.phase === 'failed') return failed(context, before);
    if (before.fix === undefined) {
      io.tell(`Run ${id} changed nothing.`);
      return 0;
    }
    if (globals.format === 'text') io.print(...fixText(before.fix, io.columns));
    if (type === 'apply-fix' && before.fix.outcome !== undefined) return endOf(before.fix.outcome, type);
    if (yesUpTo === undefined && !isYes(await io.ask(`${question} [y/N] `, signal))) {
      io.tell('Nothing was changed.');
      return signal.aborted ? 130 : 3;
    }
    engine.send({ type });
    const after = await drive.settle(yesUpTo === undefined ? {} : { upTo: yesUpTo });
    if (after.run.phase === 'failed') return failed(context, after);
    if (globals.format === 'text' && after.fix) io.print('', ...fixText(after.fix, io.columns));
    if (globals.format === 'json') io.emit(jsonDocument({ schema: 1, run: id, fix: after.fix ?? null }));
    const code = endOf(after.fix?.outcome, type);
    return signal.aborted && code !== 7 ? 130 : code;
  } finally {
    await engine.close();
  }
}

/** An undo that was asked for and worked is a success; one that Inkling had to do by itself is not. */
function endOf(outcome: string | undefined, type: 'undo-fix' | 'apply-fix'): number {
  if (outcome === 'rollback-failed') return 7;
  if (outcome === 'rolled-back') return type === 'undo-fix' ? 0 : 6;
  if (outcome === 'fixed') return type === 'undo-fix' ? 3 : 0;
  return outcome === 'not-verified' ? 5 : 3;
}
