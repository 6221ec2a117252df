import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Seen } from '../../src/app/bundle-pack.ts';
import { openSos } from '../../src/app/evidence-file.ts';
import { Pseudonyms } from '../../src/app/pseudonyms.ts';
import { readBundle } from '../../src/bundle/index.ts';
import { differenceOf } from '../../src/engine/difference.ts';
import { judgement } from '../../src/engine/outcome.ts';
import { shippedLibrary } from '../support/practice-run.ts';
import { judgedAgain, judgedBy, KEY, newFolder, seenOf, verdictsOf, written } from './packing.ts';

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

/** The same look, had the nodes said something else. */
function altered(change: (text: string) => string) {
  const facts = new Map(
    [...seen.run.facts].map(([id, fact]) => [
      id,
      fact.answer.result === 'lost'
        ? fact
        : { ...fact, answer: { ...fact.answer, stdout: change(fact.answer.stdout) } },
    ]),
  );
  const run = { ...seen.run, facts };
  return {
    run,
    site: seen.looking.site,
    library,
    judgement: judgement(seen.looking.site, run, library, library.playbooks),
  };
}

test('a difference names causes, checks, facts and lines that changed, and nothing else', () => {
  const same = differenceOf(altered(String), altered(String), true);
  expect(same).toMatchObject({ causes: [], checks: [], facts: [], lines: [] });
  const renamed = altered((text) => text.replace(/^(.*:)rbd_pool ?= ?volumes$/m, '$1rbd_pool = volumez'));
  const difference = differenceOf(altered(String), renamed, true);
  expect(difference.lines).toEqual([
    {
      node: 'controller',
      file: '/etc/cinder/cinder.conf',
      removed: ['rbd_pool = volumes'],
      added: ['rbd_pool = volumez'],
    },
  ]);
  expect(difference.causes.map((c) => [c.before, c.after])).toContainEqual([undefined, 'likely']);
  expect(difference.checks.some((c) => c.before !== 'fail' && c.after === 'fail')).toBe(true);
});

test('digests of two looks are compared only when one key made them', () => {
  const other = altered((text) => text.replace(/sealed:[0-9a-f]{8}/g, (d) => `${d.slice(0, -8)}00000000`));
  expect(differenceOf(altered(String), other, false)).toMatchObject({ facts: [], lines: [] });
  expect(differenceOf(altered(String), other, true).facts.some((f) => f.name.includes('client.cinder'))).toBe(true);
});

/** What sos would have collected of two nodes of this cluster. */
function sosreports(): readonly string[] {
  const out = (id: string): string => {
    const answer = seen.run.facts.get(id)?.answer;
    return answer?.result === 'exited' ? answer.stdout : '';
  };
  const put = (report: string, name: string, text: string): void => {
    const path = folder.path(`${report}/${name}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const files = (report: string, grepped: string): void => {
    for (const [file, lines] of Map.groupBy(grepped.split('\n').filter(Boolean), (line) => line.split(':')[0] ?? ''))
      put(report, file.slice(1), lines.map((line) => `${line.replace(/^[^:]*:\d+:/, '')}\n`).join(''));
  };
  const [mon, host] = ['sosreport-ceph-mon-1-2026', 'sosreport-controller-2026'];
  const json = 'sos_commands/ceph_mon/json_output';
  const ceph = { status: 'ceph-status', health_detail: 'ceph-health', mon_dump: 'ceph-mon-dump', osd_dump: 'ceph-osd-dump', df: 'ceph-df', config_dump: 'ceph-config-dump' }; // biome-ignore format: a table
  for (const [command, probe] of Object.entries(ceph))
    put(mon, `${json}/ceph_${command}_--format_json-pretty`, out(`${probe}@ceph-mon-1`));
  put(mon, 'hostname', 'ceph-mon-1\n');
  put(mon, 'sos_commands/date/date_--utc', 'Wed Nov 25 23:00:00 UTC 2026\n');
  put(mon, 'sos_commands/date/date', 'Thu Nov 26 00:00:00 CET 2026\n');
  files(mon, out('ceph-conf@ceph-mon-1'));
  put(host, 'sos_commands/host/hostname', 'controller\n');
  put(
    host,
    'sos_commands/systemd/systemctl_list-units_--all',
    '  cinder-volume.service loaded active running x\n  glance-api.service loaded active running x\n',
  );
  files(host, out('ceph-conf@controller'));
  files(host, out('cinder-volume-config@controller').replaceAll('sealed', '*********'));
  files(host, out('glance-api-config@controller').replaceAll('sealed', '*********'));
  return [folder.path(mon), folder.path(host)];
}

test('a sosreport gives what it carries and calls nothing healthy', async () => {
  const { run, judgement: judged } = await judgedBy(await openSos(sosreports()), library);
  expect(run.nodes.map(({ name, roles }) => [name, [...roles].sort()])).toEqual([
    ['ceph-mon-1', ['ceph-admin']],
    ['controller', ['cinder-volume', 'glance-api']],
  ]);
  expect(judged.outcome).toBe('incomplete');
  expect(judged.causes).toEqual([]);
  const key = (c: (typeof judged.checks)[number]) => `${c.check} ${c.node} ${c.subject}`;
  const before = new Map(live().checks.map((c) => [key(c), c.verdict]));
  const other = judged.checks.filter((c) => !['unknown', 'skip', before.get(key(c))].includes(c.verdict));
  expect(other.map((c) => `${key(c)} ${c.verdict} ${before.get(key(c))}: ${c.says}`)).toEqual([]);
  expect(judged.checks.filter((c) => c.verdict === 'pass').length).toBeGreaterThan(20);
  expect(
    judged.checks.some((c) =>
      c.says.includes('sos does not collect what `sudo ceph --connect-timeout 10 auth export` says'),
    ),
  ).toBe(true);
});
