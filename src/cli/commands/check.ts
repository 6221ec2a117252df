import type { Engine, EngineState } from '../../domain/engine.ts';
import { InputError } from '../../domain/input-error.ts';
import { EXIT } from '../../domain/judgement.ts';
import { type Waiving, waive } from '../../domain/waive.ts';
import { block } from '../block.ts';
import { type Context, chooseTarget, isPage, requireKnown } from '../context.ts';
import { driver } from '../drive.ts';
import { firstCause } from '../first-cause.ts';
import { jsonDocument, jsonLine } from '../json.ts';
import { junitXml } from '../junit.ts';
import { span } from '../lines.ts';
import { shellWord, targetWords } from '../next-steps.ts';
import type { CliPort } from '../port.ts';
import type { Report } from '../report.ts';
import { reportOf } from '../report-of.ts';
import { reportText } from '../report-text.ts';
import { sarifLog } from '../sarif.ts';
import { type Timings, timingsText } from '../timings.ts';
import { waiversReport, waiversText } from '../waivers-text.ts';

export async function check(
  context: Context,
  playbooks: readonly string[],
  options: {
    readonly symptom?: string;
    readonly bundle?: string;
    readonly sos?: string;
    readonly waivers?: string;
  } = {},
): Promise<number> {
  const { symptom, waivers } = options;
  const record = recordOf(options);
  // What is wrong with the file is told before anybody waits for nodes.
  const waiving = waivers === undefined ? undefined : await (await context.port()).waivers(waivers);
  if (record !== undefined) return recorded(context, record, playbooks, symptom, waiving);
  if (symptom === undefined) return look(context, playbooks, false, undefined, waiving);
  const text = symptom === '-' ? await context.io.input() : symptom;
  if (text.trim() === '')
    throw new InputError('there is no text behind --symptom', 'Paste the error: inkling check --symptom "…"');
  return look(context, playbooks.length > 0 ? playbooks : await fitting(context, text), false, text, waiving);
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
  waivers?: Waivers,
): Promise<number> {
  const port = await context.port();
  const library = await knownPlaybooks(context, port, playbooks);
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
  return judged(context, engine, targetWords(chosen.target, chosen.isDefault), started, warnings, waivers);
}

async function knownPlaybooks({ globals }: Context, port: CliPort, playbooks: readonly string[]) {
  const library = { playbookDirs: globals.playbooks };
  if (playbooks.length > 0) {
    const known = (await port.playbooks(library)).map(({ id }) => id);
    for (const id of playbooks) requireKnown('playbook', id, known, 'inkling playbook list');
  }
  return library;
}

/** A bundle, or folders and archives of sos. */
export type Source = { readonly bundle: string } | { readonly sos: readonly string[] };

function recordOf({ bundle, sos }: { readonly bundle?: string; readonly sos?: string }): Source | undefined {
  if (bundle !== undefined && sos !== undefined)
    throw new InputError('--bundle and --sos name two records', 'Take one of them');
  if (bundle !== undefined) return { bundle };
  if (sos === undefined) return undefined;
  const paths = sos.split(',').filter((path) => path !== '');
  if (paths.length === 0)
    throw new InputError('there is no path behind --sos', 'Name folders or archives: --sos PATH,PATH');
  return { sos: paths };
}

/** Judges what a bundle recorded, or what sos collected. */
export async function recorded(
  context: Context,
  record: Source,
  playbooks: readonly string[],
  symptom: string | undefined,
  waivers?: Waivers,
): Promise<number> {
  const { globals } = context;
  if (globals.site !== undefined || globals.practice !== undefined)
    throw new InputError('what was recorded has its own nodes', 'Leave out --site and --practice');
  const port = await context.port();
  const library = await knownPlaybooks(context, port, playbooks);
  const started = context.clock();
  const text = symptom === '-' ? await context.io.input() : symptom;
  const request = { playbooks, ...library, ...(text !== undefined && { symptom: text }) };
  const engine =
    'sos' in record ? await port.openSos(record.sos, request) : await port.openRecorded(record.bundle, request);
  const words = 'sos' in record ? `--sos ${shellWord(record.sos.join(','))}` : `--bundle ${shellWord(record.bundle)}`;
  return judged(context, engine, words, started, [], waivers);
}

/** Follows a run to its judgement and reports it. `target`: the words that name it on the command line. */
async function judged(
  context: Context,
  engine: Engine,
  target: string,
  started: number,
  warnings: readonly string[],
  waivers?: Waivers,
): Promise<number> {
  try {
    const first = context.globals.timings ? firstCause(engine, context.clock) : undefined;
    const state = await driver(engine, context).settle();
    if (state.run.phase === 'failed') return failed(context, state);
    const at = first?.();
    const waiving = await waivingOf(context, state, waivers);
    if (isPage(context.globals.format)) {
      const port = await context.port();
      context.io.emit(port.page(engine, context.globals.format, waiving));
      return EXIT[waiving.judgement.outcome];
    }
    report(
      context,
      target,
      { ...state, judgement: waiving.judgement },
      { totalMs: context.clock() - started, ...(at !== undefined && { firstCauseMs: at - started }) },
      { warnings: [...warnings], ...(waivers && { waivers: waiversReport(waiving) }) },
      { ...waiving, all: state },
    );
    return EXIT[waiving.judgement.outcome];
  } finally {
    await engine.close();
  }
}

type Waivers = Awaited<ReturnType<CliPort['waivers']>>;

/** What is left when waivers are honoured; all of it without any. */
async function waivingOf(context: Context, { judgement }: EngineState, given: Waivers | undefined): Promise<Waiving> {
  if (given === undefined) return { waived: [], expired: [], unused: [], judgement };
  const all = await (await context.port()).playbooks({ playbookDirs: context.globals.playbooks });
  const proofs = new Map(all.flatMap(({ causes }) => causes.map(({ id, proof }) => [id, proof] as const)));
  return waive(judgement, given.waivers, (cause) => proofs.get(cause) ?? [], given.today);
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
  /** What names the nodes on the command line. */
  target: string,
  state: EngineState,
  took: Timings,
  more: Partial<Report> = {},
  /** What `check` leaves out of the state because somebody answers for it, and the state before. */
  waiving?: Waiving & { readonly all: EngineState },
): void {
  const { globals, io, version } = context;
  const timed = globals.timings ? { timings: took } : {};
  if (globals.format === 'json') io.emit(jsonDocument({ ...reportOf(state, { version, ...timed }), ...more }));
  else if (globals.format === 'ndjson') {
    io.emit(jsonLine({ event: 'report', report: { ...reportOf(state, { version, ...timed }), ...more } }));
  } else if (globals.format === 'junit' && waiving) io.emit(junitXml(waiving.all, waiving));
  else if (globals.format === 'sarif' && waiving) io.emit(jsonDocument(sarifLog(waiving.all, waiving, version)));
  else {
    io.print(...reportText(state, { columns: io.columns, target }));
    if (waiving) io.print(...waiversText(waiving, Math.min(io.columns, 100)));
  }
  if (globals.timings && globals.format === 'text') io.tell('', ...timingsText(state.run, took, io.columns));
}

/** Inkling itself failed: one line, exit code 1. */
export function failed({ io }: Context, { run }: EngineState): number {
  io.tell([span('bad', 'inkling: '), run.error ?? 'the run failed without saying why']);
  return 1;
}
