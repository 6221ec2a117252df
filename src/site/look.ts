import { type Answer, type Lost, lost, type Question } from '../domain/question.ts';
import type { SiteNode } from '../domain/site.ts';
import type { Link, Transport } from '../domain/transport.ts';

/** Asks one node questions; answers each, with `lost` where there is no answer. */
export type Look = (node: SiteNode, questions: readonly Question[]) => Promise<ReadonlyMap<string, Answer>>;

/** Looks over a transport, keeping one link per node open for the next look. The caller closes the transport. */
export function lookThrough(transport: Transport, signal?: AbortSignal): Look {
  const links = new Map<string, Promise<Link | Lost>>();
  return async (node, questions) => {
    const key = JSON.stringify([node.reach, node.become]);
    const opening = links.get(key) ?? transport.open(node, signal);
    links.set(key, opening);
    const link = await opening;
    if ('result' in link) {
      links.delete(key);
      return new Map(questions.map((q) => [q.id, link]));
    }
    const answers = new Map<string, Answer>();
    for await (const { id, answer } of link.ask(questions, signal)) answers.set(id, answer);
    return answers;
  };
}

/** Why a node could not be looked at, when that is what the answers say: no question got through to it. */
export function unreached(answers: ReadonlyMap<string, Answer>): Lost | undefined {
  const all = [...answers.values()];
  if (all.length === 0) return lost('unreachable', 'Nothing came back.');
  if (all.some((a) => a.result === 'exited' || a.why === 'missing' || a.why === 'denied')) return undefined;
  return all.find((a) => a.result === 'lost');
}

/** Standard output of a question that was answered, whatever its exit code. */
export function said(answers: ReadonlyMap<string, Answer>, id: string): string | undefined {
  const answer = answers.get(id);
  return answer?.result === 'exited' ? answer.stdout : undefined;
}

/** Runs at most `width` at once; results in the order of `items`. */
export async function each<T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}
