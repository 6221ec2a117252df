import { createHash } from 'node:crypto';
import { hideKeys } from '../../ceph/hide-keys.ts';
import type { Action, Backup, SecretSource, Step } from '../../domain/plan.ts';
import type { Answer, Command, Exited } from '../../domain/question.ts';
import { complaint } from '../../parsers/parser.ts';
import { type Edited, setOption } from './edit.ts';
import { addOption, editLine, removeOption } from './edit-lines.ts';
import { KEEP, REFUSED, RESTORE_FILE, WRITE_FILE } from './file-script.ts';
import { FENCED_OUT, fenced, LEASE } from './lease-script.ts';
import { RESTORE_SECRET, SET_SECRET } from './secret-script.ts';

/** Runs one command on a node, once. */
export type RunOn = (node: string, command: Omit<Command, 'id'>) => Promise<Answer>;

export type Done =
  | { readonly ok: true; readonly says: string; readonly backup?: Backup }
  /** `uncertain`: it may have happened; the node must be read to know. `begun` false: nothing of it was sent. */
  | { readonly ok: false; readonly says: string; readonly uncertain: boolean; readonly begun?: false };

/** Keeps what undo needs to know, before anything is sent: an answer may never come. */
export type Keep = (backup: Backup) => Promise<void>;

/** How a step is done: where from, what it is called on the node, and the run that must hold the node's lease meanwhile, if any. */
export interface Doing {
  readonly run: RunOn;
  readonly stamp: string;
  readonly holder?: string;
  readonly keep?: Keep;
}

/** `name`: of the folder in which the node keeps what was there, told apart by the plan's hash. */
export const doing = ({ run, holder }: Pick<Doing, 'run' | 'holder'>, hash: string, name: string): Doing => ({
  run,
  stamp: `${hash.slice(0, 12)}-${name}`,
  ...(holder !== undefined && { holder }),
});

const failed = (says: string, uncertain = false): Done => ({ ok: false, says, uncertain });

/** Does what one step says. Only exit code 0 of a finished command counts as done. */
export async function act(step: Step, action: Action, how: Doing): Promise<Done> {
  switch (action.do) {
    case 'run':
      return runProgram(step.node, action, how);
    case 'write': {
      const content =
        typeof action.content === 'string' ? Buffer.from(action.content) : await fetchSecret(action.content, how.run);
      if ('ok' in content) return content;
      return writeFile(step.node, { ...action, content, want: action.before }, how);
    }
    case 'set-secret':
      return setSecret(step.node, action, how);
    case 'edit-line':
    case 'set-option':
      return editFile(step.node, action, how);
  }
}

async function runProgram(node: string, action: Extract<Action, { do: 'run' }>, { run, holder }: Doing): Promise<Done> {
  const stdin = action.stdin
    ? await fetchSecret(action.stdin, run)
    : action.input === undefined
      ? undefined
      : Buffer.from(action.input);
  if (stdin && 'ok' in stdin) return stdin;
  const answer = await run(node, {
    argv: holder === undefined || action.as !== 'root' ? action.argv : [...fenced(holder), ...action.argv],
    ...(action.as && { as: action.as }),
    deadline: action.deadline,
    ...(stdin && { stdin }),
  });
  stdin?.fill(0);
  if (answer.result === 'exited' && answer.code !== 0 && FENCED_OUT.test(answer.stderr))
    return failed('the lease of this fix has run out, or somebody else has it now');
  return finished(answer, (a) => ({ ok: true, says: lastLine(a) || 'done' }));
}

function finished(answer: Answer, done: (exited: Exited) => Done): Done {
  if (answer.result === 'lost') return failed(answer.detail, answer.why === 'dropped' || answer.why === 'timeout');
  // Ended by a signal: nobody knows how far it came.
  return answer.code === 0 ? done(answer) : failed(hideKeys(complaint(answer)), answer.code > 128 && answer.code < 160);
}

const lastLine = ({ stdout, stderr }: Exited): string =>
  hideKeys(`${stderr}\n${stdout}`.trim().split('\n').at(-1)?.trim() ?? '');

/** Bytes of a secret, in memory only. */
async function fetchSecret(source: SecretSource, run: RunOn): Promise<Buffer | Exclude<Done, { ok: true }>> {
  const answer = await run(source.node, { argv: source.argv, as: 'root', deadline: 20 });
  if (answer.result === 'lost') return failed(`${source.name}: ${answer.detail}`) as Exclude<Done, { ok: true }>;
  if (answer.code !== 0 || answer.stdout.trim() === '')
    return failed(`${source.name} could not be read on ${source.node}: exit ${answer.code}`) as Exclude<
      Done,
      { ok: true }
    >;
  return Buffer.from(answer.stdout);
}

interface NewFile {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
  readonly content: Buffer;
  readonly want: string;
}

/** The last arguments of a program that changes files: fenced in by the lease. */
const leased = (holder: string | undefined): readonly string[] => (holder === undefined ? [] : [LEASE, holder]);

async function writeFile(node: string, file: NewFile, { run, stamp, holder, keep }: Doing): Promise<Done> {
  const digest = createHash('sha256').update(file.content).digest('hex');
  await keep?.({
    path: file.path,
    kept: file.want === 'absent' ? '' : `${KEEP}/${stamp}/${file.path.slice(file.path.lastIndexOf('/') + 1)}`,
    before: file.want === 'any' ? 'unknown' : file.want,
    after: digest,
  });
  const args = [file.path, file.owner, file.group, file.mode, file.want, `${KEEP}/${stamp}`, digest];
  const answer = await run(node, {
    argv: ['/bin/sh', '-c', WRITE_FILE, 'inkling', ...args, ...leased(holder)],
    as: 'root',
    deadline: 30,
    stdin: file.content,
  });
  file.content.fill(0);
  return changed(answer, `${file.path} on ${node}`, digest, ({ was, kept = '' }) => ({
    ok: true,
    says: was === 'absent' ? `${file.path} created` : `${file.path} replaced; what was there is in ${kept}`,
    backup: { path: file.path, kept, before: was ?? '', after: digest },
  }));
}

/** What a program said that changes a file or a secret: done only when it read back what was sent. */
function changed(
  answer: Answer,
  what: string,
  digest: string,
  done: (said: Readonly<Record<string, string>>) => Done,
): Done {
  // Killed, or without room for its last words: only a refusal says that nothing was changed.
  if (answer.result === 'exited' && answer.code !== 0 && answer.code !== REFUSED)
    return failed(hideKeys(complaint(answer)), true);
  return finished(answer, ({ stdout }) => {
    const said = Object.fromEntries(
      stdout.split('\n').map((l) => [l.slice(0, l.indexOf(' ')), l.slice(l.indexOf(' ') + 1)]),
    );
    return said.now === digest ? done(said) : failed(`${what} is not what was sent`, true);
  });
}

async function setSecret(
  node: string,
  { uuid, value }: Extract<Action, { do: 'set-secret' }>,
  { run, stamp, holder, keep }: Doing,
): Promise<Done> {
  const key = await fetchSecret(value, run);
  if ('ok' in key) return key;
  // As the node compares it: base64 without what stands around it.
  const digest = createHash('sha256').update(key.toString('latin1').replace(/\s/g, '')).digest('hex');
  const backup = { path: uuid, kept: `${KEEP}/${stamp}/secret-${uuid}`, before: 'unknown', after: digest };
  await keep?.(backup);
  const answer = await run(node, {
    argv: ['/bin/sh', '-c', SET_SECRET, 'inkling', uuid, `${KEEP}/${stamp}`, digest, ...leased(holder)],
    as: 'root',
    deadline: 30,
    stdin: key,
  });
  key.fill(0);
  return changed(answer, `secret ${uuid} on ${node}`, digest, () => ({
    ok: true,
    says: `secret ${uuid} set; its value before is kept on ${node}`,
    backup,
  }));
}

type EditAction = Extract<Action, { do: 'set-option' | 'edit-line' }>;

async function editFile(node: string, action: EditAction, how: Doing): Promise<Done> {
  const { run } = how;
  const read = await run(node, { argv: ['base64', action.path], as: 'root', deadline: 10 });
  const state = await run(node, { argv: ['stat', '-c', '%U %G %a', action.path], as: 'root', deadline: 10 });
  if (read.result === 'lost' || state.result === 'lost' || read.code !== 0 || state.code !== 0)
    return failed(`${action.path} on ${node} could not be read`);
  const before = Buffer.from(read.stdout, 'base64');
  const [owner = 'root', group = 'root', mode = '0644'] = state.stdout.trim().split(' ');
  // latin1 keeps every byte as it is, whatever the file's encoding; what is sought and put in are bytes of UTF-8.
  const bytes = (text: string) => Buffer.from(text).toString('latin1');
  const edited = edit(before.toString('latin1'), action, bytes);
  if (!edited.ok) return failed(`${action.path} on ${node}: ${edited.why}; it has changed since you looked`);
  const want = createHash('sha256').update(before).digest('hex');
  before.fill(0);
  const content = Buffer.from(edited.text, 'latin1');
  return writeFile(node, { path: action.path, owner, group, mode, content, want }, how);
}

function edit(text: string, action: EditAction, bytes: (text: string) => string): Edited {
  if (action.do === 'edit-line')
    return editLine(text, bytes(action.line), action.was === undefined ? undefined : bytes(action.was));
  const { section, option, was, value } = action;
  const at = [text, bytes(section), bytes(option)] as const;
  if (was === undefined) return addOption(...at, bytes(value ?? ''));
  return value === undefined ? removeOption(...at, bytes(was)) : setOption(...at, bytes(was), bytes(value));
}

/** The program on the node that puts back what a step replaced. */
export const restoring = ({ action }: Step): string => (action.do === 'set-secret' ? RESTORE_SECRET : RESTORE_FILE);

/** Takes one step back. */
export async function takeBack(step: Step, backup: Backup | undefined, how: Omit<Doing, 'keep'>): Promise<Done> {
  const { undo } = step;
  if (undo.how === 'nothing') return { ok: true, says: `nothing to undo: ${undo.because}` };
  if (undo.how === 'impossible') return failed(`cannot be undone: ${undo.because}`);
  if (undo.how === 'restore') {
    if (!backup) return { ok: true, says: 'nothing was written' };
    const { path, after, before, kept } = backup;
    const answer = await how.run(step.node, {
      argv: ['/bin/sh', '-c', restoring(step), 'inkling', path, after, before, kept, ...leased(how.holder)],
      as: 'root',
      deadline: 30,
    });
    return finished(answer, (a) => ({ ok: true, says: `${path}: ${lastLine(a)}` }));
  }
  for (const action of undo.actions) {
    const done = await act(step, action, how);
    if (!done.ok) return done;
  }
  return { ok: true, says: undo.says };
}
