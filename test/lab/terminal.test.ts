import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SiteNode } from '../../src/domain/site.ts';
import { type PracticeLab, startLab } from '../../src/lab/index.ts';
import { LineEditor, type Typed } from '../../src/lab/shell/line-editor.ts';

let lab: PracticeLab;
let folder: string;
beforeAll(async () => {
  lab = await startLab({ pace: 1 });
  folder = mkdtempSync(join(tmpdir(), 'practice-files-'));
});
afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

const options = (name: string): { node: SiteNode; words: string[] } => {
  const node = lab.site.nodes.find((n) => n.name === name) as SiteNode;
  const files = ['-F', 'none', '-i', node.reach.identity?.[0] ?? ''];
  const more = [`UserKnownHostsFile=${node.reach.knownHosts?.[0]}`, 'LogLevel=ERROR', `Port=${node.reach.port}`];
  return { node, words: [...files, ...more.flatMap((o) => ['-o', o])] };
};

/** A login that one types into, and waits for what it shows. */
function logIn(name: string) {
  const child = spawn('ssh', ['-tt', ...options(name).words, '-l', 'ops', '127.0.0.1']);
  let shown = '';
  let from = 0;
  let look = (): void => {};
  const see = (bytes: Buffer): void => {
    shown += bytes;
    look();
  };
  child.stdout.on('data', see);
  child.stderr.on('data', see);
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const sees = (words: string): Promise<void> =>
    new Promise((resolve) => {
      look = () => {
        const at = shown.indexOf(words, from);
        if (at < 0) return;
        from = at + words.length;
        look = () => {};
        resolve();
      };
      look();
    });
  return { sees, ended, type: (keys: string) => child.stdin.write(keys) };
}

describe("a login from the learner's terminal", () => {
  test('keeps folder, variables, user and node, edits lines, waits for their end, and can be interrupted', async () => {
    const login = logIn('controller');
    await login.sees('ops@controller:~$ ');
    login.type('echo hellx\x7fo; X=42; cd /etc\r');
    await login.sees('hello\r\n');
    await login.sees('ops@controller:/etc$ ');
    login.type('false\r');
    await login.sees('$ ');
    login.type('echo $X $?\r');
    await login.sees('42 1\r\n');
    login.type('for i in 1 2; do\r');
    await login.sees('> ');
    login.type('echo n$i\rdone\r');
    await login.sees('n1\r\nn2\r\n');
    login.type('sudo -i\r');
    await login.sees('root@controller:~# ');
    login.type('cat <<EOF > note\rline\rEOF\r');
    await login.sees('root@controller:~# ');
    login.type('ssh compute-1\r');
    await login.sees('root@compute-1:~# ');
    login.type('exit\r');
    await login.sees('root@controller:~# ');
    login.type('sleep 1000\r');
    await login.sees('sleep 1000\r\n');
    login.type('\x03');
    await login.sees('^C\r\n');
    await login.sees('root@controller:~# ');
    login.type('\x1b[A\x15cat note\r');
    await login.sees('line\r\n');
    login.type('exit\r');
    await login.sees('ops@controller:/etc$ ');
    login.type('exit 3\r');
    expect(await login.ended).toBe(3);
  });

  test('scp takes files to a node and back, with the rights of ops', async () => {
    const { words } = options('controller');
    const scp = (...args: string[]): Promise<number | null> =>
      new Promise((resolve) => spawn('scp', ['-q', ...words, ...args], { stdio: 'ignore' }).on('exit', resolve));
    const text = 'a line\n'.repeat(20_000);
    writeFileSync(join(folder, 'here'), text);
    expect(await scp(join(folder, 'here'), 'ops@127.0.0.1:there')).toBe(0);
    const seen = await lab.run('controller', 'stat -c %U /home/ops/there; wc -l < /home/ops/there');
    expect(seen.stdout).toBe('ops\n20000\n');
    expect(await scp('ops@127.0.0.1:there', join(folder, 'back'))).toBe(0);
    expect(readFileSync(join(folder, 'back'), 'utf8')).toBe(text);
    expect(await scp(join(folder, 'here'), 'ops@127.0.0.1:/etc/there')).not.toBe(0);
    expect(await scp('ops@127.0.0.1:/etc/cinder/cinder.conf', join(folder, 'secret'))).not.toBe(0);
  });
});

describe('a login of the program itself', () => {
  test('says where it is, and ends with the last exit', async () => {
    const login = lab.login('compute-2');
    let out = '';
    const collect = (bytes: Buffer): void => {
      out += bytes;
    };
    const streams = { stdout: collect, stderr: collect };
    await login.run('sudo -i', streams);
    expect(login.place).toEqual({ node: 'compute-2', user: 'root' });
    expect(await login.run('cd /etc/nova && ls', streams)).toBe(0);
    expect(login.prompt).toBe('root@compute-2:/etc/nova# ');
    expect(out).toBe('nova-compute.conf\nnova.conf\n');
    await login.run('exit', streams);
    expect(login.ended).toBe(false);
    await login.run('exit 4', streams);
    expect([login.ended, login.code]).toEqual([true, 4]);
  });

  test.each([
    ['for x in a; do', true],
    ['if true; then', true],
    ["echo 'abc", true],
    ['cat <<EOF\nfoo', true],
    ['cat <<EOF\nfoo\nEOF', false],
    ['ls |', true],
    ['virsh secret-set-value \\', true],
    ['echo done', false],
    ['fi', false],
  ])('%j is incomplete: %s', (text, expected) => {
    expect(lab.login('controller').incomplete(text)).toBe(expected);
  });
});

describe('line editing', () => {
  const typed = (keys: string, history: readonly string[] = []): Typed[] => {
    const got: Typed[] = [];
    const editor = new LineEditor(
      () => {},
      (what) => void got.push(what),
      history,
    );
    editor.begin('$ ');
    editor.feed(keys);
    return got;
  };
  test.each([
    ['abc\x7f\x7fd\r', 'ad'],
    ['bc\x01a\x05d\r', 'abcd'],
    ['one two\x17three\r', 'one three'],
    ['abc\x1b[D\x1b[D\x0b\r', 'a'],
    ['abc\x15d\r', 'd'],
    ['ä€😀\x7f!\r', 'ä€!'],
    ['x\x1b[5~y\r', 'xy'],
    ['\x1b[200~pasted\x1b[201~\r', 'pasted'],
  ])('%j gives %j', (keys, line) => {
    expect(typed(keys)).toEqual([{ kind: 'line', text: line }]);
  });

  test('goes through earlier lines and back to the one begun', () => {
    expect(typed('new\x1b[A\x1b[A\x1b[B\r', ['first', 'second'])).toEqual([{ kind: 'line', text: 'second' }]);
    expect(typed('new\x1b[A\x1b[B\r', ['first'])).toEqual([{ kind: 'line', text: 'new' }]);
  });

  test('knows an interrupt and the end of input', () => {
    expect(typed('abc\x03')).toEqual([{ kind: 'interrupt' }]);
    expect(typed('abc\x04')).toEqual([]);
    expect(typed('\x04')).toEqual([{ kind: 'end' }]);
  });
});
