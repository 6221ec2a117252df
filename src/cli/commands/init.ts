import { InputError } from '../../domain/input-error.ts';
import { block, table } from '../block.ts';
import type { Context } from '../context.ts';
import { jsonDocument } from '../json.ts';
import { type Line, span } from '../lines.ts';
import type { SiteProposal } from '../port.ts';
import { isYes, trustHostKey } from '../prompts.ts';

export interface InitOptions {
  readonly output: string;
  readonly sshConfig?: string;
  readonly identity?: string;
  readonly name?: string;
  readonly yes?: true;
  readonly force?: true;
}

/** Looks at hosts, proposes their roles and writes the site file once a person (or --yes) agrees. */
export async function init(context: Context, hosts: readonly string[], options: InitOptions): Promise<number> {
  const { io, signal, globals } = context;
  const port = await context.port();
  if (!io.interactive && !options.yes) {
    throw new InputError('there is no terminal to confirm the roles', 'Accept what is found with --yes');
  }
  const { output, sshConfig, identity, name } = options;
  io.progress('Looking at the hosts …');
  const proposal = await port.propose(
    {
      hosts,
      file: output,
      replace: options.force === true,
      ...(sshConfig !== undefined && { sshConfig }),
      ...(identity !== undefined && { identity }),
      ...(name !== undefined && { name }),
      trust: (key) => trustHostKey(key, io, signal),
    },
    signal,
  );
  io.progress('');
  if (signal.aborted) return 130;
  if (globals.format === 'text') io.print(...proposalText(proposal, io.columns));
  if (!options.yes && !isYes(await io.ask(`Write ${output}? [y/N] `, signal))) {
    io.tell('Nothing was written.');
    return signal.aborted ? 130 : 2;
  }
  await port.writeSite(proposal, options.force === true);
  const reached = proposal.nodes.every((node) => node.reached);
  if (globals.format === 'text') io.print(`Wrote ${output}. Next: inkling check --site ${output}`);
  else io.emit(jsonDocument({ schema: 1, file: output, nodes: proposal.nodes }));
  return reached ? 0 : 5;
}

function proposalText({ nodes, file }: SiteProposal, width: number): Line[] {
  const rows = nodes.map(({ name, host, reached, roles }) => [
    name,
    host,
    reached ? span('good', '✓ yes') : span('bad', '✗ no'),
    roles.map(({ role }) => role).join(', ') || 'none found',
  ]);
  return [
    [span('strong', `Proposed for ${file}`)],
    ...table(['NAME', 'HOST', 'REACHED', 'ROLES'], rows, width),
    ...nodes.flatMap(({ name, why, roles }) => [
      ...(why === undefined ? [] : block(`  ! ${name}: `, why, width, 'warn')),
      ...roles.flatMap(({ role, because }) => block(`  ${name} is ${role}: `, because, width, 'dim')),
    ]),
    '',
  ];
}
