import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { recogniser } from '../../src/search/index.ts';
import { shippedCards, shippedSearch, shippedSignatures } from './shipped.ts';

const signatures = shippedSignatures();
const samples = parse(readFileSync('test/search/samples.yaml', 'utf8')) as Readonly<Record<string, string>>;
const shipped = shippedCards;
const everyCause = new Set(shipped.flatMap((p) => Object.keys(p.causes)));
const recognise = recogniser(signatures);
const search = shippedSearch();

describe('the signatures that are shipped', () => {
  test('are valid and at least 150', () => {
    expect(signatures.length).toBeGreaterThanOrEqual(150);
  });

  test('name causes that exist, of playbooks that exist', () => {
    // A signature of a playbook that is not here waits for it, and its cause with it.
    const here = signatures.filter(({ playbook }) => shipped.some((p) => p.id === playbook));
    const wrong = here.filter(({ cause }) => cause !== undefined && !everyCause.has(cause));
    expect(wrong.map(({ id, cause }) => `${id} → ${cause}`)).toEqual([]);
  });

  test('have each a sample, and no sample is left over', () => {
    expect(Object.keys(samples).sort()).toEqual(signatures.map(({ id }) => id).sort());
  });

  test.each(signatures.map((s) => [s.id, s] as const))(
    '%s fires on what is printed, and leads to its playbook',
    (id, signature) => {
      const sample = samples[id] ?? '';
      expect(recognise(sample).signatures).toContain(id);
      if (!shipped.some((p) => p.id === signature.playbook)) return;
      // A text may bear a surer signature of another playbook as well; its own is among the hits all the same.
      expect(search(sample).map((hit) => hit.playbook)).toContain(signature.playbook);
    },
  );
});

describe('what harmless programs print', () => {
  const lines = readFileSync('test/search/harmless.txt', 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');

  test.each(lines)('%s', (line) => {
    expect(recognise(line).signatures).toEqual([]);
  });

  test('pasted whole it fits nothing surely', () => {
    expect(search(lines.join('\n')).filter((hit) => hit.score > 0.5)).toEqual([]);
  });
});

test('the signatures that causes look for in logs exist', () => {
  const known = new Set(signatures.map(({ id }) => id));
  const wanted = shipped.flatMap((p) =>
    Object.entries(p.causes).flatMap(([cause, rule]) =>
      ((rule as { logs?: string[] }).logs ?? []).map((signature) => ({ cause, signature })),
    ),
  );
  expect(wanted.length).toBeGreaterThan(40);
  expect(wanted.filter(({ signature }) => !known.has(signature))).toEqual([]);
});
