import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confValue, keyringCandidates, monHosts, readConf } from '../../src/ceph/conf.ts';

const read = (text: string) =>
  readConf(text.split('\n').map((line, at) => ({ file: 'ceph.conf', line: at + 1, text: line })));
const value = (text: string, option = 'mon_host', entity = 'client.glance') =>
  confValue(read(text).options, entity, option);

describe('what a client reads (each as ceph-conf 16.2 answered)', () => {
  test.each([
    ['plain', '[global]\nmon_host = 10.0.0.1\n', '10.0.0.1'],
    ['blanks in the name', '[global]\nmon   host = 10.0.0.1\n', '10.0.0.1'],
    ['indented', '[global]\n   mon_host = 10.0.0.1\n', '10.0.0.1'],
    ['no blanks', '[global]\nmon_host=10.0.0.1', '10.0.0.1'],
    ['CRLF', '[global]\r\nmon_host = 10.0.0.1\r\n', '10.0.0.1'],
    ['equals sign in the value', '[global]\nmon_host = a=b\n', 'a=b'],
    ['empty value', '[global]\nmon_host =\nfsid = x\n', ''],
    ['comment after a value', '[global] # c\nmon_host = 1 # c\n', '1'],
    ['comment glued to a value', '[global]\nmon_host = 10.0.0.1#x\n', '10.0.0.1'],
    ['a semicolon begins a comment', '[global]\nmon_host = 10.0.0.1;10.0.0.2\n', '10.0.0.1'],
    ['an escaped one does not', '[global]\nmon_host = 10.0.0.1\\;10.0.0.2\n', '10.0.0.1;10.0.0.2'],
    ['double quotes', '[global]\nmon_host = "10.0.0.1,10.0.0.2"\n', '10.0.0.1,10.0.0.2'],
    ['single quotes', "[global]\nmon_host = '10.0.0.1,10.0.0.2'\n", '10.0.0.1,10.0.0.2'],
    ['continued', '[global]\nmon_host = 10.0.0.1,\\\n   10.0.0.2\n', '10.0.0.1,   10.0.0.2'],
    ['continued in a word', '[global]\nmon_host = 10.0.\\\n0.1\n', '10.0.0.1'],
    ['continued by a comment', '[global]\nmon_host = 10.0.0.1 \\\n # c\n', '10.0.0.1'],
    ['a comment is not continued', '[global]\n# c \\\nmon_host = 1\n', '1'],
    ['a hyphen in the name', '[global]\nmon-host = 10.0.0.1\n', undefined],
    ['capitals in the name', '[global]\nMON_HOST = 10.0.0.1\n', undefined],
    ['blanks in the section', '[ global ]\nmon_host = 1\n', undefined],
    ['one option and no section', 'mon_host = 10.0.0.1\n', '10.0.0.1'],
    ['the last of several', '[global]\nmon_host = 1\nmon_host = 2\n[global]\nmon_host = 3\n', '3'],
    ['client before global', '[client]\nmon_host = 2\n[global]\nmon_host = 1\n', '2'],
    ['own before client', '[client.glance]\nmon_host = 3\n[client]\nmon_host = 2\n[global]\nmon_host = 1\n', '3'],
    ['not what is for others', '[client.nova]\nmon_host = 3\n[mon]\nmon_host = 2\n', undefined],
    ['empty file', '', undefined],
  ])('%s', (_name, text, expected) => {
    expect({ value: value(text), problems: read(text).problems }).toEqual({ value: expected, problems: [] });
  });

  test.each([
    ['no "]"', '[global\nmon_host = 1\n', 'ceph.conf:1: section header without "]" at its end: [global'],
    ['text behind "]"', '[global] mon_host = 1\n', 'ceph.conf:1: section header without "]" at its end'],
    ['blanks before "["', '  [global]\nmon_host = 1\n', 'ceph.conf:1: blanks before a section header'],
    [
      'no "="',
      '[global]\nmon_host 10.0.0.1\n',
      'ceph.conf:2: neither a section nor "option = value": mon_host 10.0.0.1',
    ],
    ['no name', '[global]\n= 1\n', 'ceph.conf:2: neither a section nor'],
    ['byte order mark', '\uFEFF[global]\nmon_host = 1\n', 'ceph.conf:1: a byte order mark'],
    ['options before any section', 'mon_host = 1\nfsid = x\n', 'ceph.conf:1: an option before the first section'],
    ['an option before a section', 'mon_host = 1\n[client]\n', 'ceph.conf:1: an option before the first section'],
  ])('Ceph refuses the file and the place is told: %s', (_name, text, problem) => {
    expect(read(text).problems[0]).toContain(problem);
  });

  test('a continued option is told with its first line', () => {
    expect(read('[global]\nmon_host = a,\\\nb\nfsid = x\n').options.map((o) => o.line)).toEqual([2, 4]);
  });

  test('whatever a file holds is read without throwing', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'[]=\\#;" \n\t$aé') }), (text) => void read(text)));
  });
});

describe('mon_host', () => {
  const hosts = (text: string) => monHosts(text).map((m) => `${m.host}${m.port === undefined ? '' : `|${m.port}`}`);

  test.each([
    ['10.0.0.1', ['10.0.0.1']],
    ['10.0.0.1,10.0.0.2', ['10.0.0.1', '10.0.0.2']],
    ['10.0.0.1 10.0.0.2', ['10.0.0.1', '10.0.0.2']],
    [' 10.0.0.1 , 10.0.0.2 ', ['10.0.0.1', '10.0.0.2']],
    ['10.0.0.1;10.0.0.2', ['10.0.0.1', '10.0.0.2']],
    ['mon-a.example.com, mon-b', ['mon-a.example.com', 'mon-b']],
    ['10.0.0.1:6789', ['10.0.0.1|6789']],
    ['10.0.0.1:6789/0', ['10.0.0.1|6789']],
    ['v1:10.0.0.1:6789', ['10.0.0.1|6789']],
    ['v2:10.0.0.1:3300/0', ['10.0.0.1|3300']],
    ['[v2:10.0.0.1:3300/0,v1:10.0.0.1:6789/0]', ['10.0.0.1|3300', '10.0.0.1|6789']],
    [
      '[v2:10.0.0.1:3300/0,v1:10.0.0.1:6789/0] [v2:10.0.0.2:3300/0,v1:10.0.0.2:6789/0]',
      ['10.0.0.1|3300', '10.0.0.1|6789', '10.0.0.2|3300', '10.0.0.2|6789'],
    ],
    [
      '[v2:10.0.0.1:3300/0,v1:10.0.0.1:6789/0],[v2:10.0.0.2:3300/0,v1:10.0.0.2:6789/0]',
      ['10.0.0.1|3300', '10.0.0.1|6789', '10.0.0.2|3300', '10.0.0.2|6789'],
    ],
    ['[v2:10.0.0.1:3300]', ['10.0.0.1|3300']],
    ['fd00::1', ['fd00::1']],
    ['[fd00::1]', ['fd00::1']],
    ['[fd00::1]:6789', ['fd00::1|6789']],
    ['[fd00::1],[fd00::2]:6789', ['fd00::1', 'fd00::2|6789']],
    ['v2:[fd00::1]:3300/0', ['fd00::1|3300']],
    ['[v2:[fd00::1]:3300/0,v1:[fd00::1]:6789/0]', ['fd00::1|3300', 'fd00::1|6789']],
    [
      '[v2:[fd00::1]:3300/0,v1:[fd00::1]:6789/0],[v2:[fd00::2]:3300/0,v1:[fd00::2]:6789/0]',
      ['fd00::1|3300', 'fd00::1|6789', 'fd00::2|3300', 'fd00::2|6789'],
    ],
    ['10.0.0.1,10.0.0.1', ['10.0.0.1']],
    ['', []],
    [' , ', []],
  ])('%s', (text, expected) => {
    expect(hosts(text)).toEqual(expected);
  });

  const four = fc.ipV4();
  const six = fc.ipV6().filter((a) => !a.includes('.'));
  const address = fc.oneof(
    four.map((host) => ({ host, plain: host })),
    six.map((host) => ({ host, plain: `[${host}]` })),
  );
  const spelled = fc
    .tuple(
      address,
      fc.constantFrom(
        (a: string) => a,
        (a: string) => `${a}:6789`,
        (a: string) => `v2:${a}:3300/0`,
        (a: string) => `[v2:${a}:3300/0,v1:${a}:6789/0]`,
        (a: string) => `[v2:${a}:3300,v1:${a}:6789]`,
      ),
    )
    .map(([{ host, plain }, spell]) => ({ host, text: spell(plain) }));

  test('every address in every spelling is found, in order, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(spelled, { minLength: 1, maxLength: 5, selector: (s) => s.host }),
        fc.constantFrom(',', ' ', ', ', ';'),
        (mons, between) => {
          const found = monHosts(mons.map((m) => m.text).join(between)).map((m) => m.host);
          expect(new Set(found)).toEqual(new Set(mons.map((m) => m.host)));
        },
      ),
    );
  });

  test('any text is read', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'[]:v12,/. a') }), (text) => void monHosts(text)));
  });
});

describe('where the key is looked for', () => {
  test('without an option: the places of librados', () => {
    expect(keyringCandidates(undefined, 'ceph', 'client.glance')).toEqual([
      '/etc/ceph/ceph.client.glance.keyring',
      '/etc/ceph/ceph.keyring',
      '/etc/ceph/keyring',
      '/etc/ceph/keyring.bin',
    ]);
    expect(keyringCandidates(undefined, 'prod', 'client.cinder-backup')[0]).toBe(
      '/etc/ceph/prod.client.cinder-backup.keyring',
    );
  });

  test('with one: its metavariables, in both spellings', () => {
    expect(keyringCandidates('/k/$cluster.$name,/k/$type/$id.key', 'ceph', 'client.nova')).toEqual([
      '/k/ceph.client.nova',
      '/k/client/nova.key',
    ]);
    const braced = (name: string) => `$\{${name}}`;
    const option = `/k/${braced('cluster')}_${braced('name')} ; /k/${braced('id')}`;
    expect(keyringCandidates(option, 'ceph', 'client.nova')).toEqual(['/k/ceph_client.nova', '/k/nova']);
    expect(keyringCandidates('/k/$name.$nothing', 'ceph', 'client.$id')).toEqual(['/k/client.$id.$nothing']);
  });
});
