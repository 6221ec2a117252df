import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/domain/question.ts';
import type { SiteNode } from '../../src/domain/site.ts';
import { answerOf, type Raw, unaskedOf } from '../../src/transport/answer.ts';

const node: SiteNode = { name: 'controller', roles: [], become: 'sudo', reach: { host: '10.0.0.2', user: 'ops' } };
const question = (more: Partial<Question> = {}): Question => ({
  id: 'q',
  argv: ['ceph', '-s'],
  deadline: 20,
  as: 'root',
  ...more,
});
const raw = (more: Partial<Raw>): Raw => ({ code: 0, stdout: '', stderr: '', dropped: 0, ms: 100, ...more });
const read = (more: Partial<Raw>, asked: Partial<Question> = {}): string => {
  const answer = answerOf(raw(more), question(asked), node);
  return answer.result === 'lost' ? answer.why : `exit ${answer.code}`;
};

describe('an answer', () => {
  it.each<[string, Partial<Raw>, string]>([
    ['124 at the deadline', { code: 124, ms: 20_010 }, 'timeout'],
    ['137 after it', { code: 137, ms: 22_000 }, 'timeout'],
    ['143 of busybox', { code: 143, ms: 20_000 }, 'timeout'],
    ['124 of the program itself', { code: 124, ms: 300 }, 'exit 124'],
    ['137 of the kernel, short of memory', { code: 137, ms: 300 }, 'exit 137'],
    ['another code at the deadline', { code: 1, ms: 20_010 }, 'exit 1'],
    ['a password wanted', { code: 1, stderr: 'sudo: a password is required\n' }, 'denied'],
    [
      'a terminal wanted',
      { code: 1, stderr: 'sudo: a terminal is required to read the password; use -S\nsudo: a password is required\n' },
      'denied',
    ],
    [
      'a lecture first',
      { code: 1, stderr: '\nWe trust you have received the usual lecture\n\nsudo: a password is required\n' },
      'denied',
    ],
    [
      'no rule',
      {
        code: 1,
        stderr: "Sorry, user ops is not allowed to execute '/usr/bin/timeout -k 2 20 ceph -s' as root on controller.\n",
      },
      'denied',
    ],
    ['no sudoer', { code: 1, stderr: 'ops is not in the sudoers file.\n' }, 'denied'],
    [
      'no such user',
      { code: 1, stderr: 'sudo: unknown user nosuch\nsudo: error initializing audit plugin sudoers_audit\n' },
      'denied',
    ],
    ['no such user of old', { code: 1, stderr: 'sudo: unknown user: nosuch\n' }, 'denied'],
    ['no such user of runuser', { code: 1, stderr: 'runuser: user nosuch does not exist\n' }, 'denied'],
    ['a program that quotes sudo', { code: 2, stderr: 'sudo: a password is required\n' }, 'exit 2'],
    ['a program that wrote something', { code: 1, stdout: 'x', stderr: 'sudo: a password is required\n' }, 'exit 1'],
    ['a program that quotes sudo in a line', { code: 1, stderr: 'log: sudo: a password is required\n' }, 'exit 1'],
    [
      'not installed',
      { code: 127, stderr: 'timeout: failed to run command ‘ceph’: No such file or directory\n' },
      'missing',
    ],
    [
      'not installed, in C',
      { code: 127, stderr: "timeout: failed to run command 'ceph': No such file or directory\n" },
      'missing',
    ],
    [
      'not installed, busybox',
      { code: 127, stderr: "timeout: can't execute 'ceph': No such file or directory\n" },
      'missing',
    ],
    ['no timeout on the node', { code: 127, stderr: '/bin/sh: 12: timeout: not found\n' }, 'missing'],
    ['no timeout for sudo', { code: 1, stderr: 'sudo: timeout: command not found\n' }, 'missing'],
    ['another program missing inside', { code: 127, stderr: 'ceph: line 3: python9: command not found\n' }, 'exit 127'],
    ['a plain failure', { code: 1, stderr: 'Error EACCES: access denied\n' }, 'exit 1'],
  ])('%s', (_, seen, expected) => {
    expect(read(seen)).toBe(expected);
  });

  it('never reads a refusal where nobody was to be become', () => {
    const asked = { argv: ['ceph', '-s'] as const, as: undefined };
    const { as: _, ...plain } = question(asked);
    expect(answerOf(raw({ code: 1, stderr: 'sudo: a password is required\n' }), plain, node).result).toBe('exited');
  });

  it('says where, what and what to do, in one sentence', () => {
    const answer = answerOf(raw({ code: 1, stderr: 'sudo: a password is required\n' }), question(), node);
    expect(answer).toMatchObject({
      detail:
        'On controller (10.0.0.2) `ceph -s` may not run as root (sudo: a password is required): allow it in sudoers: `ops ALL=(root) NOPASSWD: /usr/bin/timeout ^-k 2 20 ceph -s$` (docs/sudoers has all).',
    });
    expect(unaskedOf('skip', question({ family: 'ceph' }), node)).toMatchObject({ why: 'skipped' });
    for (const word of ['!awk', '!filter', '!size', '!printf', 'nonsense']) {
      expect(unaskedOf(word, question(), node).detail).toMatch(/kept back: .+; nothing of it was sent\.$/);
    }
  });
});
