import { hideKeys } from '../../ceph/hide-keys.ts';
import type { Consumer } from '../../domain/consumers.ts';
import { type Maybe, unknown } from '../../domain/fact.ts';
import type { Model } from '../../domain/model.ts';
import { commandLine } from '../../domain/question.ts';
import { complaint } from '../../parsers/parser.ts';
import type { RunOn } from './act.ts';

type Argv = readonly [string, ...string[]];

/** One small operation as a service would do it, and what takes it away again. */
export interface Canary {
  readonly node: string;
  readonly as: string;
  readonly create: Argv;
  readonly remove: Argv;
}

/** Longest time of one of its commands. */
export const CANARY_SECONDS = 30;
/** librbd's answer where the image is there: only an earlier canary of the same run has this name. */
const EXISTS = 17;

type Login = Pick<Consumer, 'user' | 'cluster' | 'conf_path'>;

const rbd = ({ user, cluster, conf_path }: Login, ...words: readonly string[]): Argv => [
  'rbd',
  '--id',
  user,
  '--cluster',
  cluster,
  '--conf',
  conf_path,
  ...words,
];

/** What a canary runs, in this order, with `image` as `pool/name`. */
export const canaryCommands = (login: Login, image: string): Pick<Canary, 'create' | 'remove'> => ({
  create: rbd(login, 'create', '--size', '4M', image),
  remove: rbd(login, 'rm', '--no-progress', image),
});

/**
 * An RBD image of 4 MiB for every user and pool that a service writes to: on each node that was changed, else on the first that has the
 * service. The pools are those of now, after the change.
 */
export function canaries(model: Model, changed: ReadonlySet<string>, name: string): Maybe<readonly Canary[]> {
  const reached = new Set(model.nodes.filter((n) => n.reached).map((n) => n.name));
  const writes = model.uses.filter((use) => use.need === 'write' && reached.has(use.node));
  if (writes.length === 0) return unknown('no service is known that writes to a pool');
  const chosen = [...Map.groupBy(writes, (use) => `${use.entity} ${use.pool}`).values()].flatMap((same) => {
    const here = same.filter((use) => changed.has(use.node));
    return here.length > 0 ? [...new Map(here.map((use) => [use.node, use])).values()] : same.slice(0, 1);
  });
  return chosen.flatMap((use) => {
    const consumer = model.consumers.find((c) => c.id === use.consumer);
    if (!consumer) return [];
    return [{ node: use.node, as: consumer.runs_as, ...canaryCommands(consumer, `${use.pool}/${name}`) }];
  });
}

/** What was run, on which node. */
export const canaryWords = ({ node, as, create, remove }: Canary): readonly string[] =>
  [create, remove].map((argv) => `${node} $ ${commandLine({ argv, as })}`);

/** Undefined when it worked and left nothing; else what went wrong. `made`: only its removal failed. */
export async function tryCanary(
  { node, as, create, remove }: Canary,
  run: RunOn,
): Promise<{ readonly says: string; readonly made?: true } | undefined> {
  const made = await run(node, { argv: create, as, deadline: CANARY_SECONDS });
  const done = made.result === 'exited' && (made.code === 0 || made.code === EXISTS);
  if (!done && made.result === 'exited' && made.code < 128)
    return { says: `\`${commandLine({ argv: create, as })}\` on ${node}: ${hideKeys(complaint(made))}` };
  const gone = await run(node, { argv: remove, as, deadline: CANARY_SECONDS });
  const by = `by hand on ${node}: ${commandLine({ argv: remove, as })}`;
  if (!done) {
    const why = made.result === 'lost' ? made.detail : hideKeys(complaint(made));
    return {
      says: `\`${commandLine({ argv: create, as })}\` on ${node} did not end: ${why}; should its image be there, ${by}`,
    };
  }
  if (gone.result === 'exited' && gone.code === 0) return undefined;
  const why = gone.result === 'lost' ? gone.detail : hideKeys(complaint(gone));
  return { says: `the image of the canary was made and could not be removed (${why}); ${by}`, made: true };
}
