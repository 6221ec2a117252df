import { createHash } from 'node:crypto';
import { isUnknown, type Maybe, unknown } from '../../domain/fact.ts';
import type { CheckResult } from '../../domain/judgement.ts';
import type { Model } from '../../domain/model.ts';
import type { Action, Plan, SecretSource, Step, Undo } from '../../domain/plan.ts';
import type { ActionRule, FixRule, Playbook, SecretRule, StepRule, UndoRule } from '../../domain/playbook.ts';
import { type Instance, instances } from '../diagnose.ts';
import { evaluate, fill, fillArguments, fillStrictly, hasControl } from '../expression.ts';
import { Touched } from '../view.ts';
import { showAction } from './show.ts';

export interface FixRequest {
  readonly cause: string;
  readonly subject: string;
  readonly fix: string;
  readonly canary?: true;
}

type Context = Record<string, unknown>;

/** Steps of a fix for every instance of its cause, or why there is no plan. Pure: what is shown is what is hashed is what runs. */
export function makePlan(
  model: Model,
  playbooks: readonly Playbook[],
  results: readonly CheckResult[],
  request: FixRequest,
  now: Date,
): Maybe<Plan> {
  const mine = instances(model, playbooks, results).filter(
    (i) =>
      i.id === request.cause &&
      i.group === request.subject &&
      (i.status === 'confirmed' || i.status === 'likely' || i.status === 'possible'),
  );
  const first = mine[0];
  const fix = first?.rule.fixes[request.fix];
  if (!first || !fix) return unknown(`${request.cause} (${request.subject}) is not there any more`);
  if (fix.by_hand !== undefined)
    return unknown(`this is done by hand: ${fill(fix.by_hand, first.subject.context, new Touched())}`);
  const steps: Step[] = [];
  for (const instance of mine) {
    const more = stepsOf(fix, instance, model);
    if (isUnknown(more)) return more;
    steps.push(...more);
  }
  const unique = [...new Map(steps.map((s) => [JSON.stringify([s.node, s.action]), s])).values()];
  if (unique.length === 0) return unknown('nothing to do: no step applies');
  const numbered = unique.map((s, at) => ({ ...s, id: `step-${at + 1}` }));
  return {
    hash: createHash('sha256')
      .update(JSON.stringify([numbered, request.canary === true]))
      .digest('hex'),
    ...request,
    title: fill(fix.title, first.subject.context, new Touched()),
    steps: numbered,
    gate: first.rule.proof,
    verify: [...new Set([...first.rule.proof, ...first.rule.seen, ...fix.verify])],
    at: now.toISOString(),
  };
}

/** Stands for a plan that could not be made, so that the refusal is shown where the plan would be. */
export const noPlan = (request: FixRequest, now: Date): Plan => ({
  ...request,
  hash: '',
  title: request.fix,
  steps: [],
  gate: [],
  verify: [],
  at: now.toISOString(),
});

function stepsOf(fix: FixRule, instance: Instance, model: Model): Maybe<readonly Step[]> {
  const steps: Step[] = [];
  for (const rule of fix.steps) {
    for (const context of contexts(rule, instance.subject.context)) {
      if (isUnknown(context)) return context;
      if (rule.when !== undefined && evaluate(rule.when, context, new Touched()) !== true) continue;
      const step = stepOf(rule, context, model);
      if (isUnknown(step)) return step;
      steps.push(step);
    }
  }
  return steps;
}

function contexts(rule: StepRule, context: Context): readonly Maybe<Context>[] {
  if (rule.for === undefined) return [context];
  const items = evaluate(rule.for, context, new Touched());
  if (!Array.isArray(items)) return [unknown(`which parts need "${rule.title}" could not be learned`)];
  return items.map((item: unknown) => ({ ...context, item }));
}

function stepOf(rule: StepRule, context: Context, model: Model): Maybe<Step> {
  const node = nodeOf(rule.on, context, model);
  if (isUnknown(node)) return node;
  const action = actionOf(rule.do, context, model);
  if (isUnknown(action)) return action;
  const undo = undoOf(rule.undo, action, context);
  if (isUnknown(undo)) return undo;
  const say = (text: string) => fill(text, context, new Touched());
  return {
    id: '',
    title: say(rule.title),
    node,
    action,
    risk: rule.risk,
    shows: showAction(action),
    touches: say(rule.touches),
    undo,
    seconds: rule.seconds,
  };
}

/** A node by name, or the first node of a role that was reached. */
function nodeOf(on: string, context: Context, model: Model): Maybe<string> {
  const name = fillStrictly(on, context);
  if (isUnknown(name)) return name;
  const named =
    model.nodes.find((n) => n.name === name) ?? model.nodes.find((n) => n.roles.includes(name) && n.reached);
  return named ? named.name : unknown(`no node is called ${name} or has that role and answers`);
}

function actionOf(rule: ActionRule, context: Context, model: Model): Maybe<Action> {
  if ('run' in rule) {
    const argv = fillArguments(rule.run, context);
    if (isUnknown(argv)) return argv;
    const as = rule.as === undefined ? undefined : fillStrictly(rule.as, context);
    if (isUnknown(as)) return as;
    const input = rule.input === undefined ? undefined : fillStrictly(rule.input, context);
    if (isUnknown(input)) return input;
    const stdin = rule.stdin === undefined ? undefined : secretOf(rule.stdin, context, model);
    if (isUnknown(stdin)) return stdin;
    return {
      do: 'run',
      argv: argv as [string, ...string[]],
      ...(as && { as }),
      ...(stdin && { stdin }),
      ...(input && { input }),
      deadline: rule.deadline,
    };
  }
  if ('write' in rule) {
    const { before, content } = rule.write;
    const texts = fillAll([rule.write.path, rule.write.owner, rule.write.group, rule.write.mode], context);
    if (isUnknown(texts)) return texts;
    const [path, owner, group, mode] = texts as [string, string, string, string];
    if (!path.startsWith('/')) return unknown(`${path} is not an absolute path`);
    const body = typeof content === 'string' ? fillStrictly(content, context) : secretOf(content, context, model);
    return isUnknown(body) ? body : { do: 'write', path, owner, group, mode, content: body, before };
  }
  if ('set_secret' in rule) {
    const uuid = fillStrictly(rule.set_secret.uuid, context);
    if (isUnknown(uuid)) return uuid;
    if (!UUID.test(uuid)) return unknown(`${JSON.stringify(uuid)} is no UUID of a secret`);
    const value = secretOf(rule.set_secret.value, context, model);
    return isUnknown(value) ? value : { do: 'set-secret', uuid, value };
  }
  if ('edit_line' in rule) {
    const { edit_line: e } = rule;
    const texts = fillAll([e.path, e.line, e.was ?? ''], context);
    if (isUnknown(texts)) return texts;
    const [path, line, was] = texts as [string, string, string];
    if (!path.startsWith('/')) return unknown(`${path} is not an absolute path`);
    return { do: 'edit-line', path, line, ...(e.was !== undefined && { was }) };
  }
  const { set_option: o } = rule;
  const texts = fillAll([o.path, o.section, o.option, o.value ?? '', o.was ?? ''], context);
  if (isUnknown(texts)) return texts;
  const [path, section, option, value, was] = texts as [string, string, string, string, string];
  if (!path.startsWith('/')) return unknown(`${path} is not an absolute path`);
  return {
    do: 'set-option',
    path,
    section,
    option,
    ...(o.value !== undefined && { value }),
    ...(o.was !== undefined && { was }),
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function fillAll(texts: readonly string[], context: Context): Maybe<readonly string[]> {
  const filled = texts.map((t) => fillStrictly(t, context));
  const missing = filled.find(isUnknown);
  if (missing) return missing;
  const odd = (filled as string[]).find(hasControl);
  return odd === undefined
    ? (filled as string[])
    : unknown(`${JSON.stringify(odd)} holds control characters, so it is not written anywhere`);
}

function secretOf(rule: SecretRule, context: Context, model: Model): Maybe<SecretSource> {
  const node = nodeOf(rule.on, context, model);
  const name = fillStrictly(rule.name, context);
  const argv = fillArguments(rule.run, context);
  if (isUnknown(node)) return node;
  if (isUnknown(name)) return name;
  return isUnknown(argv) ? argv : { name, node, argv: argv as [string, ...string[]] };
}

function undoOf(rule: UndoRule, action: Action, context: Context): Maybe<Undo> {
  const say = (text: string) => fill(text, context, new Touched());
  if ('nothing' in rule) return { how: 'nothing', because: say(rule.nothing) };
  if ('impossible' in rule) return { how: 'impossible', because: say(rule.impossible) };
  if ('again' in rule) return { how: 'run', actions: [action], says: say(rule.again), last: true };
  if ('restore' in rule) {
    const path = fillStrictly(rule.restore, context);
    return isUnknown(path) ? path : { how: 'restore', path, says: say(rule.says) };
  }
  const all = rule.run.map((argv) => fillArguments(argv, context));
  const missing = all.find(isUnknown);
  if (missing) return missing;
  const input = rule.input === undefined ? undefined : fillStrictly(rule.input, context);
  if (isUnknown(input)) return input;
  const actions = (all as [string, ...string[]][]).map(
    (argv): Action => ({ do: 'run', argv, as: 'root', deadline: 90, ...(input && { input }) }),
  );
  return { how: 'run', actions, says: say(rule.says) };
}
