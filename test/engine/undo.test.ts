import { expect, test } from 'vitest';
import { Run } from '../../src/engine/run.ts';
import { startLab } from '../../src/lab/index.ts';
import { createTransport } from '../../src/transport/index.ts';
import { fixFirst, shippedLibrary } from '../support/practice-run.ts';

test('on practice nodes: what was repaired and then undone on request is as it was found', async () => {
  const library = await shippedLibrary();
  const scenario = library.scenarios.find((s) => s.id === 'glance-keyring-missing');
  const lab = await startLab({ faults: scenario?.faults ?? [], pace: 0.01 });
  // The cluster and Glance are enough of it, and quickly looked at.
  const nodes = lab.site.nodes.flatMap((n) =>
    n.name === 'controller' ? [{ ...n, roles: ['glance-api' as const] }] : n.roles.includes('ceph-admin') ? [n] : [],
  );
  const run = new Run({
    ...{
      id: 'r',
      site: { name: 'part', nodes },
      library,
      playbooks: library.playbooks,
      operator: { who: 'tester', host: 'desk', pid: 1, began: '7', gone: () => false },
    },
    transport: (trust) => createTransport({ trust }),
    journal: { append: async () => {}, appendSoon: () => {}, close: async () => {} },
  });
  const causes = () => run.getState().judgement.causes.map((c) => [c.id, c.status]);
  await run.settled();
  const found = causes();
  expect(found[0]).toEqual(['auth-keyring-missing', 'confirmed']);

  const fixed = await fixFirst(run, scenario?.expect.fix ?? '');
  expect([fixed.fix?.outcome, causes()]).toEqual(['fixed', []]);

  run.send({ type: 'undo-fix' });
  const undone = await run.settled();
  expect([undone.fix?.outcome, undone.fix?.steps.map((s) => s.status)]).toEqual(['rolled-back', ['undone']]);
  expect(causes()).toEqual(found);
  await run.close();
  await lab.close();
}, 60_000);
