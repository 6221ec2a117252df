import { table } from '../block.ts';
import { type Context, requireKnown } from '../context.ts';
import { jsonDocument, jsonLine } from '../json.ts';
import { span } from '../lines.ts';
import { shellWord } from '../next-steps.ts';

/** One scenario a line, its id first and then a space: scripts may cut the line there. */
export async function practiceList({ io, globals, port }: Context): Promise<number> {
  const all = await (await port()).scenarios({ playbookDirs: globals.playbooks });
  if (globals.format === 'json') io.emit(jsonDocument({ schema: 1, scenarios: all }));
  else if (globals.format === 'ndjson') for (const scenario of all) io.emit(jsonLine(scenario));
  else {
    const longest = Math.max(0, ...all.map(({ id }) => id.length));
    io.print(...all.map(({ id, title }) => `${id.padEnd(longest)}  ${title}`));
  }
  return 0;
}

/** Runs the practice cluster until the operator stops it. */
export async function practiceServe(context: Context, scenario: string | undefined): Promise<number> {
  const { io, globals, signal } = context;
  const port = await context.port();
  const library = { playbookDirs: globals.playbooks };
  const id = scenario ?? globals.practice ?? port.firstScenario;
  requireKnown(
    'scenario',
    id,
    (await port.scenarios(library)).map((s) => s.id),
    'inkling practice list',
  );
  const cluster = await port.serve(id, library);
  try {
    if (globals.format === 'text') {
      const rows = cluster.nodes.map((n) => [n.name, `${n.host}:${n.port}`, n.roles.join(', ')]);
      io.print(
        [span('strong', `Practice cluster with scenario ${cluster.scenario}`)],
        ...table(['NODE', 'LISTENS ON', 'ROLES'], rows, io.columns),
        '',
        ...cluster.nodes.map(
          ({ name }, at) =>
            `${at === 0 ? 'Log in:     ' : '            '} ssh -F ${shellWord(cluster.sshConfig)} ${name}`,
        ),
        `Look at it:  inkling check --site ${shellWord(cluster.siteFile)}`,
        'Ctrl-C stops it.',
      );
    } else {
      const { scenario: name, nodes, siteFile, sshConfig } = cluster;
      io.emit(jsonLine({ schema: 1, scenario: name, nodes, site: siteFile, ssh_config: sshConfig }));
    }
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    return 0;
  } finally {
    await cluster.close();
  }
}
