import { createHash } from 'node:crypto';
import type { FactLine } from '../bundle/index.ts';
import type { Fact } from '../domain/fact.ts';

/** A file of the bundle that holds an output. */
export interface Output {
  readonly path: string;
  readonly text: string;
  readonly origin?: string;
}

/** Any text as one safe part of a path. Two texts may become one part: whoever names files with it numbers them. */
export const pathPart = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^-+/, '_')
    .slice(0, 60) || '_';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Turns facts into lines that name their outputs. An output that several facts share is one file. */
export class Outputs {
  readonly #paths = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** The line of a fact, and the files that it needs and no earlier one has brought. */
  line({ id, probe, node, subject, command, at, waited, answer }: Fact): {
    line: FactLine;
    outputs: readonly Output[];
  } {
    const outputs: Output[] = [];
    const text = (stream: 'out' | 'err', said: string): '' | { member: string } => {
      if (said === '') return '';
      const content = digest(said);
      const known = this.#paths.get(`${node}/${content}`);
      if (known !== undefined) return { member: known };
      const path = this.#free(`nodes/${pathPart(node)}/${pathPart(probe)}`, stream);
      this.#paths.set(`${node}/${content}`, path);
      outputs.push({ path, text: said, ...(stream === 'out' && { origin: command }) });
      return { member: path };
    };
    return {
      line: {
        id,
        probe,
        node,
        ...(subject !== undefined && { subject }),
        command,
        at,
        ...(waited !== undefined && { waited }),
        answer:
          answer.result === 'lost'
            ? answer
            : { ...answer, stdout: text('out', answer.stdout), stderr: text('err', answer.stderr) },
      },
      outputs,
    };
  }

  #free(stem: string, end: string): string {
    for (let number = 1; ; number += 1) {
      const path = number === 1 ? `${stem}.${end}` : `${stem}.${number}.${end}`;
      if (this.#taken.has(path)) continue;
      this.#taken.add(path);
      return path;
    }
  }
}
