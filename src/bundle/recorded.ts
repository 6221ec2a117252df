import type { Evidence, Recorded } from '../domain/evidence.ts';
import type { Fact } from '../domain/fact.ts';
import { commandLine, lost, type Question } from '../domain/question.ts';
import { ROLES, type Role, type Site } from '../domain/site.ts';
import type { BundleContent } from './read.ts';

/** Facts by the question that they answer: the fact of that name if it is the same command, else any answer to the command. */
export class Recordings {
  readonly #byId = new Map<string, Fact>();
  readonly #byCommand = new Map<string, Fact>();

  constructor(facts: Iterable<Fact>) {
    for (const fact of facts) {
      this.#byId.set(fact.id, fact);
      this.#byCommand.set(key(fact.node, fact.command), fact);
    }
  }

  find(node: string, question: Question): Fact | undefined {
    const command = commandLine(question);
    const named = this.#byId.get(question.id);
    if (named?.node === node && named.command === command) return named;
    return this.#byCommand.get(key(node, command));
  }
}

const key = (node: string, command: string): string => JSON.stringify([node, command]);

/** A bundle as evidence. `file`: its name, for the operator. */
export function evidenceOf(file: string, { manifest, facts }: BundleContent): Evidence {
  const recordings = new Recordings(facts);
  const { run, nodes } = manifest;
  return {
    from: `bundle ${file}`,
    id: run.id,
    site: siteOf(run.site, nodes),
    ...(run.practice !== undefined && { practice: run.practice }),
    playbooks: run.playbooks,
    key: manifest.redaction.key,
    ...(run.pasted && { pasted: run.pasted }),
    startedAt: run.started_at,
    lost: new Map(nodes.flatMap((node) => (node.lost ? [[node.name, node.lost] as const] : []))),
    answer: (node, question): Recorded => {
      const found = recordings.find(node, question);
      if (found)
        return { answer: found.answer, at: found.at, ...(found.waited !== undefined && { waited: found.waited }) };
      const detail = `the bundle has no answer of ${node} to \`${commandLine(question)}\``;
      return { answer: lost('absent', detail), at: run.started_at };
    },
  };
}

/** Nodes by name and role; how they were reached is nobody's business any more. */
export const siteOf = (
  name: string,
  nodes: readonly { readonly name: string; readonly roles: readonly string[] }[],
): Site => ({
  name,
  nodes: nodes.map((node) => ({
    name: node.name,
    roles: node.roles.filter((role): role is Role => (ROLES as readonly string[]).includes(role)),
    reach: { host: node.name },
    become: 'root',
  })),
});
