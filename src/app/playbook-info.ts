import type { PlaybookInfo } from '../cli/port.ts';
import type { Playbook } from '../domain/playbook.ts';
import { isRelation } from '../domain/relation.ts';

/** A playbook as it is shown to people. */
export const playbookInfo = (p: Playbook): Omit<PlaybookInfo, 'file' | 'scenarios'> => ({
  id: p.id,
  title: p.title,
  summary: p.summary,
  ...(p.guide !== undefined && { guide: p.guide }),
  symptoms: p.symptoms,
  checks: Object.entries(p.checks).map(([id, check]) => ({
    id,
    title: check.title,
    each: check.each,
    relation: isRelation(check),
    warns: check.level === 'warn',
  })),
  causes: Object.entries(p.causes).map(
    ([id, { title, why, proof, given, seen, explains, rivals, fixes, references }]) => ({
      id,
      title,
      why,
      proof,
      given,
      seen,
      explains,
      rivals,
      fixes: Object.entries(fixes).map(([fix, rule]) => ({
        id: fix,
        title: rule.title,
        ...(rule.by_hand !== undefined && { byHand: rule.by_hand }),
        steps: rule.steps.map((step) => ({ title: step.title, risk: step.risk })),
      })),
      references,
    }),
  ),
});
