import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Command } from '../../src/domain/question.ts';
import type { Become } from '../../src/domain/site.ts';
import { buildScript } from '../../src/transport/script.ts';
import { sessionKeys } from '../../src/transport/seal.ts';

const directory = mkdtempSync(join(tmpdir(), 'script-'));
afterAll(() => rmSync(directory, { recursive: true }));
const touched = join(directory, 'touched');

const build = (questions: readonly Command[], become: Become = 'root'): Buffer =>
  buildScript(questions, { become, nonce: 'f'.repeat(32), mark: 'e'.repeat(32), keys: sessionKeys(Buffer.alloc(32)) });

function runs(script: Buffer): boolean {
  spawnSync('sh', ['-s'], { input: script, stdio: ['pipe', 'ignore', 'ignore'] });
  const ran = existsSync(touched);
  rmSync(touched, { force: true });
  return ran;
}

describe('a script', () => {
  const questions: Command[] = [
    { id: 'plain', argv: ['touch', touched], deadline: 5 },
    { id: 'sealed', argv: ['touch', touched], deadline: 5, seal: 'keyring' },
    { id: 'fed', argv: ['touch', touched], deadline: 5, stdin: Buffer.from('secret') },
  ];
  const script = build(questions.slice(0, 1));

  it('runs nothing when its upload is cut anywhere', () => {
    expect(runs(script)).toBe(true);
    const brace = script.lastIndexOf('}');
    for (let cut = 0; cut <= brace; cut += cut < brace - 40 ? 13 : 1) expect(runs(script.subarray(0, cut))).toBe(false);
  });

  it.each(questions.map((question) => [question.id, question] as const))(
    'runs nothing when login scripts have read its beginning (%s)',
    (_, question) => {
      const whole = build([question]);
      const lines = whole.toString().split('\n');
      for (let lost = 1; lost < lines.length; lost += 3) {
        expect(runs(Buffer.from(lines.slice(lost).join('\n')))).toBe(false);
      }
      expect(runs(whole)).toBe(true);
    },
  );

  it('becomes who is asked for, by sudo or from root, under a deadline', () => {
    const lines = (as: string | undefined, become: Become): string =>
      build([{ id: 'q', argv: ['ceph', '-s'], deadline: 19.2, ...(as && { as }) }], become).toString();
    const timed = "timeout -k 2 20 'ceph' '-s'\n";
    expect(lines(undefined, 'sudo')).toContain(`p 0 20 - ${timed}`);
    expect(lines('root', 'sudo')).toContain(`p 0 20 - sudo -n -- ${timed}`);
    expect(lines('cinder', 'sudo')).toContain(`p 0 20 - sudo -n -u 'cinder' -- ${timed}`);
    expect(lines('root', 'root')).toContain(`p 0 20 - ${timed}`);
    expect(lines('cinder', 'root')).toContain(`p 0 20 - $RUNAS 'cinder' -- ${timed}`);
    expect(lines('cinder', 'root')).toContain('runuser -u');
  });
});
