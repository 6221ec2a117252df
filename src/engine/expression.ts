import { Environment, EvaluationError } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { monBlocklists, monConnects, poolGrant, withPool } from '../ceph/caps.ts';
import { type Maybe, unknown } from '../domain/fact.ts';
import { near } from '../domain/nearest.ts';
import { CannotTell, Touched, view } from './view.ts';

/**
 * Expressions of playbooks: CEL with the field's own functions. Regular expressions are RE2 (`like`); CEL's own `matches`
 * backtracks and is refused.
 */
interface Compiled {
  readonly run: (context: Record<string, unknown>) => unknown;
  /** Every word of it: only what is named can be looked at. */
  readonly names: readonly string[];
}

const LIMITS = { maxAstNodes: 500, maxDepth: 40, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 10 };

function environment(): Environment {
  const env = new Environment({ unlistedVariablesAreDyn: true, limits: LIMITS } as ConstructorParameters<
    typeof Environment
  >[0]);
  const declare = (signature: string, run: (...values: never[]) => unknown) =>
    env.registerFunction(signature, run as never);
  declare('mayConnect(string): bool', (caps: string) => monConnects(caps));
  declare('mayBlocklist(string): bool', (caps: string) => monBlocklists(caps));
  declare('allows(string, string, string): bool', (caps: string, need: string, pool: string) =>
    Boolean(poolGrant(caps, need === 'read' ? 'read' : 'write', { name: pool, applications: ['rbd'] })),
  );
  declare('allowsUntagged(string, string, string): bool', (caps: string, need: string, pool: string) =>
    Boolean(poolGrant(caps, need === 'read' ? 'read' : 'write', { name: pool, applications: [] })),
  );
  declare('withPool(string, string, string): string', (caps: string, pool: string, need: string) =>
    withPool(caps, pool, need === 'read' ? 'read' : 'write'),
  );
  declare('withPools(string, list): string', (caps: string, needs: string[]) =>
    needs.reduce((now, need) => {
      const [operation, pool] = [
        need.slice(0, need.indexOf(':')) === 'read' ? 'read' : 'write',
        need.slice(need.indexOf(':') + 1),
      ] as const;
      return poolGrant(now, operation, { name: pool, applications: ['rbd'] }) ? now : withPool(now, pool, operation);
    }, caps),
  );
  declare('capsOf(dyn): list', (caps: Record<string, string>) => Object.entries(caps).flat());
  declare('capsWith(dyn, string, string): list', (caps: Record<string, string>, system: string, text: string) =>
    Object.entries({ ...caps, [system]: text }).flat(),
  );
  declare('whole(double): string', (figure: number) => String(Math.round(figure)));
  declare('like(string, string): bool', (text: string, pattern: string) => patternOf(pattern).matcher(text).find());
  declare('bytes(double): string', (count: number) => readableBytes(count));
  declare('near(string, string): bool', (a: string, b: string) => near(a, b));
  declare('older(string, string): bool', (a: string, b: string) => isOlder(a, b));
  declare('joined(list): string', (items: unknown[]) => items.join(', '));
  // JSON numbers are doubles and literals are ints: let them meet.
  for (const op of ['-', '+', '*', '/'] as const) {
    const calc = (a: number, b: number) => (op === '-' ? a - b : op === '+' ? a + b : op === '*' ? a * b : a / b);
    env.registerOperator(`double ${op} int`, ((a: number, b: bigint) => calc(a, Number(b))) as never);
    env.registerOperator(`int ${op} double`, ((a: bigint, b: number) => calc(Number(a), b)) as never);
  }
  return env;
}

const patterns = new Map<string, RE2JS>();

function patternOf(text: string): RE2JS {
  const known = patterns.get(text) ?? RE2JS.compile(text);
  patterns.set(text, known);
  return known;
}

const env = environment();
const compiled = new Map<string, Compiled>();

/** Why the text is no expression, or undefined. For the playbook loader: bad CEL is an error of the playbook. */
export function expressionProblem(text: string): string | undefined {
  try {
    if (/\bmatches\s*\(/.test(text)) return 'use like(text, "pattern") instead of matches(): patterns are RE2';
    compile(text);
    return undefined;
  } catch (error) {
    return firstLine(error);
  }
}

const firstLine = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);

function compile(text: string): Compiled {
  const known = compiled.get(text);
  if (known) return known;
  const run = env.parse(text) as unknown as Compiled['run'];
  const made = { run, names: [...new Set(text.match(/[A-Za-z_]\w*/g))] };
  compiled.set(text, made);
  return made;
}

/** Evaluates over plain model values. What could not be learned comes back as unknown, with the reason. */
export function evaluate(text: string, context: Record<string, unknown>, touched: Touched): Maybe<unknown> {
  const seen = {};
  try {
    const { run, names } = compile(text);
    for (const name of names)
      if (Object.hasOwn(context, name))
        Object.defineProperty(seen, name, { enumerable: true, get: () => view(context[name], touched) });
    return run(seen);
  } catch (error) {
    if (error instanceof CannotTell) return error.value;
    if (error instanceof EvaluationError || error instanceof Error)
      return unknown(`could not be judged: ${firstLine(error)}`, 'unparsed');
    throw error;
  }
}

/** Fills `{expression}` blanks. A blank that cannot be filled shows as `?`, so that the sentence survives. */
export function fill(template: string, context: Record<string, unknown>, touched: Touched): string {
  return template.replace(/\{([^{}]+)\}/g, (_all, inner: string) => {
    const value = evaluate(inner, context, touched);
    return isScalar(value) ? String(value) : Array.isArray(value) ? value.join(', ') : '?';
  });
}

const isScalar = (value: unknown): value is string | number | boolean | bigint =>
  ['string', 'number', 'boolean', 'bigint'].includes(typeof value);

const BLANK = /\{([^{}]+)\}/g;
/** `find -exec … {} +` and `${Package}` of dpkg-query are the programs' own braces. */
const blanksIn = (text: string): boolean => text.includes('{') && text !== '{}' && !text.includes('${');

/** Text whose every blank must be known; one that is not makes the whole unknown. For what will run or be written. */
export function fillStrictly(text: string, context: Record<string, unknown>): Maybe<string> {
  if (!blanksIn(text)) return text;
  let missing: Maybe<string> | undefined;
  const filled = text.replace(BLANK, (_all, inner: string) => {
    const value = evaluate(inner, context, new Touched());
    if (isScalar(value)) return String(value);
    missing ??= unknown(`the value of {${inner}} is not known`);
    return '';
  });
  return missing ?? filled;
}

/**
 * Arguments of a command. A blank that is a whole argument may be a list and then spreads to several. What comes from a node
 * can neither be an option nor hold control characters: such a command is not built.
 */
export function fillArguments(argv: readonly string[], context: Record<string, unknown>): Maybe<readonly string[]> {
  const out: string[] = [];
  for (const argument of argv) {
    if (!blanksIn(argument)) {
      out.push(argument);
      continue;
    }
    const whole = /^\{([^{}]+)\}$/.exec(argument)?.[1];
    const value = whole === undefined ? fillStrictly(argument, context) : evaluate(whole, context, new Touched());
    const values = Array.isArray(value) ? value.map(String) : isScalar(value) ? [String(value)] : undefined;
    if (!values) return unknown(`the value of ${argument} is not known`);
    const odd = values.find((v) => v.startsWith('-') || hasControl(v));
    if (odd !== undefined) return unknown(`${argument} is ${JSON.stringify(odd)}, which is not safe as an argument`);
    out.push(...values);
  }
  return out;
}

export const hasControl = (text: string): boolean => [...text].some((c) => c < ' ' || (c >= '\u007f' && c <= '\u009f'));

function readableBytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const at = count > 0 ? Math.min(Math.floor(Math.log2(count) / 10), units.length - 1) : 0;
  return `${Number((count / 1024 ** at).toFixed(1))} ${units[at]}`;
}

/** Versions in figures, part by part: 9.2 is older than 10.0. */
function isOlder(a: string, b: string): boolean {
  const [left, right] = [a, b].map((v) => v.split('.').map(Number)) as [number[], number[]];
  const at = right.findIndex((part, i) => part !== (left[i] ?? 0));
  return at >= 0 && (left[at] ?? 0) < (right[at] as number);
}
