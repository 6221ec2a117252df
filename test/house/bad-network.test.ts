import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Report, reportSchema } from '../../src/cli/report.ts';
import { type BadNodes, startBadNodes } from '../support/bad-nodes.ts';
import { type HouseHere, newHouseHere } from '../support/here.ts';
import { type Served, servePractice } from '../support/practice-serve.ts';
import { noSshd } from '../support/sshd.ts';

// One practice cluster that is good, and beside it nodes that are bad in every way: the good ones are judged, each bad
// one is named with its reason and with what to do, and nothing is ever called healthy.

if (noSshd !== undefined) console.warn(`Not tested: a sudo that asks for a password, because ${noSshd}.`);

/** What is said of each, and what to do about it. */
const REASONS: Readonly<Record<string, RegExp>> = {
  'changed-key': /host key .* has CHANGED, it is now SHA256:.*`ssh-keygen -R '\[127\.0\.0\.1\]:\d+' -f \S+known_hosts`/,
  'unknown-key': /host key .* is not known: SHA256:.*`ssh-keyscan -p \d+ 127\.0\.0\.1 >> \S+known_hosts`/,
  closed: /refused the connection: nothing listens there; does sshd run there/,
  silent: /took the connection but said nothing within 10 s; does its sshd hang/,
  web: /what answers there is not SSH \("HTTP\/1\.1 400 Bad Request"\); is the port right\?/,
  nameless: /could not be reached: (its name cannot be resolved; correct its address|no answer within 10 s)/,
  stranger: /refused the login as ops: .*try `ssh -i \S+stranger -p \d+ ops@127\.0\.0\.1 true`/,
  'behind-jump': /jump host 127\.0\.0\.1:\d+, the way to behind-jump, refused the connection/,
  dropping: /connection to dropping .* broke .*check the network and the node/,
  ...(noSshd === undefined && {
    'asking-sudo': /may not run as root \(sudo: a password is required\): allow it in sudoers/,
  }),
};
/** A login worked there, so that some of their questions were answered. */
const PARTLY = ['dropping', 'asking-sudo'];
const GOOD = ['ceph-mon-1', 'controller', 'compute-1'];
/** All bad nodes but the one that takes its time. */
const QUICK = Object.keys(REASONS).filter((name) => name !== 'silent');
/** Where checks of the good nodes are: what is of the whole cluster has no node. */
const JUDGED = ['', 'controller', 'compute-1'];

let house: HouseHere;
let served: Served;
let bad: BadNodes;
/** Waits for the connect deadline of the silent node, while the other tests look at the rest. */
let whole: ReturnType<typeof reportOn>;
beforeAll(async () => {
  house = newHouseHere();
  served = await servePractice(house, 'healthy');
  bad = await startBadNodes(served);
  writeSiteWith('all.yaml', Object.keys(bad.entries));
  writeSiteWith('quick.yaml', QUICK);
  whole = reportOn('all.yaml');
  whole.catch(() => {});
});
afterAll(async () => {
  await bad?.stop();
  await served?.stop();
  house.remove();
});

/** The good nodes and some of the bad ones. */
function writeSiteWith(file: string, names: readonly string[]): void {
  const good = served.site.slice(0, served.site.indexOf('  - name: compute-2'));
  writeFileSync(join(house.folder, file), `${good}${names.map((name) => bad.entries[name]).join('')}`);
}

async function reportOn(site: string): Promise<Report> {
  const { code, stdout, stderr } = await house.run(['check', '--site', site, '--format', 'json']);
  expect([code, stderr]).toEqual([5, '']);
  return reportSchema.strict().parse(JSON.parse(stdout));
}

describe('check', () => {
  test('tells people in 80 columns, each reason once, with what to do next', async () => {
    const { code, stdout } = await house.run(['check', '--site', 'quick.yaml']);
    expect(code).toBe(5);
    const lines = stdout.split('\n');
    expect(lines.filter((line) => line.length > 80 && !line.startsWith('Next: '))).toEqual([]);
    expect(lines[1]).toMatch(/^\? incomplete: /);
    const said = stdout.replace(/\s+/g, ' ');
    for (const [name, says] of QUICK.map((name) => [name, REASONS[name] as RegExp] as const))
      expect(said).toMatch(new RegExp(` \\? ${name}: .*${says.source}`));
    expect(said.match(/has CHANGED/g)).toHaveLength(1);
    expect(said).toContain('not judged: ');
    expect(lines).toContain('Next: see to what hides those nodes, then inkling check --site quick.yaml');
  });

  test.each(PARTLY.filter((name) => name in REASONS))(
    'with %s as the only bad node is incomplete too',
    async (name) => {
      writeSiteWith(`${name}.yaml`, [name]);
      const { outcome, nodes } = await reportOn(`${name}.yaml`);
      expect(outcome).toBe('incomplete');
      expect(nodes.find((node) => node.name === name)?.why).toMatch(REASONS[name] as RegExp);
    },
  );
});

describe('nodes', () => {
  test('says the same of each', async () => {
    const { code, stdout, stderr } = await house.run(['nodes', '--site', 'quick.yaml', '--format', 'json']);
    expect([code, stderr]).toEqual([5, '']);
    const nodes: { name: string; reached: boolean; why?: string }[] = JSON.parse(stdout).nodes;
    for (const [name, says] of QUICK.map((name) => [name, REASONS[name] as RegExp] as const))
      expect(nodes.find((node) => node.name === name)?.why).toMatch(says);
    for (const name of GOOD)
      expect(nodes.find((node) => node.name === name)).toMatchObject({ reached: true, root: 'sudo -n' });
    expect(nodes.map(({ name }) => name)).toEqual(nodes.map(({ name }) => name).toSorted());
  });
});

describe('init', () => {
  const written = (file: string): string => readFileSync(join(house.folder, file), 'utf8');

  test('writes a site file that check then uses, for its owner alone', async () => {
    const made = await house.run(['init', '--yes', '-F', served.sshConfig, '-o', 'made.yaml', '--format', 'json']);
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(statSync(join(house.folder, 'made.yaml')).mode & 0o777).toBe(0o600);
    const { code, stdout } = await house.run(['check', '--site', 'made.yaml', '--format', 'json']);
    expect([code, JSON.parse(stdout).outcome]).toEqual([0, 'healthy']);
  });

  test('refuses to overwrite, before it looks at anything', async () => {
    writeFileSync(join(house.folder, 'mine.yaml'), '# mine\n');
    const refused = await house.run(['init', '--yes', '-F', served.sshConfig, '-o', 'mine.yaml']);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/mine\.yaml exists already\n.*--force.*--output/);
    expect(written('mine.yaml')).toBe('# mine\n');
  });

  test('with one host down proposes the rest, names it in the file, and says incomplete', async () => {
    writeFileSync(
      join(house.folder, 'ssh_config'),
      `${readFileSync(served.sshConfig, 'utf8')}Host compute-3\n  HostName no-such-host.invalid\n`,
    );
    const { code, stdout } = await house.run(['init', '--yes', '-F', 'ssh_config', '-o', 'rest.yaml']);
    expect(code).toBe(5);
    expect(stdout).toMatch(/compute-3 +compute-3 +✗ no/);
    expect(stdout.replace(/\s+/g, ' ')).toContain('! compute-3: compute-3 (no-such-host.invalid) could not be reached');
    expect(written('rest.yaml').match(/- name: \S+/g)).toHaveLength(4);
    expect(written('rest.yaml')).toContain('# compute-3 is not in this site yet: ');
  });

  test('with nobody there writes nothing', async () => {
    const { code, stdout, stderr } = await house.run(['init', 'no-such-host.invalid', '--yes', '-o', 'none.yaml']);
    expect([code, stdout, existsSync(join(house.folder, 'none.yaml'))]).toEqual([2, '', false]);
    expect(stderr).toMatch(/no host .* was reached\n.*no-such-host\.invalid could not be reached/);
  });
});

describe('all at once', () => {
  test('the good nodes are judged, and of each bad one it is said why it is not', async () => {
    const { outcome, nodes, checks, causes, coverage } = await whole;
    expect([outcome, causes]).toEqual(['incomplete', []]);
    const why = Object.fromEntries(nodes.map((node) => [node.name, node.why]));
    const reached = nodes.filter((node) => node.reached).map((node) => node.name);
    const partly = PARTLY.filter((name) => name in REASONS);
    expect(why).toEqual({
      ...Object.fromEntries(GOOD.map((name) => [name, null])),
      ...Object.fromEntries(Object.entries(REASONS).map(([name, says]) => [name, expect.stringMatching(says)])),
    });
    expect(reached).toEqual([...GOOD, ...partly]);
    expect(coverage).toMatchObject({ nodes: nodes.length, nodes_reached: reached.length });
    for (const name of JUDGED) {
      const verdicts = new Set(checks.filter(({ node }) => node === name).map(({ verdict }) => verdict));
      // What compares nodes with each other is unknown where one of them is away.
      expect([name, verdicts.has('pass'), verdicts.has('fail')]).toEqual([name, true, false]);
    }
    for (const name of Object.keys(REASONS))
      expect(checks.filter(({ node, verdict }) => node === name && verdict === 'unknown')).not.toEqual([]);
  });
});
