import { expect, test } from 'vitest';
import { fixFirst, practiceRun } from '../../src/app/practice-run.ts';
import type { Scenario } from '../../src/domain/playbook.ts';
import { shippedLibrary } from '../support/practice-run.ts';
import { worldDump } from '../support/world-dump.ts';
import { row } from './row.ts';

// Every repair of every playbook, done and then taken back on request: the practice cluster is what it was, byte for byte.

/** What the cluster did by itself once a flag no longer held it back, and no undo takes away from it: an OSD that came up stays up. */
const BY_ITSELF: Readonly<Record<string, RegExp>> = { 'noup-left': /ceph osd (dump|tree)/ };
const FLAGS = /"flags_set":\[[^\]]*\]/;

const library = await shippedLibrary();
const repaired = library.scenarios.filter((s) => s.expect.fix !== undefined);
const seen = { runs: 0, steps: 0, fixes: new Set<string>() };

async function takenBack(scenario: Scenario): Promise<void> {
  const { lab, run, close } = await practiceRun(library, scenario);
  try {
    await run.settled();
    const before = await worldDump(lab);
    const fixed = await fixFirst(run, scenario.expect.fix as string);
    expect([fixed.fix?.outcome, fixed.fix?.says]).toEqual(['fixed', expect.anything()]);
    run.send({ type: 'undo-fix' });
    const { fix } = await run.settled();
    expect([fix?.outcome, fix?.says]).toEqual(['rolled-back', expect.anything()]);
    const after = await worldDump(lab);
    const left = [...after.filter((l) => !before.includes(l)), ...before.filter((l) => !after.includes(l))];
    const mayDiffer = BY_ITSELF[scenario.id];
    expect(left.filter((l) => !mayDiffer?.test(l))).toEqual([]);
    if (mayDiffer) expect(FLAGS.exec(after.join())?.[0]).toBe(FLAGS.exec(before.join())?.[0]);
    seen.runs += 1;
    seen.steps += fix?.steps.length ?? 0;
    seen.fixes.add(`${fix?.plan.cause}/${fix?.plan.fix}`);
  } finally {
    await close();
  }
}

test.each(repaired)('taken back: $id', takenBack);

row('U1', async () => {
  expect(seen.runs).toBe(repaired.length);
  return {
    injected: `${seen.fixes.size} different repairs, ${seen.steps} steps, each taken back on request`,
    runs: seen.runs,
    figure: `${seen.runs} of ${repaired.length} as before: files, owners, modes, caps, pools, flags, units, libvirt secrets in memory and on disk`,
  };
});
