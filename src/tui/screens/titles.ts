import type { Printable } from '../../domain/printable.ts';
import type { Scene } from '../model.ts';
import { one } from '../text/wrap.ts';

/** What a check or a cause is called: as the playbook says where nothing is judged yet. The id is the last resort. */
export function titleOf({ engine, ui }: Scene, id: string): Printable {
  const { checks = [], causes = [] } = engine?.judgement ?? {};
  const judged = checks.find(({ check }) => check === id) ?? causes.find((cause) => cause.id === id);
  const known = ui.library.playbooks.find(({ titles }) => Object.hasOwn(titles, id));
  return one(judged?.title ?? known?.titles[id] ?? id);
}
