import type { z } from 'zod';
import { nearest } from './nearest.ts';
import type { Fault } from './positioned.ts';
import { pathText, quoted } from './positioned-words.ts';
import type { YamlText } from './positioned-yaml.ts';

type Issue = z.core.$ZodIssue;
type Says = { readonly message: string; readonly hint?: string };

export interface SchemaWords {
  /** Leaves the message empty where the schema's author gave none, so that it can be told apart afterwards. */
  readonly error: z.core.$ZodErrorMap;
  knownKeys(mapping: unknown): readonly string[];
}

/** Remembers, while the schema runs, which keys each refused mapping could have had: the issue alone does not say. */
export function schemaWords(): SchemaWords {
  const known = new WeakMap<object, string[]>();
  return {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys' && typeof issue.input === 'object' && issue.input !== null) {
        const keys = known.get(issue.input) ?? [];
        known.set(issue.input, [...keys, ...shapeKeys(issue.inst)]);
      }
      return '';
    },
    knownKeys: (mapping) => (typeof mapping === 'object' && mapping !== null ? (known.get(mapping) ?? []) : []),
  };
}

function shapeKeys(schema: unknown): string[] {
  const def = (schema as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def;
  return def?.shape ? Object.keys(def.shape) : [];
}

export function problemsOfIssues(issues: readonly Issue[], yaml: YamlText, words: SchemaWords): Fault[] {
  return problemsBelow(issues, [], yaml, words);
}

/** A misspelt key is one mistake: that the right one is missing goes without saying. */
function problemsBelow(
  issues: readonly Issue[],
  base: readonly PropertyKey[],
  yaml: YamlText,
  words: SchemaWords,
): Fault[] {
  const name = (path: readonly PropertyKey[]): string => JSON.stringify(path);
  const misspelt = new Set(
    issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.flatMap((key) => {
            const meant = nearest(key, words.knownKeys(issue.input));
            return meant === undefined ? [] : [name([...issue.path, meant])];
          })
        : [],
    ),
  );
  return issues
    .filter((issue) => !misspelt.has(name(issue.path)) || yaml.place([...base, ...issue.path]).found)
    .flatMap((issue) => problemsOfIssue(issue, base, yaml, words));
}

function problemsOfIssue(issue: Issue, base: readonly PropertyKey[], yaml: YamlText, words: SchemaWords): Fault[] {
  const path = [...base, ...issue.path];
  const located = yaml.place(path);
  if (issue.code === 'unrecognized_keys') {
    const known = words.knownKeys(issue.input);
    return issue.keys.map((key) => ({
      place: yaml.place([...path, key]).key,
      message: `${pathText(path)}unknown key ${quoted(key)}`,
      ...unknownKeyHint(key, known),
    }));
  }
  if (issue.code === 'invalid_union' && issue.message === '') {
    const branch = likeliest(issue.errors);
    if (branch) return problemsBelow(branch, path, yaml, words);
  }
  const { message, hint } = says(issue, located.found);
  const place = issue.code === 'invalid_key' ? located.key : located.value;
  return [{ place, message: `${pathText(path)}${message}`, ...(hint !== undefined && { hint }) }];
}

function unknownKeyHint(key: string, known: readonly string[]): { hint?: string } {
  const meant = nearest(key, known);
  if (meant !== undefined) return { hint: `Did you mean "${meant}"?` };
  return known.length > 0 ? { hint: `Known keys here: ${[...new Set(known)].join(', ')}` } : {};
}

const OTHER_KIND: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_format']);

/** Of several shapes that all failed, the one the author was writing: right kind of value, least wrong with it. */
function likeliest(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((issues) => !issues.some((i) => i.path.length === 0 && OTHER_KIND.has(i.code)));
  const wrong = (issues: readonly Issue[]): number =>
    issues.reduce((sum, i) => sum + (i.code === 'unrecognized_keys' ? 2 * i.keys.length : 1), 0);
  return [...fitting].sort((a, b) => wrong(a) - wrong(b))[0];
}

function says(issue: Issue, found: boolean): Says {
  if (issue.message !== '') return { message: issue.message, ...authorsHint(issue) };
  const input = inputOf(issue);
  const expected = expectation(issue);
  if (!found && input === undefined) return { message: `missing, expected ${expected}` };
  const meant = typeof input === 'string' ? nearest(input, choices(issue)) : undefined;
  return {
    message: `expected ${expected}, found ${described(input)}`,
    ...(meant !== undefined && { hint: `Did you mean "${meant}"?` }),
  };
}

function authorsHint(issue: Issue): { hint?: string } {
  const hint = issue.code === 'custom' ? issue.params?.hint : undefined;
  return typeof hint === 'string' ? { hint } : {};
}

/** What stands there. The issue of a discriminated union has the path of its discriminator, but the whole mapping as input. */
function inputOf(issue: Issue): unknown {
  if (issue.code !== 'invalid_union' || !('discriminator' in issue)) return issue.input;
  const { input, discriminator } = issue;
  const mapping = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  return mapping[String(discriminator)];
}

function choices(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && 'options' in issue) return (issue.options as unknown[]).map(String);
  return [];
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${choices(issue).join(', ')}`;
    case 'invalid_format':
      return issue.format === 'regex'
        ? `text like ${issue.pattern ?? 'the pattern'}`
        : `text in the form ${issue.format}`;
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'invalid_key':
      return `another key (${issue.issues.map((i) => (i.message === '' ? expectation(i) : i.message)).join('; ')})`;
    case 'invalid_union': {
      const known = choices(issue);
      if (known.length > 0) return `one of ${known.join(', ')}`;
      return [...new Set(issue.errors.flatMap((e) => e.map(expectation)))].join(' or ');
    }
    default:
      return 'another value';
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'nothing',
};

function bound(origin: string, compare: string, limit: number | bigint): string {
  const s = Number(limit) === 1 ? '' : 's';
  if (origin === 'string') return `text of ${compare} ${limit} character${s}`;
  if (origin === 'array' || origin === 'set') return `a list of ${compare} ${limit} item${s}`;
  return `${compare} ${limit}`;
}

function described(input: unknown): string {
  if (input === null || input === undefined) return 'nothing';
  if (Array.isArray(input)) return input.length === 0 ? 'an empty list' : `a list of ${input.length}`;
  if (typeof input === 'object') return 'a mapping';
  if (typeof input === 'string') return input === '' ? 'empty text' : quoted(input);
  return `the ${typeof input === 'boolean' ? 'value' : 'number'} ${String(input)}`;
}
