import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Seen } from '../../src/app/bundle-pack.ts';
import { Pseudonyms } from '../../src/app/pseudonyms.ts';
import { readBundle } from '../../src/bundle/index.ts';
import { judgement } from '../../src/engine/outcome.ts';
import { shippedLibrary } from '../support/practice-run.ts';
import { judgedAgain, KEY, newFolder, seenOf, verdictsOf, written } from './packing.ts';

const library = await shippedLibrary();
const folder = newFolder();
let seen: Seen;
let file: string;

beforeAll(async () => {
  const scenario = library.scenarios.find((s) => s.id === 'glance-keyring-unreadable');
  seen = await seenOf(library, scenario?.faults ?? []);
  file = await written(seen, folder.path('case.tar.gz'));
});
afterAll(() => folder.remove());

const live = () => judgement(seen.looking.site, seen.run, library, library.playbooks);

test('a bundle is judged as the nodes were', async () => {
  const state = await judgedAgain(file, library);
  expect(state.judgement.causes.map((c) => c.id)).toContain('auth-keyring-unreadable');
  expect(state.judgement).toEqual({ ...live(), coverage: state.judgement.coverage, nodes: state.judgement.nodes });
  expect(state.judgement.coverage.unknown).toBe(live().coverage.unknown);
  expect(state.judgement.nodes.map((n) => n.reached)).toEqual(live().nodes.map((n) => n.reached));
});

test('under other names it is judged the same, and has none of the names', async () => {
  const names = seen.run.nodes.map(({ name }) => name);
  const pseudonyms = new Pseudonyms(KEY, 'the-site', names, ['alice']);
  const other = await written(seen, folder.path('other.tar.gz'), { pseudonyms });
  const state = await judgedAgain(other, library);
  expect(verdictsOf(state.judgement)).toEqual(verdictsOf(live()));
  const text = gunzipSync(readFileSync(other)).toString('latin1');
  for (const gone of ['ceph-mon-1', 'compute-1', 'compute-2', 'ceph-mgr-1', '10.77.0.', 'the-site'])
    expect([gone, text.includes(gone)]).toEqual([gone, false]);
  const map = folder.path('other.names.json');
  expect(statSync(map).mode & 0o777).toBe(0o600);
  expect(Object.values(JSON.parse(readFileSync(map, 'utf8')).hosts)).toEqual(expect.arrayContaining(names));
});

test('it is for its owner only, and the same evidence gives the same bytes', async () => {
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = await written(seen, folder.path('again.tar.gz'));
  expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
});

test('the manifest says what was run where and for how long, and the logs of the window are in it', async () => {
  const { manifest, members } = await readBundle(file);
  expect(manifest.ran.length).toBe([...seen.run.facts.values()].filter((f) => !f.probe.startsWith('window-')).length);
  const asked = manifest.ran.find(({ command }) => command === 'sudo ceph --connect-timeout 10 health detail -f json');
  expect(asked).toMatchObject({ node: 'ceph-mon-1', ended: 0, ms: expect.any(Number) });
  const logs = [...members.keys()].filter((path) => path.startsWith('logs/'));
  expect(logs).toEqual(
    expect.arrayContaining(['logs/controller/cinder_cinder-volume_log.log', 'logs/compute-1/journal.log']),
  );
});

test('what a bundle has no answer to is unknown, and why', async () => {
  const more = {
    ...library,
    probes: {
      ...library.probes,
      'ceph-auth': { ...library.probes['ceph-auth'], run: ['ceph', 'auth', 'ls'] } as never,
    },
  };
  const { judgement: judged } = await judgedAgain(file, more);
  expect(judged.outcome).not.toBe('healthy');
  const unknown = judged.checks.filter((c) => c.verdict === 'unknown');
  expect(unknown.some((c) => c.says.includes('the bundle has no answer of ceph-mon-1 to `sudo ceph auth ls`'))).toBe(
    true,
  );
});
