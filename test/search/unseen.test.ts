import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { findEntities } from '../../src/search/index.ts';
import { shippedSearch } from './shipped.ts';

interface Paste {
  readonly to: readonly string[];
  readonly text: string;
  readonly names?: readonly string[];
}

const pastes = parse(readFileSync('test/search/unseen.yaml', 'utf8')) as readonly Paste[];
const search = shippedSearch();

test.each(pastes.map((p) => [p.text.replace(/\s+/g, ' ').slice(0, 90), p] as const))(
  '%s',
  (_short, { to, text, names = [] }) => {
    expect(to).toContain(search(text)[0]?.playbook);
    const named = findEntities(text).map(({ kind, name }) => `${kind} ${name}`);
    expect(named).toEqual(expect.arrayContaining([...names]));
  },
);
