import type { CommandNode, ScriptNode, StatementNode, TransformPlugin } from 'just-bash';
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

type Parse = (text: string) => ScriptNode;
type Serialize = (script: ScriptNode) => string;

/** The program that `COMMAND &` becomes: the library would wait for it. */
export const BACKGROUND = 'run-in-background';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Hands statements that end in `&` to a program that does not wait for them. */
function sendToBackground(value: unknown, parse: Parse, serialize: Serialize): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    const statement = child as Partial<StatementNode> | null;
    if (statement?.type === 'Statement' && statement.background) {
      const alone = { ...statement, background: false } as StatementNode;
      const text = serialize({ type: 'Script', statements: [alone] } as ScriptNode);
      (value as Record<string, unknown>)[key] = parse(`${BACKGROUND} ${quoted(text)}`).statements[0];
    } else sendToBackground(child, parse, serialize);
  }
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

/** A loop or condition that stands alone and writes where the script does: nothing else has a share in what it says. */
function compound({ pipelines }: StatementNode): CommandNode | undefined {
  const [pipeline, ...others] = pipelines;
  const [command, ...piped] = pipeline?.commands ?? [];
  const alone = others.length === 0 && piped.length === 0 && !pipeline?.negated && !pipeline?.timed;
  return alone && command && 'redirections' in command && command.redirections.length === 0 ? command : undefined;
}

/** Changes the statements inside a loop or condition; false for any other command. */
function changeInside(command: CommandNode, change: (statement: StatementNode) => StatementNode): boolean {
  const all = (statements: StatementNode[]): StatementNode[] => statements.map(change);
  switch (command.type) {
    case 'While':
    case 'Until':
      command.condition = all(command.condition);
      command.body = all(command.body);
      return true;
    case 'For':
    case 'CStyleFor':
    case 'Group':
      command.body = all(command.body);
      return true;
    case 'If':
      for (const clause of command.clauses) {
        clause.condition = all(clause.condition);
        clause.body = all(clause.body);
      }
      command.elseBody = command.elseBody && all(command.elseBody);
      return true;
    default:
      return false;
  }
}

/**
 * Lets output leave as each statement of the script ends, also in loops, not all at the end: each becomes a group that writes to the
 * streams.
 * Only the first script a shell runs is changed so; what its programs run inside it writes where they say.
 */
export function streaming(parse: Parse, serialize: Serialize): TransformPlugin {
  let first = true;
  const group = (statement: StatementNode): StatementNode => {
    const within = compound(statement);
    if (within && changeInside(within, group)) return statement;
    const made = parse(`{ :; } >>${STDOUT} 2>>${STDERR}`).statements[0] as StatementNode;
    const command = made.pipelines[0]?.commands[0];
    if (command?.type === 'Group') command.body = [statement];
    return made;
  };
  return {
    name: 'streaming',
    transform: ({ ast }) => {
      sendToBackground(ast, parse, serialize);
      markWrites(ast);
      if (!first) return { ast };
      first = false;
      return { ast: { ...ast, statements: statementsOf(ast).map(group) } };
    },
  };
}

/** For a program run by its arguments: nothing is streamed, writes are still checked. */
export const checkingWrites = (parse: Parse, serialize: Serialize): TransformPlugin => ({
  name: 'checking-writes',
  transform: ({ ast }) => {
    sendToBackground(ast, parse, serialize);
    markWrites(ast);
    return { ast };
  },
});
