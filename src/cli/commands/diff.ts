import { type Difference, isEmpty } from '../../domain/difference.ts';
import type { Engine, EngineState } from '../../domain/engine.ts';
import { InputError } from '../../domain/input-error.ts';
import { block } from '../block.ts';
import { type Context, chooseTarget } from '../context.ts';
import { driver } from '../drive.ts';
import { jsonDocument } from '../json.ts';
import { type Line, span } from '../lines.ts';
import type { CliPort } from '../port.ts';
import { failed, warning } from './check.ts';

/** What changed between two records, or between one and now. 0: nothing; 3: something. */
export async function diff(context: Context, before: string, after: string | undefined): Promise<number> {
  const { globals, io } = context;
  const named = globals.site !== undefined || globals.practice !== undefined;
  if (after !== undefined && named)
    throw new InputError('there are three things to compare', 'Name two records, or one and --site or --practice');
  const port = await context.port();
  const request = { playbooks: [], playbookDirs: globals.playbooks };
  const first = await port.openRecorded(before, request);
  let second: Engine | undefined;
  try {
    second = after === undefined ? await openNow(context, port) : await port.openRecorded(after, request);
    const was = await settled(context, first);
    const is = await settled(context, second);
    const [broken] = [was, is].filter(({ run }) => run.phase === 'failed');
    if (broken) return failed(context, broken);
    if (context.signal.aborted) return 130;
    const difference = port.difference(first, second);
    if (globals.format === 'text') io.print(...differenceText(difference, was, is, io.columns));
    else io.emit(jsonDocument({ schema: 1, before: sideOf(was), after: sideOf(is), ...difference }));
    return isEmpty(difference) ? 0 : 3;
  } finally {
    await Promise.all([first.close(), second?.close()]);
  }
}

async function openNow(context: Context, port: CliPort): Promise<Engine> {
  const { target } = await chooseTarget(context, port, false);
  return port.open({ target, playbooks: [], playbookDirs: context.globals.playbooks, warn: warning(context, []) });
}

const settled = (context: Context, engine: Engine): Promise<EngineState> =>
  driver(engine, { ...context, globals: { ...context.globals, format: 'text' } }).settle();

const sideOf = ({ run, judgement }: EngineState) => ({
  run: run.id,
  site: run.site,
  started_at: run.startedAt,
  from: run.recorded ?? null,
  outcome: judgement.outcome,
});

const NONE = '–';

function differenceText(difference: Difference, was: EngineState, is: EngineState, width: number): Line[] {
  const { outcome, causes, checks, facts, lines, unseen } = difference;
  const title = (text: string): Line[] => ['', [span('strong', text)]];
  const change = (before: string | undefined, after: string | undefined): string =>
    `${before ?? NONE} → ${after ?? NONE}`;
  return [
    [span('strong', 'Before  '), sideWords(was)],
    [span('strong', 'After   '), sideWords(is)],
    ...(outcome === undefined ? [] : ['', `Outcome: ${outcome.before} → ${outcome.after}`]),
    ...(isEmpty(difference) ? ['', [span('good', '✓ nothing that was compared has changed')]] : []),
    ...(causes.length > 0 ? title('Causes') : []),
    ...causes.flatMap((c) =>
      block(
        c.after === undefined ? '  - ' : c.before === undefined ? '  + ' : '  ~ ',
        `${c.id} (${c.subject}): ${change(c.before, c.after)}. ${c.title}`,
        width,
      ),
    ),
    ...(checks.length > 0 ? title('Checks') : []),
    ...checks.flatMap((c) =>
      block('  ~ ', `${c.id} on ${c.node} (${c.subject}): ${change(c.before, c.after)}. ${c.says}`, width),
    ),
    ...(facts.length > 0 ? title('Facts') : []),
    ...facts.flatMap((f) => block('  ~ ', `${f.kind} ${f.name}: ${change(f.before, f.after)}`, width)),
    ...(lines.length > 0 ? title('Lines of configuration files') : []),
    ...lines.flatMap(({ node, file, removed, added }): Line[] => [
      `  ${file} on ${node}`,
      ...removed.map((line): Line => [span('bad', `    - ${line}`)]),
      ...added.map((line): Line => [span('good', `    + ${line}`)]),
    ]),
    ...(unseen.length > 0 ? title('Not compared, because one of the two could not see it') : []),
    ...unseen.flatMap((what) => block('  ? ', what, width)),
  ];
}

const sideWords = ({ run }: EngineState): string =>
  `${run.practice === undefined ? run.site : `practice ${run.practice}`}, ${run.startedAt}${run.recorded === undefined ? ', just now' : ` (${run.recorded})`}`;
