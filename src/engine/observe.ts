import { hideKeys } from '../ceph/hide-keys.ts';
import type { Fact, FactId } from '../domain/fact.ts';
import type { Library } from '../domain/playbook.ts';
import { type Answer, type Lost, lost } from '../domain/question.ts';
import type { Site } from '../domain/site.ts';
import type { Link, Transport } from '../domain/transport.ts';
import { buildModel } from './model/index.ts';
import { lostNodes } from './outcome.ts';
import { type Planned, plan } from './questions.ts';
import type { Store } from './store.ts';

export interface Observing {
  readonly site: Site;
  readonly probes: Library['probes'];
  readonly transport: Transport;
  readonly store: Store;
  readonly links: Map<string, Link>;
  readonly now: () => Date;
}

/**
 * Looks at all nodes at once. Each node is asked everything it owes in one go; whenever a lane of a node has answered, the model may
 * know new subjects, and whatever idle lanes can be asked then is asked: a lane in which a client hangs holds up no other. Ends when
 * nothing is left to ask. Every question gets an answer or a reason.
 */
export async function observe(o: Observing, signal: AbortSignal): Promise<void> {
  const asked = new Set<FactId>(o.store.run.facts.keys());
  /** Nodes that are being connected to. */
  const connecting = new Set<string>();
  /** Lanes under way, by node. */
  const busy = new Map<string, Set<string>>(o.site.nodes.map((n) => [n.name, new Set()]));
  const running = new Set<Promise<void>>();
  const started = new Map<string, number>();
  /** Links of nodes a lane of which has ended since the last time it was asked what is left to ask. */
  const ended = new Map<string, Link>();

  const track = (work: Promise<void>) => {
    running.add(work);
    const ended = () => running.delete(work);
    // Whoever waits below hears of a failure; here it must not count as one that nobody heard of.
    work.then(ended, ended);
  };

  const connect = async (name: string): Promise<void> => {
    const node = o.site.nodes.find((n) => n.name === name);
    if (!node) return;
    connecting.add(name);
    started.set(name, Date.now());
    o.store.note({ type: 'node.connecting', node: name });
    const open = o.links.get(name);
    const link = open ?? (await o.transport.open(node, signal));
    connecting.delete(name);
    if ('result' in link) o.store.note({ type: 'node.lost', node: name, lost: link });
    else {
      o.links.set(name, link);
      const ms = Date.now() - (started.get(name) ?? Date.now());
      o.store.note({ type: 'node.reached', node: name, ...(!open && { ms }) });
    }
    pumpSoon();
  };

  const question = async (node: string, lane: string, batch: readonly Planned[]): Promise<void> => {
    const lanes = busy.get(node) as Set<string>;
    lanes.add(lane);
    const link = o.links.get(node) as Link;
    const sent = o.now().getTime();
    const open = new Map(batch.map((p) => [p.question.id, p]));
    o.store.note({
      type: 'asked',
      node,
      questions: batch.flatMap((p) => p.facts.map((f) => ({ id: f.id, command: p.command }))),
    });
    try {
      for await (const { id, answer, at, waited } of link.ask(
        batch.map((p) => p.question),
        signal,
      )) {
        const planned = open.get(id);
        if (!planned) continue;
        open.delete(id);
        answered(planned, answer, sent, at === undefined ? undefined : { at, ...(waited !== undefined && { waited }) });
      }
    } catch (error) {
      for (const planned of open.values())
        answered(planned, lost('dropped', `${node}: ${(error as Error).message}`), sent);
      open.clear();
    }
    for (const planned of open.values()) answered(planned, gone(node, signal), sent);
    lanes.delete(lane);
    ended.set(node, link);
    pumpSoon();
  };

  const answered = (planned: Planned, answer: Answer, sent: number, recorded?: When) => {
    const now = o.now();
    const when = recorded ?? { at: now.toISOString(), waited: now.getTime() - sent };
    for (const fact of planned.facts)
      o.store.note({ type: 'fact', fact: { ...fact, command: planned.command, ...when, answer: withoutKeys(answer) } });
  };

  let due = false;
  /** Once for all lanes whose ends came while the last model was being made. */
  const pumpSoon = (): void => {
    if (due) return;
    due = true;
    track(new Promise<void>((resolve) => setImmediate(resolve)).then(pump));
  };

  const pump = (): void => {
    due = false;
    if (!signal.aborted) askOn();
    for (const [node, { trips }] of ended)
      if (busy.get(node)?.size === 0)
        o.store.note({ type: 'node.done', node, trips, ms: Date.now() - (started.get(node) ?? Date.now()) });
    ended.clear();
  };

  const askOn = (): void => {
    const observed = { site: o.site, facts: o.store.run.facts, lost: lostNodes(o.store.run) };
    const todo = plan(buildModel(observed, o.probes), observed, o.probes, asked);
    for (const [node, wanted] of Map.groupBy(todo, (p) => p.node)) {
      if (connecting.has(node) || !o.links.has(node)) continue;
      for (const [lane, batch] of Map.groupBy(wanted, (p) => p.question.lane ?? '')) {
        if (busy.get(node)?.has(lane)) continue;
        for (const p of batch) for (const fact of p.facts) asked.add(fact.id);
        track(question(node, lane, batch));
      }
    }
  };

  for (const node of o.site.nodes) track(connect(node.name));
  while (running.size > 0) await Promise.race(running);
}

const gone = (node: string, signal: AbortSignal): Lost =>
  signal.aborted
    ? lost('cancelled', 'the run was stopped before it answered')
    : lost('dropped', `the link to ${node} gave no answer to this`);

/** When an answer was given, told by whoever recorded it. */
type When = Pick<Fact, 'at' | 'waited'>;

/** What is journalled and shown from here on holds no key, whichever program let one slip out. */
const withoutKeys = (answer: Answer): Answer =>
  answer.result === 'lost' ? answer : { ...answer, stdout: hideKeys(answer.stdout), stderr: hideKeys(answer.stderr) };
