import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HouseHere, newHouseHere } from '../support/here.ts';
import { records, repair } from '../support/inkling.ts';

// A journal folder that cannot be used.
let house: HouseHere;
beforeAll(() => {
  house = newHouseHere();
});
afterAll(() => house.remove());

const state = (name: string): { XDG_STATE_HOME: string } => ({ XDG_STATE_HOME: join(house.folder, name) });
beforeAll(() => {
  mkdirSync(join(house.folder, 'open', 'inkling', 'journal'), { recursive: true, mode: 0o755 });
  mkdirSync(join(house.folder, 'file'));
  writeFileSync(join(house.folder, 'file', 'inkling'), '');
  symlinkSync('/nowhere/at/all', join(house.folder, 'dangling'));
});

test('does not keep anybody from looking and planning; it is said that the run is not kept', async () => {
  const { code, stdout, stderr } = await house.run([...repair('ndjson'), '--dry-run'], state('open'));
  expect(code).toBe(3);
  expect(stderr.replace(/\s+/g, ' ')).toMatch(
    /^! This run is not kept in the journal: .*open to other users.*chmod 700/,
  );
  const [warning, first, ...rest] = records(stdout);
  expect(warning).toMatchObject({ event: 'warning', says: expect.stringContaining('open to other users') });
  expect(first).toMatchObject({ event: 'run', practice: 'glance-keyring-unreadable', phase: 'looking' });
  expect(first?.id).not.toBe('');
  expect(rest.filter(({ event }) => event === 'step')).toMatchObject([{ status: 'waiting' }, { status: 'waiting' }]);
  expect(rest.at(-1)).toMatchObject({ event: 'report', report: { outcome: 'causes', exit_code: 3 } });
});

test.each([
  ['open', /journal is open to other users \(mode 755\)\. If you trust it: chmod 700 \S+journal\n$/],
  ['file', /cannot make the journal folder \S+: a part of the path is not a folder/],
  ['dangling', /cannot make the journal folder \S+dangling\/inkling\/journal: /],
])('%s: nothing is changed, and one message says why', async (name, says) => {
  const { code, stdout, stderr } = await house.run(repair('text'), state(name));
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(says);
  expect(stderr).toMatch(/^inkling: nothing was done: .*\n$/);
});

test.each([['open'], ['file']])('%s: the list of runs says so, as no fault of Inkling', async (name) => {
  const { code, stdout, stderr } = await house.run(['journal', 'list'], state(name));
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^inkling: the journal cannot be read: .*journal/);
  expect(stderr).not.toContain('fault of Inkling');
});
