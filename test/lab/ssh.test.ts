import { execFile, execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SiteNode } from '../../src/domain/site.ts';
import { type PracticeLab, startLab } from '../../src/lab/index.ts';

const hasSsh = (() => {
  try {
    execFileSync('ssh', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const option = (...words: string[]): string[] => words.flatMap((w) => ['-o', w]);

function ssh(
  node: SiteNode,
  command: string,
  stdin = '',
  user = 'ops',
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { host, port, identity, knownHosts } = node.reach;
  const args = [
    ...['-F', 'none', '-p', String(port), '-i', identity?.[0] ?? '', '-l', user],
    ...option(
      'IdentitiesOnly=yes',
      `UserKnownHostsFile=${knownHosts?.[0]}`,
      'StrictHostKeyChecking=yes',
      'BatchMode=yes',
      'LogLevel=ERROR',
    ),
    ...[host, command],
  ];
  return new Promise((resolve) => {
    const child = execFile('ssh', args, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ code, stdout, stderr });
    });
    child.stdin?.end(stdin);
  });
}

let lab: PracticeLab;
let controller: SiteNode;
beforeAll(async () => {
  lab = await startLab({ pace: 0.01 });
  controller = lab.site.nodes.find((n) => n.name === 'controller') as SiteNode;
});
afterAll(() => lab.close());

describe.runIf(hasSsh)("the system's ssh", () => {
  test('runs a command and gets its output, errors and exit code apart', async () => {
    expect(await ssh(controller, 'hostname; echo oops >&2; exit 42')).toEqual({
      code: 42,
      stdout: 'controller\n',
      stderr: 'oops\n',
    });
  });

  test('sends standard input to a command and to /bin/sh -s', async () => {
    expect((await ssh(controller, 'wc -c', 'hello €')).stdout.trim()).toBe('9');
    const script =
      '{ ask() { sudo -n -u glance -- timeout -k 2 10 rbd --id glance -p images ls --format json; }\nask; exit 3\n}\n';
    const answer = await ssh(controller, '/bin/sh -s', script);
    expect(answer.code).toBe(3);
    expect(JSON.parse(answer.stdout)).toHaveLength(2);
  });

  test('is refused as anybody but ops', async () => {
    const answer = await ssh(controller, 'true', '', 'root');
    expect(answer.code).toBe(255);
    expect(answer.stderr).toContain('Permission denied (publickey)');
  });

  test('sees each node under its own host key', async () => {
    const [first, ...others] = lab.site.nodes;
    expect(others).toHaveLength(3);
    const swapped = { ...(first as SiteNode), reach: { ...(first as SiteNode).reach, knownHosts: ['/dev/null'] } };
    expect((await ssh(swapped, 'true')).code).toBe(255);
  });
});

describe('the practice cluster', () => {
  test('starts four nodes', async () => {
    const other = await startLab();
    expect(other.site.nodes.map((n) => n.name)).toEqual(['ceph-mon-1', 'controller', 'compute-1', 'compute-2']);
    await other.close();
  });

  test('keeps its keys in a private folder and removes it', async () => {
    const other = await startLab();
    const identity = other.site.nodes[0]?.reach.identity?.[0] ?? '';
    expect(statSync(dirname(identity)).mode & 0o777).toBe(0o700);
    expect(statSync(identity).mode & 0o777).toBe(0o600);
    await other.close();
    expect(existsSync(dirname(identity))).toBe(false);
  });

  test('says which fault could not be made', async () => {
    await expect(startLab({ faults: [{ on: 'controller', run: 'rm /nosuch' }] })).rejects.toThrow(
      /rm \/nosuch.*controller.*No such file/s,
    );
    await expect(startLab({ faults: [{ on: 'nosuch', run: 'true' }] })).rejects.toThrow(/no node nosuch/);
  });
});
