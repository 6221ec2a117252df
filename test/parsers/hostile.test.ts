import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUnknown } from '../../src/domain/fact.ts';
import { PARSERS, type ParserName, parse } from '../../src/parsers/index.ts';
import { exited, healthyFacts, rbdLs } from './recorded.ts';

const NAMES = Object.keys(PARSERS) as ParserName[];
const HUGE = 1024 * 1024;
const fill = (text: string) => text.repeat(Math.ceil(HUGE / text.length)).slice(0, HUGE);

test.each(NAMES)('%s: an answer that was cut is not known, whatever it holds', (name) => {
  for (const { answer } of healthyFacts)
    if (answer.result === 'exited') expect(parse(name, { ...answer, dropped: 1 })).toMatchObject({ why: 'unparsed' });
});

describe('nothing and nonsense', () => {
  // Empty is an answer of its own for these: no lines, no files, no instances, no packages, no changes, a yes.
  const EMPTY: readonly ParserName[] = [
    ...([
      'caps-changes',
      'command-lines',
      'config-files',
      'domain-roots',
      'exit',
      'file-states',
      'kernel-denials',
      'keyring-files',
      'lines',
      'packages',
      'pool-changes',
    ] as const),
    ...(['records', 'secret-list', 'systemd-units', 'tcp', 'text', 'unit-limits', 'yes-or-no'] as const),
  ];

  test('an empty answer is nothing, or not known', () => {
    for (const name of NAMES) expect([name, isUnknown(parse(name, exited('')))]).toEqual([name, !EMPTY.includes(name)]);
  });

  test('a program that failed with words of its own has not answered', () => {
    const failed = exited('', 'Traceback (most recent call last):\n  MemoryError', 5);
    for (const name of NAMES.filter((n) => n !== 'exit' && n !== 'sealed-value'))
      expect([name, parse(name, failed)]).toEqual([name, expect.objectContaining({ why: 'unparsed' })]);
    expect(parse('sealed-value', failed)).toMatchObject({ digest: '', kind: 'absent' });
  });

  test('a bad clock is no time', () => {
    for (const text of ['', 'Infinity', '1e999', '0x7fffffffff', '12', '-1795372345', '1795372345.1 x'])
      expect([text, parse('clock', exited(text))]).toEqual([text, expect.objectContaining({ why: 'unparsed' })]);
    expect(parse('clock', exited('1795372345.123456789\n'))).toBeCloseTo(1795372345.123, 2);
  });

  test('members of the prototype stay what they are', () => {
    const evil = '{"__proto__": {"polluted": true}, "constructor": 1}';
    parse('json', exited(evil));
    parse('packages', exited('__proto__ 1 ii \nconstructor 2 ii \n'));
    parse('systemd-units', exited('__proto__=x\nId=a.service\n'));
    parse('keyring-files', exited('/k:1:[__proto__]\n/k:2:\tcaps __proto__ = "x"\n'));
    parse('pool-changes', exited(`x from='a' entity='b' cmd='[${evil}]': finished`));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect({}.constructor).toBe(Object);
  });
});

// Were the time of a parser to grow with the square, this would take longer than any test may.
describe('1 MiB of it is read to its end', () => {
  const bodies: readonly (readonly [string, string])[] = [
    ['one line', fill('x')],
    ['empty lines', fill('\n')],
    ['blanks', fill(' ')],
    ['open brackets', fill('[')],
    ['nested members', fill('{"a":')],
    ['deep and closed', `${'['.repeat(HUGE / 2)}${']'.repeat(HUGE / 2)}`],
    ['colons', fill('a:1:')],
    ['bars', fill('/a|b|')],
    ['quotes', fill(`"'`)],
    ['headers', fill('/k:1:[client.a]\n')],
    ['connects', fill("couldn't connect to the cluster ")],
    ['connects by line', fill("rbd: couldn't connect to the cluster!\n")],
    ['entities', fill("from='a' entity='b' cmd='[{")],
    ['entities by line', fill("2026 x from='a' entity='b' cmd='[{\"prefix\": \"osd pool rm\"}]': finished\n")],
    ['equals signs', fill('=')],
    ['keys', fill('key = ')],
    [
      'a list',
      `[${fill('"volume-457eb676",')
        .slice(0, -1)
        .replace(/,?[^,]*$/, '')}]`,
    ],
    ['line ends and blanks', fill('\n \n\t')],
    ['digits', fill('9')],
    ['uuids', fill(' 457eb676-33da-42ec-9a8c-9293d545c337 ')],
  ];

  test.each(bodies)('%s', (_what, body) => {
    for (const name of NAMES)
      for (const answer of [exited(body), exited('', body, 1)])
        expect([name, typeof parse(name, answer)]).not.toEqual([name, 'undefined']);
  });
});

describe('any text', () => {
  const recorded = [
    ...healthyFacts.flatMap((f) => (f.answer.result === 'exited' ? [f.answer.stdout, f.answer.stderr] : [])),
    ...['key-damaged', 'conf-gone', 'caps-lost'].map((n) => rbdLs(n).stderr),
  ].filter((t) => t !== '');
  /** Recorded text with a piece cut out, put in, or written over. */
  const mutated = fc
    .tuple(fc.constantFrom(...recorded), fc.nat(), fc.nat({ max: 40 }), fc.string({ unit: 'binary', maxLength: 12 }))
    .map(([text, at, gone, piece]) => {
      const from = at % text.length;
      return `${text.slice(0, from)}${piece}${text.slice(from + gone)}`;
    });
  const text = fc.oneof({ weight: 3, arbitrary: mutated }, fc.string({ unit: 'binary' }), fc.json());

  test.each(NAMES)('%s never throws, and what is not known says why', (name) => {
    fc.assert(
      fc.property(text, text, fc.constantFrom(0, 1, 2, 127, 255), (stdout, stderr, code) => {
        const value = PARSERS[name](exited(stdout, stderr, code));
        if (isUnknown(value)) expect(value.unknown).not.toBe('');
      }),
      { numRuns: 150 },
    );
  });
});
