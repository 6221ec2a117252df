import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startLab } from '../../src/lab/index.ts';
import { differences, type Recording } from './compare.ts';
import { FAULTS } from './faults.ts';

const goldens = join(import.meta.dirname, '../goldens/lab');

/** Where the practice cluster is knowingly not the real one. */
const KNOWN: Readonly<Record<string, string>> = {
  'healthy more-log-json': 'what was asked of the cluster before is another story',
  'osds-two-down health-detail-grep-pg': 'the placement of objects differs, so other PGs are degraded',
  'osds-two-down health-detail-json': 'the placement of objects differs, so other PGs are degraded',
  'osds-two-down health-detail': 'the placement of objects differs, so other PGs are degraded',
  'osds-two-down pg-dump-stuck': 'the placement of objects differs, so other PGs are degraded',
};

/** A command that the recorder had to end is ended here as well. */
const command = ({ cmd, code }: Recording): string =>
  code === 124 && !cmd.includes('timeout') ? `timeout 12 bash -c '${cmd.replaceAll("'", `'\\''`)}'` : cmd;

const read = (state: string, node: string): Recording[] => {
  const path = join(goldens, state, `${node}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
};

let same = 0;
let all = 0;
afterAll(() =>
  console.log(
    `practice cluster: ${same} of ${all} recorded commands answered as recorded (${((100 * same) / all).toFixed(1)} %)`,
  ),
);

describe.each(Object.entries(FAULTS))('%s', (state, faults) => {
  const nodes = readdirSync(join(goldens, state)).map((f) => f.replace('.json', ''));
  test.each(nodes)('%s answers as recorded', async (node) => {
    // A hang recorded for 20 s lasts 0.2 s here.
    const lab = await startLab({ faults, pace: 0.01 });
    const wrong: Record<string, string[]> = {};
    await Promise.all(
      read(state, node).map(async (recording) => {
        const found = differences(recording, await lab.run(node, command(recording)));
        all++;
        if (found.length === 0) same++;
        else if (!(`${state} ${recording.name}` in KNOWN)) wrong[`${recording.name}: ${recording.cmd}`] = found;
      }),
    );
    await lab.close();
    expect(wrong).toEqual({});
  });
});
