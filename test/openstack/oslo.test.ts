import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { osloBool, osloList, osloOption, readOslo } from '../../src/openstack/oslo.ts';

/** Several files, in the order in which a service reads them. */
const read = (...texts: string[]) =>
  readOslo(
    texts.flatMap((text, file) =>
      text.split('\n').map((line, at) => ({ file: `${file + 1}.conf`, line: at + 1, text: line })),
    ),
  );
const value = (text: string, option = 'rbd_user') => osloOption(read(text), 'libvirt', option)?.value;

describe('what a service reads (each as oslo.config of Zed answered)', () => {
  test.each([
    ['plain', '[libvirt]\nrbd_user = nova\n', 'nova'],
    ['no blanks', '[libvirt]\nrbd_user=nova', 'nova'],
    ['colon', '[libvirt]\nrbd_user: nova\n', 'nova'],
    ['the first of colon and equals sign divides', '[libvirt]\nrbd_user: a=b\n', 'a=b'],
    ['and the other way round', '[libvirt]\nrbd_user=a:b\n', 'a:b'],
    ['CRLF', '[libvirt]\r\nrbd_user = nova\r\n', 'nova'],
    ['quotes', '[libvirt]\nrbd_user = "nova"\n', 'nova'],
    ['one quote is a letter', '[libvirt]\nrbd_user = "nova\n', '"nova'],
    ['a comment behind a value belongs to it', '[libvirt]\nrbd_user = nova # c\n', 'nova # c'],
    ['comments at the start of a line', '[libvirt]\n# rbd_user = a\n; rbd_user = b\nrbd_user = c\n#rbd_user = d', 'c'],
    ['continued', '[libvirt]\nrbd_user = nova,\n  more\n', 'nova,\nmore'],
    ['an indented comment continues too', '[libvirt]\nrbd_user = nova\n  # more\nimages_type = rbd\n', 'nova\n# more'],
    ['empty value', '[libvirt]\nrbd_user =\n', ''],
    ['section in capitals', '[LIBVIRT]\nrbd_user = nova\n', 'nova'],
    ['the last of several', '[libvirt]\nrbd_user = a\n[DEFAULT]\nx=1\n[libvirt]\nrbd_user = b\n', 'b'],
    ['a hyphen in the name', '[libvirt]\nrbd-user = nova\n', undefined],
    ['capitals in the name', '[libvirt]\nRBD_USER = nova\n', undefined],
    ['blanks in the section', '[ libvirt ]\nrbd_user = nova\n', undefined],
    ['another section', '[DEFAULT]\nrbd_user = nova\n', undefined],
    ['empty file', '', undefined],
    [
      'the value of another option of the section',
      '[libvirt]\nimages_rbd_pool = nova\nrbd_user = $images_rbd_pool\n',
      'nova',
    ],
    ['in braces, and of DEFAULT', '[DEFAULT]\nhost = no\n[libvirt]\nrbd_user = $' + '{host}va\n', 'nova'],
    ['of another section', '[libvirt]\nrbd_user = $ceph.rbd_pool\n[ceph]\nrbd_pool = nova\n', 'nova'],
    ['two dollars are one', '[libvirt]\nrbd_user = a$$b\n', 'a$b'],
    ['a name that is no option is none', '[DEFAULT]\nmine = x\n[libvirt]\nrbd_user = $mine\n', '$mine'],
    ['a circle ends', '[libvirt]\nrbd_user = $rbd_user\n', '$rbd_user'],
  ])('%s', (_name, text, expected) => {
    expect({ value: value(text), problems: read(text).problems }).toEqual({ value: expected, problems: [] });
  });

  test.each([
    ['continued behind an empty line', '[libvirt]\nrbd_user = nova\n\n  more\n', '1.conf:4: an indented line'],
    ['continued behind a comment', '[libvirt]\nrbd_user = nova\n# c\n  more\n', '1.conf:4: an indented line'],
    ['an indented option', '[libvirt]\n  rbd_user = nova\n', '1.conf:2: an indented line'],
    ['text behind a section', '[libvirt] # c\nrbd_user = nova\n', '1.conf:1: a section header'],
    ['an open section', '[libvirt\nrbd_user = a\n', '1.conf:1: a section header'],
    ['an open section with an equals sign', '[lib=virt\nrbd_user = a\n', '1.conf:1: a section header'],
    ['no name', '[libvirt]\n= a\n', '1.conf:2: neither a section nor "option = value"'],
    ['no equals sign', '[libvirt]\nrbd_user nova\n', '1.conf:2: neither a section nor "option = value"'],
    ['byte order mark', '\uFEFF[libvirt]\nrbd_user = nova\n', '1.conf:1: neither a section nor'],
    ['an option before any section', 'rbd_user = a\n', '1.conf:1: an option before the first section'],
  ])('the service refuses the file and the place is told: %s', (_name, text, problem) => {
    expect(read(text).problems[0]).toContain(problem);
  });

  test('DEFAULT is written in capitals', () => {
    expect(osloOption(read('[default]\ndebug = true\n'), 'DEFAULT', 'debug')).toBeUndefined();
    expect(osloOption(read('[DEFAULT]\ndebug = true\n'), 'DEFAULT', 'debug')?.value).toBe('true');
  });
});

describe('several files', () => {
  test('later files win, and say where', () => {
    const config = read('[libvirt]\nrbd_user = a\nimages_type = rbd\n', '[libvirt]\nrbd_user = b\n');
    expect(config.files).toEqual(['1.conf', '2.conf']);
    expect(osloOption(config, 'libvirt', 'rbd_user')).toEqual({
      file: '2.conf',
      line: 2,
      section: 'libvirt',
      option: 'rbd_user',
      value: 'b',
    });
    expect(osloOption(config, 'libvirt', 'images_type')?.file).toBe('1.conf');
  });

  test('neither a section nor a value reaches into the next file', () => {
    const config = read('[libvirt]\nrbd_user = a', '  b\n');
    expect(osloOption(config, 'libvirt', 'rbd_user')?.value).toBe('a');
    expect(config.problems).toEqual(['2.conf:1: an indented line that continues no option']);
    expect(osloOption(read('[libvirt]\n', 'rbd_user = a\n'), 'libvirt', 'rbd_user')).toBeUndefined();
  });
});

test('lists and booleans as oslo spells them', () => {
  expect(osloList(' a, b ,,c ')).toEqual(['a', 'b', 'c']);
  expect(osloList(undefined)).toEqual([]);
  expect(['True', '1', 'on', 'YES', 'false', '0', 'Off', 'no', 'maybe', ''].map(osloBool)).toEqual([
    ...[true, true, true, true, false, false, false, false, undefined, undefined],
  ]);
});

test('whatever a file holds is read without throwing, and every line is an option, a problem, or none of both', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'[]=:#;" \n\taé') }), (text) => {
      const { options, problems } = read(text);
      expect(options.length + problems.length).toBeLessThanOrEqual(2 * text.split('\n').length);
    }),
  );
});

test('an option that is written last is the one in force', () => {
  const word = fc.stringMatching(/^[a-z][a-z_]{0,8}$/);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(word, word, word), { maxLength: 10 }),
      fc.tuple(word, word, word),
      (before, [section, option, last]) => {
        const text = [...before, [section, option, last]].map(([s, o, v]) => `[${s}]\n${o} = ${v}`).join('\n');
        expect(osloOption(read(text), section, option)?.value).toBe(last);
      },
    ),
  );
});
