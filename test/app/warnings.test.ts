import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-app-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A site whose one node listens nowhere, and a state folder that is a file. */
function appWith(): { app: ReturnType<typeof createApp>; site: string } {
  const site = join(folder, 'site.yaml');
  writeFileSync(
    site,
    'name: lab\nnodes:\n  - name: a\n    roles: [glance-api]\n    ssh: { host: 127.0.0.1, port: 1, client: ssh2 }\n',
  );
  const state = join(folder, 'state');
  writeFileSync(state, '');
  const root = pathToFileURL(join(import.meta.dirname, '..', '..', '/'));
  return { app: createApp({ root, version: '0', env: { HOME: folder, XDG_STATE_HOME: state } }), site };
}

const EXPECTED = [
  expect.stringMatching(/site\.yaml: no node has the role ceph-admin.*Give it to a node/),
  expect.stringContaining('This run is not kept in the journal'),
];

test('the command line is told of gaps in the site file and of a run that is not kept', async () => {
  const { app, site } = appWith();
  const said: string[] = [];
  const engine = await app.cli.open({ target: { site }, playbooks: [], playbookDirs: [], warn: (s) => said.push(s) });
  await engine.close();
  expect(said).toEqual(EXPECTED);
});

test('the full screen is told the same', async () => {
  const { app, site } = appWith();
  const said: string[] = [];
  const choice = { place: { kind: 'site', id: site }, playbooks: [] } as const;
  const engine = await app.screens({ playbooks: [] }).start(choice, (says) => said.push(says));
  await engine.close();
  expect(said).toEqual(EXPECTED);
});
