import type { ScriptNode, StatementNode, TransformPlugin } from 'just-bash';
import { STDERR, STDOUT, WRITE_TO } from './file-view.ts';

interface Redirection {
  readonly operator: string;
  readonly target: { readonly type: string; parts?: unknown[] };
}

const WRITES = new Set(['>', '>>', '>|', '&>', '&>>', '<>']);

/** Marks what the shell is about to open for writing, so that the view of the files can refuse it in the shell's own way. */
function markWrites(value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) markWrites(item);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const node = value as Record<string, unknown> & Partial<Redirection>;
  if (node.type === 'Redirection' && WRITES.has(node.operator ?? '') && node.target?.type === 'Word') {
    node.target.parts = [{ type: 'Literal', value: WRITE_TO }, ...(node.target.parts ?? [])];
  }
  for (const child of Object.values(node)) markWrites(child);
}

/** `{ …; }` alone is the shape of a script that must not run in part: its statements are the script's. */
export function statementsOf(script: ScriptNode): StatementNode[] {
  const [only, ...more] = script.statements;
  const group = only?.pipelines[0]?.commands[0];
  const alone = more.length === 0 && only?.pipelines.length === 1 && only.pipelines[0]?.commands.length === 1;
  if (!alone || group?.type !== 'Group' || group.redirections.length > 0 || only?.pipelines[0]?.negated)
    return script.statements;
  return group.body;
}

/**
 * Lets output leave as each statement of the script ends, not all at the end: each becomes a group that writes to the streams.
 * Only the first script a shell runs is changed so; what its programs run inside it writes where they say.
 */
export function streaming(parse: (text: string) => ScriptNode): TransformPlugin {
  let first = true;
  const group = (statement: StatementNode): StatementNode => {
    const made = parse(`{ :; } >>${STDOUT} 2>>${STDERR}`).statements[0] as StatementNode;
    const command = made.pipelines[0]?.commands[0];
    if (command?.type === 'Group') command.body = [statement];
    return made;
  };
  return {
    name: 'streaming',
    transform: ({ ast }) => {
      markWrites(ast);
      if (!first) return { ast };
      first = false;
      return { ast: { ...ast, statements: statementsOf(ast).map(group) } };
    },
  };
}

/** For a program run by its arguments: nothing is streamed, writes are still checked. */
export const checkingWrites: TransformPlugin = {
  name: 'checking-writes',
  transform: ({ ast }) => {
    markWrites(ast);
    return { ast };
  },
};
