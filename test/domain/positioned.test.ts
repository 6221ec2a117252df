import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { formatProblem, MAX_TEXT_BYTES, readPositioned } from '../../src/domain/positioned.ts';

const schema = z.strictObject({
  name: z.string(),
  nodes: z
    .array(
      z.strictObject({
        name: z.string(),
        roles: z.array(z.enum(['ceph-admin', 'glance-api', 'nova-compute'])).min(1),
        port: z.int().max(65535).optional(),
      }),
    )
    .optional(),
  mode: z
    .string()
    .regex(/^[0-7]{4}$/, 'expected four octal digits in quotes, like "0640"')
    .optional(),
  undo: z
    .union([z.literal('none'), z.strictObject({ run: z.string() }), z.strictObject({ nothing: z.string() })])
    .optional(),
  step: z
    .discriminatedUnion('do', [
      z.strictObject({ do: z.literal('run'), program: z.string() }),
      z.strictObject({ do: z.literal('write'), path: z.string() }),
    ])
    .optional(),
  limits: z.record(z.string().regex(/^[a-z]+$/), z.number()).optional(),
});

function problems(text: string, s: z.ZodType = schema): string[] {
  const read = readPositioned(s, text, 'site.yaml');
  return read.ok ? [] : read.problems.map(formatProblem);
}

describe('what the text must say', () => {
  test.each([
    ['nmae: y\n', 'site.yaml:1:1: unknown key "nmae". Did you mean "name"?'],
    [
      'name: x\nnodes:\n  - name: a\n    rols: []\n',
      'site.yaml:4:5: nodes[0]: unknown key "rols". Did you mean "roles"?',
    ],
    ['name: x\nnmae: y\n', 'site.yaml:2:1: unknown key "nmae". Did you mean "name"?'],
    [
      'name: x\ncolour: y\n',
      'site.yaml:2:1: unknown key "colour". Known keys here: name, nodes, mode, undo, step, limits',
    ],
    ['nodes: []\n', 'site.yaml:1:1: name: missing, expected text'],
    ['', 'site.yaml:1:1: expected a mapping, found nothing'],
    ['- a\n', 'site.yaml:1:1: expected a mapping, found a list of 1'],
    ['name:\n', 'site.yaml:1:6: name: expected text, found nothing'],
    ['name: 3\n', 'site.yaml:1:7: name: expected text, found the number 3'],
    ['name: x\nnodes:\n  - roles: [ceph-admin]\n', 'site.yaml:3:5: nodes[0].name: missing, expected text'],
    [
      'name: x\nnodes:\n  - name: a\n    roles: [ceph-admin, glance]\n',
      'site.yaml:4:25: nodes[0].roles[1]: expected one of ceph-admin, glance-api, nova-compute, found "glance". Did you mean "glance-api"?',
    ],
    [
      'name: x\nnodes:\n  - name: a\n    roles: []\n',
      'site.yaml:4:12: nodes[0].roles: expected a list of at least 1 item, found an empty list',
    ],
    [
      'name: x\nnodes:\n  - {name: a, roles: [ceph-admin], port: 99999}\n',
      'site.yaml:3:42: nodes[0].port: expected at most 65535, found the number 99999',
    ],
    ['name: x\nmode: 0640\n', 'site.yaml:2:7: mode: expected text, found the number 640'],
    ['name: x\nmode: "0840"\n', 'site.yaml:2:7: mode: expected four octal digits in quotes, like "0640"'],
    ['name: x\nundo: {rnu: ls}\n', 'site.yaml:2:8: undo: unknown key "rnu". Did you mean "run"?'],
    ['name: x\nundo: 3\n', 'site.yaml:2:7: undo: expected none or a mapping, found the number 3'],
    [
      'name: x\nstep: {do: rum}\n',
      'site.yaml:2:12: step.do: expected one of run, write, found "rum". Did you mean "run"?',
    ],
    ['name: x\nstep: {path: y}\n', 'site.yaml:2:7: step.do: missing, expected one of run, write'],
    [
      'name: x\nlimits: {A1: 2}\n',
      'site.yaml:2:10: limits.A1: expected another key (text like /^[a-z]+$/), found "A1"',
    ],
  ])('%j', (text, expected) => {
    expect(problems(text).join('|')).toBe(expected);
  });

  test('problems come in the order of the text, twenty at most and then their number', () => {
    const text = `name: x\n${Array.from({ length: 30 }, (_, i) => `zz${i}: 1`).join('\n')}\n`;
    const said = problems(text);
    expect(said[0]).toMatch(/^site\.yaml:2:1: unknown key "zz0"/);
    expect(said).toHaveLength(21);
    expect(said[20]).toBe('site.yaml:1:1: and 10 more problems in this file');
  });

  test("an author's own rule keeps its words, its place and its hint", () => {
    const unique = z.array(z.string()).superRefine((names, ctx) => {
      if (names[0] === names[1])
        ctx.addIssue({ code: 'custom', message: 'named twice', path: [1], params: { hint: 'Rename one' } });
    });
    expect(problems('- a\n- a\n', unique)).toEqual(['site.yaml:2:3: [1]: named twice. Rename one']);
  });
});

describe('what is not YAML, or not ours', () => {
  test.each([
    ['name: "x\nnodes: []\n', 'site.yaml:1:7: this " is never closed. Close the text with "'],
    ["name: x\nmode: 'abc\n\n# end\n", "site.yaml:2:7: this ' is never closed. Close the text with '"],
    ['name: x\nname: y\n', 'site.yaml:2:1: the key "name" is already given on line 1. Remove one of the two'],
    ['name: !!js/function "x"\n', /^site\.yaml:1:7: the tag "!!js\/function" is not allowed/],
    ['name: !!binary "eA=="\n', /^site\.yaml:1:7: the tag "!!binary" is not allowed/],
    ['name: *x\n', /^site\.yaml:1:7: "\*x" names an anchor that is not defined above/],
    ['name: &x [*x]\n', /^site\.yaml:1:11: "\*x" stands inside what it repeats/],
    ['name: {{ item }}\n', /^site\.yaml:1:8: a key must be plain text.*quotes/],
    ['name: x\n---\nname: y\n', /^site\.yaml:2:1: a second document begins here/],
    ['name: a: b\n', /^site\.yaml:1:7: a mapping begins inside a value/],
    ['name: x\nnodes:\n\t- a\n', /^site\.yaml:3:1: this line is indented with a tab/],
    ['name: @x\n', /^site\.yaml:1:7: a value cannot begin with "@"/],
    ['name: "\\q"\n', /^site\.yaml:1:8: "\\q" means nothing in double quotes/],
    ['name: x\nnodes: [1, 2\n', 'site.yaml:2:8: this [ is never closed. Close the list with ]'],
    ['nodes: [a, b\nname: x\n', 'site.yaml:1:8: this [ is never closed. Close the list with ]'],
    [
      'nodes:\n  - name: a\n    roles: [a, b\n  - name: b\n    roles: [c]\n',
      'site.yaml:3:12: this [ is never closed. Close the list with ]',
    ],
    ['nodes: [{name: a, roles: [b]\n', 'site.yaml:1:9: this { is never closed. Close the mapping with }'],
    ['step: {do: run\nname: x\n', 'site.yaml:1:7: this { is never closed. Close the mapping with }'],
    [
      'name: "a" b\n',
      'site.yaml:1:11: the value before this has ended already. Put all of it in quotes, or in one form: a list or a mapping',
    ],
    [
      'name: x\n- a\n',
      'site.yaml:2:1: a key without ": " and a value. Write it as `key: value`, and check the indentation',
    ],
    ['name: |x\n  y\n', 'site.yaml:1:8: after | or > the text begins on the next line. Move it there'],
    ['roles: [a,,b]\n', 'site.yaml:1:11: a comma with nothing before it. Remove it'],
    ['step: {do: run path: x}\n', /^site\.yaml:1:12: a comma or a closing bracket is missing before this/],
    ['nodes:\n  - a\n name: x\n', /^site\.yaml:3:1: this line begins in another column than those it belongs to/],
    ['name: &a &b x\n', 'site.yaml:1:10: a value with two names (&). Keep one'],
    ['name: *\n', 'site.yaml:1:7: a * or & without a name. Put the value in quotes'],
    [`${'x'.repeat(1100)}\n: y\n`, /^site\.yaml:\d+:\d+: this cannot be read as YAML/],
    ['name: [x]]\n', 'site.yaml:1:10: this ] closes nothing. Remove it, or put the value in quotes'],
  ])('%j', (text, expected) => {
    const said = problems(text);
    expect(said).toHaveLength(1);
    expect(said[0]).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  test('a bomb of aliases is refused at the alias that goes too far', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi']) {
      lines.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(', ')}]`);
    }
    const said = problems(lines.join('\n'));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^site\.yaml:\d+:\d+: aliases repeat more than 10000 values; the file is refused/);
  });

  test('aliases that people write are fine, and places inside them are known', () => {
    const read = readPositioned(z.record(z.string(), z.array(z.string())), 'a: &r [x, y]\nb: *r\n', 'f');
    expect(read.ok && [read.value.b, read.positionOf('b[1]'), read.positionOf('b')]).toEqual([
      ['x', 'y'],
      'f:1:11',
      'f:2:4',
    ]);
  });

  test('ten megabytes are refused with one message and without reading them', () => {
    const text = `name: "${'x'.repeat(10 * MAX_TEXT_BYTES)}`;
    expect(problems(text)).toEqual([
      'site.yaml:1:1: the file has 10.0 MiB, more than the 1 MiB that is read. Is it the right file? Split it if it is',
    ]);
  });

  test('nesting that would exhaust the parser is one problem', () => {
    expect(problems(`name: ${'['.repeat(5000)}`)).toEqual([expect.stringMatching(/nested too deep/)]);
  });

  test('many keys cost time in proportion', () => {
    const text = Array.from({ length: 40_000 }, (_, i) => `k${i}: 1`).join('\n');
    expect(readPositioned(z.record(z.string(), z.number()), text, 'f').ok).toBe(true);
  });

  test('codes that a terminal would obey are shown, not sent', () => {
    const said = problems('name: x\n"\\e]0;owned\\a\\u202e": 1\n').join();
    expect(said).toContain('unknown key "\\u{1b}]0;owned\\u{7}\\u{202e}"');
  });
});

describe('places', () => {
  const read = readPositioned(schema, '# a comment\nname: x\nnodes:\n  - name: a\n    roles: [ceph-admin]\n', 'f');

  test('of values, list items, and the nearest parent of what is not there', () => {
    expect(
      read.ok && ['name', 'nodes[0].roles[0]', 'nodes[0].port', 'nodes[7]'].map((p) => read.positionOf(p)),
    ).toEqual(['f:2:7', 'f:5:13', 'f:4:5', 'f:4:3']);
  });

  test('a key that holds dots is reached by its segments', () => {
    const dotted = readPositioned(z.record(z.string(), z.number()), 'x: 1\na.b: 2\n', 'f');
    expect(dotted.ok && dotted.positionOf(['a.b'])).toBe('f:2:6');
  });

  test('the caller can add problems of its own', () => {
    expect(read.ok && formatProblem(read.problemAt('nodes[0].name', 'no such check', 'Write one'))).toBe(
      'f:4:11: nodes[0].name: no such check. Write one',
    );
  });
});
