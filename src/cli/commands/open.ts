import type { Context } from '../context.ts';
import { recorded } from './check.ts';

/** The screens of a run on what a file recorded; without a terminal the report of the same. */
export async function open(context: Context, file: string): Promise<number> {
  if (context.screenFrom === undefined) return recorded(context, { bundle: file }, [], undefined);
  // Refused here, with one message, rather than on a screen.
  const engine = await (await context.port()).openRecorded(file, {
    playbooks: [],
    playbookDirs: context.globals.playbooks,
  });
  await engine.close();
  return context.screenFrom({ at: 'recorded', file });
}
