import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact } from '../../src/domain/fact.ts';
import type { Exited } from '../../src/domain/question.ts';

const file = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../goldens/parsers/ceph-16.2.15', name), 'utf8'));

export const exited = (stdout: string, stderr = '', code = 0, dropped = 0): Exited => ({
  result: 'exited',
  code,
  stdout,
  stderr,
  dropped,
  ms: 1,
});

/** One look at a known-good cluster. */
export const healthyFacts = file('healthy.json') as readonly Fact[];

/** The answer to a question of that look, by the id of its fact. */
export function healthy(id: string): Exited {
  const answer = healthyFacts.find((f) => f.id === id)?.answer;
  if (answer?.result !== 'exited') throw new Error(`${id} is not in the recording`);
  return answer;
}

/** `rbd ls` as a service user, by where it stopped. */
export function rbdLs(name: string): Exited {
  const all = file('rbd-ls.json') as readonly { name: string; code: number; stdout: string; stderr: string }[];
  const found = all.find((r) => r.name === name);
  if (!found) throw new Error(`${name} is not in the recording`);
  return exited(found.stdout, found.stderr, found.code);
}
