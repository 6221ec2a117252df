import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Library } from '../src/domain/playbook.ts';
import { commandRule, fitsSudo } from '../src/domain/sudoers.ts';
import { impossible, privileges } from '../src/engine/privileges.ts';
import { sudoersFile } from '../src/engine/sudoers-file.ts';
import { readSources } from './support/imports.ts';
import { shippedLibrary } from './support/practice-run.ts';

let library: Library;
beforeAll(async () => {
  library = await shippedLibrary();
});

const has = (program: string): boolean => spawnSync('/bin/sh', ['-c', `command -v ${program}`]).status === 0;

// After a change of a probe or a step that runs as somebody else: npm run sudoers
test('docs/sudoers is what the playbooks and the fixes need', async () => {
  await expect(sudoersFile(library)).toMatchFileSnapshot('../docs/sudoers');
});

test('these programs can reach sudo, and no others', () => {
  const all = privileges(library);
  // What runs below `flock` counts itself.
  const program = (argv: readonly string[]) => argv[argv.findIndex((word) => word.endsWith('/.')) + 1];
  const of = (set: 'read' | 'fix') =>
    [...new Set(all.filter((p) => p.set === set).flatMap((p) => [p.argv[0], program(p.argv)]))].sort();
  expect({ read: of('read'), fix: of('fix') }).toMatchInlineSnapshot(`
    {
      "fix": [
        "/bin/sh",
        "base64",
        "cat",
        "ceph",
        "chgrp",
        "chmod",
        "chown",
        "flock",
        "rbd",
        "stat",
        "systemctl",
        "virsh",
      ],
      "read": [
        "cat",
        "ceph",
        "df",
        "find",
        "grep",
        "id",
        "journalctl",
        "rbd",
        "sh",
        "stat",
        "test",
        "virsh",
      ],
    }
  `);
  expect(new Set(all.map((p) => p.argv[0])).size).toBeLessThanOrEqual(25);
});

test('what acts as root outside the playbooks is in these files, and they are known to the list', () => {
  const acting = readSources(join(import.meta.dirname, '..'), 'src')
    .filter(({ text }) => /\bas: ?'root'/.test(text) && /\bargv\b/.test(text))
    .map(({ path }) => path)
    .filter((path) => !path.startsWith('src/lab/'));
  expect(acting).toMatchInlineSnapshot(`
    [
      "src/engine/fix/act.ts",
      "src/engine/fix/dead-man.ts",
      "src/engine/fix/lock.ts",
      "src/engine/fix/plan.ts",
      "src/engine/fix/settle.ts",
      "src/engine/fix/show.ts",
      "src/engine/privileges.ts",
      "src/site/decide.ts",
      "src/site/nodes.ts",
    ]
  `);
});

describe.skipIf(!has('visudo') || process.getuid?.() !== 0)('sudo itself', () => {
  test('reads the file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sudoers-'));
    writeFileSync(join(folder, 'sudoers'), sudoersFile(library), { mode: 0o440 });
    const { status, stdout, stderr } = spawnSync('visudo', ['-cf', join(folder, 'sudoers')], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('parsed OK')]);
  });

  test.skipIf(!has('unshare') || spawnSync('unshare', ['-m', 'true']).status !== 0)(
    'allows every command, with values, and none with more than that',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'sudoers-'));
      // In a name space of its own, so that this machine's sudo is what it was.
      writeFileSync(join(folder, 'sudoers'), sudoersFile(library).replace('INKLING = inkling', 'INKLING = nobody'), {
        mode: 0o440,
      });
      const service = ['glance', 'cinder', 'nova']
        .map((name, at) => `${name}:x:${64_060 + at}:65534::/:/bin/sh\n`)
        .join('');
      const known = readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .filter((l) => !/^(glance|cinder|nova):/.test(l))
        .join('\n');
      writeFileSync(join(folder, 'passwd'), known + service);
      const asked: { allowed: boolean; argv: readonly string[] }[] = [];
      for (const p of privileges(library).filter(fitsSudo)) {
        const filled = p.argv.map((w) =>
          /^\{\{.*\}\}$/s.test(w) ? 'some words' : w.replace(/\{[^{}]+\}/g, (all) => (all === '{}' ? all : 'value')),
        );
        const argv = [p.as, 'timeout', '-k', '2', `${Math.ceil(p.deadline)}`, ...filled];
        asked.push({ allowed: true, argv });
        // A shell is allowed whatever it is given; the file says so.
        if (!p.argv.includes('/bin/sh')) asked.push({ allowed: false, argv: [...argv, '--more'] });
      }
      const quote = (w: string) => `'${w.replaceAll("'", `'\\''`)}'`;
      const script = asked
        .map(
          ({ argv: [as, ...argv] }) => `sudo -n -l -u ${as} -- ${argv.map(quote).join(' ')} >/dev/null 2>&1; echo $?`,
        )
        .join('\n');
      writeFileSync(join(folder, 'ask'), script, { mode: 0o755 });
      execFileSync('chmod', ['755', folder]);
      const said = execFileSync(
        'unshare',
        [
          '-m',
          '/bin/sh',
          '-c',
          `mount --bind ${folder}/sudoers /etc/sudoers; mount --bind ${folder}/passwd /etc/passwd; runuser -u nobody -- /bin/sh ${folder}/ask`,
        ],
        { encoding: 'utf8' },
      );
      rmSync(folder, { recursive: true });
      const answers = said
        .trim()
        .split('\n')
        .map((code) => code === '0');
      expect(asked.filter(({ allowed }, at) => answers[at] !== allowed).map(({ argv }) => argv.join(' '))).toEqual([]);
      expect(answers.length).toBe(asked.length);
    },
  );
});

test('a value is one word and no option', () => {
  const rule = commandRule({ as: 'root', argv: ['rbd', '-p', '{pool}', 'ls'], deadline: 9.5 });
  expect(rule).toBe('/usr/bin/timeout ^-k 2 10 rbd -p [^- ][^ ]* ls$');
});

test('what sudo refuses is told as what cannot be done without it', () => {
  const all = privileges(library);
  expect(impossible([])).toBeUndefined();
  const says = impossible(all.filter((p) => p.needs === 'ceph-auth' || p.needs === 'auth-mon-caps-missing/grant-mon'));
  expect(says).toBe(
    'sudo refuses what these need, so checks that rest on them are unknown: ceph-auth; these repairs are impossible: auth-mon-caps-missing/grant-mon; docs/sudoers has the lines to allow them',
  );
});
