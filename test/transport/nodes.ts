import type { Answer, Answered, Question } from '../../src/domain/question.ts';
import type { Become, Reach, SiteNode } from '../../src/domain/site.ts';
import type { Link, Transport } from '../../src/domain/transport.ts';
import type { Sshd } from '../support/sshd.ts';

export type Client = 'ssh2' | 'openssh';

/** Short enough to wait for; the system's ssh counts in whole seconds. */
export const QUICK = { connect: 4000, keepalive: 1000, grace: 1000, start: 8000 } as const;

export const nodeOf = (sshd: Sshd, client: Client, reach: Partial<Reach> = {}, become: Become = 'root'): SiteNode => ({
  name: 'node-1',
  roles: [],
  become,
  reach: { ...sshd.reach, client, ...reach },
});

export const ask = (id: string, argv: readonly [string, ...string[]], more: Partial<Question> = {}): Question => ({
  id,
  argv,
  deadline: 10,
  ...more,
});

export const shell = (id: string, text: string, more: Partial<Question> = {}): Question =>
  ask(id, ['sh', '-c', text], more);

export async function opened(transport: Transport, node: SiteNode): Promise<Link> {
  const link = await transport.open(node);
  if ('result' in link) throw new Error(`${link.why}: ${link.detail}`);
  return link;
}

/** All answers by id; fails when a question is answered twice. */
export async function answers(
  link: Link,
  questions: readonly Question[],
  signal?: AbortSignal,
): Promise<Map<string, Answer>> {
  const seen = new Map<string, Answer>();
  for await (const { id, answer } of link.ask(questions, signal) as AsyncIterable<Answered>) {
    if (seen.has(id)) throw new Error(`${id} was answered twice`);
    seen.set(id, answer);
  }
  return seen;
}

export function exited(answer: Answer | undefined): Extract<Answer, { result: 'exited' }> {
  if (answer?.result !== 'exited') throw new Error(`not an exit: ${JSON.stringify(answer)}`);
  return answer;
}

export const why = (answer: { result: string } | Link | undefined): string =>
  answer && 'why' in answer ? String(answer.why) : JSON.stringify(answer && 'result' in answer ? answer : 'a link');
