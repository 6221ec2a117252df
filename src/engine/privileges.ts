import type { ActionRule, Library, SecretRule } from '../domain/playbook.ts';
import type { Role } from '../domain/site.ts';
import { type Allowed, commandRule } from '../domain/sudoers.ts';
import { CANARY_SECONDS, canaryCommands } from './fix/canary.ts';
import { fenced, GUARD } from './fix/lease-script.ts';

/** One command that needs sudo, on which nodes, and what cannot be done without it. */
export interface Privilege extends Allowed {
  readonly set: 'read' | 'fix';
  /** A role, `any`, or undefined when only a look tells which node. */
  readonly on?: Role | 'any';
  /** Probe, or cause and fix. */
  readonly needs: string;
}

/** Stands for what is tried after a repair, where a cause and a fix would stand. */
const CANARY = 'canary';

const OF_MANY = /candidates|caps(Of|With)\(/;

/** A blank that stands for a list is written in doubled braces. */
const words = (argv: readonly string[]): readonly string[] =>
  argv.map((word) => (/^\{[^{}]+\}$/.test(word) && OF_MANY.test(word) ? `{${word}}` : word));

const SERVICE_USERS = ['glance', 'cinder', 'nova'] as const;

const shell = (before: readonly string[], deadline: number): Allowed => ({
  as: 'root',
  argv: [...before, '/bin/sh', '-c', '{{anything}}'],
  deadline,
});

/** Everything that Inkling may run through sudo with these playbooks. */
export function privileges(library: Library): readonly Privilege[] {
  const all: Privilege[] = [{ as: 'root', argv: ['id', '-u'], deadline: 10, set: 'read', on: 'any', needs: 'nodes' }];
  for (const as of SERVICE_USERS) all.push({ as, argv: ['id', '-un'], deadline: 10, set: 'read', needs: 'nodes' });
  const probes = [library.probes, ...library.playbooks.map((p) => p.probes)].flatMap((p) => Object.entries(p));
  for (const [needs, probe] of probes)
    for (const as of users(probe.as)) {
      const on = probe.on.startsWith('{') ? undefined : (probe.on as Role | 'any');
      all.push({ as, argv: words(probe.run), deadline: probe.deadline, set: 'read', needs, ...(on && { on }) });
    }
  const login = { user: '{user}', cluster: '{cluster}', conf_path: '{conf}' };
  for (const as of SERVICE_USERS)
    for (const argv of Object.values(canaryCommands(login, '{pool}/{image}')))
      all.push({ as, argv, deadline: CANARY_SECONDS, set: 'fix', needs: CANARY });
  for (const { causes } of library.playbooks)
    for (const [cause, rule] of Object.entries(causes))
      for (const [fix, { steps }] of Object.entries(rule.fixes))
        for (const step of steps) {
          const commands = [
            ...actionCommands(step.do),
            ...('run' in step.undo ? step.undo.run.map(underLease(90)) : []),
          ];
          const files = 'restore' in step.undo ? [shell([], 30)] : [];
          for (const command of [...commands, ...files, shell(GUARD.slice(0, -2), 15), shell([], 15)])
            all.push({ ...command, set: 'fix', needs: `${cause}/${fix}` });
        }
  return all;
}

const asRoot =
  (deadline: number) =>
  (argv: readonly string[]): Allowed => ({ as: 'root', argv: words(argv), deadline });

const underLease =
  (deadline: number) =>
  (argv: readonly string[]): Allowed => ({ as: 'root', argv: [...fenced('{lease}'), ...words(argv)], deadline });

const users = (as: string | undefined): readonly string[] =>
  as === undefined ? [] : as.startsWith('{') ? SERVICE_USERS : [as];

function actionCommands(rule: ActionRule): readonly Allowed[] {
  const secret = (from: SecretRule | undefined) => (from ? [asRoot(20)(from.run)] : []);
  if ('run' in rule)
    return [
      ...users(rule.as).map((as) =>
        as === 'root' ? underLease(rule.deadline)(rule.run) : { as, argv: words(rule.run), deadline: rule.deadline },
      ),
      ...secret(rule.stdin),
    ];
  if ('set_secret' in rule) return [shell([], 30), ...secret(rule.set_secret.value)];
  if ('write' in rule)
    return [shell([], 30), ...(typeof rule.write.content === 'string' ? [] : secret(rule.write.content))];
  return [asRoot(10)(['base64', '{path}']), asRoot(10)(['stat', '-c', '%U %G %a', '{path}']), shell([], 30)];
}

const key = (p: Allowed): string => `${p.as} ${commandRule(p)}`;

/** The same commands once each; what they are needed for joined. */
export function joined(all: readonly Privilege[]): readonly (Privilege & { readonly for: readonly string[] })[] {
  return [...Map.groupBy(all, key).values()].map((group) => ({
    ...(group[0] as Privilege),
    for: [...new Set(group.map((p) => p.needs))].sort(),
  }));
}

/** Is anything at all allowed as root? Asked first: then nothing else need be. */
export const ANYTHING: Allowed = { as: 'root', argv: ['/inkling/anything'], deadline: 1 };

/** Asks sudo whether it would run this, with stand-ins for values; nothing runs. Exit code 0: it would. */
export const wouldRun = ({ as, argv, deadline }: Allowed): readonly [string, ...string[]] => [
  ...(['sudo', '-n', '-l', '-u', as, '--', 'timeout', '-k', '2', String(Math.max(1, Math.ceil(deadline)))] as const),
  ...argv.map((word) => (/^\{\{.*\}\}$/s.test(word) ? 'value' : word.replace(/\{[^{}]+\}/g, 'value'))),
];

/** What cannot be done without the commands that sudo refuses, in a sentence; undefined when it refuses none. */
export function impossible(refused: readonly Privilege[]): string | undefined {
  if (refused.length === 0) return undefined;
  const needs = (set: 'read' | 'fix') => [...new Set(refused.filter((p) => p.set === set).map((p) => p.needs))].sort();
  const [looks, fixes] = [needs('read'), needs('fix').filter((name) => name !== CANARY)];
  return [
    ...(looks.length > 0
      ? [`sudo refuses what these need, so checks that rest on them are unknown: ${looks.join(', ')}`]
      : []),
    ...(fixes.length > 0 ? [`these repairs are impossible: ${fixes.join(', ')}`] : []),
    ...(needs('fix').includes(CANARY) ? ['no canary can be tried after a repair'] : []),
    'docs/sudoers has the lines to allow them',
  ].join('; ');
}
