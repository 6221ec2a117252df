import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type House, newHouse } from '../support/inkling.ts';
import { type Served, servePractice } from '../support/practice-serve.ts';

// The built program, killed in the middle of a repair and started again. Practice nodes outlive it here, as real ones do.

let house: House;
let served: Served;
beforeEach(async () => {
  house = newHouse();
  served = await servePractice(house, 'cinder-pool-typo');
});
afterEach(async () => {
  await served.stop();
  house.remove();
});

const journal = (): string => {
  const folder = join(house.folder, 'state', 'inkling', 'journal');
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
};

/** Runs the repair and kills it as soon as the journal holds `record`. */
async function killedAfter(record: string): Promise<void> {
  const args = ['fix', 'pool-name-typo', '--site', served.siteFile, '--yes-up-to', 'disruptive'];
  const running = house.start(args);
  await vi.waitFor(() => expect(journal()).toContain(record), { timeout: 200_000, interval: 5 });
  running.child.kill('SIGKILL');
  await running.ended;
}

const site = () => ['--site', served.siteFile];
const yes = ['--yes-up-to', 'disruptive'];

test('a repair that was killed between two steps is told of, gone on with, and holds', async () => {
  await killedAfter('"step.result"');
  const next = await house.run(['check', ...site()]);
  expect(next.stderr).toMatch(/The fix of pool-name-typo in run \S+ was broken off/);
  const [run] = /\d{8}-\d{6}-[0-9a-f]{4}/.exec(next.stderr) ?? [''];
  const settled = await house.run(['journal', 'resume', run, ...yes]);
  expect(settled.stdout).toContain('✓ fixed, and verified');
  expect(settled.code).toBe(0);
});
