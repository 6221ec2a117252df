import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { formatProblem } from '../../src/domain/positioned.ts';
import {
  createSearch,
  type PlaybookCard,
  parseSignatures,
  type Search,
  type Signature,
} from '../../src/search/index.ts';

/** The cards of the playbooks that are shipped, with their causes. */
export const shippedCards = readdirSync('playbooks')
  .map((name) => `playbooks/${name}/playbook.yaml`)
  .filter((file) => existsSync(file))
  .map(
    (file) =>
      parse(readFileSync(file, 'utf8')) as PlaybookCard & { readonly causes: Readonly<Record<string, unknown>> },
  );

export function shippedSignatures(): readonly Signature[] {
  const read = parseSignatures(readFileSync('playbooks/signatures.yaml', 'utf8'), 'signatures.yaml');
  if (!read.ok) throw new Error(read.problems.map(formatProblem).join('\n'));
  return read.signatures;
}

export function shippedSearch(): Search & { readonly knows: (playbook: string) => boolean } {
  const search = createSearch({ playbooks: shippedCards, signatures: shippedSignatures() });
  return Object.assign(search, { knows: (playbook: string) => shippedCards.some((card) => card.id === playbook) });
}
