import { isUtf8 } from 'node:buffer';
import type { Command, Question } from '../domain/question.ts';
import type { Become } from '../domain/site.ts';
import { quote, quoteBytes } from './quote.ts';
import { type SessionKeys, sealFunctions } from './seal.ts';

export interface ScriptContext {
  readonly become: Become;
  /** 128 random bits in hex; frames the answers. */
  readonly nonce: string;
  /** Another, for marks inside the script. */
  readonly mark: string;
  readonly keys: SessionKeys;
}

/** The one command the node's login shell ever sees. */
export const EXEC = '/bin/sh -s';

/** Seconds between TERM and KILL of a program that outlived its deadline. */
const KILL_AFTER = 2;

/**
 * The whole is one compound command ended by `exit`: a shell parses it to the end before it runs any of it, so a cut upload never runs.
 * The nonce is set on the first line and every question asks for it, so a login script that swallows the beginning stops all.
 *
 * `t` milliseconds in `U` (uptime costs no process; `date` where there is none) · `g` begin, or skip a family that hung ·
 * `m` milliseconds spent in `L`; remember the family of a timeout in `T` · `e` end marks · `F` failed seal · `p` plain question ·
 * `c` command with standard input.
 */
const prologue = (nonce: string): string => `{ N=${nonce}
case $(LC_ALL=C.UTF-8 locale charmap 2>/dev/null) in ''|UTF-8) LC_ALL=C.UTF-8 ;; *) LC_ALL=C ;; esac
PATH=\${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH; unset LANGUAGE BASH_ENV ENV CDPATH
{ umask 077; ulimit -c 0; cd /; } 2>/dev/null
T=' '
t() { U=; { read -r U B9 </proc/uptime; } 2>/dev/null; case $U in *.??) U=\${U%.*}\${U#*.}0 ;; *) U=$(date +%s%N 2>/dev/null); case $U in ???????????????????) U=\${U%??????} ;; *) U= ;; esac ;; esac; [ "$U" -gt 0 ] 2>/dev/null || U=; }
g() { [ -n "$N" ] || exit 1; i=$1 d=$2 f=$3; case $T in *" $f "*) F skip; return 1 ;; esac; t; S=$U; }
m() { t; L=; if [ -n "$U" ] && [ -n "$S" ]; then L=$((U - S)); fi
  case $1 in 124|137|143) if [ -z "$L" ] || [ "$L" -ge $((d * 1000 - 60)) ]; then [ "$f" = - ] || T="$T$f "; fi ;; esac; }
e() { printf '\\n%s e %s\\n' "$N" "$i" >&2; printf '\\n%s e %s %s %s\\n' "$N" "$i" "$1" "$L"; }
F() { L=; e "$1"; }
p() { g "$1" "$2" "$3" || return 0; q=$4; shift 4; "$q" "$@" </dev/null; r=$?; m "$r"; e "$r"; }
c() { q=$1; shift; "$q" "$@"; }
`;

/** Seconds as coreutils and busybox both take them. */
const seconds = (question: Pick<Question, 'deadline'>): string => String(Math.max(1, Math.ceil(question.deadline)));

/** `timeout` and the program, behind whatever makes the login user into the one asked for. Words are quoted already. */
function programWords(question: Pick<Question, 'argv' | 'as' | 'deadline'>, become: Become): string {
  const timed = `timeout -k ${KILL_AFTER} ${seconds(question)} ${question.argv.map(quote).join(' ')}`;
  const user = question.as;
  if (user === undefined) return timed;
  if (user.startsWith('-') || user === '') throw new RangeError(`"${user}" is no user name`);
  if (become === 'root') return user === 'root' ? timed : `$RUNAS ${quote(user)} -- ${timed}`;
  return user === 'root' ? `sudo -n -- ${timed}` : `sudo -n -u ${quote(user)} -- ${timed}`;
}

const runAs = 'if command -v runuser >/dev/null 2>&1; then RUNAS="runuser -u"; else RUNAS="sudo -n -u"; fi\n';

/** Standard input as a word of the script: text in single quotes, anything else in base64. */
function stdinSource(stdin: Uint8Array): Buffer {
  if (isUtf8(stdin) && !stdin.includes(0)) return Buffer.concat([Buffer.from("printf '%s' "), quoteBytes(stdin)]);
  const encoded = Buffer.from(Buffer.from(stdin).toString('base64'));
  return Buffer.concat([Buffer.from("printf '%s' '"), encoded, Buffer.from("' | base64 -d")]);
}

function commandLines(index: number, command: Command, become: Become): Buffer {
  const words = programWords(command, become);
  const begin = `if g ${index} ${seconds(command)} -; then\n`;
  const printfCheck = `case $(command -v printf) in printf) `;
  return Buffer.concat([
    Buffer.from(`${begin}${printfCheck}`),
    stdinSource(command.stdin ?? Buffer.alloc(0)),
    Buffer.from(` | c ${words}; r=$?; m "$r"; e "$r" ;; *) F '!printf' ;; esac; fi\n`),
  ]);
}

/** The script that asks `questions` one after another. Question `i` is framed by the index `i`. */
export function buildScript(questions: readonly Command[], context: ScriptContext): Buffer {
  const families = [...new Set(questions.map((q) => q.family).filter((f) => f !== undefined))];
  const parts: Buffer[] = [Buffer.from(prologue(context.nonce))];
  if (questions.some((q) => q.seal)) parts.push(Buffer.from(sealFunctions(context.keys, context.mark)));
  if (context.become === 'root' && questions.some((q) => q.as && q.as !== 'root')) parts.push(Buffer.from(runAs));
  parts.push(Buffer.from(`printf '\\n%s s\\n' "$N" >&2; printf '\\n%s s\\n' "$N"\n`));
  // Configurations whose secrets are known by now: those asked for themselves, and those read for a log only.
  const told = new Set<string>();
  for (const [index, question] of questions.entries()) {
    if (question.stdin !== undefined) {
      parts.push(commandLines(index, question, context.become));
      continue;
    }
    const family = question.family === undefined ? '-' : String(families.indexOf(question.family));
    const head = question.seal ? 's' : 'p';
    const seal = question.seal ? ` ${question.seal}` : '';
    const words = programWords(question, context.become);
    if (question.seal === 'config') told.add(words);
    for (const hidden of question.hides ?? []) {
      const program = programWords(hidden, context.become);
      if (!told.has(program)) parts.push(Buffer.from(`v ${program}\n`));
      told.add(program);
    }
    parts.push(Buffer.from(`${head} ${index} ${seconds(question)} ${family}${seal} ${words}\n`));
  }
  parts.push(Buffer.from('exit\n}\n'));
  return Buffer.concat(parts);
}
