import type { CauseRule, Library, Playbook } from './playbook.ts';
import { isRelation } from './relation.ts';

/** All playbooks as one page of Markdown: every check, every cause, with counts. */
export function playbookDocument({ playbooks, scenarios }: Pick<Library, 'playbooks' | 'scenarios'>): string {
  const checks = playbooks.flatMap((p) => Object.values(p.checks));
  const causes = playbooks.flatMap((p) => Object.values(p.causes));
  const relations = checks.filter(isRelation).length;
  return [
    '# Playbooks',
    '',
    'What Inkling judges by. This page is made from `playbooks/`: `npm run docs` writes it anew, and a test keeps it in step.',
    '',
    `${playbooks.length} playbooks, ${checks.length} checks (${relations} relations across nodes, ${checks.length - relations} local), ` +
      `${causes.length} causes, ${scenarios.length} scenarios.`,
    '',
    'A *relation* judges what comes from two places at least: the files of a node and the cluster, the secrets of a compute node and',
    'another node, or all nodes at once. A *local* check judges what one node, or the cluster, says by itself.',
    '',
    ...playbooks.flatMap(one),
  ].join('\n');
}

const one = (playbook: Playbook): string[] => [
  `## ${playbook.title} (\`${playbook.id}\`)`,
  '',
  words(playbook.summary),
  '',
  `${Object.keys(playbook.checks).length} checks, ${Object.keys(playbook.causes).length} causes.`,
  '',
  '| check | judged on | kind | what |',
  '| --- | --- | --- | --- |',
  ...Object.entries(playbook.checks).map(
    ([id, c]) =>
      `| \`${id}\` | ${c.each} | ${isRelation(c) ? 'relation' : 'local'}${c.level === 'warn' ? ', warns' : ''} | ${cell(c.title)} |`,
  ),
  '',
  '| cause | proved by | look-alikes ruled out | repair |',
  '| --- | --- | --- | --- |',
  ...Object.entries(playbook.causes).map(
    ([id, c]) => `| \`${id}\`: ${cell(c.title)} | ${ids(c.proof)} | ${ids(c.rivals)} | ${cell(repair(c))} |`,
  ),
  '',
];

const repair = ({ fixes }: CauseRule): string =>
  Object.entries(fixes)
    .map(([id, f]) => (f.by_hand === undefined ? `${f.title} (${id})` : `by hand: ${f.title}`))
    .join('; ');

const ids = (list: readonly string[]): string => list.map((id) => `\`${id}\``).join(', ');
const words = (text: string): string => text.replace(/\s+/g, ' ').trim();
const cell = (text: string): string => words(text).replaceAll('|', '\\|');
