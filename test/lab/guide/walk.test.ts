import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PracticeLab, startLab } from '../../../src/lab/index.ts';
import { type Outcome, type Step, WALK } from './outcomes.ts';

interface Block {
  readonly heading: string;
  readonly language: string;
  readonly code: string;
}
const blocks: readonly Block[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../goldens/guide/blocks.json'), 'utf8'),
);

let lab: PracticeLab;
beforeAll(async () => {
  lab = await startLab({ start: 'empty', pace: 0 });
});
afterAll(() => lab.close());

const RC = 'if [ -e /root/admin-openrc ]; then . /root/admin-openrc; fi\n';
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const paragraphs = (code: string): string[] => code.trim().split(/\n{2,}/);

/** As one types it in, signed in to the cloud where that is possible; what would wait for ever is given two seconds. */
async function type(on: string, text: string, hangs = false) {
  const whole = hangs ? `timeout 2 bash -c ${quote(text)}` : text;
  const { code, stdout, stderr } = await lab.run(on, `${RC}${whole}`);
  return { code, stdout, stderr, said: `${stdout}${stderr}` };
}

async function comesOf(on: string, text: string, want: Outcome): Promise<void> {
  const got = await type(want.on ?? on, text, want.hangs);
  const shown = `${want.on ?? on}$ ${text}\n${got.said}[${got.code}]`;
  expect(got.code, shown).toBe(want.code);
  if (want.silent) expect(got.said, shown).toBe('');
  for (const words of want.says)
    if (typeof words === 'string') expect(got.said, shown).toContain(words);
    else expect(got.said, shown).toMatch(words);
}

const title = (step: Step): string =>
  'right' in step ? `put right: ${step.right}` : `block ${step.block}: ${blocks[step.block]?.heading}`;

test('every code block of the guide is typed in, once', () => {
  const walked = WALK.flatMap((step) => ('block' in step ? [step.block] : []));
  expect(walked).toEqual(blocks.map((_, i) => i));
});

describe('the guide, from an empty cluster', () => {
  test.each(WALK.map((step) => [title(step), step] as const))('%s', async (_, step) => {
    if ('right' in step) {
      const got = await type(step.on, step.run);
      for (const words of step.says ?? [])
        if (typeof words === 'string') expect(got.said).toContain(words);
        else expect(got.said).toMatch(words);
      return;
    }
    const { code } = blocks[step.block] as Block;
    if ('into' in step) {
      const sign = step.into.endsWith('.xml') ? '>' : '>>';
      for (const node of step.nodes)
        await comesOf(node, `cat ${sign} ${step.into} <<'EOF'\n${code}EOF`, { code: 0, says: [], silent: true });
      return;
    }
    if ('rules' in step) {
      const { stdout } = await type('ceph-mon-1', step.rules);
      const metrics = [...code.matchAll(/\b(ceph_\w+)/g)].map(([, name]) => name as string);
      expect(metrics.filter((name) => !new RegExp(`^${name}[ {]`, 'm').test(stdout))).toEqual(['ceph_pg_slow_ops']);
      return;
    }
    const texts = paragraphs(code);
    expect(step.outcomes).toHaveLength(texts.length);
    for (const [i, text] of texts.entries()) await comesOf(step.on, text, step.outcomes[i] as Outcome);
  });
});
