import { afterAll, describe, expect, test } from 'vitest';
import { judgement } from '../../src/engine/outcome.ts';
import { shippedLibrary } from '../support/practice-run.ts';
import { judgedAgain, newFolder, seenOf, verdictsOf, written } from './packing.ts';

const library = await shippedLibrary();
const folder = newFolder();
afterAll(() => folder.remove());

/** Bundles of all scenarios take minutes; two of them stand for the rest where not all are asked for. */
const chosen =
  process.env.INKLING_SCENARIOS === 'all'
    ? library.scenarios
    : library.scenarios.filter(({ id }) => ['secret-wrong-key', 'images-quota-full'].includes(id));

describe('a bundle is judged as the nodes were', () => {
  test.each(chosen)('$id', async ({ id, faults }) => {
    const seen = await seenOf(library, faults);
    const live = judgement(seen.looking.site, seen.run, library, library.playbooks);
    const again = await judgedAgain(await written(seen, folder.path(`${id}.tar.gz`)), library);
    expect(again.judgement.outcome).toBe(live.outcome);
    expect(verdictsOf(again.judgement)).toEqual(verdictsOf(live));
  });
});
