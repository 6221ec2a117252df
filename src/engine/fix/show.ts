import type { Action, Backup, SecretSource, Step } from '../../domain/plan.ts';
import { commandLine } from '../../domain/question.ts';

const source = (s: SecretSource): string =>
  `${s.name}, from \`${commandLine({ argv: s.argv, as: 'root' })}\` on ${s.node}; passes through memory, never shown`;

/** What a step will do, exactly, in lines for a person. Secrets by name. */
export function showAction(action: Action): readonly string[] {
  switch (action.do) {
    case 'run':
      return [
        `$ ${commandLine(action)}`,
        ...(action.stdin ? [`  stdin: ${source(action.stdin)}`] : []),
        ...(action.input ? [`  stdin: ${action.input.trim()}`] : []),
      ];
    case 'write':
      return [
        `write ${action.path} (owner ${action.owner}:${action.group}, mode ${action.mode}${action.before === 'absent' ? ', only if it does not exist' : ', what is there is kept'})`,
        ...(typeof action.content === 'string'
          ? action.content.split('\n').map((l) => `+ ${l}`)
          : [`  content: ${source(action.content)}`]),
      ];
    case 'set-secret':
      return [
        `set libvirt secret ${action.uuid} (its value before is kept on the node)`,
        `  value: ${source(action.value)}`,
      ];
    case 'edit-line':
      return [
        `--- ${action.path}`,
        `+++ ${action.path}`,
        ...(action.was === undefined ? [] : [`-${action.was}`]),
        `+${action.line}`,
      ];
    case 'set-option':
      return [
        `--- ${action.path}`,
        `+++ ${action.path}`,
        action.section === '' ? '@@ @@' : `@@ [${action.section}] @@`,
        ...(action.was === undefined ? [] : [`-${action.option} = ${action.was}`]),
        ...(action.value === undefined ? [] : [`+${action.option} = ${action.value}`]),
      ];
  }
}

/** Undoing a step, in lines for a person. */
export function showUndo(step: Step, kept: string | undefined): readonly string[] {
  const { undo } = step;
  if (undo.how === 'run') return undo.actions.flatMap(showAction);
  if (undo.how === 'restore') return [kept ? `restore ${undo.path} from ${kept}` : `remove ${undo.path}`];
  return [`${undo.how}: ${undo.because}`];
}

/** The same as commands that a person can give by hand; a file is looked at before it is overwritten. */
export function undoByHand(step: Step, backup: Backup | undefined): readonly string[] {
  const { undo } = step;
  if (undo.how === 'restore') {
    if (backup === undefined) return ['nothing was written'];
    const { kept, path } = backup;
    const command = (...argv: [string, ...string[]]): string => `$ ${commandLine({ argv, as: 'root' })}`;
    if (step.action.do === 'set-secret')
      return [command('virsh', 'secret-set-value', '--secret', path, '--file', kept)];
    return kept === '' || backup.before === 'absent'
      ? [command('cat', path), command('rm', path)]
      : [command('diff', kept, path), command('cp', '-a', '-T', kept, path)];
  }
  return showUndo(step, undefined);
}
