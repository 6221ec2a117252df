import { InputError } from '../../domain/input-error.ts';
import type { Lesson } from '../../domain/lesson.ts';
import type { Entry, Practice, PracticeChoice, PracticePort } from '../../domain/practice.ts';
import { block, quote, table } from '../block.ts';
import { type Context, requireKnown } from '../context.ts';
import { gradeText } from '../grade-text.ts';
import { jsonDocument, jsonLine } from '../json.ts';
import { lessonText } from '../lesson-text.ts';
import { type Line, span } from '../lines.ts';

const portOf = async ({ port, globals }: Context): Promise<PracticePort> =>
  (await port()).practice({ playbookDirs: globals.playbooks });

/** The full screen at the practice home; without one, what there is to practise. */
export async function practiceHome(context: Context): Promise<number> {
  if (context.screenFrom) return context.screenFrom({ at: 'practice' });
  await practiceLessons(context);
  if (context.globals.format === 'text') {
    context.io.print(
      '',
      '  inkling practice lesson ID    read a lesson, or take it in a terminal',
      '  inkling practice drills       faults to find, by what a user says',
      '  inkling practice progress     what you have done',
      '  inkling practice serve        the cluster, for your own ssh',
    );
  }
  return 0;
}

export async function practiceLessons(context: Context): Promise<number> {
  const { io, globals } = context;
  const { lessons } = await (await portOf(context)).catalogue();
  if (globals.format === 'json') io.emit(jsonDocument({ schema: 1, lessons }));
  else if (globals.format === 'ndjson') for (const lesson of lessons) io.emit(jsonLine(lesson));
  else {
    const rows = lessons.map((l) => [l.id, l.done ? span('good', '✓ done') : `${l.reached} of ${l.goals}`, l.title]);
    io.print(...table(['LESSON', 'GOALS', 'ABOUT'], rows, io.columns));
  }
  return 0;
}

export async function practiceDrills(context: Context): Promise<number> {
  const { io, globals } = context;
  const { drills } = await (await portOf(context)).catalogue();
  if (globals.format === 'json') io.emit(jsonDocument({ schema: 1, drills }));
  else if (globals.format === 'ndjson') for (const drill of drills) io.emit(jsonLine(drill));
  else {
    const rows = drills.map((d) => [d.id, d.best === undefined ? '-' : `${d.passed ? '✓' : '✗'} ${d.best}`, d.report]);
    io.print(...table(['DRILL', 'BEST', 'A USER SAYS'], rows, Math.max(io.columns, 80)));
  }
  return 0;
}

export async function practiceProgress(context: Context, { reset }: { reset?: true }): Promise<number> {
  const { io, globals } = context;
  const port = await portOf(context);
  if (reset) await port.reset();
  const { summary, open } = await port.catalogue();
  if (globals.format !== 'text') {
    io.emit((globals.format === 'json' ? jsonDocument : jsonLine)({ schema: 1, ...summary, ...(open && { open }) }));
    return 0;
  }
  const { lessons, drills, average, playbooks } = summary;
  io.print(
    `Lessons  ${lessons.done} of ${lessons.of} done`,
    `Drills   ${drills.passed} of ${drills.of} passed, ${drills.tried} tried${average === undefined ? '' : `; best results on average ${average} of 100`}`,
    ...(open
      ? [
          `Open     ${open.kind} ${open.id}, ${open.commands} commands so far: inkling practice ${open.kind} ${open.id} --resume`,
        ]
      : []),
    '',
    ...table(
      ['PLAYBOOK', 'PASSED', 'TRIED', 'OF'],
      playbooks.map((p) => [p.id, `${p.passed}`, `${p.tried}`, `${p.of}`]),
      io.columns,
    ),
  );
  return 0;
}

interface LessonOptions {
  readonly walk?: true;
  readonly resume?: true;
}

export async function practiceLesson(context: Context, id: string, options: LessonOptions): Promise<number> {
  const { io, globals, screenFrom } = context;
  const port = await portOf(context);
  const lessons = await port.lessons();
  const lesson = known(lessons, id);
  const choice: PracticeChoice = { kind: 'lesson', id, ...(options.resume && { resume: true }) };
  if (options.walk) return withPractice(context, port, choice, (practice) => walk(context, practice, lesson));
  if (screenFrom) return screenFrom({ at: 'practice', choice });
  if (globals.format !== 'text') io.emit((globals.format === 'json' ? jsonDocument : jsonLine)({ schema: 1, lesson }));
  else io.print(...lessonText(lesson, io.columns));
  return 0;
}

function known(lessons: readonly Lesson[], id: string): Lesson {
  const lesson = lessons.find((l) => l.id === id);
  if (lesson) return lesson;
  requireKnown(
    'lesson',
    id,
    lessons.map((l) => l.id),
    'inkling practice lessons',
  );
  throw new Error('unreachable');
}

/** Does what a lesson shows, goal by goal. */
async function walk({ io, globals }: Context, practice: Practice, lesson: Lesson): Promise<number> {
  let printed = 0;
  for (const goal of Object.keys(lesson.goals)) {
    practice.send({ type: 'show', goal, run: true });
    const { entries } = await practice.settled();
    if (globals.format === 'text') io.print(...entries.slice(printed).flatMap((e) => entryLines(e, io.columns)));
    printed = entries.length;
  }
  const goals = practice.getState().lesson?.goals ?? [];
  if (globals.format === 'json') io.emit(jsonDocument({ schema: 1, lesson: lesson.id, goals }));
  else if (globals.format === 'ndjson') for (const goal of goals) io.emit(jsonLine(goal));
  else {
    const mark = { pass: span('good', '✓ '), fail: span('bad', '✗ '), unknown: span('warn', '? ') } as const;
    io.print('', ...goals.map((g): Line => [mark[g.verdict], g.says === '' ? g.title : `${g.title}: ${g.says}`]));
  }
  return goals.every((g) => g.verdict === 'pass') ? 0 : 3;
}

function entryLines(entry: Entry, width: number): Line[] {
  if (entry.kind === 'remark') return block('· ', entry.says, width, 'dim');
  const { node, command, stdout, stderr, code, why } = entry;
  const end = why ?? (code === 0 || code === undefined ? '' : `exit code ${code}`);
  return [
    ...command.split('\n').map((line, at): Line => [at === 0 ? span('strong', `${node}# `) : '  > ', line]),
    ...(stdout === '' ? [] : quote(stdout, width, 2, 12)),
    ...(stderr === '' ? [] : quote(stderr, width, 2, 12)),
    ...(end === '' ? [] : [[span('warn', `  ${end}`)]]),
  ];
}

interface DrillOptions {
  readonly random?: true;
  readonly double?: true;
  readonly answer?: readonly string[];
  readonly resume?: true;
}

export async function practiceDrill(context: Context, id: string | undefined, options: DrillOptions): Promise<number> {
  const { io, globals, screenFrom } = context;
  const port = await portOf(context);
  const choice = await choiceOf(port, id, options);
  if (screenFrom && options.answer === undefined) return screenFrom({ at: 'practice', choice });
  if (options.answer === undefined && choice.kind === 'random')
    throw new InputError('a drill drawn at random needs a terminal', 'Name one: inkling practice drills');
  return withPractice(context, port, choice, async (practice) => {
    const drill = practice.getState().drill;
    if (!drill) throw new Error('a drill has no state');
    if (options.answer === undefined) {
      const { reports, choices } = drill;
      if (globals.format !== 'text') io.emit(jsonDocument({ schema: 1, id: drill.id, reports, choices }));
      else
        io.print(
          ...reports.flatMap((r) => block('A user says:  ', r, io.columns)),
          '',
          ...table(
            ['CAUSE', 'WHAT IT MAY BE'],
            choices.map((c) => [c.id, c.title]),
            io.columns,
          ),
          '',
          `  inkling practice drill ${drill.id} --answer CAUSE < COMMANDS   (a line each: NODE COMMAND)`,
        );
      return 0;
    }
    for (const cause of options.answer) {
      requireKnown(
        'cause in this drill',
        cause,
        drill.choices.map((c) => c.id),
        `inkling practice drill ${drill.id}`,
      );
      practice.send({ type: 'name', cause });
    }
    for (const { node, command } of commandsIn(await io.input(), practice.getState().nodes))
      practice.send({ type: 'run', node, command });
    practice.send({ type: 'grade' });
    const { entries, drill: done } = await practice.settled();
    const given = done?.grade;
    if (!given) throw new Error('the drill was not graded');
    if (globals.format !== 'text')
      io.emit((globals.format === 'json' ? jsonDocument : jsonLine)({ schema: 1, drill: drill.id, grade: given }));
    else io.print(...entries.flatMap((e) => entryLines(e, io.columns)), '', ...gradeText(given, io.columns));
    return given.passed ? 0 : 3;
  });
}

async function choiceOf(port: PracticePort, id: string | undefined, options: DrillOptions): Promise<PracticeChoice> {
  if (id !== undefined) {
    if (options.random || options.double)
      throw new InputError('a drill is named or drawn, not both', 'Join two ids by + for two faults');
    const { drills } = await port.catalogue();
    for (const one of id.split('+'))
      requireKnown(
        'drill',
        one,
        drills.map((d) => d.id),
        'inkling practice drills',
      );
    return { kind: 'drill', id, ...(options.resume && { resume: true }) };
  }
  return { kind: 'random', faults: options.double ? 2 : 1 };
}

/** `NODE COMMAND` a line; empty lines and those that begin with # are passed over. */
function commandsIn(text: string, nodes: readonly string[]): readonly { node: string; command: string }[] {
  return text.split('\n').flatMap((line, at) => {
    const typed = line.trim();
    if (typed === '' || typed.startsWith('#')) return [];
    const [node = '', command] = [
      typed.split(/\s+/, 1)[0],
      typed.slice((typed.split(/\s+/, 1)[0] ?? '').length).trim(),
    ];
    if (!nodes.includes(node))
      throw new InputError(`stdin:${at + 1}:1: there is no node \`${node}\``, `Nodes: ${nodes.join(', ')}`);
    if (command === '') throw new InputError(`stdin:${at + 1}:1: a command was expected after ${node}`);
    return [{ node, command }];
  });
}

async function withPractice(
  { signal }: Context,
  port: PracticePort,
  choice: PracticeChoice,
  use: (practice: Practice) => Promise<number>,
): Promise<number> {
  const practice = await port.open(choice);
  const stop = (): void => practice.send({ type: 'cancel' });
  signal.addEventListener('abort', stop, { once: true });
  try {
    await practice.settled();
    return signal.aborted ? 130 : await use(practice);
  } finally {
    signal.removeEventListener('abort', stop);
    await practice.close();
  }
}
