import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Libraries } from '../../src/app/library.ts';
import { ship } from '../../src/app/shipping.ts';

// What the build keeps of playbooks and lessons, and what becomes of it when they are changed afterwards.

let folder: string;
let root: URL;
let built: URL;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-shipped-'));
  for (const name of ['playbooks', 'lessons']) cpSync(name, join(folder, name), { recursive: true });
  root = pathToFileURL(`${folder}/`);
  built = new URL('shipped.json', root);
  writeFileSync(built, JSON.stringify(await ship(root)));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const said = async (libraries: Libraries) => {
  const { library, files } = await libraries.load([]);
  const { recognise, ...rest } = library;
  return { rest, files, lessons: await libraries.lessons(), seen: recognise?.('error: image still has watchers') };
};

test('it says the same as the files themselves', async () => {
  expect(await said(new Libraries(root, built))).toEqual(await said(new Libraries(root)));
});

test('a file that was changed since is read, not what the build kept', async () => {
  const before = await new Libraries(root, built).scenarios([]);
  const file = join(folder, 'playbooks', 'pools', 'scenarios', 'of-my-own.yaml');
  writeFileSync(
    file,
    'id: of-my-own\ntitle: My own\nsymptom: slow\nfaults: [{ on: controller, run: "true" }]\nexpect: { outcome: healthy }\n',
  );
  const after = await new Libraries(root, built).scenarios([]);
  expect(after.map(({ id }) => id)).toContain('of-my-own');
  expect(after.length).toBe(before.length + 1);

  writeFileSync(file, 'id: of-my-own\n');
  await expect(new Libraries(root, built).load([])).rejects.toThrow('of-my-own.yaml');
  rmSync(file);
});

test('a file of the build that cannot be read is as good as none', async () => {
  writeFileSync(built, '{"digest": "');
  expect((await new Libraries(root, built).load([])).library.playbooks.length).toBeGreaterThan(5);
});
