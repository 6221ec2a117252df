import { byteCount } from '../domain/bytes.ts';
import { bytesOf, type EngineState } from '../domain/engine.ts';

/** One line that says how far a run is and what it waits for; empty when there is nothing to wait for. */
export function progressLine({ run, fix }: EngineState): string {
  if (fix && fix.phase !== 'done' && fix.phase !== 'planned') {
    const now = fix.steps.find(({ status }) => status === 'running');
    const words = { gating: 'Checking again', applying: 'Applying', verifying: 'Verifying', undoing: 'Taking back' };
    return `${words[fix.phase]}${now ? `: ${now.step.title} on ${now.step.node}` : ' …'}`;
  }
  if (run.phase !== 'looking') return '';
  const done = run.nodes.filter(({ status }) => status === 'done' || status === 'lost').length;
  const asked = run.nodes.reduce((sum, node) => sum + node.asked, 0);
  const answered = run.nodes.reduce((sum, node) => sum + node.answered, 0);
  const volume = bytesOf(run.nodes);
  const size = volume === 0 ? '' : `, ${byteCount(volume)}`;
  const slow = run.nodes.find(({ status }) => status === 'asking' || status === 'connecting');
  const waiting = slow
    ? ` · waiting for ${slow.name}${slow.waiting[0] === undefined ? '' : `: ${slow.waiting[0]}`}`
    : '';
  return `Looking: ${done} of ${run.nodes.length} nodes done, ${answered} of ${asked} answers${size}${waiting}`;
}
