import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PracticeLab, startLab } from '../../src/lab/index.ts';

let lab: PracticeLab;
beforeAll(async () => {
  lab = await startLab({ pace: 0 });
});
afterAll(() => lab.close());

/** Script, what it prints, its exit code: as dash 0.5.12 on Debian 12 answered them. */
const SCRIPTS: readonly (readonly [string, string, number])[] = [
  [`x='a  b'; printf '<%s>' $x "$x" ''`, '<a><b><a  b><>', 0],
  [`f() { printf '%s:' "$#" "$@"; shift; return $#; }; f 'a b' c ''; echo " $?"`, '3:a b:c:: 2\n', 0],
  [`H=0123456789abcdef; echo "\${H%????} \${#H} \${H#0?} \${H%%[a-c]*} \${H##*9}"`, '0123456789ab 16 23456789abcdef 0123456789 abcdef\n', 0],
  [`p='a.b.c'; echo "\${p%.*} \${p%%.*} \${p#*.} \${p##*.} \${q:-none} \${p:+set} \${q-x}\${r:=kept}$r"`, 'a.b a b.c c none set xkeptkept\n', 0],
  [`case "$(printf 'one\\ntwo')" in *'\ntwo') echo lines ;; *) echo no ;; esac`, 'lines\n', 0],
  [`case 'a b' in *' b') echo tail ;; esac; case x in ''|y) echo y ;; ?) echo one ;; esac`, 'tail\none\n', 0],
  [`printf 'a 1\\nb  2 3\\n c' | while read -r x y; do printf '[%s|%s]' "$x" "$y"; done; printf '%s' "$x"`, '[a|1][b|2 3]', 0],
  [`printf ' a \\n' | { IFS= read -r w; printf '<%s>' "$w"; }`, '< a >', 0],
  [`i=0; while :; do i=$((i + 1)); [ "$i" = 3 ] && continue; [ "$i" -gt 4 ] && break; printf %s "$i"; done; echo " $((7 / 2 * 2 - -1))"`, '124 7\n', 0],
  [`for w in a 'b c'; do printf '<%s>' "$w"; done; set -- x y; for w; do printf '%s' "$w"; done`, '<a><b c>xy', 0],
  [`(exit 3) || echo "$?"; ! true; echo $?; a=$(echo one; false); echo "$a $?"`, '3\n1\none 1\n', 0],
  [`a=1; (a=2; echo "$a"); echo "$a" | cat; { a=3; }; echo "$a"`, '2\n1\n3\n', 0],
  [`echo out; echo err >&2; { echo quiet; } >/dev/null; { echo both >&2; } 2>&1`, 'out\nboth\n', 0],
  [`no() { echo "refused: $1"; exit 70; }; [ -d /nowhere ] || no 'it is not there'; echo never`, 'refused: it is not there\n', 70],
  [`set -u; echo "\${x:-}"; echo "$x"; echo never`, '\n', 2],
  [`umask 077; t=$(mktemp /tmp/x-XXXXXX); echo hi > "$t"; echo more >> "$t"; cat "$t"; stat -c %a "$t"; rm -f -- "$t"; [ -e "$t" ]`, 'hi\nmore\n600\n', 1],
  [`printf '%.4s|%5d|%-3s|%%|%x\\n' abcdefgh 42 a 255`, 'abcd|   42|a  |%|ff\n', 0],
  [`printf '%s\\n' a b; printf 'x\\n'; echo 'a\\tb'`, 'a\nb\nx\na\tb\n', 0],
  [`: > /nowhere/x || echo never`, '', 2],
  [`echo a > /nowhere/x || echo "said $?"`, 'said 2\n', 0],
  [`nonesuch; echo $?; command -v nonesuch || echo none; command -v printf`, '127\nnone\nprintf\n', 0],
  [`X=1 sh -c 'echo "$X$Y"'; export Y=2; sh -c 'echo "$X$Y$0$1"' zero one`, '1\n2zeroone\n', 0],
  [`[ x -gt 1 ] 2>/dev/null; echo $?; [ ! -e /etc ]; echo $?; test a = a && [ a != b ] && echo same`, '2\n1\nsame\n', 0],
  [`printf 'ä' | wc -c; x=ä; echo "\${#x} $x"`, '2\n2 ä\n', 0],
]; // biome-ignore format: a table

test.each(SCRIPTS)('dash says of %s', async (script, stdout, code) => {
  const ran = await lab.run('controller', `sh -c '${script.replaceAll("'", `'\\''`)}'`);
  expect({ stdout: ran.stdout, code: ran.code }).toEqual({ stdout, code });
});

test('what the small shell does not know runs all the same', async () => {
  const ran = await lab.run('controller', `sh -c 'f() { local x=1; eval "echo \\$x"; }; f; cat <<E\nhere\nE\n'`);
  expect(ran).toEqual({ stdout: '1\nhere\n', stderr: '', code: 0 });
});

test('a script that waits for ever is ended by its timeout', async () => {
  const waiting = await lab.run('controller', "timeout 1 sh -c 'sleep 1000; echo never'; echo $?");
  expect(waiting.stdout).toBe('124\n');
});
