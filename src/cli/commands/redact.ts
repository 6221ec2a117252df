import { InputError } from '../../domain/input-error.ts';
import type { Context } from '../context.ts';
import { jsonDocument } from '../json.ts';
import { span } from '../lines.ts';
import type { Redaction } from '../port.ts';
import { count } from '../words.ts';

interface Options {
  readonly output?: string;
  readonly origin?: string;
  readonly key?: string;
}

/** Text or a folder of files without its secrets. 0: done; 1: the last look found a secret, and nothing was left behind. */
export async function redact(
  { io, port, globals }: Context,
  folder: string | undefined,
  options: Options,
): Promise<number> {
  const { output, origin, key } = options;
  const request = { ...(origin !== undefined && { origin }), ...(key !== undefined && { keyFile: key }) };
  if (folder === undefined) {
    if (output !== undefined) throw new InputError('-o needs the folder to read', 'Say `inkling redact DIR -o DIR`');
    if (io.interactive)
      throw new InputError('there is no text on stdin', 'Say `inkling redact < FILE`, or name a folder and -o');
    return ended(io, await (await port()).redactStdin(request, (piece) => io.pass(piece)));
  }
  if (output === undefined) throw new InputError('where to? A folder is never changed in place', 'Add -o DIR');
  if (origin !== undefined)
    throw new InputError('--origin is for stdin', "A folder's origins.json maps names to origins");
  const done = await (await port()).redactFolder(folder, output, request);
  if (globals.format !== 'text') io.emit(jsonDocument({ schema: 1, ...done }));
  else if (done.leak === undefined) {
    const times = done.files.flatMap(({ replaced }) => Object.values(replaced)).reduce((a, b) => a + b, 0);
    io.print(
      `${count(done.written, 'file')} in ${output}; ${count(times, 'secret')} replaced in ${count(done.files.length, 'file')}.`,
      ...done.leftOut.map(({ name, why }) => `Left out: ${name}: ${why}`),
    );
  }
  return ended(io, done);
}

function ended(io: Context['io'], { leak }: Redaction): number {
  if (leak === undefined) return 0;
  io.tell(
    [span('bad', 'inkling: '), leak],
    '  This is a fault of Inkling itself; nothing that was written is to be trusted.',
  );
  return 1;
}
