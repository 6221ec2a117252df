import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, newHouse } from '../support/inkling.ts';
import { answer, startPty } from '../support/pty.ts';

const QUESTION = /Write .*\.tar\.gz\? \[y\/N\] /;

let house: House;
beforeAll(() => {
  house = newHouse();
});
afterAll(() => house.remove());

const review = (file: string) =>
  startPty(['bundle', '--practice', 'glance-keyring-unreadable', '--review', '-o', file], {
    columns: 120,
    rows: 50,
    cwd: house.folder,
    env: { HOME: house.folder, XDG_STATE_HOME: join(house.folder, 'state') },
  });

test('the review shows what is replaced where, and asks before anything is written', async () => {
  const file = join(house.folder, 'declined.tar.gz');
  const pty = review(file);
  await pty.waitFor(/Write .*declined\.tar\.gz\? \[y\/N\]/);
  expect(existsSync(file)).toBe(false);
  const shown = pty.raw();
  expect(shown).toMatch(/What is replaced in .*declined\.tar\.gz/);
  expect(shown).toMatch(/\d+ secrets?/);
  await answer(pty, QUESTION, 'n');
  expect(await pty.ended()).toBe(3);
  expect(pty.raw()).toContain('Nothing was written.');
  expect(existsSync(file)).toBe(false);
});

test('after yes it is written, for its owner only', async () => {
  const file = join(house.folder, 'kept.tar.gz');
  const pty = review(file);
  await answer(pty, QUESTION, 'y');
  expect(await pty.ended()).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(pty.raw()).toContain('for its owner only');
});
