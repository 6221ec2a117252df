import { z } from 'zod';
import type { Answer } from '../../domain/question.ts';
import type { RunOn } from './act.ts';
import { GUARD, LEASE, RELEASE, RENEW, TAKE } from './lease-script.ts';

/** Who changes a site. `since` is ISO 8601, `what` the fix. */
const holderSchema = z.object({
  /** The run, and the process that has it now: what an earlier process of the run has sent may still be on its way. */
  run: z.string(),
  who: z.string(),
  host: z.string(),
  pid: z.number(),
  /** When that process began, to tell it from a later one with its number. */
  began: z.string(),
  since: z.string(),
  what: z.string(),
});
export type Holder = z.output<typeof holderSchema>;

export interface Leases {
  readonly run: RunOn;
  /** Is this holder a process of this machine that has ended? Then its lease needs not run out. */
  readonly gone: (holder: Holder) => boolean;
  /** Does `task` again and again until told to stop. */
  readonly repeat: (task: () => Promise<void>, seconds: number) => () => void;
}

/** Seconds after which a lease that nobody renews is left behind, and between two renewals. */
export const LEASE_SECONDS = 60;
const RENEW_SECONDS = 15;

export type Taking = { readonly ok: true; readonly lock: Lock } | { readonly ok: false; readonly says: string };

/** Leases on several nodes for one fix. Nothing is changed unless all of them are held. */
export class Lock {
  #lost: string | undefined;
  readonly #stop: () => void;

  constructor(
    private readonly leases: Leases,
    private readonly nodes: readonly string[],
    private readonly holder: Holder,
  ) {
    this.#stop = leases.repeat(async () => {
      for (const node of nodes) await this.held(node);
    }, RENEW_SECONDS);
  }

  /** Asks the node just before something is changed there. Why not, when the lease is not ours any more. */
  async held(node: string): Promise<string | undefined> {
    if (this.#lost !== undefined || !this.nodes.includes(node)) return this.#lost;
    const answer = await this.leases.run(node, program(RENEW, [LEASE, this.holder.run]));
    const [word, text] = lines(answer);
    // A link that is down takes nothing away; the step itself will say so.
    if (word === 'lost')
      this.#lost = `the lock on ${node} was lost${text === '' ? ' because it was not renewed in time' : ` to ${words(text)}`}`;
    return this.#lost;
  }

  /** Lets it run out. */
  leave(): void {
    this.#stop();
  }

  async release(): Promise<void> {
    this.#stop();
    for (const node of this.nodes) await this.leases.run(node, program(RELEASE, [LEASE, this.holder.run]));
  }
}

/** Takes the leases in order of name, so that of two operators one gets them all. */
export async function takeLock(leases: Leases, nodes: readonly string[], holder: Holder): Promise<Taking> {
  const ordered = [...new Set(nodes)].sort();
  for (const [at, node] of ordered.entries()) {
    const says = await take(leases, node, holder);
    if (says === undefined) continue;
    for (const taken of ordered.slice(0, at)) await leases.run(taken, program(RELEASE, [LEASE, holder.run]));
    return { ok: false, says };
  }
  return { ok: true, lock: new Lock(leases, ordered, holder) };
}

async function take(leases: Leases, node: string, holder: Holder): Promise<string | undefined> {
  const ask = (left: string) =>
    leases.run(node, program(TAKE, [LEASE, holder.run, JSON.stringify(holder), String(LEASE_SECONDS), left]));
  const [word, text] = lines(await ask(''));
  if (word === 'held') return undefined;
  if (word === 'running')
    return `${node} is still at work for an earlier change, or is undoing it by itself. Try again in a minute`;
  if (word !== 'busy') return `${node} cannot be locked: ${word}`;
  const other = parsed(text.split('\n')[1] ?? '');
  if (other && leases.gone(other) && lines(await ask(other.run))[0] === 'held') return undefined;
  return `${node} is being changed by ${words(text)}. Wait for it to end, or ask; its lock runs out ${LEASE_SECONDS} s after it stops`;
}

const program = (script: string, args: readonly string[]) => ({
  argv: [...GUARD, script, 'inkling', ...args] as const,
  as: 'root',
  deadline: 15,
});

/** The first word a lease program printed, or why there is none; and the rest. */
function lines(answer: Answer): readonly [string, string] {
  if (answer.result === 'lost') return [answer.detail, ''];
  const [first = '', ...rest] = answer.stdout.split('\n');
  if (answer.code !== 0 || !['held', 'busy', 'running', 'lost', 'free'].includes(first))
    return [answer.stderr.trim().split('\n').at(-1) || `exit ${answer.code}`, ''];
  return [first, rest.join('\n')];
}

function parsed(line: string): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** `anna on desk-7 since 2026-02-03 04:05 UTC: Set the caps`, from what a lease says. */
function words(text: string): string {
  const holder = text
    .split('\n')
    .map(parsed)
    .find((h) => h !== undefined);
  if (!holder) return 'somebody else';
  return `${holder.who} on ${holder.host} since ${holder.since.slice(0, 16).replace('T', ' ')} UTC: ${holder.what}`;
}
