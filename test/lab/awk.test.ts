import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smallAwk } from '../../src/lab/shell/awk/index.ts';
import { buildScript } from '../../src/transport/script.ts';
import { sessionKeys } from '../../src/transport/seal.ts';

/** Program, its input, what it prints, its exit code: as mawk 1.3.4 on Debian 12 answered them. */
const PROGRAMS: readonly (readonly [program: string, input: string, stdout: string, code?: number])[] = [
  ['{ print $2, $1; n++ } END { print NR, n, NF }', 'a b\n c   d e\n', 'b a\nd c\n2 2 3\n'],
  ['/^#/ { next } $1 == "x" { s = s $3 } END { print "<" s ">"; exit 3 }', '# x\nx y one\nx y two\n', '<onetwo>\n', 3],
  ['BEGIN { FS = ":" } { print $1 "-" $3 }', 'root:x:0\n::\n', 'root-0\n-\n'],
  ['{ $2 = "new"; print; print NF }', 'a b c\n', 'a new c\n3\n'],
  ['{ sub(/b+/, "[&]"); gsub("a", "\\\\&"); print }', 'abba\n', '&[bb]&\n'],
  ['{ at = match($0, /[0-9]+/); print at, RSTART, RLENGTH; print match($0, "z"), RLENGTH }', 'ab123c\n', '3 3 3\n0 -1\n'],
  ['function f(t, k) { t[k] = k k; return length(k) } BEGIN { print f(T, "ab"); print T["ab"]; if (!("x" in T)) print "no" }', '', '2\nabab\nno\n'],
  ['BEGIN { while (i < 5) { i++; if (i == 2) continue; if (i == 4) break; printf "%d,", i } print "" }', '', '1,3,\n'],
  ['BEGIN { n = split("a,b,,c", p, ","); for (i = 1; i <= n; i++) printf("%s|", p[i]); print n }', '', 'a|b||c|4\n'],
  ['BEGIN { print 1 == 1.0, "1" == 1.0, "10" < "9", 10 < 9; print substr("hello", 2, 3) substr("hello", 4) index("hello", "l") }', '', '1 1 1 0\nelllo3\n'],
  ['{ print ($1 < $2), ($1 < "10"), -$1 + 2 * 3 % 4 ^ 2 }', '9 10\n', '1 0 -3\n'],
  ['BEGIN { x["a", 1] = 2; for (k in x) { split(k, p, SUBSEP); print p[1], p[2], x[k] } delete x["a", 1]; print length("") x["a", 1] }', '', 'a 1 2\n0\n'],
  ['BEGIN { printf "%5d|%-4s|%04d|%.2s|%x|%%\\n", 42, "ab", 7, "xyz", 255 }', '', '   42|ab  |0007|xy|ff|%\n'],
  ['BEGIN { a = 1; a += 2; a ^= 2; b = a++ + ++a; print a, b, !a, 7 / 2, 1e3, 0.1 + 0.2, toupper("aé") tolower("BC") int(-2.7) }', '', '11 20 0 3.5 1000 0.3 Aébc-2\n'],
  ['$0 ~ "[[:space:]]b[]x]$" || /^[^]a]/ { print NR ": " $0; next } { print "-" }', 'a b]\nab\nxb\n', '1: a b]\n-\n3: xb\n'],
  ['function g(a, b) { return a + b } BEGIN { print g(u, 2) u; u = 1; print g(u, 2) }', '', '2\n3\n'],
  ['BEGIN { exit 4 } END { print "end" }', 'x\n', 'end\n', 4],
  ['END { print $0, NR }', 'one\nlast', 'last 2\n'],
]; // biome-ignore format: a table

test.each(PROGRAMS.map((p) => [p[0], p] as const))('%s', (_, [program, input, stdout, code = 0]) => {
  const bytes = (text: string): string => Buffer.from(text).toString('latin1');
  expect(smallAwk(bytes(program), bytes(input))).toEqual({ stdout: bytes(stdout), code });
});

test.each([
  ['{ print > "/tmp/x" }'],
  ['{ "date" | getline d }'],
  ['BEGIN { while (1) n++ }'],
  ['/a{2}/'],
  ['BEGIN { system("id") }'],
  ['BEGIN { print ENVIRON["HOME"] }'],
  ['{ print'],
])('%s is the business of another awk', (program) => {
  expect(smallAwk(program, 'aa\n')).toBeUndefined();
});

describe.skipIf(spawnSync('awk', ['BEGIN { exit 7 }']).status !== 7)('what seals answers', () => {
  const script = buildScript([{ id: 'q', argv: ['true'], deadline: 1, seal: 'log' }], {
    become: 'root',
    nonce: 'f'.repeat(32),
    mark: 'e'.repeat(32),
    keys: sessionKeys(Buffer.alloc(32, 5)),
  }).toString();
  const programs = [...script.matchAll(/^A[A-Z]='((?:[^']|'\\'')*)'$/gm)].map((m) => m[1]?.replaceAll("'\\''", "'"));
  const words = fc.constantFrom(
    ...['rbd_secret_uuid', 'admin_password', 'key', '"key"', ' = ', '=', ':', ': ', '"', "'", ',', '#', ' ', '\t', '\r', '\xe9', '[a]'],
    ...['AQBhfWlnAAAAABAAu3jQx5Uq0uRvfX/m8i4oPg==', 'AgBhfWlnAAAAACAAu3jQx5Uq0uRvfX/m8i4oPg7jQx5Uq0uRvfX+m8i4oPg='],
    ...['rabbit://u:p4ss@h/', '-----BEGIN X', '-----END X', '/etc/c:12:', 'token', 'true', '12', 'val=', 'Aq0uRvfXm8i4oPg7jQx5Uq0uRvfX'],
  ); // biome-ignore format: a list
  const line = fc.array(words, { maxLength: 8 }).map((parts) => parts.join(''));

  test('is what the awk of this machine makes of it', () => {
    expect(programs).toHaveLength(6);
    const texts = fc.sample(line, { numRuns: 1500, seed: 11 });
    for (const program of programs as string[]) {
      // The filter of logs takes what is before the second mark for secrets that it must hide.
      const input = ['mark', 'p4ss', 'rbd_secret', 'mark', ...texts, ''].join('\n');
      const real = spawnSync('awk', [program], {
        input: Buffer.from(input, 'latin1'),
        env: { ...process.env, LC_ALL: 'C' },
        maxBuffer: 1 << 26,
      });
      expect(smallAwk(program, input)).toEqual({ stdout: real.stdout.toString('latin1'), code: 0 });
    }
  });
});
