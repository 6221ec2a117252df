import type { Trial } from '../../domain/trial.ts';
import { type Context, requireKnown } from '../context.ts';
import { jsonDocument, jsonLine } from '../json.ts';
import { trialRecord } from '../trial-record.ts';
import { matrixText, trialsText } from '../trial-text.ts';

/**
 * Tries scenarios on the practice cluster. 0: each is found and repaired as it says; 3: something is not as it should be; 130: stopped.
 * With `--matrix` a check that never passes or fails and a cause that is never first count as well.
 */
export async function playbookTest(
  context: Context,
  ids: readonly string[],
  { matrix = false }: { readonly matrix?: boolean } = {},
): Promise<number> {
  const { io, globals, signal } = context;
  const port = await context.port();
  const library = { playbookDirs: globals.playbooks };
  const known = (await port.playbooks(library)).map((p) => p.id);
  for (const id of ids) requireKnown('playbook', id, known, 'inkling playbook list');
  const suite = await port.trials(ids, library);
  const trials: Trial[] = [];
  const progress = (): void => io.progress(`Trying: ${trials.length} of ${suite.scenarios.length} scenarios done`);
  progress();
  for await (const trial of suite.run(signal)) {
    trials.push(trial);
    if (globals.format === 'ndjson') io.emit(jsonLine({ event: 'trial', ...trialRecord(trial) }));
    progress();
  }
  io.progress('');
  const order = new Map(suite.scenarios.map(({ id }, at) => [id, at]));
  trials.sort((a, b) => (order.get(a.scenario) ?? 0) - (order.get(b.scenario) ?? 0));
  const whole = !signal.aborted && trials.length === suite.scenarios.length;
  const gaps = whole ? suite.gaps(trials) : undefined;
  const missed = matrix && gaps !== undefined && Object.values(gaps).some((list) => list.length > 0);
  const code = whole ? (trials.some((t) => t.problems.length > 0) || missed ? 3 : 0) : 130;
  const result = { trials, suite, gaps, stopped: !whole };
  if (globals.format === 'text')
    io.print(...(matrix ? matrixText(result, io.columns) : trialsText(result, io.columns)));
  else {
    const end = {
      outcome: whole ? (code === 0 ? 'as expected' : 'not as expected') : 'interrupted',
      exit_code: code,
      playbooks: suite.playbooks,
      gaps: gaps
        ? {
            checks_never_failed: gaps.neverFailed,
            checks_never_passed: gaps.neverPassed,
            causes_never_first: gaps.neverFirst,
          }
        : null,
    };
    if (globals.format === 'ndjson') io.emit(jsonLine({ event: 'end', ...end }));
    else io.emit(jsonDocument({ schema: 1, ...end, scenarios: trials.map((t) => trialRecord(t)) }));
  }
  return code;
}
