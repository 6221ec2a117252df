import type { RunEvent } from '../../src/domain/event.ts';
import { checkSchema, type Library, type Playbook, probeSchema } from '../../src/domain/playbook.ts';
import { type Answer, type Answered, type Command, type Lost, lost, type Question } from '../../src/domain/question.ts';
import type { Site, SiteNode } from '../../src/domain/site.ts';
import type { HostKey, Link, Transport } from '../../src/domain/transport.ts';
import { Run } from '../../src/engine/run.ts';
import { exited } from '../parsers/recorded.ts';
import { playbook } from './samples.ts';

/** How one node behaves; whatever is left out goes well. */
export interface Script {
  readonly open?: (signal: AbortSignal, trust: () => Promise<boolean>) => Promise<Lost | undefined>;
  /** Answers a question; `silence` never does, `end` ends the stream there, `throw` breaks the contract. */
  readonly answer?: (question: Question) => Answer | 'silence' | 'end' | 'throw';
  /** Sent as well, after everything that was asked. */
  readonly unasked?: readonly Answered[];
  readonly run?: (command: Command) => Answer;
}

const aborted = (signal: AbortSignal | undefined) =>
  new Promise<void>((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });

class ScriptedLink implements Link {
  trips = 0;
  readonly asked: string[] = [];
  readonly ran: Command[] = [];
  readonly node: SiteNode;
  readonly #script: Script;

  constructor(node: SiteNode, script: Script) {
    this.node = node;
    this.#script = script;
  }

  async *ask(questions: readonly Question[], signal?: AbortSignal): AsyncIterable<Answered> {
    this.trips += 1;
    for (const question of questions) {
      this.asked.push(question.id);
      const answer = this.#script.answer?.(question) ?? exited('1795372345.5\n');
      if (answer === 'silence') {
        await aborted(signal);
        return;
      }
      if (answer === 'end') return;
      if (answer === 'throw') throw new Error('channel closed');
      yield { id: question.id, answer };
    }
    yield* this.#script.unasked ?? [];
  }

  async run(command: Command): Promise<Answered> {
    this.ran.push(command);
    return { id: command.id, answer: this.#script.run?.(command) ?? exited('') };
  }

  async close(): Promise<void> {}
}

/** Settles when the run is stopped, as an open that hangs must. */
export const hanging = async (signal: AbortSignal): Promise<Lost> => {
  await aborted(signal);
  return lost('cancelled', 'stopped while connecting');
};

const CLOCKS = Object.fromEntries(
  ['clock', 'second', 'third'].map((id) => [id, probeSchema.parse({ on: 'any', run: ['date', id], parse: 'clock' })]),
);
const REACHED: Playbook = playbook(
  {},
  {
    reached: checkSchema.parse({
      ...{ title: 'Reached', each: 'node', expect: 'node.skew.seconds < 1e12', pass: 'fine', fail: 'bad' },
    }),
  },
);
export const library: Library = { probes: CLOCKS, playbooks: [REACHED], scenarios: [] };

export interface ScriptedRun {
  readonly run: Run;
  readonly events: RunEvent[];
  readonly links: ReadonlyMap<string, ScriptedLink>;
}

/** A run on nodes that do as they are told. */
export function scriptedRun(scripts: Readonly<Record<string, Script>>, more: { history?: readonly RunEvent[] } = {}) {
  const site: Site = {
    name: 'scripted',
    nodes: Object.keys(scripts).map((name) => ({
      name,
      roles: ['nova-compute'],
      become: 'sudo',
      reach: { host: name },
    })),
  };
  const events: RunEvent[] = [];
  const links = new Map<string, ScriptedLink>();
  const transport = (trust: (key: HostKey) => Promise<boolean>): Transport => ({
    open: async (node, signal) => {
      const key = { node: node.name, host: node.name, type: 'ssh-ed25519', fingerprint: 'SHA256:abc' };
      const script = scripts[node.name] as Script;
      const refused = await script.open?.(signal as AbortSignal, () => trust(key));
      if (refused) return refused;
      const link = new ScriptedLink(node, script);
      links.set(node.name, link);
      return link;
    },
    close: async () => {},
  });
  const run = new Run({
    ...{
      id: 'r',
      site,
      library,
      playbooks: library.playbooks,
      operator: { who: 'tester', host: 'desk', pid: 1, began: '7', gone: () => false },
      transport,
      ...more,
    },
    journal: {
      append: async (event) => void events.push(event),
      appendSoon: (event) => void events.push(event),
      close: async () => {},
    },
  });
  return { run, events, links } satisfies ScriptedRun;
}
