import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../domain/input-error.ts';
import { type Lesson, lessonSchema } from '../domain/lesson.ts';
import { formatProblem, type Positioned, type Problem, readPositioned } from '../domain/positioned.ts';

/** What lessons may name, and how expressions are checked. */
export interface LessonRules {
  readonly expressionProblem: (text: string) => string | undefined;
  readonly probes: ReadonlySet<string>;
  readonly checks: ReadonlySet<string>;
  readonly parsers: readonly string[];
  /** Where a practice cluster can begin. */
  readonly starts: readonly string[];
}

type Read = Extract<Positioned<Lesson>, { ok: true }>;

/** Every lesson of a folder, in their order. Throws InputError with all problems of all files at once. */
export async function loadLessons(folder: string, rules: LessonRules): Promise<readonly Lesson[]> {
  const problems: Problem[] = [];
  const lessons: Read[] = [];
  for (const file of await yamlFiles(folder)) {
    const read = readPositioned(lessonSchema, await readFile(file, 'utf8'), file);
    if (!read.ok) problems.push(...read.problems);
    else {
      problems.push(...namesProblems(read, rules));
      lessons.push(read);
    }
  }
  problems.push(...orderProblems(lessons));
  if (problems.length > 0) throw new InputError(problems.map(formatProblem).join('\n'));
  return lessons.map((l) => l.value).sort((a, b) => a.order - b.order);
}

async function yamlFiles(folder: string): Promise<readonly string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
    return names.map((name) => join(folder, name));
  } catch (error) {
    throw new InputError(`the folder of lessons ${folder} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function namesProblems({ value, problemAt }: Read, rules: LessonRules): readonly Problem[] {
  const known = new Set([...rules.probes, ...Object.keys(value.probes)]);
  const problems: Problem[] = [];
  if (!rules.starts.includes(value.start))
    problems.push(problemAt('start', `expected one of ${rules.starts.join(', ')}`));
  value.looks.forEach((name, at) => {
    if (!known.has(name)) problems.push(problemAt(['looks', at], `there is no probe ${name}`));
  });
  for (const [id, probe] of Object.entries(value.probes))
    if (!rules.parsers.includes(probe.parse))
      problems.push(problemAt(['probes', id, 'parse'], `there is no parser ${probe.parse}`));
  for (const [id, goal] of Object.entries(value.goals)) {
    goal.checks?.forEach((check, at) => {
      if (!rules.checks.has(check)) problems.push(problemAt(['goals', id, 'checks', at], `there is no check ${check}`));
    });
    const wrong = goal.expect === undefined ? undefined : rules.expressionProblem(goal.expect);
    if (wrong !== undefined) problems.push(problemAt(['goals', id, 'expect'], `no valid expression: ${wrong}`));
  }
  return problems;
}

function orderProblems(lessons: readonly Read[]): readonly Problem[] {
  const all = lessons.map((l) => l.value);
  return lessons.flatMap(({ value, problemAt }) => {
    const twin = all.find((l) => l !== value && (l.id === value.id || l.order === value.order));
    if (!twin) return [];
    return [problemAt(twin.id === value.id ? 'id' : 'order', `the lesson "${twin.title}" has the same`)];
  });
}
