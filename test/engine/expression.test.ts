import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUnknown, unknown } from '../../src/domain/fact.ts';
import {
  evaluate,
  expressionProblem,
  fill,
  fillArguments,
  fillStrictly,
  hasControl,
} from '../../src/engine/expression.ts';
import { Touched } from '../../src/engine/view.ts';

const value = (text: string, context: Record<string, unknown> = {}) => evaluate(text, context, new Touched());

describe('values', () => {
  const dark = unknown('compute-2 could not be asked', 'refused', ['probe@compute-2']);

  test('what could not be learned stays unknown, with its reason', () => {
    for (const text of ['node.clock', 'node.clock > 3', '[node.clock]', 'node.clock == null', 'has(node.clock.x)'])
      expect([text, value(text, { node: { clock: dark } })]).toEqual([text, dark]);
  });

  test('what was looked at is noted as evidence, what was not is not', () => {
    const touched = new Touched();
    evaluate('a.x == 1 || b.x == 1', { a: { x: 1, from: ['fact-a'] }, b: { x: 1, from: ['fact-b'] } }, touched);
    expect([...touched.facts]).toEqual(['fact-a']);
    const unseen = new Touched();
    evaluate('node.clock', { node: { clock: dark } }, unseen);
    expect([...unseen.facts]).toEqual(['probe@compute-2']);
  });

  test.each(['1 +', 'nonesuch', 'a.b.c', '1 / 0', '"x" > 1', 'like("a", "(")', 'size(1)'])(
    'the mistake in %s is unknown, not an exception',
    (text) => {
      expect(value(text)).toMatchObject({ unknown: expect.stringMatching(/^could not be judged: ./), why: 'unparsed' });
    },
  );

  test('any text is judged or unknown', () => {
    const unit = fc.constantFrom(...'ab1"\'.,()[]{}?:&|!=<>+-*/% \n', 'true', 'has(', 'map(', 'exists(', 'x.');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
        value(text, { a: 1, b: 'x', x: { a: [1], b: null } });
      }),
    );
  });

  test('figures of JSON and of expressions meet', () => {
    expect(value('pool.size * 2 == 6.0', { pool: { size: 3 } })).toBe(true);
    expect(value('whole(pool.used * 2)', { pool: { used: 1536 } })).toBe('3072');
    expect(value('bytes(pool.used)', { pool: { used: 1536 } })).toBe('1.5 KiB');
  });

  test.each([
    ['volumes', 'volums', true],
    ['volumes', 'volumes  # the pool', true],
    ['volumes', '"volumes', true],
    ['client.nova', 'client.client.nova', true],
    ['volumes', 'vms', false],
    ['volumes', 'volumes-ssd # the pool', false],
  ])('%s and %s are a slip apart: %s', (a, b, near) => {
    expect(value(`near("${a}", slip)`, { slip: b })).toBe(near);
  });

  test('caps of a client: what it lacks is added, what it has stays', () => {
    const client = { caps: { mon: 'profile rbd', osd: 'profile rbd pool=vms' } };
    expect(value('allows(client.caps.osd, "write", "volumes")', { client })).toBe(false);
    expect(value('withPools(client.caps.osd, ["write:vms", "read:images"])', { client })).toBe(
      'profile rbd pool=vms, profile rbd-read-only pool=images',
    );
    expect(value('capsWith(client.caps, "mon", "x")', { client })).toEqual(['mon', 'x', 'osd', 'profile rbd pool=vms']);
  });
});

describe('what a playbook may say', () => {
  test('an expression that cannot be read is refused with the reason', () => {
    for (const text of ['1 +', 'a ==', '"open', '(', 'a b', ''])
      expect([text, expressionProblem(text)]).toEqual([text, expect.any(String)]);
    for (const text of ['true', 'node.name == "a"', 'pools.exists(p, p.name == use.pool)', 'like(x, "^a+$")'])
      expect([text, expressionProblem(text)]).toEqual([text, undefined]);
  });

  test('patterns that backtrack are refused, however they are spelled', () => {
    for (const text of ['a.matches("x")', 'a . matches ("x")', 'matches(a, "x")', 'true || b.matches("(a+)+$")'])
      expect([text, expressionProblem(text)]).toEqual([text, expect.stringContaining('use like(')]);
  });

  test('a pattern that would backtrack for ever ends', () => {
    expect(value('like(text, "(a+)+$")', { text: `${'a'.repeat(50_000)}b` })).toBe(false);
  });
});

describe('words', () => {
  test('blanks are filled; one that cannot be shows as a question mark', () => {
    const context = { node: { name: 'a', roles: ['x', 'y'], clock: unknown('no answer') } };
    expect(fill('{node.name}: {node.roles}, {node.clock}, {1 +}', context, new Touched())).toBe('a: x, y, ?, ?');
  });

  test('what will run or be written is filled whole or not at all', () => {
    const context = { node: { name: 'a', clock: unknown('no answer') } };
    expect(fillStrictly('/etc/{node.name}.conf', context)).toBe('/etc/a.conf');
    expect(fillStrictly('/etc/{node.name}/{node.clock}', context)).toMatchObject({
      unknown: 'the value of {node.clock} is not known',
    });
  });

  test('what a node says is not read as an expression', () => {
    const hostile = `{pools} {1 + 1} $\{x} $(x)`;
    expect(fill('{text}', { text: hostile }, new Touched())).toBe(hostile);
    expect(fillArguments(['{text}'], { text: hostile })).toEqual([hostile]);
  });
});

describe('arguments', () => {
  test('a whole blank may be a list and becomes several', () => {
    expect(fillArguments(['grep', '-Hn', '', '{files}'], { files: ['/a', '/b c'] })).toEqual([
      ...['grep', '-Hn', '', '/a', '/b c'],
    ]);
  });

  test("the programs' own braces stay", () => {
    const argv = ['find', '-exec', 'stat', '-c', '%n|%U', '{}', '+', `$\{Package} $\{Version}\\n`];
    expect(fillArguments(argv, {})).toEqual(argv);
  });

  test.each([
    ['an option', '--help'],
    ['a short option', '-x'],
    ['a line feed', 'a\nb'],
    ['an escape', 'a\u001b[2J'],
    ['a NUL', 'a\0'],
    ['DEL', 'a\u007f'],
    ['a C1 code', 'a\u009b2J'],
  ])('%s from a node is never an argument', (_what, text) => {
    for (const context of [{ text }, { text: ['fine', text] }])
      expect(fillArguments(['rbd', '{text}'], context)).toMatchObject({ unknown: expect.stringContaining('not safe') });
    expect(fillArguments(['rbd', '{text}x'], { text })).toMatchObject({ unknown: expect.stringContaining('not safe') });
  });

  test('whatever a node says, no option and no control character gets in', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'-ab{}$\n\0\u001b') }),
    );
    fc.assert(
      fc.property(hostile, fc.array(hostile, { maxLength: 3 }), (text, list) => {
        const argv = fillArguments(['program', '{text}', '{list}', '{text}:{text}'], { text, list });
        if (isUnknown(argv)) return;
        expect(argv).toEqual(['program', text, ...list, `${text}:${text}`]);
        expect(argv.some((a) => a.startsWith('-') || hasControl(a))).toBe(false);
      }),
    );
  });
});
