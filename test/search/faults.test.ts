import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { shippedSearch } from './shipped.ts';

interface Recorded {
  readonly fault: string;
  readonly playbooks: readonly string[];
  readonly said: readonly { readonly from: string; readonly text: string }[];
}

const recorded = JSON.parse(readFileSync('test/goldens/symptoms/zed-ceph-16.2.15.json', 'utf8')) as Recorded[];
const search = shippedSearch();
const errors = ({ said }: Recorded) => said.filter(({ text }) => /ERROR|FAIL|\[(?:WRN|ERR)\]/.test(text));

describe('what was said of each recorded fault, pasted whole', () => {
  test.each(recorded.map((r) => [r.fault, r] as const))(
    '%s leads to its playbook first',
    (_fault, { playbooks, said }) => {
      const known = playbooks.filter(search.knows);
      if (known.length === 0) return;
      const first = search(said.map(({ text }) => text).join('\n'))[0];
      expect(known, `${first?.playbook}: ${first?.because}`).toContain(first?.playbook);
    },
  );

  test('there are texts of at least 25 faults', () => {
    expect(recorded.filter((r) => errors(r).length > 0).length).toBeGreaterThanOrEqual(24);
  });
});

describe('each text alone has the right playbook among the first three', () => {
  const texts = recorded.flatMap((r) => errors(r).map((said) => [r.fault, said.from, said.text, r.playbooks] as const));
  test.each(texts)('%s, %s', (_fault, _from, text, playbooks) => {
    const known = playbooks.filter(search.knows);
    if (known.length === 0) return;
    const hits = search(text)
      .slice(0, 3)
      .map((hit) => hit.playbook);
    expect(
      known.some((id) => hits.includes(id)),
      `found ${hits.join(', ')}`,
    ).toBe(true);
  });
});
