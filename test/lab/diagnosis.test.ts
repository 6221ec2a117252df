import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { practiceRun, shippedLibrary } from '../support/practice-run.ts';
import { FAULTS } from './faults.ts';

/** What Inkling found first on the real cluster, all confirmed but where it was only a warning. */
const REAL = new Map(
  [
    ...readFileSync(join(import.meta.dirname, '../../docs/real-lab.md'), 'utf8').matchAll(
      /^\| ([a-z0-9-]+) \| ([^|]+?) \|/gm,
    ),
  ]
    .map(([, fault = '', cause = '']) => [fault, cause.startsWith('none') ? 'none' : cause] as const)
    .filter(([fault]) => fault in FAULTS),
);

/** Two in every run; `npm run fidelity` compares all of them and writes docs/diagnoses.md. */
const SAMPLE = ['cinder-caps-no-volumes', 'nova-guide-secret'];
const everything = process.env.INKLING_FIDELITY === 'all';
const faults = [...REAL.keys()].filter((fault) => everything || SAMPLE.includes(fault));

/** Where the real cluster was looked at after the operation that shows the fault. */
const OPERATION: Readonly<Record<string, { on: string; run: string }>> = {
  'image-qcow2': {
    on: 'controller',
    run: '. /root/admin-openrc; openstack volume create --size 1 --type ceph --image lab-qcow2 copied; sleep 30',
  },
};

const library = await shippedLibrary();
const rows: string[] = [];
afterAll(() => {
  for (const row of rows) console.log(row);
});

test.each(faults)('%s: the same first cause as on the real cluster', async (fault) => {
  const operation = OPERATION[fault];
  const faults = [...(FAULTS[fault] ?? []), ...(operation ? [operation] : [])];
  const practice = await practiceRun(library, { faults });
  try {
    const { causes } = (await practice.run.settled()).judgement;
    const first = causes.find((c) => c.status === 'confirmed' || c.status === 'likely');
    const found = first ? first.id : 'none';
    const same = found === REAL.get(fault);
    const status = first?.status ?? '';
    rows.push(`| ${fault} | ${REAL.get(fault)} | ${found} | ${status} | ${same ? 'same' : 'other'} |`);
    expect([found, first ? status : 'confirmed']).toEqual([REAL.get(fault), 'confirmed']);
  } finally {
    await practice.close();
  }
});

test.runIf(everything)('every recorded fault is in the table', async () => {
  expect([...REAL.keys()].sort()).toEqual(
    Object.keys(FAULTS)
      .filter((f) => f !== 'healthy')
      .sort(),
  );
  await expect(`# Diagnoses: practice cluster and real one

For every fault that was recorded on a real cluster: the first cause that Inkling finds there ([real-lab.md](real-lab.md)), where it is
confirmed, and the one that it finds on the practice cluster after the same commands. \`npm run fidelity\` does it again.

| fault | real cluster | practice cluster | status | |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`).toMatchFileSnapshot('../../docs/diagnoses.md');
});
