import { block, table } from '../block.ts';
import { type Context, requireKnown } from '../context.ts';
import { jsonDocument, jsonLine } from '../json.ts';
import { type Line, span } from '../lines.ts';
import { shellWord } from '../next-steps.ts';
import type { PlaybookInfo } from '../port.ts';
import { count } from '../words.ts';

export async function playbookList({ io, globals, port }: Context): Promise<number> {
  const all = await (await port()).playbooks({ playbookDirs: globals.playbooks });
  if (globals.format === 'json') io.emit(jsonDocument({ schema: 1, playbooks: all }));
  else if (globals.format === 'ndjson') for (const playbook of all) io.emit(jsonLine(playbook));
  else {
    const rows = all.map(({ id, title, causes, checks }) => [id, `${causes.length}`, `${checks.length}`, title]);
    io.print(...table(['ID', 'CAUSES', 'CHECKS', 'TITLE'], rows, io.columns));
  }
  return 0;
}

export async function playbookShow({ io, globals, port }: Context, id: string): Promise<number> {
  const all = await (await port()).playbooks({ playbookDirs: globals.playbooks });
  requireKnown(
    'playbook',
    id,
    all.map((p) => p.id),
    'inkling playbook list',
  );
  const playbook = all.find((p) => p.id === id) as PlaybookInfo;
  if (globals.format === 'text') io.print(...showText(playbook, io.columns));
  else io.emit((globals.format === 'json' ? jsonDocument : jsonLine)({ schema: 1, ...playbook }));
  return 0;
}

function causeLines(cause: PlaybookInfo['causes'][number], width: number): Line[] {
  const list = (what: string, ids: readonly string[]): Line[] =>
    ids.length === 0 ? [] : block(`      ${what.padEnd(11)}`, ids.join(', '), width);
  return [
    ['  ', span('strong', cause.id)],
    ...block('      ', cause.title, width),
    ...block('      ', cause.why, width, 'dim'),
    ...list('proved by', cause.proof),
    ...list('given', cause.given),
    ...list('seen as', cause.seen),
    ...list('explains', cause.explains),
    ...list('rivals', cause.rivals),
    ...cause.fixes.flatMap((fix) => [
      ...block(`      ${fix.byHand === undefined ? 'fix' : 'by hand'} ${fix.id}: `, fix.title, width),
      ...(fix.byHand === undefined ? [] : block('        ', fix.byHand, width)),
      ...fix.steps.flatMap((step, i) => block(`        ${i + 1}. `, `${step.title} (risk ${step.risk})`, width)),
    ]),
    ...cause.references.flatMap((reference) => block('      see ', reference, width, 'dim')),
  ];
}

function showText(playbook: PlaybookInfo, width: number): Line[] {
  const relations = playbook.checks.filter((check) => check.relation).length;
  return [
    [span('strong', playbook.title), ` (${playbook.id})`],
    [span('dim', playbook.file)],
    '',
    ...block('', playbook.summary, width),
    ...(playbook.guide === undefined ? [] : block('guide  ', playbook.guide, width, 'dim')),
    '',
    [span('strong', 'What people see')],
    ...playbook.symptoms.flatMap((symptom) => block('  · ', symptom, width)),
    '',
    [span('strong', `Causes (${playbook.causes.length})`)],
    ...playbook.causes.flatMap((cause) => ['', ...causeLines(cause, width)]),
    '',
    [span('strong', `Checks (${playbook.checks.length}, ${relations} of them relations across nodes)`)],
    ...playbook.checks.flatMap((check) => [
      ['  ', span('strong', check.id)] as Line,
      ...block('      ', check.title, width),
      ...block(
        '      ',
        `on each ${check.each}; ${check.relation ? 'relation' : 'local'}${check.warns ? '; only warns' : ''}`,
        width,
        'dim',
      ),
    ]),
    '',
    [span('strong', 'Practise')],
    ...playbook.scenarios.map((scenario) => `  inkling --practice ${scenario}`),
  ];
}

/** 0: nothing wrong; 2: problems, each as `file:line:column: what, what was expected`. */
export async function playbookLint({ io, globals, port }: Context, paths: readonly string[]): Promise<number> {
  const { files, problems } = await (await port()).lint([...paths, ...globals.playbooks]);
  if (globals.format === 'json') io.emit(jsonDocument({ schema: 1, files, problems }));
  else if (globals.format === 'ndjson') for (const problem of problems) io.emit(jsonLine({ problem }));
  else {
    io.print(...problems);
    io.print(`${count(files, 'file')}, ${problems.length === 0 ? 'no problems' : count(problems.length, 'problem')}`);
  }
  return problems.length === 0 ? 0 : 2;
}

/** Begins a playbook in the folder that `--playbooks` names, else in `./playbooks`. */
export async function playbookNew({ io, globals, port }: Context, id: string): Promise<number> {
  const folder = globals.playbooks.at(-1) ?? 'playbooks';
  const files = await (await port()).newPlaybook(id, folder);
  if (globals.format !== 'text') io.emit((globals.format === 'json' ? jsonDocument : jsonLine)({ schema: 1, files }));
  else {
    const typed = `--playbooks ${shellWord(folder)}`;
    io.print(...files.map((file) => `Wrote ${file}`), '', `Check it:  inkling playbook lint ${typed}`);
    io.print(`Try it:    inkling playbook test ${id} ${typed}`);
  }
  return 0;
}

export async function playbookSchema({ io, port }: Context): Promise<number> {
  io.emit(jsonDocument(await (await port()).playbookSchema()));
  return 0;
}
