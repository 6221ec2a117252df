import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXPECTED } from './known-faults.ts';
import {
  backupsWork,
  inject,
  NODES,
  type Operator,
  onNode,
  operator,
  type Ran,
  realSecrets,
  reset,
  smoke,
  startRealLab,
  textOf,
  work,
} from './real-lab.ts';
import { leaksDuring } from './watch.ts';

/** Where minutes are few: every other fault, looked for once, with no hint, and no new one after so many seconds. */
const QUICK = process.env.INKLING_LAB_QUICK === '1';
const QUICK_SECONDS = 600;

/** What users and services said of each fault when it was recorded, as it would be pasted. */
const SAID = new Map(
  (
    JSON.parse(readFileSync('test/goldens/symptoms/zed-ceph-16.2.15.json', 'utf8')) as {
      fault: string;
      said: { text: string }[];
    }[]
  ).map(({ fault, said }) => [fault, said.map(({ text }) => text).join('\n')]),
);

let me: Operator & { readonly made: Ran };
let secrets: readonly string[];
const table: string[] = [];
let began = 0;

beforeAll(async () => {
  await startRealLab();
  const back = await reset();
  expect(back.code, back.stdout + back.stderr).toBe(0);
  me = await operator();
  secrets = await realSecrets();
  began = performance.now();
});

afterAll(async () => {
  console.log(
    [
      `${'fault'.padEnd(28)}${'first cause, confirmed'.padEnd(30)}${'found in'.padStart(9)}${'pasted'.padStart(9)}${'repaired'.padStart(9)}  then`,
      ...table,
    ].join('\n'),
  );
  await reset();
  await me?.close();
});

test('init finds the four machines and what each does', async () => {
  expect(me.made.code, me.made.stderr).toBe(0);
  const yaml = await textOf(me.site);
  for (const name of NODES) expect(yaml).toMatch(new RegExp(`name: ${name}\n`));
  expect(yaml.match(/- name:/g)).toHaveLength(4);
});

test('a healthy site is healthy, many times over', async () => {
  for (let round = 0; round < (QUICK ? 3 : 10); round += 1) {
    const { code, report } = await me.check();
    expect({ code, outcome: report.outcome, causes: report.causes }).toEqual({
      code: 0,
      outcome: 'healthy',
      causes: [],
    });
  }
});

test('one OSD down is worth a warning, and no cause of anything', async () => {
  expect((await inject('osd-down')).code).toBe(0);
  const { code, report } = await me.check();
  table.push(`${'osd-down'.padEnd(28)}${'none: a warning'.padEnd(30)}`);
  expect([code, report.outcome, report.causes]).toEqual([4, 'warnings', []]);
  await reset();
});

describe.each(EXPECTED.filter((_, at) => !QUICK || at % 2 === 0))(
  '$fault',
  ({ fault, work: operation, cause, fix, before }) => {
    test('gives its true cause first, confirmed, and is repaired', async (context) => {
      const spent = (performance.now() - began) / 1000;
      if (QUICK && spent > QUICK_SECONDS) {
        table.push(`${fault.padEnd(28)}not tried: ${spent.toFixed(0)} s are over`);
        context.skip();
      }
      expect((await inject(fault)).code).toBe(0);
      try {
        if (before) await work(...before);
        const found = await me.check();
        const first = found.report.causes[0];
        expect([found.code, first?.id, first?.status], JSON.stringify(found.report.causes, null, 1)).toEqual([
          3,
          cause,
          'confirmed',
        ]);
        const said = QUICK ? undefined : SAID.get(fault);
        const pasted = said === undefined ? undefined : await me.check('--symptom', said);
        if (pasted)
          expect(
            [pasted.report.causes[0]?.id, pasted.report.causes[0]?.status],
            `pasted: ${JSON.stringify(pasted.report.causes, null, 1)}`,
          ).toEqual([cause, 'confirmed']);
        const seconds = (ran: { seconds: number } | undefined) =>
          (ran ? `${ran.seconds.toFixed(1)} s` : '-').padStart(9);
        const row = `${fault.padEnd(28)}${cause.padEnd(30)}${seconds(found)}${seconds(pasted)}`;
        if (!fix) {
          table.push(`${row}  by hand`);
          return;
        }
        const fixed = await me.inkling('fix', cause, '--site', me.site, '--yes-up-to', 'disruptive');
        expect(fixed.code, fixed.stdout + fixed.stderr).toBe(0);
        const worked = await work(...operation);
        expect(worked.code, worked.stdout).toBe(0);
        table.push(`${row}${seconds(fixed)}  ${operation.join(' ')} works`);
      } finally {
        if (before) await work('clean');
        if (!fix) await reset();
      }
    });
  },
);

test('the whole workload passes after all these repairs, and nothing is found', async () => {
  const backup = await backupsWork();
  expect(backup.code, backup.stdout).toBe(0);
  const { code, stdout } = await smoke();
  expect(code, stdout).toBe(0);
  const after = await me.check();
  expect([after.code, after.report.causes]).toEqual([0, []]);
});

test('a node taken away gives incomplete, never healthy', async () => {
  // The node starts its sshd again by itself: nobody can log in to do it.
  await onNode(
    'compute-2',
    'systemd-run -q --on-active=25s --timer-property=AccuracySec=1s systemctl start ssh.service && systemctl stop ssh.socket ssh.service',
  );
  const { code, report } = await me.check();
  expect([code, report.outcome, report.causes]).toEqual([5, 'incomplete', []]);
  const away = report.nodes.find((n) => n.name === 'compute-2');
  expect([away?.reached, away?.why]).toEqual([false, expect.stringMatching(/refuse/)]);
  expect(report.nodes.filter((n) => n.reached)).toHaveLength(3);
  await expect.poll(async () => (await onNode('compute-2', 'true')).code, { timeout: 120_000, interval: 1000 }).toBe(0);
});

test('no key is in a command line, an environment or a log of a node while Inkling looks and moves keys', async () => {
  for (const fault of ['glance-keyring-missing', 'secret-wrong-key']) expect((await inject(fault)).code).toBe(0);
  const leaks = await leaksDuring([...secrets, ...(await realSecrets())], async () => {
    for (const cause of ['auth-keyring-missing', 'attach-secret-stale-key']) {
      const fixed = await me.inkling('fix', cause, '--site', me.site, '--yes-up-to', 'disruptive');
      // The other cause is still there after the first.
      expect([0, 3], fixed.stdout + fixed.stderr).toContain(fixed.code);
    }
  });
  expect(leaks).toEqual([]);
  const after = await me.check();
  expect([after.code, after.report.causes]).toEqual([0, []]);
});

test('no real key is in any journal or on any screen', async () => {
  expect(secrets.length).toBeGreaterThan(4);
  for (const secret of secrets) expect(me.printed.some((text) => text.includes(secret))).toBe(false);
  for (const file of await readdir(me.journal)) {
    const text = await textOf(join(me.journal, file));
    for (const secret of secrets) expect(text.includes(secret), file).toBe(false);
  }
});
