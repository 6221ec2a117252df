import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { lookAtAll } from '../../src/app/practice/look.ts';
import { drillsOf } from '../../src/domain/drill.ts';
import { startLab } from '../../src/lab/index.ts';
import { shippedLibrary } from '../support/practice-run.ts';

// What a person does where Inkling offers no fix. The fixes that it offers are tried with the scenarios.

type Commands = readonly Readonly<Record<string, string>>[];
const BY_HAND: Readonly<Record<string, Commands>> = parse(
  readFileSync(join(import.meta.dirname, 'by-hand.yaml'), 'utf8'),
);

/** What no command on a node undoes. */
const BEYOND: Readonly<Record<string, string>> = {
  'image-of-another-cluster': 'the volume was made, and its line in the log stays',
  'image-qcow2': 'the image stays what it is: a raw one takes its place, and its volumes stay full copies',
  'image-qcow2-an-hour-ago': 'the same',
  'guide-to-the-letter': 'a dozen mistakes at once, of which most are a matter of choice',
};

const library = await shippedLibrary();
const drills = new Map(drillsOf(library.scenarios).map((drill) => [drill.id, drill]));
const everything = process.env.INKLING_SCENARIOS === 'all';
const ids = Object.keys(BY_HAND).filter((_, at) => everything || at % 20 === 0);

test('every drill can be mended: by the fix that is offered, by hand, or it is said why not', () => {
  const mended = new Set([...Object.keys(BY_HAND), ...Object.keys(BEYOND)]);
  const scenarios = library.scenarios.filter(({ id, expect: { fix } }) => drills.has(id) && fix === undefined);
  expect(scenarios.map(({ id }) => id).filter((id) => !mended.has(id))).toEqual([]);
  expect([...mended].filter((id) => !drills.has(id))).toEqual([]);
});

test.each(ids)('%s is found first, and gone after what a person does by hand', async (id) => {
  const scenario = library.scenarios.find((s) => s.id === id);
  const lab = await startLab({ faults: scenario?.faults ?? [], pace: 0.01 });
  const never = new AbortController().signal;
  try {
    const [first] = (await lookAtAll(lab.site, library, never)).causes;
    expect(drills.get(id)?.causes).toContain(first?.id);
    expect(first?.status).toBe('confirmed');
    for (const step of BY_HAND[id] ?? []) for (const [node, text] of Object.entries(step)) await lab.run(node, text);
    const after = await lookAtAll(lab.site, library, never);
    expect(after.causes.map((c) => c.title)).toEqual([]);
    // An OSD that was away still catches up, a volume that was copied stays a copy.
    expect(['healthy', 'warnings']).toContain(after.outcome);
  } finally {
    await lab.close();
  }
});
