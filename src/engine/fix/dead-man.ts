import type { Action, StepState } from '../../domain/plan.ts';
import { type RunOn, restoring } from './act.ts';
import { LEASE } from './lease-script.ts';
import { LEASE_SECONDS } from './lock.ts';
import { inUndoOrder } from './undo.ts';

/**
 * Arguments: folder of the lease, id, seconds without a renewal after which its owner counts as gone, seconds between two looks.
 * Runs what undoes the fix when its owner is gone, unless somebody else is in charge by then. Ends when there is nothing to undo.
 */
const WATCH = `set -u
folder=$1 id=$2 grace=$3 pause=$4
while sleep "$pause"; do
  [ -f "$folder/undo-$id" ] || exit 0
  # Nobody takes or renews the lease while it is looked at.
  exec 8>> "$folder.guard" && flock 8 || continue
  is= age=$grace
  if [ -f "$folder/holder" ]; then
    is=$(head -n 1 "$folder/holder") is=\${is%%+*}
    age=$(($(date +%s) - $(stat -c %Y -- "$folder/holder")))
  fi
  if [ "$age" -lt "$grace" ]; then
    exec 8>&-
    [ "$is" = "$id" ] && continue
    exit 0
  fi
  # What its owner has sent may still run; after that nobody begins anything before all is undone.
  mkdir -p -- "$folder/of-undo-$id"
  for of in "$folder"/of-*; do
    [ "$of" = "$folder/of-undo-$id" ] || flock -n "$of/." rmdir -- "$of" || { exec 8>&-; continue 2; }
  done
  exec 7< "$folder/of-undo-$id" && flock -s 7 || exit 1
  [ "$is" != "$id" ] || rm -f -- "$folder/holder"
  mv -T -- "$folder/undo-$id" "$folder/undoing-$id" || exit 0
  exec 8>&-
  /bin/sh "$folder/undoing-$id" 7>&- > "$folder/.undone-$id" 2>&1
  mv -T -- "$folder/.undone-$id" "$folder/undone-$id"
  exit 0
done
`;

/** Arguments: folder, id, \`start\` or \`keep\`, the watching program, and its further arguments. What undoes the fix on stdin. */
const ARM = `set -u
umask 077
folder=$1 id=$2 begin=$3 watch=$4 grace=$5 pause=$6
mkdir -p -- "$folder" || exit 1
cat > "$folder/.undo" && mv -T -- "$folder/.undo" "$folder/undo-$id" || exit 1
if [ "$begin" = start ]; then
  printf '%s' "$watch" > "$folder/watch-$id" || exit 1
  # A unit of its own outlives the session; where there is no systemd, a process of its own does.
  if command -v systemd-run >/dev/null 2>&1 && systemd-run --quiet --collect --unit="inkling-undo-$id" /bin/sh "$folder/watch-$id" "$folder" "$id" "$grace" "$pause" 2>/dev/null
  then :
  else setsid -f /bin/sh "$folder/watch-$id" "$folder" "$id" "$grace" "$pause" </dev/null >/dev/null 2>&1 || exit 1
  fi
fi
echo armed
`;

const DISARM = `rm -f -- "$1/undo-$2" "$1/watch-$2" && echo disarmed
`;

export interface DeadManTimes {
  /** Seconds without a sign of life before the node undoes the fix by itself. */
  readonly grace: number;
  /** Seconds between two looks. */
  readonly pause: number;
}

export const DEAD_MAN: DeadManTimes = { grace: 2 * LEASE_SECONDS, pause: 5 };

/**
 * Nodes that put back what a fix changed when Inkling or the way to them is gone in its middle. Signs of life are the renewals of the
 * lease, so it works only under a lock.
 */
export class DeadMan {
  readonly #armed = new Set<string>();

  /** `id`: of the run; whatever process has it, it is one fix. */
  constructor(
    private readonly run: RunOn,
    private readonly id: string,
    private readonly times: DeadManTimes = DEAD_MAN,
    private readonly folder: string = LEASE,
  ) {}

  /** Tells the node how to undo these steps, newest last. Why not, when it cannot be armed. */
  async arm(node: string, steps: readonly StepState[]): Promise<string | undefined> {
    const begin = this.#armed.has(node) ? 'keep' : 'start';
    const answer = await this.run(node, {
      argv: [
        '/bin/sh',
        '-c',
        ARM,
        'inkling',
        this.folder,
        this.id,
        begin,
        WATCH,
        ...Object.values(this.times).map(String),
      ],
      as: 'root',
      deadline: 15,
      stdin: Buffer.from(undoScript(steps)),
    });
    if (answer.result === 'lost') return answer.detail;
    if (answer.code !== 0) return answer.stderr.trim().split('\n').at(-1) || `exit ${answer.code}`;
    this.#armed.add(node);
    return undefined;
  }

  /** `more`: nodes that an earlier process of the same run may have armed. */
  async disarm(more: readonly string[] = []): Promise<void> {
    for (const node of new Set([...this.#armed, ...more]))
      await this.run(node, {
        argv: ['/bin/sh', '-c', DISARM, 'inkling', this.folder, this.id],
        as: 'root',
        deadline: 15,
      });
    this.#armed.clear();
  }
}

/** Shell text that undoes steps whatever became of them: files first, newest first, then the restarts. */
export function undoScript(steps: readonly StepState[]): string {
  return `${inUndoOrder(steps).flatMap(undoLines).join('\n')}\n`;
}

function undoLines({ step, backup }: StepState): readonly string[] {
  const { undo } = step;
  if (undo.how === 'restore')
    return backup
      ? [words(['/bin/sh', '-c', restoring(step), 'inkling', backup.path, backup.after, backup.before, backup.kept])]
      : [];
  return undo.how === 'run' ? undo.actions.flatMap(actionLines) : [];
}

/** A secret is never left on a node: what would need one to be undone is left as it is. */
function actionLines(action: Action): readonly string[] {
  if (action.do !== 'run' || action.stdin) return [];
  const line = words(
    action.as && action.as !== 'root' ? ['runuser', '-u', action.as, '--', ...action.argv] : action.argv,
  );
  return [action.input === undefined ? line : `printf %s ${words([action.input])} | ${line}`];
}

const words = (argv: readonly string[]): string => argv.map((w) => `'${w.replaceAll("'", `'\\''`)}'`).join(' ');
