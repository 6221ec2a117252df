import { CommanderError } from 'commander';
import { InputError } from '../domain/input-error.ts';
import { checkAnything } from './commands/check.ts';
import type { Context, Globals, ScreenStart } from './context.ts';
import type { Io } from './io.ts';
import { type Line, span } from './lines.ts';
import type { CliPort } from './port.ts';
import { program } from './program.ts';

export interface CliHost {
  readonly io: Io;
  readonly port: () => Promise<CliPort>;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  /** The full screen; absent: this build has none, and the plain report stands in. */
  readonly screen?: (globals: Globals, start?: ScreenStart) => Promise<number>;
}

/** Runs one command line (without `node` and the script) and gives its exit code. Throws only what is a bug. */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  const { io, port, version, signal, clock } = host;
  let code = 0;
  const act = async (globals: Globals, action: (context: Context) => Promise<number>): Promise<void> => {
    const { screen } = host;
    const drawn = screen && io.screen && globals.format === 'text';
    const screenFrom = drawn ? (start: ScreenStart) => screen(globals, start) : undefined;
    code = await action({ io, port, version, globals, signal, clock, ...(screenFrom && { screenFrom }) });
  };
  const front = (context: Context): Promise<number> =>
    host.screen && io.screen && context.globals.format === 'text'
      ? host.screen(context.globals)
      : checkAnything(context);

  const root = program(version, act, front);
  quiet(root, io);
  try {
    if (argv[0] === 'complete') {
      const { withCompletion } = await import('./completion.ts');
      await withCompletion(root, argv, port);
    }
    await root.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    io.progress('');
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof InputError)) throw error;
    io.tell(...inputErrorText(error));
    return 2;
  }
}

function inputErrorText({ message, hint }: InputError): Line[] {
  const [first = '', ...rest] = message.split('\n');
  return [
    [span('bad', 'inkling: '), first],
    ...rest.map((line) => `  ${line}`),
    ...(hint === undefined ? [] : [`  ${hint}.`.replace(/([.?!…])\.$/, '$1')]),
  ];
}

/** Commander writes through us and throws instead of ending the process. */
function quiet(root: ReturnType<typeof program>, io: Io): void {
  const lines = (text: string): string[] => text.replace(/\n$/, '').split('\n');
  for (const command of [root, ...root.commands.flatMap((c) => [c, ...c.commands])]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => io.print(...lines(text)),
      writeErr: (text) => io.tell(...lines(text)),
      outputError: (text, write) =>
        write(text.replace(/^error: /, 'inkling: ').replace(/^\(Did you mean (.+)\?\)$/m, '  Did you mean `$1`?')),
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
    });
  }
}
