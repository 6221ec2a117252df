import type { EngineState } from '../../domain/engine.ts';
import { InputError } from '../../domain/input-error.ts';
import { EXIT } from '../../domain/judgement.ts';
import { block } from '../block.ts';
import { type ChosenTarget, type Context, chooseTarget, requireKnown } from '../context.ts';
import { driver } from '../drive.ts';
import { firstCause } from '../first-cause.ts';
import { jsonDocument, jsonLine } from '../json.ts';
import { span } from '../lines.ts';
import { targetWords } from '../next-steps.ts';
import type { Report } from '../report.ts';
import { reportOf } from '../report-of.ts';
import { reportText } from '../report-text.ts';
import { type Timings, timingsText } from '../timings.ts';

export async function check(
  context: Context,
  playbooks: readonly string[],
  { symptom }: { readonly symptom?: string } = {},
): Promise<number> {
  if (symptom === undefined) return look(context, playbooks, false);
  const text = symptom === '-' ? await context.io.input() : symptom;
  if (text.trim() === '')
    throw new InputError('there is no text behind --symptom', 'Paste the error: inkling check --symptom "…"');
  return look(context, playbooks.length > 0 ? playbooks : await fitting(context, text), false, text);
}

/** Hits this far below the best are other stories. */
const NEAR = 0.6;

/** The playbooks that fit a text; all when none does. */
async function fitting(context: Context, text: string): Promise<readonly string[]> {
  const hits = await (await context.port()).search(text, { playbookDirs: context.globals.playbooks });
  const best = hits[0]?.score ?? 0;
  const fit = hits.filter(({ score }) => score >= best * NEAR).map(({ playbook }) => playbook);
  context.io.tell(
    ...block(
      '',
      fit.length > 0
        ? `The text fits ${fit.join(', ')}: ${hits[0]?.because ?? ''}`
        : 'No playbook fits the text: all are run.',
      context.io.columns,
      'dim',
    ),
  );
  return fit;
}

/** What `inkling` alone does without a full screen: the same job, on the practice cluster when there is no site. */
export const checkAnything = (context: Context): Promise<number> => look(context, [], true);

/** Looks, judges, reports. Returns the exit code. */
async function look(
  context: Context,
  playbooks: readonly string[],
  orPractice: boolean,
  symptom?: string,
): Promise<number> {
  const port = await context.port();
  const library = { playbookDirs: context.globals.playbooks };
  if (playbooks.length > 0) {
    const known = (await port.playbooks(library)).map(({ id }) => id);
    for (const id of playbooks) requireKnown('playbook', id, known, 'inkling playbook list');
  }
  const chosen = await chooseTarget(context, port, orPractice);
  const started = context.clock();
  const warnings: string[] = [];
  const engine = await port.open({
    target: chosen.target,
    playbooks,
    ...library,
    ...(symptom !== undefined && { symptom }),
    warn: warning(context, warnings),
  });
  try {
    const first = context.globals.timings ? firstCause(engine, context.clock) : undefined;
    const state = await driver(engine, context).settle();
    if (state.run.phase === 'failed') return failed(context, state);
    const at = first?.();
    report(
      context,
      chosen,
      state,
      { totalMs: context.clock() - started, ...(at !== undefined && { firstCauseMs: at - started }) },
      { warnings },
    );
    return EXIT[state.judgement.outcome];
  } finally {
    await engine.close();
  }
}

/** Tells at once what the operator should know and cannot be answered for; keeps it in `told` for the report. */
export const warning =
  ({ io, globals }: Context, told: string[]) =>
  (says: string): void => {
    told.push(says);
    if (globals.format === 'ndjson') io.emit(jsonLine({ event: 'warning', says }));
    io.tell(...block('! ', says, io.columns, 'warn'));
  };

/** Prints the final report in the format asked for. `more` is what a command adds to it for programs. */
export function report(
  context: Context,
  chosen: ChosenTarget,
  state: EngineState,
  took: Timings,
  more: Partial<Report> = {},
): void {
  const { globals, io, version } = context;
  const timed = globals.timings ? { timings: took } : {};
  if (globals.format === 'json') io.emit(jsonDocument({ ...reportOf(state, { version, ...timed }), ...more }));
  else if (globals.format === 'ndjson') {
    io.emit(jsonLine({ event: 'report', report: { ...reportOf(state, { version, ...timed }), ...more } }));
  } else {
    const target = targetWords(chosen.target, chosen.isDefault);
    io.print(...reportText(state, { columns: io.columns, target }));
  }
  if (globals.timings && globals.format === 'text') io.tell('', ...timingsText(state.run, took, io.columns));
}

/** Inkling itself failed: one line, exit code 1. */
export function failed({ io }: Context, { run }: EngineState): number {
  io.tell([span('bad', 'inkling: '), run.error ?? 'the run failed without saying why']);
  return 1;
}
