import { nearest } from '../domain/nearest.ts';
import type { Problem } from '../domain/positioned.ts';
import type { LoadedFiles, LoadedPlaybook } from './load.ts';

/** What the loader must know of other parts, given by whoever composes them. */
export interface Rules {
  /** Why an expression is none, or undefined. */
  readonly expressionProblem: (text: string) => string | undefined;
  readonly parsers: readonly string[];
}

type Path = readonly (string | number)[];

/** Everything a schema cannot see: references between checks, causes and probes; expressions; ids used twice. */
export function lint(loaded: LoadedFiles, rules: Rules): readonly Problem[] {
  const all = definitions(loaded);
  const names = (kind: Definition['kind']) => new Set(all.filter((d) => d.kind === kind).map((d) => d.id));
  const known = { checks: names('check'), causes: names('cause') };
  return [
    ...twice(all),
    ...[...loaded.probes, ...loaded.playbooks].flatMap((file) => [
      ...misparsed(file, rules),
      ...misspoken(file, rules),
    ]),
    ...loaded.playbooks.flatMap((l) => [...lintOne(l, known, rules)]),
  ];
}

/** An id, and where it is given. */
interface Definition {
  readonly kind: 'playbook' | 'scenario' | 'probe' | 'check' | 'cause';
  readonly id: string;
  readonly file: string;
  readonly problem: (message: string, hint: string) => Problem;
}

function definitions({ probes, playbooks, scenarios }: LoadedFiles): readonly Definition[] {
  type File = Pick<LoadedPlaybook, 'file'> & { readonly read: Pick<LoadedPlaybook['read'], 'problemAt'> };
  const define =
    ({ file, read }: File, kind: Definition['kind'], folder?: string) =>
    (id: string): Definition => ({
      kind,
      id,
      file,
      problem: (message, hint) => read.problemAt(folder === undefined ? ['id'] : [folder, id], message, hint),
    });
  return [
    ...probes.flatMap((l) => Object.keys(l.read.value.probes).map(define(l, 'probe', 'probes'))),
    ...playbooks.flatMap((l) => [
      define(l, 'playbook')(l.playbook.id),
      ...Object.keys(l.playbook.probes).map(define(l, 'probe', 'probes')),
      ...Object.keys(l.playbook.checks).map(define(l, 'check', 'checks')),
      ...Object.keys(l.playbook.causes).map(define(l, 'cause', 'causes')),
    ]),
    ...scenarios.map((l) => define(l, 'scenario')(l.read.value.id)),
  ];
}

function twice(all: readonly Definition[]): Problem[] {
  const first = new Map<string, Definition>();
  return all.flatMap((definition) => {
    const { kind, id, problem } = definition;
    const before = first.get(`${kind} ${id}`);
    if (!before) first.set(`${kind} ${id}`, definition);
    return before
      ? [problem(`there already is a ${kind} ${id}, in ${before.file}`, 'Ids are unique over all playbooks')]
      : [];
  });
}

function misparsed({ read }: LoadedFiles['probes'][number] | LoadedPlaybook, { parsers }: Rules): Problem[] {
  return Object.entries(read.value.probes).flatMap(([id, { parse }]) => {
    if (parsers.includes(parse)) return [];
    const meant = nearest(parse, parsers);
    const hint = meant === undefined ? `One of: ${parsers.join(', ')}` : `Did you mean "${meant}"?`;
    return [read.problemAt(['probes', id, 'parse'], `there is no parser ${JSON.stringify(parse)}`, hint)];
  });
}

function misspoken({ read }: LoadedFiles['probes'][number] | LoadedPlaybook, rules: Rules): Problem[] {
  const say = expressions(read, rules);
  return Object.entries(read.value.probes).flatMap(([id, { when, ...probe }]) => {
    const at: Path = ['probes', id];
    return [...say.expression(when, [...at, 'when']), ...say.words(probe, at)];
  });
}

/** Problems of expressions that stand alone, and of those in the blanks of texts, however deep the texts lie. */
function expressions(read: Pick<LoadedPlaybook['read'], 'problemAt'>, rules: Rules) {
  const expression = (text: string | undefined, path: Path): Problem[] => {
    const problem = text === undefined ? undefined : rules.expressionProblem(text);
    return problem ? [read.problemAt(path, `not a valid CEL expression: ${problem}`)] : [];
  };
  const words = (value: unknown, path: Path): Problem[] => {
    if (typeof value === 'object' && value !== null)
      return Object.entries(value).flatMap(([key, v]) => words(v, [...path, Array.isArray(value) ? Number(key) : key]));
    // `${Package}` is a blank of dpkg-query, not one of ours.
    if (typeof value !== 'string' || value.includes('${')) return [];
    return [...value.matchAll(/\{([^{}]+)\}/g)].flatMap((m) => expression(m[1], path));
  };
  return { expression, words };
}

function* lintOne(
  { playbook, read }: LoadedPlaybook,
  { checks, causes }: { readonly checks: ReadonlySet<string>; readonly causes: ReadonlySet<string> },
  rules: Rules,
): Generator<Problem> {
  const { expression, words } = expressions(read, rules);
  const known = (id: string, path: Path, names: ReadonlySet<string>, what: string): Problem[] => {
    if (names.has(id)) return [];
    const meant = nearest(id, [...names]);
    const hint = meant === undefined ? undefined : `Did you mean "${meant}"?`;
    return [read.problemAt(path, `there is no ${what} ${JSON.stringify(id)}`, hint)];
  };
  const effects = new Set([...checks, ...causes]);
  const breaks = (id: string): boolean => (playbook.checks[id]?.level ?? 'fail') === 'fail';

  for (const [id, check] of Object.entries(playbook.checks)) {
    const at: Path = ['checks', id];
    yield* expression(check.when, [...at, 'when']);
    yield* expression(check.expect, [...at, 'expect']);
    for (const key of ['pass', 'fail', 'tells'] as const) yield* words(check[key], [...at, key]);
  }
  for (const [id, cause] of Object.entries(playbook.causes)) {
    const at: Path = ['causes', id];
    yield* expression(cause.when, [...at, 'when']);
    for (const key of ['title', 'group', 'why'] as const) yield* words(cause[key], [...at, key]);
    for (const key of ['proof', 'given', 'seen'] as const)
      for (const [n, check] of cause[key].entries()) yield* known(check, [...at, key, n], checks, 'check');
    if (!cause.proof.some(breaks) && cause.seen.length === 0 && cause.logs.length === 0)
      yield read.problemAt(
        [...at, 'proof'],
        'checks that only warn prove no cause by themselves',
        'Name in `seen` the check that fails when it does harm, or in `logs` what services write then',
      );
    for (const [n, other] of cause.explains.entries())
      yield* known(other, [...at, 'explains', n], effects, 'check or cause');
    for (const [n, other] of cause.rivals.entries()) yield* known(other, [...at, 'rivals', n], causes, 'cause');
    for (const [fixId, fix] of Object.entries(cause.fixes)) {
      const fixAt: Path = [...at, 'fixes', fixId];
      if ((fix.by_hand === undefined) === (fix.steps.length === 0))
        yield read.problemAt(fixAt, 'a fix has either `steps` or `by_hand` with the reason, not both and not neither');
      yield* expression(fix.when, [...fixAt, 'when']);
      for (const key of ['title', 'by_hand'] as const) yield* words(fix[key], [...fixAt, key]);
      for (const [n, check] of fix.verify.entries()) yield* known(check, [...fixAt, 'verify', n], checks, 'check');
      for (const [n, { for: list, when, ...step }] of fix.steps.entries()) {
        const stepAt: Path = [...fixAt, 'steps', n];
        yield* expression(list, [...stepAt, 'for']);
        yield* expression(when, [...stepAt, 'when']);
        yield* words(step, stepAt);
      }
    }
  }
}
