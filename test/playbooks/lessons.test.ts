import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { Libraries } from '../../src/app/library.ts';
import { Practices } from '../../src/app/practice/index.ts';
import { Runs } from '../../src/app/runs.ts';

const root = pathToFileURL(`${process.cwd()}/`);
const state = mkdtempSync(join(tmpdir(), 'inkling-lessons-'));
afterAll(() => rmSync(state, { recursive: true, force: true }));
const libraries = new Libraries(root);
const env = { XDG_STATE_HOME: state };
const port = new Practices(libraries, new Runs(libraries, env), env).port([]);

// Seconds for each lesson: the default run reads the lessons, and this walks them.
describe.runIf(process.env.INKLING_SCENARIOS === 'all')('what a lesson shows reaches its goals', async () => {
  test.each(await port.lessons().then((all) => all.map((l) => ({ id: l.id, goals: Object.keys(l.goals) }))))(
    '$id',
    async ({ id, goals }) => {
      const practice = await port.open({ kind: 'lesson', id });
      try {
        const before = (await practice.settled()).lesson?.goals ?? [];
        expect(before.filter((g) => g.verdict === 'unknown')).toEqual([]);
        expect(before.filter((g) => g.verdict === 'fail').length).toBeGreaterThan(0);
        for (const goal of goals) practice.send({ type: 'show', goal, run: true });
        const { lesson, entries } = await practice.settled();
        expect(lesson?.goals.filter((g) => g.verdict !== 'pass')).toEqual([]);
        const failed = entries.flatMap((e) =>
          e.kind === 'command' && e.code !== 0 ? [`${e.command}: ${e.stderr}`] : [],
        );
        expect(failed).toEqual([]);
      } finally {
        await practice.close();
      }
    },
  );
});
