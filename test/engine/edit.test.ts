import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { setOption } from '../../src/engine/fix/edit.ts';

// Text as act.ts gives it: one character for each byte.

const seed = Number(process.env.FC_SEED ?? 20_261_122);
const runs = { numRuns: 3000, seed };

const end = fc.constantFrom('\n', '\r\n');
const latin = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((c) => String.fromCharCode(c)),
  maxLength: 12,
});
const gap = fc.constantFrom('', ' ', '\t', '  ');
const plain = fc.stringMatching(/^[A-Za-z0-9_./:,@-]{1,12}$/);

/** Lines that hold anything but an option or a section header. */
const noise = fc.oneof(
  latin.map((t) => `# ${t}`),
  latin.map((t) => `; rbd_pool = ${t}`),
  fc.constantFrom(
    '',
    '   ',
    '#rbd_pool = old',
    '# [ceph]',
    'other = rbd_pool = x',
    'not_rbd_pool = 1',
    'rbd_pools = 1',
  ),
  fc.tuple(fc.constantFrom('a', 'enabled_backends', 'verbose'), gap, latin).map(([n, g, v]) => `${n}${g}=${v}`),
  /** An option with continuation lines that look like options. */
  plain.map((v) => `long = ${v},\n    rbd_pool = ${v}\n\tmore`),
);
const sections = fc.array(
  fc.tuple(
    fc.constantFrom('[DEFAULT]', '[other]', '[cephx]', '[ ceph-2 ]'),
    fc.array(fc.oneof(noise, fc.constant('rbd_pool = elsewhere')), { maxLength: 4 }),
  ),
  { maxLength: 3 },
);

/** A file with the option in [ceph], and where the value of the one that counts begins. */
const file = fc
  .record({
    mark: fc.constantFrom('', '\xef\xbb\xbf'),
    before: sections,
    first: fc.array(noise, { maxLength: 4 }),
    earlier: fc.array(fc.tuple(gap, plain), { maxLength: 2 }),
    name: fc.constant('rbd_pool'),
    spacing: fc.tuple(gap, fc.constantFrom('=', ':'), gap, gap),
    was: fc.oneof(
      plain,
      fc.tuple(plain, plain).map(([a, b]) => `${a} ${b}`),
    ),
    rest: fc.array(noise, { maxLength: 4 }),
    after: sections,
    end,
    ended: fc.boolean(),
  })
  .map((f) => {
    const lines = (all: typeof f.before) => all.flatMap(([head, body]) => [head, ...body]);
    const [a, sign, b, c] = f.spacing;
    const head = [...lines(f.before), '[ceph]', ...f.first, ...f.earlier.flatMap(([g, v]) => [`rbd_pool${g}=${v}`])];
    const join = (all: string[]) => all.join('\n').replaceAll('\n', f.end);
    const start = `${f.mark}${join([...head, `${f.name}${a}${sign}${b}`])}`;
    const tail = join([c, ...f.rest, ...lines(f.after)]) + (f.ended ? f.end : '');
    return { text: `${start}${f.was}${tail}`, start, tail, was: f.was };
  });

describe('an edited option', () => {
  test(`only its value changes, whatever else is in the file (seed ${seed})`, () => {
    fc.assert(
      fc.property(file, plain, ({ text, start, tail, was }, value) => {
        expect(setOption(text, 'ceph', 'rbd_pool', was, value)).toEqual({ ok: true, text: `${start}${value}${tail}` });
      }),
      runs,
    );
  });

  test('back again gives the bytes that were there', () => {
    fc.assert(
      fc.property(file, plain, ({ text, was }, value) => {
        const there = setOption(text, 'ceph', 'rbd_pool', was, value);
        if (!there.ok) throw new Error(there.why);
        expect(setOption(there.text, 'ceph', 'rbd_pool', value, was)).toEqual({ ok: true, text });
      }),
      runs,
    );
  });

  test('with another value than the one seen is left alone', () => {
    fc.assert(
      fc.property(file, plain, plain, ({ text, was }, other, value) => {
        fc.pre(other !== was);
        expect(setOption(text, 'ceph', 'rbd_pool', other, value)).toMatchObject({ ok: false });
      }),
      runs,
    );
  });

  test('any text at all: changed in one line, or not at all', () => {
    const words = fc.constantFrom(
      '[ceph]',
      '[',
      ']',
      'rbd_pool',
      '=',
      ':',
      ' ',
      '\t',
      '\n',
      '\r\n',
      '\r',
      '#',
      ';',
      'old',
      '\0',
      '\xff',
      '\x0b',
      '\x85',
      '\xa0',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        const edited = setOption(text, 'ceph', 'rbd_pool', 'old', 'NEW');
        if (!edited.ok) return;
        const [before, after] = [text.split('\n'), edited.text.split('\n')];
        const changed = after.flatMap((line, at) => (line === before[at] ? [] : [at]));
        expect([after.length, changed.length]).toEqual([before.length, 1]);
        const [line, now] = [before[changed[0] as number] ?? '', after[changed[0] as number] ?? ''];
        expect(line).toMatch(/^(\xef\xbb\xbf)?rbd_pool\s*[=:]/);
        expect(now.replace('NEW', 'old')).toBe(line);
      }),
      runs,
    );
  });

  test.each([
    ['an indented option', '[global]\n\tmon host = a b\n[client]\nmon_host = c\n', 'global', 'a b'],
    ['a comment behind it', '[client.x]\nmon_host=a b  ; not c\n', 'client.x', 'a b'],
    ['another after a continued line', '[global]\nfsid = 1 \\\nmon_host = no\nmon host = a b # x\r\n', 'global', 'a b'],
  ])('of Ceph: %s', (_what, text, section, was) => {
    expect(setOption(text, section, 'mon_host', was, '10.0.0.1')).toEqual({
      ok: true,
      text: text.replace(was, '10.0.0.1'),
    });
  });

  test('of Ceph that a backslash continues is left alone', () => {
    const text = '[global]\nmon_host = a, \\\n b\n';
    expect(setOption(text, 'global', 'mon_host', 'a,', 'c')).toMatchObject({ ok: false });
  });

  test('ending in a letter whose last byte looks like a blank keeps that letter', () => {
    const text = '[ceph]\nrbd_pool = \xc3\xa0\n';
    expect(setOption(text, 'ceph', 'rbd_pool', '\xc3\xa0', 'x')).toEqual({ ok: true, text: '[ceph]\nrbd_pool = x\n' });
  });

  test('whose value goes on in further lines is not cut in half', () => {
    const text = '[ceph]\nrbd_pool = a\n  b\nx = 1\n';
    expect(setOption(text, 'ceph', 'rbd_pool', 'a', 'c')).toMatchObject({
      ok: false,
      why: expect.stringMatching(/goes on/),
    });
  });

  test.each(['c\nd', 'c\rd', 'c\0d'])('is not given a value that is more than a line: %j', (value) => {
    expect(setOption('[ceph]\nrbd_pool = a\n', 'ceph', 'rbd_pool', 'a', value)).toMatchObject({ ok: false });
  });
});
