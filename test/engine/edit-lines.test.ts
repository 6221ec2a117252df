import { describe, expect, test } from 'vitest';
import { setOption } from '../../src/engine/fix/edit.ts';
import { addOption, editLine, removeOption } from '../../src/engine/fix/edit-lines.ts';

const NOVA =
  '# head\r\n[DEFAULT]\r\nforce_raw_images = False\r\n\r\n[libvirt]\r\n# why\r\nrbd_user=nova\r\n\r\n[vnc]\r\n';

describe('an option that is not there', () => {
  test('becomes the last line of its section, with the line ends of the file', () => {
    expect(addOption(NOVA, 'libvirt', 'rbd_secret_uuid', 'u-1')).toEqual({
      ok: true,
      text: NOVA.replace('rbd_user=nova\r\n', 'rbd_user=nova\r\nrbd_secret_uuid = u-1\r\n'),
    });
  });

  test('comes after the header of an empty section, or with its section at the end', () => {
    expect(addOption(NOVA, 'vnc', 'enabled', 'no')).toEqual({ ok: true, text: `${NOVA}enabled = no\r\n` });
    expect(addOption('[a]\nx = 1\n', 'b', 'y', '2')).toEqual({ ok: true, text: '[a]\nx = 1\n[b]\ny = 2\n' });
    expect(addOption('[a]\nx = 1', 'a', 'y', '2')).toEqual({ ok: true, text: '[a]\nx = 1\ny = 2' });
    expect(addOption('[a]\nx = 1', 'b', 'y', '2')).toEqual({ ok: true, text: '[a]\nx = 1\n[b]\ny = 2\n' });
  });

  test('in a file without sections comes at its end', () => {
    expect(addOption('# all is commented\n#auth_tcp = "sasl"\n', '', 'auth_tcp', '"none"')).toEqual({
      ok: true,
      text: '# all is commented\n#auth_tcp = "sasl"\nauth_tcp = "none"\n',
    });
  });

  test('is not added twice, behind a byte order mark neither', () => {
    expect(addOption(NOVA, 'libvirt', 'rbd-user', 'cinder')).toMatchObject({
      ok: false,
      why: expect.stringMatching(/has an option/),
    });
    const marked = '\u00EF\u00BB\u00BF[a]\nx = 1\n';
    expect(addOption(marked, 'a', 'x', '2')).toMatchObject({ ok: false });
    expect(addOption(marked, 'a', 'y', '2')).toEqual({ ok: true, text: `${marked}y = 2\n` });
  });
});

describe('an option that goes', () => {
  test('takes its own line with it and nothing else', () => {
    expect(removeOption(NOVA, 'DEFAULT', 'force_raw_images', 'False')).toEqual({
      ok: true,
      text: NOVA.replace('force_raw_images = False\r\n', ''),
    });
  });

  test('is left where it is not what was seen, is given twice or goes on below', () => {
    expect(removeOption(NOVA, 'DEFAULT', 'force_raw_images', 'True')).toMatchObject({
      why: expect.stringMatching(/is "False" now/),
    });
    expect(removeOption('[a]\nx = 1\nx = 2\n', 'a', 'x', '2')).toMatchObject({ why: '[a] has x 2 times' });
    expect(removeOption('[a]\nx = 1\n  2\n', 'a', 'x', '1')).toMatchObject({ why: expect.stringMatching(/goes on/) });
    expect(removeOption('[a]\nx = 1\n', 'b', 'x', '1')).toMatchObject({ why: '[b] has no option x' });
  });
});

test('a value changes where it is in force, in a file without sections too', () => {
  expect(setOption('auth_tcp = "sasl"\n', '', 'auth_tcp', '"sasl"', '"none"')).toEqual({
    ok: true,
    text: 'auth_tcp = "none"\n',
  });
  expect(setOption('[a]\nx = 1\n[b]\nx = 3\n[a]\nx = 2\n', 'a', 'x', '2', '9')).toEqual({
    ok: true,
    text: '[a]\nx = 1\n[b]\nx = 3\n[a]\nx = 9\n',
  });
});

test('a line is replaced as a whole or added at the end, and only if it is as it was seen', () => {
  const hosts = '127.0.0.1 localhost\n10.0.0.9 c-2\n';
  expect(editLine(hosts, '10.0.0.2 c-2', '10.0.0.9 c-2')).toEqual({
    ok: true,
    text: '127.0.0.1 localhost\n10.0.0.2 c-2\n',
  });
  expect(editLine(hosts.trimEnd(), '10.0.0.3 c-3')).toEqual({ ok: true, text: `${hosts}10.0.0.3 c-3\n` });
  expect(editLine('a\r\n', 'b')).toEqual({ ok: true, text: 'a\r\nb\r\n' });
  expect(editLine(hosts, 'x', '10.0.0.9')).toMatchObject({ ok: false, why: expect.stringMatching(/no line is/) });
  expect(editLine('a\na\n', 'x', 'a')).toMatchObject({ ok: false, why: expect.stringMatching(/2 lines/) });
  expect(editLine('a\n', 'a')).toMatchObject({ ok: false, why: expect.stringMatching(/there now/) });
});
