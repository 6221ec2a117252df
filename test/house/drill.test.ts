import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { KEYS, type Pty, startPty } from '../support/pty.ts';

// The built program, a learner at a real terminal, and the practice cluster behind its SSH servers.
vi.setConfig({ testTimeout: 240_000 });

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'inkling-drill-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const KEYRING = '/etc/ceph/ceph.client.glance.keyring';

/** Types a command and runs it once it stands in the line; done when the next prompt is there. */
async function run(pty: Pty, command: string, says: string | RegExp): Promise<void> {
  pty.type(command);
  await pty.waitFor(`# ${command}▏`, 20);
  pty.type(KEYS.enter);
  await pty.waitFor(says, 60);
  await pty.waitFor('controller# ▏', 60);
}

test('the main drill: a report, a look at the nodes, the cause named, the repair, the grade', async () => {
  const env = { HOME: home, XDG_STATE_HOME: join(home, 'state'), XDG_CONFIG_HOME: join(home, 'config') };
  const pty = startPty(['practice', 'drill', 'glance-keyring-unreadable'], { env, columns: 100, rows: 30 });
  await pty.waitFor('A user says', 40);
  await pty.waitFor('image upload fails', 5);
  expect(pty.screen().join('\n')).not.toContain('belongs to root');

  await pty.waitFor('ceph-mon-1# ▏', 60);
  pty.type('ssh controller');
  await pty.waitFor('# ssh controller▏', 20);
  pty.type(KEYS.enter);
  await pty.waitFor('[controller]', 20);
  await run(pty, 'sudo -u glance rbd --id glance -p images ls', 'unable to find a keyring');
  await run(pty, `stat -c "%U %a" ${KEYRING}`, 'root 600');

  pty.type(KEYS.escape);
  await pty.waitFor('name the cause', 20);
  pty.type('c');
  await pty.waitFor('What is it?', 20);
  for (let moves = 0; moves < 9; moves += 1) {
    if (pty.screen().some((row) => /^\s*› ○ .*is not readable for ‹runs as›/.test(row))) break;
    const before = pty.screen().find((row) => row.trimStart().startsWith('›')) ?? '';
    pty.type('j');
    await vi.waitFor(() => expect(pty.screen().join('\n')).not.toContain(before), { timeout: 20_000 });
  }
  pty.type(KEYS.enter);
  await pty.waitFor('✓ That is it', 20);

  await run(pty, `chgrp glance ${KEYRING}`, /# chgrp glance \S+$/m);
  await run(pty, `chmod 640 ${KEYRING}`, /# chmod 640 \S+$/m);
  pty.type(KEYS.escape);
  await pty.waitFor('d grade', 20);
  pty.type('d');
  await pty.waitFor('✓ Passed  100 of 100', 100);
  await pty.waitFor('Why not the other causes', 5);

  pty.type(KEYS.enter);
  await pty.waitFor('Drills: find and mend', 20);
  pty.type(KEYS.ctrlC);
  expect(await pty.ended()).toBe(130);
  const kept = JSON.parse(readFileSync(join(home, 'state', 'inkling', 'practice.json'), 'utf8'));
  expect(kept.drills['glance-keyring-unreadable']).toMatchObject({ tries: 1, best: 100, passed: true });
});
