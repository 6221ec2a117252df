import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PracticeLab, startLab } from '../../src/lab/index.ts';

let lab: PracticeLab;
beforeAll(async () => {
  lab = await startLab({ pace: 0.01 });
});
afterAll(() => lab.close());

/** Every construct of the shell that scripts sent to nodes rely on: text, what it prints, exit code. */
type Construct = [text: string, stdout: string, code?: number, stderr?: string];
const CONSTRUCTS: readonly Construct[] = [
  ['echo a; false; echo $?', 'a\n1\n'],
  ['f() { echo "<$1>"; return 3; }; f x; echo $?', '<x>\n3\n'],
  ['{ echo one; exit 4; }; echo two', 'one\n', 4],
  ['{ N=abc\necho $N\nexit\n}\n', 'abc\n'],
  ['case abc in a*) echo yes ;; *) echo no ;; esac', 'yes\n'],
  ['printf "%s\\n" a "b c" | while IFS= read -r l; do printf "<%s>" "$l"; done', '<a><b c>'],
  ['x=$(printf hi; exit 3); echo "$x $?"', 'hi 3\n'],
  ['a=$( { o=$( { echo out; echo err >&2; } | cat ); echo "[$o]"; } 2>&1 ); echo "$a" | sort', '[out]\nerr\n'],
  ['echo out; echo err >&2', 'out\n', 0, 'err\n'],
  ['{ echo out; echo err >&2; } 2>&1 | sort', 'err\nout\n'],
  ['(echo sub; echo no >&2; exit 5) 2>/dev/null; echo $?', 'sub\n5\n'],
  ['cat <<\'E\'\n$x `y` "z"\nE', '$x `y` "z"\n'],
  ['read -r U rest </proc/uptime; case $U in *.??) echo ok ;; esac', 'ok\n'],
  ["printf '%s' 'it'\\''s' | sha256sum | cut -c1-16", '24ceef1cb6b0cbc0\n'],
  ["printf '%s' 'c2VjcmV0' | base64 -d", 'secret'],
  ['set -- a "b c"; shift; echo "$# $1"', '1 b c\n'],
  ['i=3; while [ "$i" -gt 0 ]; do printf $i; i=$((i - 1)); done', '321'],
  ['for w in "$@" x y; do printf "%s." "$w"; done', 'x.y.'],
  ["printf 'k = v\\nkey = AQ==\\n' | awk '/^key/ { sub(/AQ.*/, \"sealed\"); print }'", 'key = sealed\n'],
  ["printf '1\\nM\\n2\\nM 0\\n3\\n' | sed -n '/^M$/,/^M /p' | sed '/^M/d'", '2\n'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own expansions
  ['v=abcdef; echo "${v%???} ${#v} ${v#a} ${unset-none}"', 'abc 6 bcdef none\n'],
  ["IFS=' '; o='a  b'; set -f; set -- $o; set +f; echo \"$#$2\"", '2b\n'],
  ['command -v printf; command -v nosuch; echo $?', 'printf\n1\n'],
  ['umask 077; : > /tmp/u; stat -c %a /tmp/u; rm /tmp/u', '600\n'],
  ['ulimit -c 0; trap : EXIT; cd / && pwd', '/\n'],
  ['export LC_ALL=C.UTF-8; locale charmap', 'UTF-8\n'],
  ['exec 3>&1; echo three >&3', 'three\n'],
  ['sh -c \'echo "$0 $1"\' a "b c"', 'a b c\n'],
  ['echo \'echo "in $1"\' | sh -s x', 'in x\n'],
  ['timeout 5 sh -c "exit 7"; echo $?', '7\n'],
  ['timeout -k 2 10 sleep 30; echo $?', '124\n'],
  ['sudo -n -- id -un; sudo -n -u glance -- id -un', 'root\nglance\n'],
  ['sudo -n -u glance -- timeout -k 2 10 sh -c "id -un; exit 9"; echo $?', 'glance\n9\n'],
  ['printf secret | sudo -n -- sh -c "cat > /root/x; cat /root/x; rm /root/x"', 'secret'],
  ['nosuch', '', 127, 'bash: line 1: nosuch: command not found\n'],
  ['sudo -n -- nosuch', '', 1, 'sudo: nosuch: command not found\n'],
  ['timeout 3 nosuch', '', 127, "timeout: failed to run command 'nosuch': No such file or directory\n"],
  [
    'export LC_ALL=C.UTF-8; timeout 3 nosuch',
    '',
    127,
    'timeout: failed to run command ‘nosuch’: No such file or directory\n',
  ],
  ['sudo -n -u nobody -- sudo -n -- true', '', 1, 'sudo: a password is required\n'],
];

describe('shell', () => {
  test.each(CONSTRUCTS.map((c) => [c[0], c] as const))('%s', async (_, [text, stdout, code = 0, stderr = '']) => {
    expect(await lab.run('controller', text, 'ops')).toEqual({ code, stdout, stderr });
  });

  test('many commands of one script are all run', async () => {
    const count = 200;
    const { stdout } = await lab.run('controller', `for i in $(seq ${count}); do stat -c %a /etc/ceph/ceph.conf; done`);
    expect(stdout).toBe('644\n'.repeat(count));
  });
});

describe('files', () => {
  const KEYRING = '/etc/ceph/ceph.client.glance.keyring';

  test('a keyring is for its service user alone, and every program says so', async () => {
    const as = (user: string, text: string) => lab.run('controller', text, user);
    expect((await as('glance', `cat ${KEYRING}`)).stdout).toMatch(/^\[client\.glance\]\n\tkey = AQ/);
    const denied = await as(
      'ops',
      `cat ${KEYRING}; grep key ${KEYRING}; head -1 ${KEYRING}; cat < ${KEYRING}; test -r ${KEYRING} || echo unreadable`,
    );
    expect(denied.stdout).toBe('unreadable\n');
    expect(denied.stderr.match(/Permission denied/g)).toHaveLength(4);
  });

  test('writing where one may not fails, and the script goes on', async () => {
    const { stdout, stderr } = await lab.run('controller', 'echo x > /etc/x; echo $?; echo x > /no/x; echo $?', 'ops');
    expect(stdout).toBe('1\n1\n');
    expect(stderr).toBe('bash: line 1: /etc/x: Permission denied\nbash: line 1: /no/x: No such file or directory\n');
  });

  test('owner, group and mode are kept, changed and shown', async () => {
    const { stdout } = await lab.run(
      'controller',
      `cd /tmp; printf data > f; install -o cinder -g cinder -m 0640 f g; cp -a g h; mv h i; chgrp glance i; chmod u=rw,g=,o= i
       stat -c '%U:%G %a %s %n' f g i; ls -l i | cut -c1-25; sudo -n -u cinder -- chown root i; rm f g i; ls`,
    );
    expect(stdout).toBe('root:root 644 4 f\ncinder:cinder 640 4 g\ncinder:glance 600 4 i\n-rw------- 1 cinder glanc\n');
  });

  test('find hands files to a program', async () => {
    const text = "find /etc/ceph -maxdepth 1 -name 'ceph.client.*.keyring' -type f -exec grep -H key {} +";
    const { stdout } = await lab.run('controller', text);
    expect(stdout.split('\n').map((l) => l.split(':')[0])).toEqual([
      ...['cinder-backup', 'cinder', 'glance'].map((n) => `/etc/ceph/ceph.client.${n}.keyring`),
      '',
    ]);
  });
});
