import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redactFolder } from '../../src/app/redaction.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-redaction-'));
  mkdirSync(join(folder, 'in'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function redacted(files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'in', name), text);
  await redactFolder(join(folder, 'in'), join(folder, 'out'), {});
  return Object.fromEntries(Object.keys(files).map((name) => [name, readFileSync(join(folder, 'out', name), 'utf8')]));
}

const KEY = 'AQBs3mxkq9VPLRAAcVv1ZxX2mTqk0b5oY1h3Lw==';

test("a command's exit code beside its secret output stays, here and everywhere else", async () => {
  const out = await redacted({
    'virsh-secret-get-value-nova.out': `${KEY}\n`,
    'virsh-secret-get-value-nova.rc': 'rc=0\n',
    'run.log': `exited with rc=0, key ${KEY}\n`,
  });
  expect(out['virsh-secret-get-value-nova.out']).toMatch(/^‹\w+:[0-9a-f]+›\n$/);
  expect(out['virsh-secret-get-value-nova.rc']).toBe('rc=0\n');
  expect(out['run.log']).toMatch(/^exited with rc=0, key ‹\w+:[0-9a-f]+›\n$/);
});

test('a named secret there is hidden all the same, and so is whatever a declared origin calls secret', async () => {
  const out = await redacted({
    'virsh-secret-get-value-nova.rc': 'password=Hq72-LmtZx81aa\n',
    'answer.txt': 'ab=Zx81aa-LmtHq72\n',
    'origins.json': JSON.stringify({ 'answer.txt': 'virsh secret-get-value 0000' }),
  });
  expect(out['virsh-secret-get-value-nova.rc']).toMatch(/^password=‹/);
  expect(out['answer.txt']).toMatch(/^‹/);
});
