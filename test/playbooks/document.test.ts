import { join } from 'node:path';
import { expect, test } from 'vitest';
import { playbookDocument } from '../../src/domain/playbook-document.ts';
import { isRelation } from '../../src/domain/relation.ts';
import { shippedLibrary } from '../support/practice-run.ts';

test('docs/playbooks.md is in step with the playbooks; `npm run docs` writes it anew', async () => {
  await expect(playbookDocument(await shippedLibrary())).toMatchFileSnapshot(
    join(import.meta.dirname, '../../docs/playbooks.md'),
  );
});

test.each([
  [true, 'use', 'allows(client, "write", use.pool)'],
  [true, 'consumer', 'consumer.keyring.key == client.key'],
  [true, 'pair', 'source.cpu == target.cpu'],
  [true, 'node', 'nodes.all(n, n.release == node.release)'],
  [true, 'secret', 'secret.defined && client.known'],
  [false, 'node', 'facts["x"].value == "the client of a pool"'],
  [false, 'pool', 'pool.size > 1'],
  [false, 'service', "service.active || service.name == 'client'"],
] as const)('relation %s: on each %s, %s', (relation, each, expectation) => {
  expect(isRelation({ each, expect: expectation })).toBe(relation);
});
