import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PracticeLab, startLab } from '../../src/lab/index.ts';

// What a login of a practice node sees, and when.

let lab: PracticeLab;
beforeAll(async () => {
  lab = await startLab({ pace: 0.02 });
});
afterAll(() => lab.close());

const heard = async (text: string, signal?: AbortSignal): Promise<{ said: string; pieces: string[]; code: number }> => {
  const pieces: string[] = [];
  const streams = {
    stdout: (bytes: Buffer) => void pieces.push(bytes.toString()),
    stderr: (bytes: Buffer) => void pieces.push(bytes.toString()),
  };
  const code = await lab.login('controller', 'root').run(text, streams, signal);
  return { said: pieces.join(''), pieces, code };
};

test.each([
  'for i in 1 2 3; do echo $i; sleep 1; done',
  'n=0; while [ $n -lt 3 ]; do n=$((n+1)); echo $n; done',
  'for ((i = 1; i < 4; i++)); do echo $i; done',
  'until false; do echo 1; echo 2; echo 3; break; done',
  '{ echo 1; echo 2; if true; then echo 3; fi; }',
])('%s says a line at a time', async (text) => {
  expect((await heard(text)).pieces).toEqual(['1\n', '2\n', '3\n']);
});

test.each([
  'for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && { echo four; break; }; echo $i; done; echo over',
  'if false; then echo a; elif true; then echo b; else echo c; fi; echo $?',
  'for i in b a; do echo $i; done | sort; for i in x; do echo $i; done > /tmp/streamed; cat /tmp/streamed',
  'while read -r line; do echo "[$line]"; done <<< "one"; printf "a\\nb\\n" | while read -r l; do echo "<$l>"; done',
  'f() { for i in 1 2; do echo $i; [ $i = 1 ] && return 7; done; }; f; echo $?',
  'x=$(for i in 1 2; do echo $i; done); echo "$x" | tail -1; for i in 1 2; do (exit 3); done; echo $?',
  'case a in a) echo A;; *) echo other;; esac; if ! true; then :; else echo no; fi',
  'for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done',
])('%s says the same as in bash', async (text) => {
  const real = execFileSync('bash', ['-c', text], { encoding: 'utf8' });
  expect((await heard(text)).said).toBe(real);
});

test('what was said before an interrupt stays, and nothing comes after it', async () => {
  const stop = new AbortController();
  let seen = '';
  const running = lab.login('controller', 'root').run(
    'for i in 1 2 3; do echo $i; sleep 1000; done; echo over',
    {
      stdout: (bytes) => {
        seen += bytes;
        stop.abort();
      },
      stderr: () => {},
    },
    stop.signal,
  );
  expect(await running).toBe(130);
  expect(seen).toBe('1\n');
});
