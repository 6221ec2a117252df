import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { drillsOf } from '../../src/domain/drill.ts';
import { shippedLibrary } from '../support/practice-run.ts';
import { KEYS, type Pty, startPty } from '../support/pty.ts';

// The built program, a learner at a real terminal, and the practice cluster behind its SSH servers.
vi.setConfig({ testTimeout: 240_000 });

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'inkling-drill-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const KEYRING = '/etc/ceph/ceph.client.glance.keyring';

/** Each learner has a progress of their own. */
const progressOf = (learner: string): string => join(home, learner, 'inkling', 'practice.json');

function drill(learner: string, args: readonly string[], size = { columns: 100, rows: 30 }): Pty {
  const env = { HOME: home, XDG_STATE_HOME: join(home, learner), XDG_CONFIG_HOME: join(home, 'config') };
  return startPty(['practice', 'drill', ...args], { env, ...size });
}

/** Types a command and runs it once it stands in the line; done when the next prompt is there. */
async function run(pty: Pty, command: string, says: string | RegExp, node = 'controller'): Promise<void> {
  pty.type(command);
  await pty.waitFor(`# ${command}▏`, 20);
  pty.type(KEYS.enter);
  await pty.waitFor(says, 60);
  await pty.waitFor(`${node}# ▏`, 60);
}

async function goTo(pty: Pty, node: string): Promise<void> {
  pty.type(`ssh ${node}`);
  await pty.waitFor(`# ssh ${node}▏`, 20);
  pty.type(KEYS.enter);
  await pty.waitFor(`[${node}]`, 20);
}

/** Names the cause whose title fits. */
async function name(pty: Pty, title: RegExp, verdict: string): Promise<void> {
  pty.type(KEYS.escape);
  await pty.waitFor('name the cause', 20);
  pty.type('c');
  await pty.waitFor('What is it?', 20);
  const picked = (): string => pty.screen().find((row) => row.trimStart().startsWith('›')) ?? '';
  pty.type('g');
  const choices = (): string[] => pty.screen().filter((row) => /^ *(› )?[○✓✗] /.test(row));
  await vi.waitFor(() => expect(choices()[0]).toContain('›'), { timeout: 20_000 });
  for (let moves = 0; moves < 12 && !title.test(picked()); moves += 1) {
    const row = picked();
    pty.type('j');
    // Below the last there is nothing: the same row stays.
    await vi.waitFor(() => expect(picked()).not.toBe(row), { timeout: 3000 }).catch(() => {});
  }
  expect(picked()).toMatch(title);
  pty.type(KEYS.enter);
  await pty.waitFor(verdict, 20);
}

async function graded(pty: Pty, says: string | RegExp): Promise<void> {
  pty.type(KEYS.escape);
  await pty.waitFor('d grade', 20);
  pty.type('d');
  await pty.waitFor(says, 100);
}

async function leave(pty: Pty): Promise<void> {
  pty.type(KEYS.enter);
  await pty.waitFor('Drills: find and mend', 20);
  pty.type(KEYS.ctrlC);
  expect(await pty.ended()).toBe(130);
}

test('the main drill: a report, a look at the nodes, the cause named, the repair, the grade', async () => {
  const pty = drill('first', ['glance-keyring-unreadable']);
  await pty.waitFor('A user says', 40);
  await pty.waitFor('image upload fails', 5);
  expect(pty.screen().join('\n')).not.toContain('belongs to root');

  await pty.waitFor('ceph-mon-1# ▏', 60);
  await goTo(pty, 'controller');
  await run(pty, 'sudo -u glance rbd --id glance -p images ls', 'unable to find a keyring');
  await run(pty, `stat -c "%U %a" ${KEYRING}`, 'root 600');
  await name(pty, /is not readable for ‹runs as›/, '✓ That is it');
  await run(pty, `chgrp glance ${KEYRING}`, /# chgrp glance \S+$/m);
  await run(pty, `chmod 640 ${KEYRING}`, /# chmod 640 \S+$/m);
  await graded(pty, '✓ Passed  100 of 100');
  await pty.waitFor('Why not the other causes', 5);
  await leave(pty);
  const kept = JSON.parse(readFileSync(progressOf('first'), 'utf8'));
  expect(kept.drills['glance-keyring-unreadable']).toMatchObject({ tries: 1, best: 100, passed: true });
});

test('two faults at once: both reports, both causes named, one wrongly at first, both repaired', async () => {
  const both = 'glance-keyring-unreadable+vms-pool-no-application';
  const pty = drill('second', [both], { columns: 80, rows: 24 });
  await pty.waitFor('image upload fails', 40);
  await pty.waitFor('a pool without an application', 20);
  await pty.waitFor('ceph-mon-1# ▏', 60);

  await name(pty, /is not tagged for RBD/, '✓ That is it');
  await pty.waitFor('There is another one', 5);
  await name(pty, /The keyring of ‹entity› is missing/, '✗ Not that');
  await name(pty, /is not readable for ‹runs as›/, 'Now repair it');
  await run(pty, 'ceph osd pool application enable vms rbd', "enabled application 'rbd' on pool 'vms'", 'ceph-mon-1');
  await goTo(pty, 'controller');
  await run(pty, `chgrp glance ${KEYRING}`, /# chgrp glance \S+$/m);
  await run(pty, `chmod 640 ${KEYRING}`, /# chmod 640 \S+$/m);
  await graded(pty, '✓ Passed  90 of 100');
  const page = pty.screen().join('\n');
  expect(page).toMatch(/cause\s+30 of 40\s+named right; 1 wrong before or beside/);
  expect(page).toMatch(/repair\s+30 of 30/);
  expect(page).toMatch(/no damage\s+20 of 20/);
  expect(page).toMatch(/commands\s+10 of 10\s+3 commands/);
  await leave(pty);
  expect(JSON.parse(readFileSync(progressOf('second'), 'utf8')).drills[both]).toMatchObject({ tries: 1, best: 90 });
});

test('a fault drawn at random is one not mended yet; what was destroyed on the way is told', async () => {
  const last = 'glance-keyring-unreadable';
  const passed = { tries: 1, best: 100, last: 100, passed: true, at: '2026-01-01T00:00:00.000Z' };
  const drills = drillsOf((await shippedLibrary()).scenarios).filter(({ id }) => id !== last);
  mkdirSync(join(home, 'third', 'inkling'), { recursive: true });
  const before = { schema: 1, lessons: {}, drills: Object.fromEntries(drills.map(({ id }) => [id, passed])) };
  writeFileSync(progressOf('third'), JSON.stringify(before), { mode: 0o600 });

  const pty = drill('third', ['--random'], { columns: 140, rows: 45 });
  await pty.waitFor('image upload fails', 40);
  await pty.waitFor('ceph-mon-1# ▏', 60);
  await run(
    pty,
    'ceph osd pool delete backups backups --yes-i-really-really-mean-it',
    "pool 'backups' removed",
    'ceph-mon-1',
  );
  await name(pty, /is not readable for ‹runs as›/, '✓ That is it');
  await graded(pty, '✗ Not passed  40 of 100');
  const page = pty.screen().join('\n');
  expect(page).toMatch(/cause\s+40 of 40\s+named right/);
  expect(page).toMatch(/repair\s+0 of 30\s+the fault is still there/);
  expect(page).toMatch(/no damage\s+0 of 20\s+newly failing: [1-9]\d*; gone: [1-9]/);
  expect(page).toMatch(/Newly failing ─[\s\S]*pool backups/);
  await leave(pty);
  expect(JSON.parse(readFileSync(progressOf('third'), 'utf8')).drills[last]).toMatchObject({ tries: 1, best: 40 });
});
