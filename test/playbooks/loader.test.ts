import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatProblem } from '../../src/domain/positioned.ts';
import { expressionProblem } from '../../src/engine/expression.ts';
import { PARSERS } from '../../src/parsers/index.ts';
import { loadLibrary } from '../../src/playbooks/index.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'playbooks-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PLAYBOOK = `id: disks
title: Disks
summary: Looks at disks.
symptoms: [it is slow]
probes:
  uptime: { on: any, run: [uptime], parse: text }
checks:
  disk-there:
    title: Disk is there
    each: node
    expect: node.name == "a"
    pass: the disk of {node.name} is there
    fail: the disk of {node.name} is gone
causes:
  disk-gone:
    title: The disk of {node.name} is gone
    each: node
    group: '{node.name}'
    proof: [disk-there]
    why: Somebody took it.
    fixes:
      put-back:
        title: Put it back
        steps:
          - title: Mount it
            on: '{node.name}'
            do: { run: [mount, '{node.name}'], as: root }
            risk: reversible
            touches: One disk.
            undo: { run: [[umount, '{node.name}']], says: it is off again }
`;

function put(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const load = (...more: readonly string[]) =>
  loadLibrary([folder, ...more], { expressionProblem, parsers: Object.keys(PARSERS) });

/** What is said about the folder, one line for each problem, with paths from the folder on. */
async function problems(): Promise<readonly string[]> {
  try {
    const loaded = await load();
    return loaded.ok ? [] : loaded.problems.map((p) => formatProblem({ ...p, file: relative(folder, p.file) }));
  } catch (error) {
    return [(error as Error).message.replaceAll(folder, 'FOLDER')];
  }
}

test('a sound playbook is loaded, with its probes and scenarios', async () => {
  put('disks/playbook.yaml', PLAYBOOK);
  put('probes.yaml', 'probes: { clock: { on: any, run: [date, +%s], parse: clock } }');
  put(
    'disks/scenarios/gone.yaml',
    'id: gone\ntitle: Gone\nsymptom: slow\nfaults: [{ on: a, run: "true" }]\nexpect: { outcome: causes }\n',
  );
  const loaded = await load();
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  expect(Object.keys(loaded.library.probes).toSorted()).toEqual(['clock', 'uptime']);
  expect(loaded.library.playbooks.map((p) => p.id)).toEqual(['disks']);
  expect(loaded.library.scenarios.map((s) => [s.id, s.playbook])).toEqual([['gone', 'disks']]);
});

describe('one mistake, one message with its place', () => {
  test.each([
    [
      'an unknown field',
      ['touches: One disk.', 'touches: One disk.\n            secnods: 3'],
      /:30:13: .*unknown key "secnods". Did you mean "seconds"\?$/,
    ],
    [
      'an unknown check',
      ['[disk-there]', '[disk-ther]'],
      /:19:13: .*there is no check "disk-ther"\. Did you mean "disk-there"\?$/,
    ],
    ['bad CEL in a check', ['node.name == "a"', 'node.name =='], /:11:13: .*not a valid CEL expression: ./],
    ['bad CEL in words', ['{node.name} is there', '{node.name +} is there'], /:12:11: .*not a valid CEL expression: ./],
    [
      'bad CEL in a command',
      ["[mount, '{node.name}']", "[mount, '{node.name +}']"],
      /:27:\d+: .*not a valid CEL expression/,
    ],
    [
      'bad CEL in an undo',
      ["[[umount, '{node.name}']]", "[[umount, '{1 +}']]"],
      /:30:\d+: .*not a valid CEL expression/,
    ],
    ['bad CEL in a probe', ['run: [uptime]', 'run: [uptime, "{a b}"]'], /:6:\d+: .*not a valid CEL expression/],
    ['matches()', ['node.name == "a"', 'node.name.matches("a")'], /:11:13: .*use like\(/],
    ['an unknown parser', ['parse: text', 'parse: txt'], /:6:\d+: .*there is no parser "txt"\. Did you mean "text"\?$/],
    ['an unknown role', ['on: any', 'on: ceph-adnim'], /:6:\d+: /],
    ['a step without an undo', [/ {12}undo:.*\n/, ''], /:25:\d+: .*undo: missing/],
    ['a fix without steps', [/ {8}steps:[\s\S]*$/, ''], /:23:\d+: .*either `steps` or `by_hand`/],
    [
      'a cause that only a weakness proves',
      ['    fail: the disk of {node.name} is gone', '    fail: the disk of {node.name} is gone\n    level: warn'],
      /:20:12: .*checks that only warn prove no cause by themselves. Name in `seen`/,
    ],
    ['a bad id', ['disk-gone:', 'Disk_Gone:'], /:15:\d+: .*lower-case words joined by hyphens/],
    [
      'the same id twice in a file',
      ['  disk-there:', '  disk-there: {}\n  disk-there:'],
      /:9:3: .*already given on line 8/,
    ],
    ['a missing required field', ['summary: Looks at disks.\n', ''], /^disks\/playbook\.yaml:1:1: .*summary/],
    ['broken YAML', ['symptoms: [it is slow]', 'symptoms: [it is slow'], /^disks\/playbook\.yaml:\d+:\d+: ./],
    ['an empty file', [/^[\s\S]*$/, ''], /^disks\/playbook\.yaml:1:1: ./],
  ] as const)('%s', async (_what, [from, to], words) => {
    const text = PLAYBOOK.replace(from, to);
    expect(text).not.toBe(PLAYBOOK);
    put('disks/playbook.yaml', text);
    const told = await problems();
    expect(told).toEqual([expect.stringMatching(words)]);
    expect(told[0]).toMatch(/^disks\/playbook\.yaml:\d+:\d+: \S/);
  });

  test('ids used twice over two files name both', async () => {
    put('disks/playbook.yaml', PLAYBOOK);
    put('more/playbook.yaml', PLAYBOOK.replace('id: disks', 'id: more').replace('disk-gone:', 'disk-away:'));
    const told = await problems();
    expect(told).toEqual([
      expect.stringMatching(
        /^more\/playbook\.yaml:6:11: .*there already is a probe uptime, in .*disks\/playbook\.yaml/,
      ),
      expect.stringMatching(
        /^more\/playbook\.yaml:9:5: .*there already is a check disk-there, in .*disks\/playbook\.yaml/,
      ),
    ]);
  });

  test('mistakes of several files are told at once', async () => {
    put('disks/playbook.yaml', PLAYBOOK.replace('[disk-there]', '[nonesuch]'));
    put('probes.yaml', 'probes: { clock: { on: any, run: [date], parse: nonesuch, when: "1 +" } }');
    put('disks/scenarios/x.yaml', 'id: x\n');
    const told = await problems();
    for (const file of ['disks/playbook.yaml', 'probes.yaml', 'disks/scenarios/x.yaml'])
      expect([file, told.some((p) => p.startsWith(`${file}:`))]).toEqual([file, true]);
  });
});

describe('files that are none', () => {
  test('a folder that does not exist, or holds no playbook, is named', async () => {
    expect(await problems()).toEqual(['the folder FOLDER holds no playbooks']);
    rmSync(folder, { recursive: true });
    expect(await problems()).toEqual([expect.stringMatching(/^the folder of playbooks FOLDER .*\S/)]);
  });

  test('a folder in place of the file', async () => {
    mkdirSync(join(folder, 'disks/playbook.yaml'), { recursive: true });
    expect(await problems()).toEqual([expect.stringMatching(/disks\/playbook\.yaml .*\S/)]);
  });

  test('10 MB are refused by size, without reading them', async () => {
    put('disks/playbook.yaml', `# ${'x'.repeat(10_000_000)}\n${PLAYBOOK}`);
    expect(await problems()).toEqual([
      expect.stringMatching(/^disks\/playbook\.yaml:1:1: the file has 9\.5 MiB, more than the 1 MiB that is read/),
    ]);
  });

  test('aliases that would grow without end are refused', async () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((l, at) => {
        const before = 'abcdefgh'[at];
        return `${l}: &${l} [${Array(10).fill(`*${before}`).join(',')}]`;
      }),
    ].join('\n');
    put('disks/playbook.yaml', bomb);
    expect(await problems()).toEqual([
      expect.stringMatching(/^disks\/playbook\.yaml:4:\d+: aliases repeat more than 10000 values/),
    ]);
  });

  test('a tag that wants to run something is text, and refused where it does not fit', async () => {
    put('disks/playbook.yaml', PLAYBOOK.replace('id: disks', 'id: !!js/function "function () {}"'));
    expect(await problems()).toEqual([expect.stringMatching(/^disks\/playbook\.yaml:1:\d+: /)]);
  });
});
