import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Libraries } from '../../src/app/library.ts';
import { NO_PROGRESS, withDrill } from '../../src/domain/progress.ts';
import { expressionProblem } from '../../src/engine/expression.ts';
import { STARTS } from '../../src/lab/guide-steps.ts';
import { progressPath } from '../../src/learn/files.ts';
import { type LessonRules, loadLessons } from '../../src/learn/lessons.ts';
import { ProgressFile } from '../../src/learn/progress.ts';
import { PARSERS } from '../../src/parsers/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-learn-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LESSON = `id: one
title: One
order: 1
guide: Step 1
about: About.
picture: "a --> b"
looks: [here]
goals:
  g: { title: Goal, expect: "true", hints: [Look.], show: [{ on: node, run: ls }] }
`;
const rules: LessonRules = {
  expressionProblem,
  probes: new Set(['here']),
  checks: new Set(['known']),
  parsers: ['json'],
  starts: ['healthy', 'empty'],
};

async function refusal(text: string): Promise<string> {
  writeFileSync(join(folder, 'one.yaml'), text);
  return loadLessons(folder, rules).then(
    () => '',
    (error: Error) => error.message.replaceAll(`${folder}/`, ''),
  );
}

describe('lessons', () => {
  test.each([
    ['an unknown key', LESSON.replace('about:', 'abuot: x\nabout:'), /^one\.yaml:5:1: .*abuot/],
    ['a probe that is none', LESSON.replace('[here]', '[there]'), 'one.yaml:7:9: looks[0]: there is no probe there'],
    [
      'a start that is none',
      LESSON.replace('guide:', 'start: full\nguide:'),
      'one.yaml:4:8: start: expected one of healthy, empty',
    ],
    [
      'an expression that is none',
      LESSON.replace('"true"', '"1 +"'),
      /^one\.yaml:9:29: goals\.g\.expect: no valid expression/,
    ],
    [
      'a check that is none',
      LESSON.replace('expect: "true"', 'checks: [nope]'),
      /^one\.yaml:9:30: .*there is no check nope/,
    ],
    ['both kinds of goal', LESSON.replace('expect: "true"', 'expect: "true", checks: [known]'), /give either/],
    ['a picture that is too wide', LESSON.replace('a --> b', 'x'.repeat(77)), /^one\.yaml:6:10: .*at most 76/],
    ['a picture that is no ASCII', LESSON.replace('a --> b', 'a → b'), /plain ASCII/],
  ])('%s is told with its place', async (_, text, says) => {
    const said = await refusal(text);
    if (typeof says === 'string') expect(said).toBe(says);
    else expect(said).toMatch(says);
  });

  test('two of one place are refused', async () => {
    writeFileSync(join(folder, 'two.yaml'), LESSON.replace('id: one', 'id: two'));
    expect(await refusal(LESSON)).toContain('one.yaml:3:8: order: the lesson "One" has the same');
  });

  test('those shipped can be read, fit on 80 columns, and every goal has hints and commands', async () => {
    const { library } = await new Libraries(pathToFileURL(`${process.cwd()}/`)).load([]);
    const lessons = await loadLessons('lessons', {
      expressionProblem,
      probes: new Set(Object.keys(library.probes)),
      checks: new Set(library.playbooks.flatMap((p) => Object.keys(p.checks))),
      parsers: Object.keys(PARSERS),
      starts: STARTS,
    });
    expect(lessons.map((l) => l.id)).toEqual([
      'health', 'pools', 'users', 'glance', 'cinder', 'volume-type', 'nova', 'tuning', 'security', 'monitoring',
    ]); // biome-ignore format: a list
    expect(lessons.filter((l) => l.errata.length === 0).map((l) => l.id)).toEqual([]);
    const short = lessons.flatMap((l) => Object.entries(l.goals).filter(([, goal]) => goal.hints.length < 2));
    expect(short.map(([id]) => id)).toEqual([]);
  });
});

describe('progress', () => {
  const path = () => join(folder, 'state', 'inkling', 'practice.json');

  test('is nothing before anything was done, and is kept for its owner alone', async () => {
    const file = new ProgressFile(path());
    expect(await file.read()).toEqual(NO_PROGRESS);
    await file.change((p) => withDrill(p, 'd', { points: 70, passed: true }, 'now'));
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'state', 'inkling')).mode & 0o777).toBe(0o700);
    expect((await new ProgressFile(path()).read()).drills.d?.best).toBe(70);
    expect(readdirSync(join(folder, 'state', 'inkling'))).toEqual(['practice.json']);
  });

  test('changes made at once are all kept', async () => {
    const file = new ProgressFile(path());
    const ids = Array.from({ length: 12 }, (_, n) => `d${n}`);
    await Promise.all(ids.map((id) => file.change((p) => withDrill(p, id, { points: 1, passed: false }, ''))));
    expect(Object.keys((await file.read()).drills).sort()).toEqual([...ids].sort());
  });

  test('a file that is none is told with its place and not overwritten', async () => {
    mkdirSync(join(folder, 'state', 'inkling'), { recursive: true });
    writeFileSync(path(), '{"schema": 2}');
    const file = new ProgressFile(path());
    await expect(file.read()).rejects.toThrow(/practice\.json:1:/);
    await expect(file.change((p) => p)).rejects.toThrow();
    expect(readFileSync(path(), 'utf8')).toBe('{"schema": 2}');
    await file.reset();
    expect(await file.read()).toEqual(NO_PROGRESS);
  });

  test.skipIf(process.geteuid?.() === 0)('a folder that cannot be written is named', async () => {
    mkdirSync(join(folder, 'state'));
    chmodSync(join(folder, 'state'), 0o500);
    await expect(new ProgressFile(path()).reset()).rejects.toThrow(/practice\.json cannot be written/);
  });

  test('lies in the state folder of the environment', () => {
    expect(progressPath({ XDG_STATE_HOME: '/s' })).toBe('/s/inkling/practice.json');
    expect(progressPath({ HOME: '/home/me', XDG_STATE_HOME: 'relative' })).toBe(
      '/home/me/.local/state/inkling/practice.json',
    );
  });
});
