import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RESTORE_FILE, WRITE_FILE } from '../../src/engine/fix/file-script.ts';
import { me } from './local-node.ts';

const sha = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
let folder = '';
let path = '';
let kept = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-script-'));
  path = join(folder, 'a file.conf');
  kept = join(folder, 'keep', 'run', 'a file.conf');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Change {
  readonly content?: string | Buffer;
  readonly want?: string;
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
  /** Digest that is announced; that of the content unless something else is said. */
  readonly announced?: string;
  readonly at?: string;
}

const argv = ({ want = 'any', mode = '0640', owner = me.owner, group = me.group, ...rest }: Change) => [
  ...[rest.at ?? path, owner, group, mode, want, join(folder, 'keep', 'run')],
  rest.announced ?? sha(rest.content ?? 'new\n'),
];
const write = (change: Change) => sh(WRITE_FILE, argv(change), change.content ?? 'new\n');
const restore = (after: string, before: string, from = kept) => sh(RESTORE_FILE, [path, after, before, from], '');

function sh(script: string, args: readonly string[], input: string | Buffer) {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script, 'inkling', ...args], {
    input,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}
const mode = (of = path) => (statSync(of).mode & 0o7777).toString(8);
function old(at = path): string {
  writeFileSync(at, 'old\n');
  return at;
}
/** What lies in the folder of the file, without what is kept. */
const left = () => readdirSync(folder).filter((n) => n !== 'keep');

describe('writing', () => {
  test('a new file has its content, owner and mode at once', () => {
    const done = write({ want: 'absent' });
    expect(done).toMatchObject({ code: 0, stdout: `was absent\nnow ${sha('new\n')}\nkept \n`, stderr: '' });
    expect([readFileSync(path, 'utf8'), mode(), left()]).toEqual(['new\n', '640', ['a file.conf']]);
  });

  test('what was there is kept with its mode, for root alone', () => {
    writeFileSync(path, 'old\n', { mode: 0o604 });
    const done = write({ want: sha('old\n') });
    expect(done).toMatchObject({ code: 0, stdout: `was ${sha('old\n')}\nnow ${sha('new\n')}\nkept ${kept}\n` });
    expect([readFileSync(kept, 'utf8'), mode(kept), mode(join(folder, 'keep', 'run'))]).toEqual([
      'old\n',
      '604',
      '700',
    ]);
    expect([readFileSync(path, 'utf8'), mode()]).toEqual(['new\n', '640']);
  });

  test('every byte arrives', () => {
    const content = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7) % 256));
    expect(write({ content }).code).toBe(0);
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  test.runIf(process.getuid?.() === 0)('the owner is set', () => {
    expect(write({ owner: 'nobody', group: 'nogroup' }).code).toBe(0);
    expect(statSync(path).uid).toBe(Number(spawnSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).stdout));
  });

  const refusals: readonly (readonly [string, () => void, () => Change, RegExp])[] = [
    ['a file that changed since', () => old(), () => ({ want: sha('older\n') }), /changed since you looked/],
    ['a file that has appeared', () => old(), () => ({ want: 'absent' }), /changed since you looked/],
    ['a file that is gone', () => {}, () => ({ want: sha('old\n') }), /changed since you looked/],
    ['a link', () => symlinkSync(old(join(folder, 'target')), path), () => ({}), /is a link/],
    ['a link to nothing', () => symlinkSync(join(folder, 'none'), path), () => ({ want: 'absent' }), /is a link/],
    ['a folder', () => mkdirSync(path), () => ({}), /is not a regular file/],
    ['a fifo', () => void spawnSync('mkfifo', [path]), () => ({}), /is not a regular file/],
    ['a file of two names', () => linkSync(old(), join(folder, 'other')), () => ({}), /several hard links/],
    ['a folder that is not', () => {}, () => ({ at: join(folder, 'none', 'x') }), /none does not exist/],
    ['an owner that is not', () => {}, () => ({ owner: 'nosuchuser' }), /owner nosuchuser:.* could not be set/],
    ['no content', () => {}, () => ({ content: '' }), /the new content is empty/],
    ['content that was cut', () => {}, () => ({ announced: sha('new\nand more\n') }), /did not arrive whole/],
  ];
  test.each(refusals)('%s is refused, and nothing is left behind', (_what, prepare, change, words) => {
    prepare();
    const before = left().map((n) => [n, lstatSync(join(folder, n)).ino]);
    const done = write(change());
    expect([done.code, done.stdout]).toEqual([70, '']);
    expect(done.stderr).toMatch(words);
    expect(left().map((n) => [n, lstatSync(join(folder, n)).ino])).toEqual(before);
  });

  test('whoever lost the lease while it was paused writes nothing, and gives nothing back', () => {
    const lease = join(folder, 'lease');
    mkdirSync(lease);
    const held = (by: string) => writeFileSync(join(lease, 'holder'), `${by}\n{}\n`);
    old();
    const fenced = (id: string) => sh(WRITE_FILE, [...argv({ want: sha('old\n') }), lease, id], 'new\n');
    held('somebody-else');
    expect(fenced('mine')).toMatchObject({ code: 70, stderr: expect.stringContaining('somebody else has it now') });
    rmSync(join(lease, 'holder'));
    expect(fenced('mine').code).toBe(70);
    expect(readFileSync(path, 'utf8')).toBe('old\n');
    held('mine');
    expect(fenced('mine').code).toBe(0);
    held('somebody-else');
    const back = (id: string) => sh(RESTORE_FILE, [path, sha('new\n'), sha('old\n'), kept, lease, id], '');
    expect([back('mine').code, readFileSync(path, 'utf8')]).toEqual([70, 'new\n']);
    held('mine');
    expect([back('mine').code, readFileSync(path, 'utf8')]).toEqual([0, 'old\n']);
  });

  test('a folder that everybody can write to is refused', () => {
    chmodSync(folder, 0o1777);
    expect(write({})).toMatchObject({ code: 70, stderr: `refused: everybody can write to the folder ${folder}\n` });
    expect(left()).toEqual([]);
  });

  test('a link among the folders is followed only where others cannot have put it', () => {
    const shared = join(folder, 'shared');
    mkdirSync(join(folder, 'real'));
    mkdirSync(shared);
    symlinkSync(join(folder, 'real'), join(folder, 'way'));
    symlinkSync(join(folder, 'real'), join(shared, 'way'));
    expect(write({ at: join(folder, 'way', 'x.conf') }).code).toBe(0);
    expect(readFileSync(join(folder, 'real', 'x.conf'), 'utf8')).toBe('new\n');
    for (const open of [0o1777, 0o775]) {
      chmodSync(shared, open);
      const done = write({ at: join(shared, 'way', 'y.conf') });
      expect(done).toMatchObject({ code: 70, stderr: expect.stringMatching(/way is a link in a folder that others/) });
    }
    expect(readdirSync(join(folder, 'real'))).toEqual(['x.conf']);
  });

  test('what a crash left behind is swept once it is old, and nothing else', () => {
    for (const name of ['.inkling-old00000', '.inkling-new00000', '.inkling-mine']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, '.inkling-old00000', 'new'), 'secret');
    const long = new Date(Date.now() - 11 * 60_000);
    for (const name of ['.inkling-old00000', '.inkling-mine']) utimesSync(join(folder, name), long, long);
    expect(write({}).code).toBe(0);
    expect(left().sort()).toEqual(['.inkling-mine', '.inkling-new00000', 'a file.conf']);
  });

  test('two writers take turns', async () => {
    mkdirSync(join(folder, 'keep'));
    const held = spawn('flock', [join(folder, 'keep', '.lock'), 'sh', '-c', 'echo held; cat']);
    await new Promise((resolve) => held.stdout.once('data', resolve));
    const second = spawn('/bin/sh', ['-c', WRITE_FILE, 'inkling', ...argv({})], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    second.stdin.end('new\n');
    const ended = new Promise((resolve) => second.once('exit', resolve));
    const stage = () => left().filter((n) => n.startsWith('.inkling-'));
    while (stage().length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(existsSync(path)).toBe(false);
    held.stdin.end();
    expect([await ended, readFileSync(path, 'utf8')]).toEqual([0, 'new\n']);
  });

  const has = (program: string) => spawnSync('/bin/sh', ['-c', `command -v ${program}`]).status === 0;
  const said = (program: string, ...args: string[]) => spawnSync(program, args, { encoding: 'utf8' }).stdout;

  test.runIf(has('setfacl') && has('setfattr'))('access list and attributes are kept, written and taken back', () => {
    old();
    expect(spawnSync('setfacl', ['-m', 'u:nobody:r', path]).status).toBe(0);
    expect(spawnSync('setfattr', ['-n', 'user.kind', '-v', 'x', path]).status).toBe(0);
    const now = () => [mode(), said('getfacl', '-pcn', path), said('getfattr', '-dm-', '--absolute-names', path)];
    const before = now();
    expect(write({ mode: mode() }).code).toBe(0);
    expect([readFileSync(path, 'utf8'), now()]).toEqual(['new\n', before]);
    expect(restore(sha('new\n'), sha('old\n')).code).toBe(0);
    expect([readFileSync(path, 'utf8'), now()]).toEqual(['old\n', before]);
  });

  test.runIf(has('setfacl'))('an access list that cannot be kept is a reason not to write', () => {
    old();
    spawnSync('setfacl', ['-m', 'u:nobody:r', path]);
    const without = WRITE_FILE.replace('cp --attributes-only --preserve=all', 'false');
    const done = sh(without, argv({}), 'new\n');
    expect(done).toMatchObject({
      code: 70,
      stderr: expect.stringMatching(/access list or label of .* could not be kept/),
    });
    expect([readFileSync(path, 'utf8'), left()]).toEqual(['old\n', ['a file.conf']]);
  });

  describe.runIf(has('python3'))('a file that its reader would refuse', () => {
    const good = '\ufeff[DEFAULT]\na = 1\na = 2\n  more\nflag\n[x]\nb: caf\u00e9 %(\n';
    test('is not put in the place of one that it reads', () => {
      writeFileSync(path, good);
      const done = write({ content: 'a = 1\n[DEFAULT]\n' });
      expect(done.stderr).toMatch(/python3 cannot read the new content, and can read what is there/);
      expect([done.code, readFileSync(path, 'utf8'), left()]).toEqual([70, good, ['a file.conf']]);
      expect(write({ content: `${good}c = 3\n` }).code).toBe(0);
    });
    test('may take the place of one that is no better', () => {
      writeFileSync(path, 'no section\n');
      expect(write({ content: 'still no section\n' }).code).toBe(0);
    });
  });

  test('hostile names are names', () => {
    for (const name of ['$(touch pwned)', '-rf', "it's", 'a;b', '*', 'new\nline']) {
      const at = join(folder, name);
      expect([name, write({ at }).code, readFileSync(at, 'utf8')]).toEqual([name, 0, 'new\n']);
    }
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });
});

describe('taking back', () => {
  test('the file as it was, with its mode; a second time there is nothing to do', () => {
    writeFileSync(path, 'old\n', { mode: 0o604 });
    chmodSync(path, 0o604);
    write({});
    expect(restore(sha('new\n'), sha('old\n'))).toMatchObject({ code: 0, stdout: 'as it was\n' });
    expect([readFileSync(path, 'utf8'), mode(), left()]).toEqual(['old\n', '604', ['a file.conf']]);
    expect(restore(sha('new\n'), sha('old\n'))).toMatchObject({ code: 0, stdout: 'already as it was\n' });
  });

  test('a file that was not there is removed', () => {
    write({ want: 'absent' });
    expect(restore(sha('new\n'), 'absent').code).toBe(0);
    expect(left()).toEqual([]);
    expect(restore(sha('new\n'), 'absent')).toMatchObject({ code: 0, stdout: 'already as it was\n' });
  });

  test('what somebody changed since is left alone', () => {
    writeFileSync(path, 'old\n');
    write({});
    writeFileSync(path, 'newer\n');
    const done = restore(sha('new\n'), sha('old\n'));
    expect([done.code, readFileSync(path, 'utf8')]).toEqual([70, 'newer\n']);
    expect(done.stderr).toMatch(/has changed since; it is left as it is/);
  });

  test('a link put in its place is not followed', () => {
    writeFileSync(path, 'old\n');
    write({});
    rmSync(path);
    writeFileSync(join(folder, 'target'), 'new\n');
    symlinkSync(join(folder, 'target'), path);
    expect(restore(sha('new\n'), sha('old\n')).code).toBe(70);
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('new\n');
  });

  test('a copy that is gone or not what it was is not put back', () => {
    writeFileSync(path, 'old\n');
    write({});
    writeFileSync(kept, 'forged\n');
    expect(restore(sha('new\n'), sha('old\n'))).toMatchObject({ code: 70 });
    rmSync(kept);
    expect(restore(sha('new\n'), sha('old\n'))).toMatchObject({ code: 70 });
    expect([readFileSync(path, 'utf8'), left()]).toEqual(['new\n', ['a file.conf']]);
  });
});

describe('when the answer to a write never came', () => {
  test('it had happened, over a file: that file is put back', () => {
    writeFileSync(path, 'old\n');
    write({});
    expect(restore(sha('new\n'), 'unknown')).toMatchObject({ code: 0, stdout: 'as it was\n' });
    expect(readFileSync(path, 'utf8')).toBe('old\n');
  });

  test('it had happened, where no file was: the file is removed', () => {
    write({});
    expect(restore(sha('new\n'), 'unknown').code).toBe(0);
    expect(left()).toEqual([]);
  });

  test('it had not happened: nothing is touched, even if the file holds just what was to be written', () => {
    writeFileSync(path, 'new\n');
    expect(restore(sha('new\n'), 'unknown')).toMatchObject({ code: 0, stdout: 'nothing was written\n' });
    expect(readFileSync(path, 'utf8')).toBe('new\n');
  });

  test('it stopped between the copy and the rename: nothing is touched', () => {
    writeFileSync(path, 'old\n');
    mkdirSync(join(folder, 'keep', 'run'), { recursive: true });
    writeFileSync(kept, 'old\n');
    expect(restore(sha('new\n'), 'unknown')).toMatchObject({ code: 0, stdout: 'already as it was\n' });
  });

  test('it had happened and somebody changed the file since: it is left alone', () => {
    writeFileSync(path, 'old\n');
    write({});
    writeFileSync(path, 'newer\n');
    expect(restore(sha('new\n'), 'unknown').code).toBe(70);
    expect(readFileSync(path, 'utf8')).toBe('newer\n');
  });

  test('what an earlier run kept does not mislead', () => {
    writeFileSync(path, 'old\n');
    write({});
    rmSync(path);
    write({ want: 'absent' });
    expect(restore(sha('new\n'), 'unknown').code).toBe(0);
    expect(left()).toEqual([]);
  });
});
