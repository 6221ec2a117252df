import { spawnSync } from 'node:child_process';
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
  kept = join(folder, 'keep', 'a file.conf');
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

function write({
  content = 'new\n',
  want = 'any',
  mode = '0640',
  owner = me.owner,
  group = me.group,
  ...rest
}: Change) {
  const argv = [rest.at ?? path, owner, group, mode, want, join(folder, 'keep'), rest.announced ?? sha(content)];
  return sh(WRITE_FILE, argv, content);
}
const restore = (after: string, before: string, from = kept) => sh(RESTORE_FILE, [path, after, before, from], '');

function sh(script: string, argv: readonly string[], input: string | Buffer) {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script, 'inkling', ...argv], {
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
    expect([readFileSync(kept, 'utf8'), mode(kept), mode(join(folder, 'keep'))]).toEqual(['old\n', '604', '700']);
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
    mkdirSync(join(folder, 'keep'));
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
