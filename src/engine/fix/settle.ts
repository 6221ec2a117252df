import type { Backup, Step, StepState, StepStatus } from '../../domain/plan.ts';
import type { Store } from '../store.ts';
import type { RunOn } from './act.ts';
import { KEEP } from './file-script.ts';
import { READ_SECRET } from './secret-script.ts';
import { restarts } from './undo.ts';

/** Arguments: path, and where what was there before was kept. A writer whose link was cut may still be at work: its lock is waited for. */
const READ = `set -u
if [ -d ${KEEP} ]; then exec 9>> ${KEEP}/.lock && flock -w 15 9 || exit 75; fi
if [ -L "$1" ]; then echo link; elif [ -f "$1" ]; then sha256sum < "$1" | cut -d' ' -f1; elif [ -e "$1" ]; then echo odd; else echo absent; fi
if [ -n "$2" ] && [ -f "$2" ]; then sha256sum < "$2" | cut -d' ' -f1; elif [ -f "$2.absent" ]; then echo absent; else echo nothing; fi
`;

/**
 * Closes every step that was begun and has no result, by reading its node: `done` when the file is what it was to become, `waiting` when
 * it is what it was, else `unknown`. What a command without a file did can only be seen by looking at the cluster. A step that was done
 * is `waiting` again where the node has put its file back since. `busy`: why the nodes cannot be read in peace.
 */
export async function settle(store: Store, run: RunOn, busy?: string): Promise<void> {
  const { fix } = store;
  if (!fix || fix.outcome !== undefined) return;
  const close = (state: StepState, settled: Settled) =>
    store.record({ type: 'step.result', plan: fix.plan.hash, step: state.step.id, ...settled });
  const back = new Set<string>();
  for (const state of fix.steps) {
    const { node } = state.step;
    if (state.status === 'running' && busy !== undefined) await close(state, unseen(busy));
    else if (state.status === 'running')
      await close(state, fix.phase === 'undoing' ? await undone(state, run) : await applied(state, run));
    else if (state.status === 'done' && state.backup) {
      const settled = await applied(state, run);
      if (settled.status !== 'waiting') continue;
      back.add(node);
      await close(state, { status: 'waiting', says: `the node put ${state.backup.path} back by itself` });
    } else if (state.status === 'done' && back.has(node) && restarts(state.step))
      await close(state, { status: 'waiting', says: 'to be done again: what it was for was put back' });
  }
}

interface Settled {
  readonly status: StepStatus;
  readonly says: string;
}

const unseen = (says: string): Settled => ({ status: 'unknown', says });

async function applied({ step, backup }: StepState, run: RunOn): Promise<Settled> {
  if (step.action.do === 'run')
    return unseen(
      'Inkling ended before it learned the result; the command may have run, and is run again when you go on',
    );
  // What a write needs for its undo is on record before a byte of it leaves.
  if (!backup) return { status: 'waiting', says: 'not applied: Inkling ended before it began' };
  const [is, kept] = await read(step, backup, run);
  if (is === undefined) return unseen(`what became of ${backup.path} could not be read: ${kept}`);
  const before = backup.before === 'unknown' ? (kept ?? 'nothing') : backup.before;
  if (is === backup.after) return { status: 'done', says: `applied: ${backup.path} is what it was to become` };
  if (is === before || before === 'nothing')
    return { status: 'waiting', says: `not applied: ${backup.path} is as it was` };
  return unseen(`${backup.path} is neither what it was nor what it was to become: somebody else changed it`);
}

async function undone({ step, backup }: StepState, run: RunOn): Promise<Settled> {
  if (!backup || step.undo.how !== 'restore') return unseen('Inkling ended while this was being taken back');
  const [is, kept] = await read(step, backup, run);
  if (is === undefined) return unseen(`what became of ${backup.path} could not be read: ${kept}`);
  const before = backup.before === 'unknown' ? kept : backup.before;
  if (is === before) return { status: 'undone', says: `${backup.path} is as it was` };
  return is === backup.after
    ? { status: 'done', says: `not taken back: ${backup.path} is as the fix left it` }
    : unseen(`${backup.path} is neither what it was nor what it became: somebody else changed it`);
}

/** Digests of the file, or the value, and of what was kept; or undefined and why. */
async function read(
  { node, action }: Step,
  { path, kept }: Backup,
  run: RunOn,
): Promise<readonly [string | undefined, string | undefined]> {
  const program = action.do === 'set-secret' ? READ_SECRET : READ;
  const answer = await run(node, { argv: ['/bin/sh', '-c', program, 'inkling', path, kept], as: 'root', deadline: 20 });
  if (answer.result === 'lost') return [undefined, answer.detail];
  const [is, was] = answer.stdout.trim().split('\n');
  return answer.code === 0 && is && was ? [is, was] : [undefined, answer.stderr.trim() || `exit ${answer.code}`];
}
