import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import type { CliPort } from './port.ts';

/** Adds `complete`, which prints the script for a shell and answers its questions while the operator types. */
export async function withCompletion(
  root: Command,
  argv: readonly string[],
  port: () => Promise<CliPort>,
): Promise<void> {
  const completion = tab(root);
  if (!argv.includes('--')) return;
  // A shell that completes must never wait or fail because a playbook is broken.
  const library = { playbookDirs: [] };
  const [playbooks, scenarios, lessons] = await port()
    .then((app) => Promise.all([app.playbooks(library), app.scenarios(library), app.practice(library).lessons()]))
    .catch(() => [[], [], []] as const);

  const offer = (values: readonly { readonly id: string; readonly title: string }[]) => (complete: Complete) => {
    for (const { id, title } of values) complete(id, title);
  };
  const causes = playbooks.flatMap((playbook) => playbook.causes);
  const argumentsOf = {
    check: offer(playbooks),
    fix: offer(causes),
    'playbook show': offer(playbooks),
    'practice serve': offer(scenarios),
    'practice drill': offer(scenarios.map(({ id, symptom }) => ({ id, title: symptom }))),
    'practice lesson': offer(lessons),
  };
  for (const [name, handler] of Object.entries(argumentsOf)) {
    for (const argument of completion.commands.get(name)?.arguments.values() ?? []) argument.handler = handler;
  }
  const practice = completion.options.get('practice');
  if (practice) practice.handler = offer(scenarios);
}

type Complete = (value: string, description: string) => void;
