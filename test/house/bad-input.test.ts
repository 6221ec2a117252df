import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HouseHere, newHouseHere } from '../support/here.ts';
import { newHouse, type Ran } from '../support/inkling.ts';

// Every mistake of the operator: one message on stderr (what, where, what to do), nothing on stdout, exit code 2.

let house: HouseHere;
beforeAll(() => {
  house = newHouseHere();
  for (const [name, text] of Object.entries(SITES)) writeFileSync(join(house.folder, name), text);
  mkdirSync(join(house.folder, 'folder.yaml'));
  for (const [name, text] of Object.entries(PLAYBOOKS)) {
    mkdirSync(join(house.folder, name, 'mine'), { recursive: true });
    writeFileSync(join(house.folder, name, 'mine', 'playbook.yaml'), text);
  }
  mkdirSync(join(house.folder, 'pb-none'));
});
afterAll(() => house.remove());

const bomb = (): string => {
  const level = (n: number): string =>
    `a${n}: &a${n} [${Array(10)
      .fill(`*a${n - 1}`)
      .join(', ')}]`;
  return ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]', ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map(level)].join('\n');
};

const site = (...nodes: string[]): string =>
  ['name: lab', 'nodes:', ...nodes.map((node) => `  - ${node}`), ''].join('\n');

const SITES: Readonly<Record<string, string>> = {
  'unclosed.yaml': site('{name: a, roles: [nova-compute}'),
  'quote.yaml': site('{name: "a, roles: [nova-compute]}'),
  'key.yaml': site('{name: a, roles: [nova-compute], shh: 10.0.0.1}'),
  'role.yaml': site('{name: a, roles: [nova-compte]}'),
  'twice.yaml': site('{name: a, roles: [nova-compute]}', '{name: a, roles: [glance-api]}'),
  'address.yaml': site('{name: a, ssh: {host: h}, roles: []}', '{name: b, ssh: {host: h}, roles: []}'),
  'huge.yaml': `name: lab\n${'# nothing\n'.repeat(1_048_576)}`,
  'bomb.yaml': `name: lab\n${bomb()}\nnodes: *a9\n`,
  'empty.yaml': '\n',
};

const PLAYBOOK = `id: mine
title: Mine
summary: A playbook of mine.
symptoms: [it breaks]
checks:
  mine-check: {title: A check, each: node, expect: 'true', pass: fine, fail: broken}
causes:
  mine-cause:
    title: A cause
    each: node
    group: '{node.name}'
    proof: [mine-check]
    why: Because.
    fixes: {by-hand: {title: Do it, by_hand: A person must.}}
`;

const changed = (from: string, to: string): string => {
  if (!PLAYBOOK.includes(from)) throw new Error(`no ${from} in the playbook`);
  return PLAYBOOK.replace(from, to);
};

const PLAYBOOKS: Readonly<Record<string, string>> = {
  'pb-good': PLAYBOOK,
  'pb-field': changed('why: Because.', 'why: Because.\n    colour: red'),
  'pb-check': changed('proof: [mine-check]', 'proof: [mine-chek]'),
  'pb-cel': changed("expect: 'true'", "expect: 'node.name =='"),
  'pb-id': changed('id: mine', 'id: pools'),
  'pb-check-id': PLAYBOOK.replaceAll('mine-check', 'pool-exists'),
  'pb-huge': `${PLAYBOOK}${'# nothing\n'.repeat(1_048_576)}`,
  'pb-bomb': `${PLAYBOOK}${bomb()}\n`,
  'pb-tag': changed('title: Mine', 'title: !!js/function "return 1"'),
};

function expectOneMessage({ code, stdout, stderr }: Ran, ...says: (string | RegExp)[]): void {
  for (const words of says) expect(stderr).toMatch(words);
  expect(stderr).toMatch(/^inkling: \S/);
  expect(stderr.match(/inkling: /g)).toHaveLength(1);
  expect(stderr).not.toMatch(/fault of Inkling|^ +at |undefined|\[object|ENOENT|EISDIR/m);
  expect([code, stdout]).toEqual([2, '']);
}

test.each([
  ['inkling check --site role.yaml --format json'],
  ['inkling check --practice healthy --playbooks pb-cel'],
  ['inkling chek'],
])('the built program says the same and exits with 2: %s', async (typed) => {
  const args = typed.split(' ').slice(1);
  const built = newHouse();
  const ran = await built.run(args, {}, house.folder);
  built.remove();
  expectOneMessage(ran);
  expect(ran).toEqual(await house.run(args));
});

describe('a site file', () => {
  test.each([
    ['that is not there', 'nowhere.yaml', [/nowhere\.yaml .*does not exist/, 'inkling init']],
    [
      'with a list never closed',
      'unclosed.yaml',
      ['unclosed.yaml:3:22: this [ is never closed', 'Close the list with ]'],
    ],
    ['with a quote never closed', 'quote.yaml', ['quote.yaml:3:12: ', 'never closed']],
    ['with an unknown key', 'key.yaml', ['key.yaml:3:38: nodes[0]: unknown key "shh"', 'Did you mean "ssh"?']],
    ['with an unknown role', 'role.yaml', ['role.yaml:3:23: ', '"nova-compte"', 'Did you mean "nova-compute"?']],
    ['with one node twice', 'twice.yaml', ['twice.yaml:4:12: ', '"a" is already on line 3', 'Give all roles']],
    ['with one address twice', 'address.yaml', [/address\.yaml:4:\d+: /, 'already how "a" is reached']],
    ['of 10 MB', 'huge.yaml', ['huge.yaml', '10.0 MiB', 'more than the 1 MiB']],
    ['that is an alias bomb', 'bomb.yaml', [/bomb\.yaml:\d+:\d+: aliases repeat more than/]],
    ['that is a folder', 'folder.yaml', ['folder.yaml is a folder']],
    ['that is empty', 'empty.yaml', ['empty.yaml is empty', 'inkling init']],
  ])('%s', async (_, file, says) => {
    const asked = ['check', '--site', file, '--format', 'json'];
    expectOneMessage(await house.run(asked), ...says);
  });

  test.each([['nodes'], []])(
    'is refused with the same words by inkling %s, for people and for programs',
    async (...command) => {
      const [text, json] = await Promise.all(
        ['text', 'ndjson'].map((format) => house.run([...command, '--site', 'role.yaml', '--format', format])),
      );
      expectOneMessage(text as Ran, 'role.yaml:3:23: ');
      expect(json).toEqual(text);
    },
  );

  test('there is none: where it was looked for, and three ways on', async () => {
    expectOneMessage(await house.run(['check']), 'no site file', './site.yaml', 'inkling init', '--site', '--practice');
  });
});

describe('--playbooks', () => {
  test.each([
    ['an unknown field', 'pb-field', ['playbook.yaml:14:5: causes.mine-cause: unknown key "colour"']],
    [
      'a reference to an unknown check',
      'pb-check',
      ['playbook.yaml:12:13: ', 'no check "mine-chek"', 'mean "mine-check"?'],
    ],
    ['bad CEL', 'pb-cel', [/playbook\.yaml:6:\d+: checks\.mine-check\.expect: not a valid CEL expression/]],
    ['the id of a shipped playbook', 'pb-id', ['playbook.yaml:1:5: id: there already is a playbook pools', 'unique']],
    ['the id of a shipped check', 'pb-check-id', [/playbook\.yaml:6:\d+: .*already is a check pool-exists/]],
    ['10 MB of YAML', 'pb-huge', ['playbook.yaml', '10.0 MiB']],
    ['an alias bomb', 'pb-bomb', [/playbook\.yaml:\d+:\d+: aliases repeat more than/]],
    ['a JavaScript tag', 'pb-tag', ['playbook.yaml:2:8: the tag "!!js/function" is not allowed']],
  ])('with %s', async (_, folder, says) => {
    const ran = await house.run(['check', '--practice', 'healthy', '--playbooks', folder, '--format', 'json']);
    expectOneMessage(ran, `${folder}/mine/`, ...says, `inkling playbook lint ${folder}`);
  });

  test.each([
    ['is not there', 'pb-nowhere', ['pb-nowhere does not exist']],
    ['holds no playbooks', 'pb-none', ['pb-none holds no playbooks', 'NAME/playbook.yaml']],
    ['is a playbook itself', 'pb-good/mine', ['It is a playbook itself: name the folder above it']],
    ['is a file', 'pb-good/mine/playbook.yaml', ['is not a folder']],
  ])('DIR %s', async (_, folder, says) => {
    expectOneMessage(await house.run(['playbook', 'list', '--playbooks', folder]), ...says);
  });

  test('a good one given twice is read once', async () => {
    const twice = ['--playbooks', 'pb-good', '--playbooks', './pb-good'];
    const { code, stdout } = await house.run(['playbook', 'list', ...twice]);
    expect([code, stdout.match(/^ +mine /gm)?.length]).toEqual([0, 1]);
  });
});

describe('what is typed', () => {
  test.each([
    [
      'an unknown playbook',
      ['check', 'pool', '--practice', 'healthy'],
      ['no playbook `pool`', 'Did you mean `pools`?'],
    ],
    ['an unknown scenario', ['check', '--practice', 'healty'], ['no scenario `healty`', 'Did you mean `healthy`?']],
    ['an unknown scenario to serve', ['practice', 'serve', 'nope'], ['no scenario `nope`', 'inkling practice list']],
    ['an unknown cause', ['fix', 'nope', '--practice', 'healthy'], ['no cause `nope`', 'inkling check']],
    ['an unknown command', ['chek'], ["unknown command 'chek'", 'Did you mean `check`?']],
    ['an unknown subcommand', ['journal', 'lst'], ["unknown command 'lst'", 'Did you mean `list`?']],
    ['an unknown option', ['check', '--formt', 'json'], ["unknown option '--formt'", 'Did you mean `--format`?']],
    ['a word too many', ['nodes', 'site.yaml'], ["too many arguments for 'nodes'", 'inkling nodes --help']],
    ['a word too few', ['journal', 'show'], ["missing required argument 'run'", 'inkling journal show --help']],
    ['a bad --format', ['check', '--format', 'xml'], ["'xml' is invalid", 'text, json, ndjson']],
    ['a bad --yes-up-to', ['fix', 'x', '--yes-up-to', 'all'], ["'all' is invalid", 'none, reversible, disruptive']],
    ['--site and --practice', ['check', '--site', 'a', '--practice', 'healthy'], ['cannot be used with']],
    ['an unknown run', ['journal', 'show', 'nope'], ['no run `nope`', 'inkling journal list']],
    ['a run outside the journal', ['journal', 'show', '../../etc/passwd'], ['no run `../../etc/passwd`']],
    ['a host that cannot be one', ['init', 'h:99999', '--yes'], ['"h:99999" is no host', '[user@]host[:port]']],
    ['an ssh option for a host', ['init', '--yes', '--', '-oProxyCommand=x'], ['"-oProxyCommand=x" is no host']],
    ['no ssh configuration', ['init', '--yes', '-F', 'nowhere'], ['nowhere does not exist', 'inkling init HOST']],
    ['a folder for the site file', ['init', 'h', '--yes', '-o', 'pb-none'], ['pb-none is a folder']],
    ['nothing to search for', ['search', ' '], ['no text to search for', 'inkling search']],
    ['control codes', ['\u001b[31mred\u0007'], ["unknown command '␛[31mred␇'"]],
  ])('%s', async (_, args, says) => {
    expectOneMessage(await house.run(args), ...says);
  });

  test.each([['text'], ['json']])('fix without a terminal and without consent, %s', async (format) => {
    const asked = ['fix', 'auth-keyring-missing', '--practice', 'healthy', '--format', format];
    expectOneMessage(await house.run(asked), 'no terminal', 'nothing was done', '--yes-up-to', '--dry-run');
  });
});
