import { normalize, STRERROR } from '../world/file-tree.ts';
import { type FileView, WRITE_TO } from './file-view.ts';
import type { Reader } from './program.ts';

/** What the library's shell says on standard error, in the words of the node's: the library knows no owners and always speaks as bash. */
export function shellWords(bytes: Buffer, view: FileView, reads: Reader = 'bash'): Buffer {
  const said = bytes.toString();
  const bash = reads === 'bash';
  const prefix = bash ? 'bash: line 1:' : `${reads}: 1:`;
  const fixed = said
    .replace(/^bash: (\S+): cannot open redirect target$/gm, (_, at: string) =>
      writeWords(at.slice(WRITE_TO.length), view, prefix, bash),
    )
    .replace(
      /^bash: syntax error: Parse error at (\d+):\d+: Expected redirection target$/gm,
      "bash: -c: line $1: syntax error near unexpected token `newline'",
    )
    .replace(/^bash: (\S+): command not found$/gm, bash ? `${prefix} $1: command not found` : `${prefix} $1: not found`)
    .replace(/^bash: (\S*\/\S*|\S+): No such file or directory$/gm, (_, path: string) => {
      const denied = [...view.denied].some((d) => d === normalize(path) || d.endsWith(`/${path}`));
      if (bash) return `${prefix} ${path}: ${denied ? 'Permission denied' : 'No such file or directory'}`;
      return `${prefix} cannot open ${path}: ${denied ? 'Permission denied' : 'No such file'}`;
    });
  return fixed === said ? bytes : Buffer.from(fixed);
}

/** A write that the view refused, in the words of the shell that tried. */
function writeWords(path: string, view: FileView, prefix: string, bash: boolean): string {
  const trouble = [...view.refusedWrites.values()].find((e) => e.path.endsWith(path));
  const reason = STRERROR[trouble?.code ?? 'ENOENT'];
  if (bash) return `${prefix} ${path}: ${reason}`;
  return `${prefix} cannot create ${path}: ${trouble?.code === 'ENOENT' ? 'Directory nonexistent' : reason}`;
}
