import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { setOption } from '../../src/engine/fix/edit.ts';
import { wholeAfter } from './nothing-lost.ts';
import { chance, row, SEED } from './row.ts';
import { age, has, NEW, OLD, type Ran, type Target, target, twoAtATime } from './target.ts';

// The writer of the fix path on this machine, while the machine does to it what machines do.

const targets: Target[] = [];
const made = (where?: string): Target => {
  const one = target(where);
  targets.push(one);
  return one;
};
afterEach(() => {
  for (const one of targets.splice(0)) one.remove();
});

const root = process.getuid?.() === 0;
const noStrace = has('strace') ? undefined : 'strace is not installed';

const saysDone = (ran: Ran): boolean => targets[0]?.saysDone(ran) === true;

row('F30', async () => {
  const random = chance();
  const pieces = [
    '\xef\xbb\xbf',
    '\r\n',
    '\n',
    '\0',
    '\xff',
    '# c\n',
    '[x]\n',
    'a = old\n',
    'a=other\r\n',
    '[ceph]\n',
    '  more\n',
    'b : 1\n',
    '\xc3\xa9',
  ];
  let edited = 0;
  const runs = 20_000;
  for (let at = 0; at < runs; at += 1) {
    const parts = Array.from({ length: 12 }, () => pieces[Math.floor(random() * pieces.length)] as string);
    const text = `${parts.join('')}\n[ceph]\n${parts.toReversed().join('')}`;
    const done = setOption(text, 'ceph', 'a', 'old', 'new');
    if (!done.ok) continue;
    edited += 1;
    const [before, after] = [text.split('\n'), done.text.split('\n')];
    const changed = after.filter((line, n) => line !== before[n]);
    expect([after.length, changed.length, changed[0]?.replace('new', 'old')]).toEqual([
      before.length,
      1,
      before.find((line, n) => line !== after[n]),
    ]);
  }
  return {
    injected: `random bytes around the option, seed ${SEED}`,
    runs,
    figure: `${edited} edited, each in one line; the others untouched`,
  };
});

/** As sudo gives it. */
const SECURE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const GROUPS: Readonly<Record<string, string>> = {
  open: 'openat',
  read: 'read',
  write: 'write,writev',
  sync: 'fsync,fdatasync',
  rename: 'rename,renameat,renameat2',
  remove: 'unlink,unlinkat,rmdir',
  make: 'mkdir,mkdirat,chmod,fchmod,fchmodat,chown,fchown,fchownat,lchown',
  process: 'clone,clone3,vfork,execve',
  attributes: 'setxattr,fsetxattr,utimensat,copy_file_range,ioctl,flock',
};
/** The whole process tree dies with its first process, as it does when a node is reset. */
const TREE = root && spawnSync('unshare', ['-pf', 'true']).status === 0 ? ['unshare', '-pf', '--kill-child=KILL'] : [];

/** Injects at the k-th call of every process, until no process makes that many. `hit` says whether it was injected. */
async function everyCall(
  calls: string,
  what: string,
  before: readonly string[],
  after: (ran: Ran, of: Target, k: number) => void,
): Promise<number> {
  const lanes = [made(), made()];
  let last = Number.POSITIVE_INFINITY;
  let points = 0;
  const log = mkdtempSync(join(tmpdir(), 'strace-'));
  function* numbers() {
    for (let k = 1; k < Math.min(last, 400); k += 1) yield k;
  }
  await twoAtATime(numbers(), async (k, lane) => {
    const of = lanes[lane] as Target;
    of.reset();
    const file = join(log, String(k));
    const wrap = [
      'strace',
      '-f',
      '-q',
      '-o',
      file,
      '-e',
      `trace=${calls}`,
      '-e',
      `inject=${calls}:${what}:when=${k}`,
      ...before,
    ];
    const ran = await of.write({ wrap, env: { PATH: SECURE_PATH } });
    if (!/INJECTED|killed by SIGKILL/.test(readFileSync(file, 'latin1'))) {
      last = Math.min(last, k);
      return;
    }
    points += 1;
    after(ran, of, k);
  });
  rmSync(log, { recursive: true });
  return points;
}

/** What changes something, or shows that a program has come to its end. */
const CHANGES =
  'write,writev,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,chmod,fchmod,fchmodat,chown,fchown,fchownat,' +
  'lchown,setxattr,fsetxattr,lsetxattr,utimensat,copy_file_range,ftruncate,ioctl,flock,exit_group';
/** The programs that the writer starts. */
const STARTED =
  'id stat find mktemp mkdir chmod chown flock head rm cp sha256sum sync cat touch ls python3 mv rmdir'.split(' ');

/** All dies, as when a node is reset, while the n-th start of a program is at its k-th call: for every program, start and call. */
async function everyCallOfEveryProgram(after: (ran: Ran, of: Target) => void): Promise<number> {
  let points = 0;
  await twoAtATime(STARTED, async (program) => {
    const real = execFileSync('/bin/sh', ['-c', `command -v ${program}`], {
      encoding: 'utf8',
      env: { PATH: SECURE_PATH },
    }).trim();
    const calls = program === 'python3' ? CHANGES : `openat,${CHANGES}`;
    const of = made();
    const bin = mkdtempSync(join(tmpdir(), 'dying-'));
    const [count, log] = [join(bin, 'count'), join(bin, 'log')];
    for (let [n, k] = [1, 1]; n < 20; k += 1) {
      const strace = `strace -f -q -o ${log} -e trace=${calls} -e inject=${calls}:signal=KILL:when=${k} ${real} "$@"`;
      const lines = [
        `echo x >> ${count}`,
        `[ "$(/usr/bin/wc -l < ${count})" -eq ${n} ] || exec ${real} "$@"`,
        `${strace}`,
        'code=$?; [ $code -ne 137 ] || kill -KILL 0; exit $code',
      ];
      for (const file of [count, log]) rmSync(file, { force: true });
      writeFileSync(join(bin, program), `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o755 });
      of.reset();
      const ran = await of.write({ env: { PATH: `${bin}:${SECURE_PATH}` } });
      if (!existsSync(log)) break;
      if (readFileSync(log, 'latin1').includes('killed by SIGKILL')) {
        points += 1;
        after(ran, of);
      } else {
        n += 1;
        k = 0;
      }
    }
    rmSync(bin, { recursive: true });
  });
  return points;
}

row(
  'F35',
  async () => {
    const seen = { old: 0, new: 0 };
    let left = 0;
    let runs = 0;
    const after = (ran: Ran, of: Target): void => {
      seen[wholeAfter(of, ran)] += 1;
      left += of.left().length;
      // What is left is out of anybody's way, and is swept when it is old.
      age(of);
    };
    for (const calls of Object.values(GROUPS)) runs += await everyCall(calls, 'signal=KILL', TREE, after);
    runs += await everyCallOfEveryProgram(after);
    // What was killed after the file was replaced can be taken back.
    const back = made();
    await back.write();
    expect([(await back.restore()).code, back.state()]).toEqual([0, 'old']);
    const swept = made();
    mkdirSync(join(swept.folder, '.inkling-crashed1'));
    age(swept);
    expect(swept.saysDone(await swept.write())).toBe(true);
    expect(swept.left()).toEqual([]);
    return {
      injected: 'KILL of all at every changing call of every program started, and at the k-th call of each process',
      runs,
      figure: `0 torn (${seen.old} old, ${seen.new} new); ${left} private folders left, swept`,
    };
  },
  noStrace,
);

/** A program that fails at its n-th call does nothing, or all it should and then fails. */
async function everyProgram(after: (ran: Ran, of: Target, program: string) => void): Promise<number> {
  const programs = [
    'cp',
    'mv',
    'cat',
    'mktemp',
    'sha256sum',
    'cut',
    'chown',
    'chmod',
    'stat',
    'sync',
    'mkdir',
    'rm',
    'touch',
    'ls',
    'flock',
    'find',
    'basename',
    'dirname',
    'id',
    'rmdir',
  ];
  const of = made();
  const bin = mkdtempSync(join(tmpdir(), 'failing-'));
  const count = join(bin, 'count');
  let points = 0;
  for (const program of programs) {
    const real = execFileSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    for (let n = 1; n < 20; n += 1) {
      rmSync(bin, { recursive: true });
      mkdirSync(bin);
      writeFileSync(
        join(bin, program),
        `#!/bin/sh\necho x >> ${count}\n[ "$(/usr/bin/wc -l < ${count})" -ne ${n} ] || { echo "${program}: No space left on device" >&2; exit 1; }\nexec ${real} "$@"\n`,
        { mode: 0o755 },
      );
      of.reset();
      const ran = await of.write({ env: { PATH: `${bin}:${SECURE_PATH}` } });
      const called = existsSync(count) ? readFileSync(count, 'utf8').length / 2 : 0;
      if (called < n) break;
      points += 1;
      after(ran, of, program);
    }
  }
  rmSync(bin, { recursive: true });
  return points;
}

row(
  'F33',
  async () => {
    let [runs, refused] = [0, 0];
    const left: string[] = [];
    const check = (ran: Ran, of: Target, where: string) => {
      const state = wholeAfter(of, ran);
      if (state === 'old') refused += 1;
      // A private folder stays when rm and rmdir themselves cannot run; it is swept later.
      if (of.left().length > 0 && !['rm', 'rmdir', 'openat'].includes(where)) left.push(where);
      for (const name of of.left()) rmSync(join(of.folder, name), { recursive: true });
    };
    for (const calls of ['write,writev', 'openat', 'mkdir,mkdirat', 'rename,renameat,renameat2', 'copy_file_range'])
      runs += await everyCall(calls, 'error=ENOSPC', [], (ran, of) => check(ran, of, calls));
    runs += await everyProgram(check);
    if (root) {
      const mount = mkdtempSync(join(tmpdir(), 'full-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'tmpfs', mount]);
      try {
        const of = made(mount);
        spawnSync('/bin/sh', ['-c', `cat /dev/zero > ${mount}/filler 2>/dev/null`]);
        const ran = await of.write({ content: NEW });
        expect([ran.code, of.state(), of.left()]).toEqual([70, 'old', []]);
        runs += 1;
      } finally {
        execFileSync('umount', [mount]);
      }
    }
    expect(left).toEqual([]);
    return {
      injected: `ENOSPC at every call and program${root ? ', full tmpfs' : ''}`,
      runs,
      figure: `${refused} kept the old file, ${runs - refused} were done; 0 torn, 0 left over`,
    };
  },
  noStrace,
);

row(
  'F34',
  async () => {
    let runs = 0;
    for (const error of ['EIO', 'EROFS', 'EDQUOT'])
      for (const calls of ['fsync,fdatasync', 'rename,renameat,renameat2', 'write,writev'])
        runs += await everyCall(calls, `error=${error}`, [], (ran, of) => {
          const state = wholeAfter(of, ran);
          if (calls.startsWith('fsync')) expect([state, saysDone(ran)]).toEqual(['old', false]);
        });
    // The last fsync, of the folder, comes after the rename: it must not be called done, nor be called unchanged.
    const last = made();
    const bin = mkdtempSync(join(tmpdir(), 'sync-'));
    writeFileSync(
      join(bin, 'sync'),
      '#!/bin/sh\n[ "$2" != .. ] || { echo "sync: error syncing: Input/output error" >&2; exit 1; }\n',
      { mode: 0o755 },
    );
    const ran = await last.write({ env: { PATH: `${bin}:${SECURE_PATH}` } });
    expect([ran.code, last.state()]).toEqual([74, 'new']);
    rmSync(bin, { recursive: true });
    runs += 1;
    const limited = made();
    const cut = await limited.write({ wrap: ['/bin/sh', '-c', 'ulimit -f 0; exec "$@"', 'limit'], content: NEW });
    expect([saysDone(cut), limited.state()]).toEqual([false, 'old']);
    runs += 1;
    if (root) {
      const fixed = made();
      execFileSync('chattr', ['+i', fixed.path]);
      try {
        expect([(await fixed.write()).code, readFileSync(fixed.path, 'utf8'), fixed.left()]).toEqual([70, OLD, []]);
      } finally {
        execFileSync('chattr', ['-i', fixed.path]);
      }
      const mount = mkdtempSync(join(tmpdir(), 'readonly-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', mount]);
      try {
        const of = made(mount);
        execFileSync('mount', ['-o', 'ro,remount', mount]);
        expect([(await of.write()).code, of.state(), of.left()]).toEqual([70, 'old', []]);
      } finally {
        execFileSync('umount', [mount]);
      }
      runs += 2;
    }
    return {
      injected: `EIO, EROFS, EDQUOT at every call; ulimit -f${root ? '; chattr +i; read-only mount' : ''}`,
      runs,
      figure: '0 torn; a failed fsync was never called done',
    };
  },
  noStrace,
);

row('F46', async () => {
  const of = made();
  await of.write();
  const before = spawnSync('stat', ['-c', '%Y %i', of.path], { encoding: 'utf8' }).stdout;
  const again = await of.write();
  const after = spawnSync('stat', ['-c', '%Y %i', of.path], { encoding: 'utf8' }).stdout;
  expect([again.code, again.stderr, after]).toEqual([70, expect.stringContaining('changed since you looked'), before]);
  return { injected: 'the same write again', runs: 1, figure: '0 writes, same inode and time' };
});

row('F48', async () => {
  const of = made();
  await of.write();
  writeFileSync(of.path, 'a later change\n');
  const later = await of.restore();
  expect([later.code, readFileSync(of.path, 'utf8')]).toEqual([70, 'a later change\n']);
  let runs = 1;
  of.reset();
  await of.write();
  if (root) {
    execFileSync('chattr', ['+i', of.path]);
    const fixed = await of.restore();
    execFileSync('chattr', ['-i', of.path]);
    expect([fixed.code, of.state(), of.left()]).toEqual([70, 'new', []]);
    runs += 1;
  }
  expect([(await of.restore()).code, of.state()]).toEqual([0, 'old']);
  return {
    injected: `an edit between${root ? '; chattr +i' : ''}; then undo again`,
    runs: runs + 1,
    figure: '0 later changes overwritten; undone once it could be',
  };
});
