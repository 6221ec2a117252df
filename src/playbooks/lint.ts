import type { Probe } from '../domain/playbook.ts';
import type { Problem } from '../domain/positioned.ts';
import type { LoadedPlaybook } from './load.ts';

/** What the loader must know of other parts, given by whoever composes them. */
export interface Rules {
  /** Why an expression is none, or undefined. */
  readonly expressionProblem: (text: string) => string | undefined;
  readonly parsers: readonly string[];
}

type Path = readonly (string | number)[];

/** Everything a schema cannot see: references between checks, causes and probes; expressions; ids used twice. */
export function lint(
  loaded: readonly LoadedPlaybook[],
  probes: Readonly<Record<string, Probe>>,
  rules: Rules,
): readonly Problem[] {
  const checks = owners(loaded, (l) => Object.keys(l.playbook.checks));
  const causes = owners(loaded, (l) => Object.keys(l.playbook.causes));
  return [
    ...Object.entries(probes).flatMap(([id, probe]) =>
      rules.parsers.includes(probe.parse) ? [] : [misparsed(loaded, id, probe, rules)],
    ),
    ...loaded.flatMap((l) => [...lintOne(l, checks, causes, rules)]),
  ];
}

function owners(
  loaded: readonly LoadedPlaybook[],
  ids: (l: LoadedPlaybook) => readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const l of loaded) for (const id of ids(l)) found.set(id, [...(found.get(id) ?? []), l.file]);
  return found;
}

function misparsed(loaded: readonly LoadedPlaybook[], id: string, probe: Probe, rules: Rules): Problem {
  const owner = loaded.find((l) => id in l.playbook.probes);
  const message = `no parser is named ${JSON.stringify(probe.parse)}`;
  const hint = `One of: ${rules.parsers.join(', ')}`;
  return owner
    ? owner.read.problemAt(['probes', id, 'parse'], message, hint)
    : { file: 'probes.yaml', line: 1, column: 1, message: `probe ${id}: ${message}`, hint };
}

function* lintOne(
  { playbook, read, file }: LoadedPlaybook,
  checks: ReadonlyMap<string, readonly string[]>,
  causes: ReadonlyMap<string, readonly string[]>,
  rules: Rules,
): Generator<Problem> {
  const expression = (text: string | undefined, path: Path): Problem[] => {
    const problem = text === undefined ? undefined : rules.expressionProblem(text);
    return problem ? [read.problemAt(path, `not a valid CEL expression: ${problem}`)] : [];
  };
  const words = (text: string | undefined, path: Path): Problem[] =>
    [...(text ?? '').matchAll(/\{([^{}]+)\}/g)].flatMap((m) => expression(m[1], path));
  const known = (id: string, path: Path, kinds: readonly ReadonlyMap<string, unknown>[], what: string): Problem[] =>
    kinds.some((k) => k.has(id))
      ? []
      : [read.problemAt(path, `no ${what} is named ${JSON.stringify(id)}`, nearest(id, kinds))];
  const twice = (id: string, path: Path, all: ReadonlyMap<string, readonly string[]>, what: string): Problem[] => {
    const others = (all.get(id) ?? []).filter((f) => f !== file);
    return others.length > 0
      ? [read.problemAt(path, `the ${what} ${id} is also defined in ${others[0]}`, 'Ids are unique over all playbooks')]
      : [];
  };

  for (const [id, check] of Object.entries(playbook.checks)) {
    const at: Path = ['checks', id];
    yield* twice(id, at, checks, 'check');
    yield* expression(check.when, [...at, 'when']);
    yield* expression(check.expect, [...at, 'expect']);
    for (const key of ['pass', 'fail', 'tells'] as const) yield* words(check[key], [...at, key]);
  }
  for (const [id, cause] of Object.entries(playbook.causes)) {
    const at: Path = ['causes', id];
    yield* twice(id, at, causes, 'cause');
    yield* expression(cause.when, [...at, 'when']);
    for (const key of ['title', 'group', 'why'] as const) yield* words(cause[key], [...at, key]);
    for (const key of ['proof', 'given', 'seen'] as const)
      for (const [n, check] of cause[key].entries()) yield* known(check, [...at, key, n], [checks], 'check');
    for (const [n, other] of cause.explains.entries())
      yield* known(other, [...at, 'explains', n], [checks, causes], 'check or cause');
    for (const [n, other] of cause.rivals.entries()) yield* known(other, [...at, 'rivals', n], [causes], 'cause');
    for (const [fixId, fix] of Object.entries(cause.fixes)) {
      const fixAt: Path = [...at, 'fixes', fixId];
      if ((fix.by_hand === undefined) === (fix.steps.length === 0))
        yield read.problemAt(fixAt, 'a fix has either `steps` or `by_hand` with the reason, not both and not neither');
      yield* expression(fix.when, [...fixAt, 'when']);
      yield* words(fix.by_hand, [...fixAt, 'by_hand']);
      for (const [n, check] of fix.verify.entries()) yield* known(check, [...fixAt, 'verify', n], [checks], 'check');
      for (const [n, step] of fix.steps.entries()) {
        yield* expression(step.for, [...fixAt, 'steps', n, 'for']);
        yield* expression(step.when, [...fixAt, 'steps', n, 'when']);
      }
    }
  }
  for (const [id, probe] of Object.entries(playbook.probes)) yield* expression(probe.when, ['probes', id, 'when']);
}

function nearest(id: string, kinds: readonly ReadonlyMap<string, unknown>[]): string | undefined {
  const names = kinds.flatMap((k) => [...k.keys()]);
  const close = names.find((n) => n.startsWith(id.slice(0, 6)) || n.endsWith(id.slice(-6)));
  return close ? `Did you mean ${close}?` : undefined;
}
