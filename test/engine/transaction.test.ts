import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { emptyRun, fold } from '../../src/domain/fold.ts';
import type { Action, SecretSource, Step } from '../../src/domain/plan.ts';
import { lost } from '../../src/domain/question.ts';
import type { Canary } from '../../src/engine/fix/canary.ts';
import { apply } from '../../src/engine/fix/transaction.ts';
import { undo } from '../../src/engine/fix/undo.ts';
import { exited } from '../parsers/recorded.ts';
import { type LocalNode, localNode, me, type Sent } from './local-node.ts';
import { result } from './samples.ts';
import { broken, fixOf, mended, noPlan, planOf, type SampleOptions, sample, step } from './transaction-sample.ts';

let node: LocalNode;
beforeEach(() => {
  node = localNode();
});
afterEach(() => node.end());

const two = planOf(step('one'), step('two'));
const restart = (id: string) =>
  step(id, {
    undo: { how: 'run', actions: [{ do: 'run', argv: ['true', id], deadline: 5 }], says: 'again', last: true },
  });
const commands = () => node.sent.map((s) => s.argv.slice(1).join(' '));
const failing = (name: string) => (sent: Sent) =>
  sent.argv.join(' ') === `true ${name}` ? exited('', 'it did not work', 1) : undefined;

async function applied(options: Omit<SampleOptions, 'node'>) {
  const it = await sample({ ...options, node });
  await apply(it.transaction, fixOf(it));
  return it;
}

describe('a fix', () => {
  test('that works: every step once, each on record before its command', async () => {
    const it = await applied({ plan: two });
    expect(it.outcome()).toEqual(['one done', 'two done', 'fixed']);
    expect(commands()).toEqual(['one', 'two']);
    expect(it.store.fix?.says).toBe('fault is gone: 1 check that failed now passes, nothing newly fails');
  });

  test('of no risk is not asked about; one that disturbs wants the name of the node', async () => {
    const plan = planOf(step('one', { risk: 'none' }), step('two'), step('three', { risk: 'disruptive' }));
    const it = await applied({ plan });
    expect(it.prompts.map((p) => (p.kind === 'confirm-step' ? [p.stepId, p.typed] : []))).toEqual([
      ['two', undefined],
      ['three', 'a'],
    ]);
  });

  test('declined at the first step changes nothing', async () => {
    const it = await applied({ plan: two, yes: () => false });
    expect([it.outcome(), commands()]).toEqual([['one waiting', 'two waiting', 'declined'], []]);
  });

  test('declined at the second step takes back the first', async () => {
    const it = await applied({ plan: two, yes: (id) => id === 'one' });
    expect(it.outcome()).toEqual(['one undone', 'two waiting', 'rolled-back']);
    expect(commands()).toEqual(['one', 'undo one']);
    expect(it.store.fix?.says).toBe('stopped before "Step two". Everything that was changed is as it was.');
  });

  test('that is stopped ends the step under way and begins no other', async () => {
    const it = await applied({ plan: two, stopping: () => node.sent.length > 0 });
    expect(it.outcome()).toEqual(['one undone', 'two waiting', 'rolled-back']);
  });

  test('whose step fails is taken back, newest first', async () => {
    node.instead = failing('three');
    const it = await applied({ plan: planOf(step('one'), step('two'), step('three'), step('four')) });
    expect(it.outcome()).toEqual(['one undone', 'two undone', 'three failed', 'four waiting', 'rolled-back']);
    expect(commands()).toEqual(['one', 'two', 'three', 'undo two', 'undo one']);
    expect(it.store.fix?.says).toBe(
      '"Step three" on a failed: exit 1: it did not work. Everything that was changed before it is as it was.',
    );
  });

  test('whose very first step fails says that nothing was changed before it', async () => {
    node.instead = failing('one');
    const it = await applied({ plan: two });
    expect(it.store.fix?.says).toBe('"Step one" on a failed: exit 1: it did not work. Nothing was changed before it.');
  });

  test('whose restart fails puts the files back first and then restarts again, so that nothing stays down', async () => {
    let restarts = 0;
    node.instead = (sent) => {
      if (sent.argv[1] !== 'restart') return undefined;
      restarts += 1;
      return restarts === 1 ? exited('', 'start request repeated too quickly', 1) : undefined;
    };
    const it = await applied({ plan: planOf(step('edit'), restart('restart'), step('later')) });
    expect(it.outcome()).toEqual(['edit undone', 'restart undone', 'later waiting', 'rolled-back']);
    expect(commands()).toEqual(['edit', 'restart', 'undo edit', 'restart']);
    expect(it.store.fix?.says).toMatch(/repeated too quickly\. Everything that was changed is as it was\.$/);
  });

  test('that does not heal restarts last, each service once what it reads is back', async () => {
    const plan = planOf(step('edit'), restart('restart'), step('edit-2'), restart('restart-2'));
    const it = await applied({ plan, looks: [broken] });
    expect(commands().slice(4)).toEqual(['undo edit-2', 'undo edit', 'restart', 'restart-2']);
    expect(it.outcome().at(-1)).toBe('rolled-back');
  });

  test('whose restart fails again while undoing leaves that to a person', async () => {
    node.instead = failing('restart');
    const it = await applied({ plan: planOf(step('edit'), restart('restart')) });
    expect(it.outcome()).toEqual(['edit undone', 'restart undo-failed', 'rollback-failed']);
    expect(it.store.fix?.says).toContain('By hand: on a: $ true restart (exit 1: it did not work)');
  });

  test('whose step got no answer counts as begun, and is taken back', async () => {
    node.instead = (sent) => (sent.argv[1] === 'two' ? lost('dropped', 'the link broke') : undefined);
    const it = await applied({ plan: two });
    expect(it.outcome()).toEqual(['one undone', 'two undone', 'rolled-back']);
    expect(commands()).toEqual(['one', 'two', 'undo two', 'undo one']);
    expect(it.events.filter((e) => e.type === 'step.result').map((e) => [e.step, e.status])).toEqual([
      ['one', 'done'],
      ['two', 'unknown'],
      ['two', 'undone'],
      ['one', 'undone'],
    ]);
  });

  test('whose step was killed counts as begun, and is taken back', async () => {
    node.instead = (sent) => (sent.argv[1] === 'two' ? exited('', 'Killed', 137) : undefined);
    const it = await applied({ plan: two });
    expect([it.outcome(), commands().at(-2)]).toEqual([['one undone', 'two undone', 'rolled-back'], 'undo two']);
  });

  test('whose step was refused before it began has nothing of it to take back', async () => {
    node.instead = (sent) => (sent.argv[1] === 'two' ? lost('denied', 'sudo said no') : undefined);
    const it = await applied({ plan: two });
    expect(it.outcome()).toEqual(['one undone', 'two failed', 'rolled-back']);
  });

  test('that does not heal is taken back after several looks', async () => {
    const pause = vi.fn(async () => {});
    const it = await applied({ plan: two, looks: [broken], pause });
    expect(it.outcome()).toEqual(['one undone', 'two undone', 'rolled-back']);
    expect(it.store.fix?.says).toMatch(/^fault is still there\. /);
    expect(pause).toHaveBeenCalledTimes(4);
  });

  test('that heals late is fixed', async () => {
    const it = await applied({ plan: two, looks: [broken, broken, broken, mended] });
    expect(it.outcome().at(-1)).toBe('fixed');
  });

  test('that breaks something else is taken back', async () => {
    const worse = { ...mended, checks: [result('proof', 'pass'), result('other', 'fail', 'a', 'glance is down')] };
    const it = await applied({ plan: two, looks: [broken, worse, worse, worse, worse, worse, broken] });
    expect(it.outcome().at(-1)).toBe('rolled-back');
    expect(it.store.fix?.says).toMatch(/newly failing: glance is down/);
  });

  test('whose result cannot be seen is not called fixed', async () => {
    const dark = { ...mended, checks: [result('proof', 'unknown', 'a', 'a does not answer')] };
    const it = await applied({ plan: two, looks: [broken, dark] });
    expect(it.outcome().at(-1)).toBe('rolled-back');
    expect(it.store.fix?.says).toMatch(/cannot be verified: proof: a does not answer/);
  });

  test('that cannot be undone says so, with the exact commands by hand, and goes on undoing', async () => {
    node.instead = (sent) => failing('three')(sent) ?? failing('undo two')(sent);
    const it = await applied({ plan: planOf(step('one'), step('two'), step('three')) });
    expect(it.outcome()).toEqual(['one undone', 'two undo-failed', 'three failed', 'rollback-failed']);
    expect(it.store.fix?.says).toContain('By hand: on a: $ true undo two (exit 1: it did not work)');
  });

  test('with a step that has no way back says so', async () => {
    node.instead = failing('two');
    const it = await applied({
      plan: planOf(step('one', { undo: { how: 'impossible', because: 'data is gone' } }), step('two')),
    });
    expect(it.outcome()).toEqual(['one undo-failed', 'two failed', 'rollback-failed']);
    expect(it.store.fix?.says).toContain('data is gone');
  });
});

describe('one node first', () => {
  const three = planOf(
    step('a-1', { node: 'a' }),
    step('a-2', { node: 'a' }),
    step('b-1', { node: 'b' }),
    step('c-1', { node: 'c' }),
  );

  test('the others are changed only when the first took it well', async () => {
    const worse = { ...broken, checks: [...broken.checks, result('other', 'fail', 'b', 'cinder is down')] };
    const it = await applied({ plan: three, looks: [broken, worse, broken] });
    expect(it.outcome()).toEqual(['a-1 undone', 'a-2 undone', 'b-1 waiting', 'c-1 waiting', 'rolled-back']);
    expect(it.store.fix?.says).toMatch(/^before "Step b-1" on b: newly failing: cinder is down\. Everything/);
  });

  test('two nodes that must be alike may differ until the second is changed, and not after it', async () => {
    const differ = { ...result('other', 'fail', 'b', 'one key on a and another on b'), from: ['key@a', 'key@b{x}'] };
    const meanwhile = { ...broken, checks: [...broken.checks, differ] };
    const it = await applied({ plan: three, looks: [broken, meanwhile, broken, mended] });
    expect(it.outcome().at(-1)).toBe('fixed');
    const still = await applied({ plan: three, looks: [broken, meanwhile, broken, { ...mended, checks: [differ] }] });
    expect([still.outcome().at(-1), still.store.fix?.says]).toEqual([
      expect.stringContaining('roll'),
      expect.stringMatching(/^newly failing: one key on a and another on b/),
    ]);
  });

  test('the rest follows a tenth at a time, with a look before each', async () => {
    const many = planOf(...Array.from({ length: 21 }, (_, n) => step(`s-${n}`, { node: `n${n}` })));
    const it = await applied({ plan: many });
    const looksBetween = it.looked() - 2;
    expect([looksBetween, it.outcome().at(-1)]).toEqual([Math.ceil(20 / 3), 'fixed']);
  });

  test('what still fails once all was taken back is said, and is no success', async () => {
    const down = { ...broken, checks: [...broken.checks, result('other', 'fail', 'b', 'cinder does not come up')] };
    const it = await applied({ plan: three, looks: [broken, down] });
    expect(it.outcome().at(-1)).toBe('rollback-failed');
    expect(it.store.fix?.says).toMatch(/as it is|as it was\. But it is failing since: cinder does not come up/);
  });
});

describe('a canary', () => {
  const canary: Canary = { node: 'a', as: 'cinder', create: ['true', 'create'], remove: ['true', 'remove'] };
  const allowed = (more: Partial<SampleOptions> = {}) =>
    applied({ plan: { ...two, canary: true }, canaries: [canary], ...more });

  test('that works is on record before it is sent, and leaves nothing', async () => {
    const it = await allowed();
    expect([it.outcome().at(-1), commands().slice(2)]).toEqual(['fixed', ['create', 'remove']]);
    expect(it.store.fix?.says).toMatch(/; its canary worked$/);
    expect(it.events.find((e) => e.type === 'canary.intent')).toMatchObject({
      shows: [`a $ sudo -u cinder true create`, `a $ sudo -u cinder true remove`],
    });
  });

  test('that fails has the fix taken back', async () => {
    node.instead = failing('create');
    const it = await allowed();
    expect(it.outcome()).toEqual(['one undone', 'two undone', 'rolled-back']);
    expect(it.store.fix?.says).toMatch(/^the canary failed: `sudo -u \S+ true create` on a: exit 1: it did not work/);
  });

  test('whose image stays is worth a command by hand, no undoing', async () => {
    node.instead = failing('remove');
    const it = await allowed();
    expect(it.outcome().at(-1)).toBe('fixed');
    expect(it.store.fix?.says).toMatch(/could not be removed .*; by hand on a: sudo -u \S+ true remove$/);
  });

  test('of an earlier process that died in its middle is taken for this one', async () => {
    node.instead = (sent) => (sent.argv[1] === 'create' ? exited('', 'File exists', 17) : undefined);
    const it = await allowed();
    expect([it.outcome().at(-1), commands().at(-1)]).toEqual(['fixed', 'remove']);
  });

  test('is not tried unless it was allowed', async () => {
    await applied({ plan: two, canaries: [canary] });
    expect(commands()).toEqual(['one', 'two']);
  });
});

describe('the lock', () => {
  test('lost between two steps stops the fix and takes nothing back behind the back of whoever has it now', async () => {
    const held = () => (node.sent.length > 0 ? 'the lock on a was lost to bob on desk-2' : undefined);
    const it = await applied({ plan: two, held });
    expect([it.outcome(), commands()]).toEqual([['one done', 'two waiting', 'not-verified'], ['one']]);
    expect(it.store.fix?.says).toBe('stopped before "Step two": the lock on a was lost to bob on desk-2. Look again.');
  });
});

describe('a fix that restarts something', () => {
  const plan = planOf(step('edit'), restart('restart'));

  test('has the node told how to undo each step before it is done', async () => {
    const armed: string[] = [];
    await applied({
      plan,
      arm: (at, steps) => void armed.push(`${at}: ${steps.map((s) => s.step.id)} after ${node.sent.length}`),
    });
    expect(armed).toEqual(['a: edit after 0', 'a: edit,restart after 1']);
  });

  test('is not begun on a node that could not undo it', async () => {
    const it = await applied({ plan, arm: () => 'neither systemd-run nor setsid' });
    expect([it.outcome(), commands()]).toEqual([['edit waiting', 'restart waiting', 'refused'], []]);
    expect(it.store.fix?.says).toContain('could not be told to undo it should Inkling be gone: neither systemd-run');
  });
});

describe('a fix that was broken off', () => {
  test('goes on with the steps that are not done', async () => {
    const it = await sample({ plan: two, node });
    await it.store.record({ type: 'fix.phase', phase: 'applying' });
    await it.store.record({ type: 'step.result', plan: two.hash, step: 'one', status: 'done', says: 'done' });
    await apply(it.transaction, fixOf(it));
    expect([it.outcome(), commands()]).toEqual([['one done', 'two done', 'fixed'], ['two']]);
  });
});

describe('before anything is changed', () => {
  test('a plan older than ten minutes is refused', async () => {
    const it = await applied({ plan: two, now: '2026-02-03T04:15:07.000Z' });
    expect([it.outcome().at(-1), commands()]).toEqual(['refused', []]);
    expect(it.store.fix?.says).toMatch(/older than 10 minutes/);
  });

  test('a plan that is not what it would be now is refused', async () => {
    const it = await applied({ plan: two, replan: () => ({ ...two, hash: 'another' }) });
    expect([it.outcome().at(-1), commands(), it.prompts]).toEqual(['refused', [], []]);
    expect(it.store.fix?.says).toMatch(/has changed since you looked/);
  });

  test('the refusal shows what the plan would be now', async () => {
    const now = planOf(
      step('one'),
      step('two', { action: { do: 'run', argv: ['true', 'caps'], deadline: 5 }, shows: ['$ true caps'] }),
    );
    const it = await applied({ plan: two, replan: () => ({ ...now, hash: 'another' }) });
    expect(it.store.fix?.says).toMatch(
      /changed since you looked\. As it is now, "Step two" on a would be: \$ true caps\./,
    );
  });

  test('a cause that is gone is not fixed again', async () => {
    const it = await applied({ plan: two, replan: noPlan });
    expect([it.outcome().at(-1), commands()]).toEqual(['refused', []]);
    expect(it.store.fix?.says).toBe('not done: fault (a) is not there any more');
  });

  test.each(['fix.phase', 'step.intent'] as const)('a journal that does not take %s stops it', async (type) => {
    const it = await sample({
      plan: two,
      node,
      append: (event) => {
        if (event.type === type) throw new Error('no space left on device');
      },
    });
    await expect(apply(it.transaction, fixOf(it))).rejects.toThrow('no space left on device');
    expect(node.sent).toEqual([]);
  });

  test('a file is not written when the journal does not take what undo would need', async () => {
    const path = join(node.folder, 'x.conf');
    const plan = planOf(step('one', { action: write(path, 'new\n') }));
    const it = await sample({
      plan,
      node,
      append: (event) => {
        if (event.type === 'step.backup') throw new Error('no space left on device');
      },
    });
    await expect(apply(it.transaction, fixOf(it))).rejects.toThrow('no space left on device');
    expect([node.sent, existsSync(path)]).toEqual([[], false]);
  });
});

const write = (path: string, content: Extract<Action, { do: 'write' }>['content']): Action => ({
  ...{ do: 'write', path, ...me, mode: '0640', content, before: 'any' },
});

describe('files', () => {
  let path = '';
  beforeEach(() => {
    path = join(node.folder, 'x.conf');
  });
  const restore = (action: Action): Partial<Step> => ({
    action,
    undo: { how: 'restore', path, says: 'the file as it was' },
  });
  const setOption = (value = 'volumes', was = 'volume'): Action => ({
    ...{ do: 'set-option', path, section: 'ceph', option: 'rbd_pool', value, was },
  });
  const fileNow = () => readFileSync(path, 'latin1');
  const fails = step('last', { action: { do: 'run', argv: ['false'], deadline: 5 } });

  test.each([
    ['line ends of another system', '[ceph]\r\nrbd_pool = volume\r\nx = 1\r\n'],
    ['a byte order mark', '\xef\xbb\xbf[DEFAULT]\n[ceph]\nrbd_pool = volume\n'],
    ['bytes that are not UTF-8', '# caf\xe9 \xff\x80\n[ceph]\nrbd_pool = volume\n# \xc3\xa9\n'],
    [
      'comments, order and odd spacing',
      '# rbd_pool = volume\n[ceph]\n  \n;x\nrbd_pool   =\tvolume  \n\n\n[z]\nrbd_pool = volume',
    ],
    [
      'the same option elsewhere',
      '[DEFAULT]\nrbd_pool = volume\n[ceph]\nrbd_pool = volume\n[other]\nrbd_pool = volume\n',
    ],
    ['a colon', '[ceph]\nrbd_pool: volume\n'],
    ['no line end at the end', '[ceph]\nrbd_pool=volume'],
    ['a NUL', '[ceph]\nx = \0\nrbd_pool = volume\n'],
  ])('an edited option leaves every other byte: %s', async (_what, text) => {
    writeFileSync(path, text, 'latin1');
    chmodSync(path, 0o604);
    const plan = planOf(step('one', restore(setOption())));
    const it = await applied({ plan });
    expect(it.outcome()).toEqual(['one done', 'fixed']);
    const at = text.search(/(?<=\[ceph\][^[]*(?<!# )rbd_pool\s*[=:]\s*)volume/);
    expect(fileNow()).toBe(`${text.slice(0, at)}volumes${text.slice(at + 'volume'.length)}`);
    expect(statSync(path).mode & 0o777).toBe(0o604);
    await undo(it.transaction, plan, 'undone as you asked');
    expect([fileNow(), statSync(path).mode & 0o777, it.outcome()]).toEqual([
      text,
      0o604,
      ['one undone', 'rolled-back'],
    ]);
  });

  test('words beyond ASCII are sought and written as UTF-8', async () => {
    writeFileSync(path, '[ceph]\nrbd_pool = bücher\n');
    const it = await applied({ plan: planOf(step('one', restore(setOption('größe', 'bücher')))) });
    expect([it.outcome().at(-1), readFileSync(path, 'utf8')]).toEqual(['fixed', '[ceph]\nrbd_pool = größe\n']);
  });

  test.each([
    ['another value', '[ceph]\nrbd_pool = other\n', /rbd_pool is "other" now, not "volume"/],
    ['no such option', '[ceph]\n', /\[ceph\] has no option rbd_pool/],
    ['another section', '[cephx]\nrbd_pool = volume\n', /\[ceph\] has no option rbd_pool/],
    ['only a comment', '[ceph]\n#rbd_pool = volume\n', /\[ceph\] has no option rbd_pool/],
  ])('an option that is not what it was is not touched: %s', async (_what, text, words) => {
    writeFileSync(path, text);
    const it = await applied({ plan: planOf(step('one', restore(setOption()))) });
    expect([it.outcome(), fileNow()]).toEqual([['one failed', 'rolled-back'], text]);
    expect(it.store.fix?.says).toMatch(words);
  });

  test('a file that changes between reading and writing is left to whoever changed it', async () => {
    writeFileSync(path, '[ceph]\nrbd_pool = volume\n');
    node.instead = (sent, ran) => {
      const answer = ran();
      if (sent.argv[0] === 'stat') writeFileSync(path, '[ceph]\nrbd_pool = volume\nx = 1\n');
      return answer;
    };
    const it = await applied({ plan: planOf(step('one', restore(setOption()))) });
    expect([it.outcome(), fileNow()]).toEqual([['one failed', 'rolled-back'], '[ceph]\nrbd_pool = volume\nx = 1\n']);
    expect(it.store.fix?.says).toMatch(/changed since you looked/);
  });

  test.each([
    ['dropped', 'old\n', 'done'],
    ['timeout', undefined, 'done'],
    ['dropped', 'old\n', 'never begun'],
    ['timeout', undefined, 'never begun'],
  ] as const)('an answer that never comes (%s; before: %j; %s): the file is as it was', async (why, before, how) => {
    if (before !== undefined) writeFileSync(path, before);
    node.instead = (sent, ran) => {
      if (sent.stdin === undefined) return undefined;
      if (how === 'done') ran();
      return lost(why, 'no answer came');
    };
    const it = await applied({ plan: planOf(step('one', restore(write(path, 'new\n')))) });
    expect(it.outcome()).toEqual(['one undone', 'rolled-back']);
    expect(existsSync(path) ? fileNow() : undefined).toBe(before);
  });

  test('several files come back in turn, what somebody changed since does not', async () => {
    const other = join(node.folder, 'y.conf');
    writeFileSync(path, 'x\n');
    writeFileSync(other, 'y\n');
    node.instead = (sent) => {
      if (sent.argv[0] === 'false') writeFileSync(other, 'changed by hand\n');
      return undefined;
    };
    const plan = planOf(
      step('one', restore(write(path, 'x new\n'))),
      step('two', { action: write(other, 'y new\n'), undo: { how: 'restore', path: other, says: 'as it was' } }),
      fails,
    );
    const it = await applied({ plan });
    expect(it.outcome()).toEqual(['one undone', 'two undo-failed', 'last failed', 'rollback-failed']);
    expect([fileNow(), readFileSync(other, 'utf8')]).toEqual(['x\n', 'changed by hand\n']);
    expect(it.store.fix?.says).toMatch(
      /By hand: on a: \$ sudo diff \S+kept\S+y\.conf \S+y\.conf; \$ sudo cp -a -T \S+kept\S+y\.conf \S+y\.conf \(.*changed since; it is left/,
    );
  });
});

describe('secrets', () => {
  const KEY = 'AQBfYWtlAAAAABAAfakefakefakefakefakefake==';
  const source: SecretSource = { name: 'key of client.x', node: 'admin', argv: ['ceph', 'auth', 'get', 'client.x'] };
  const keyring = `[client.x]\n\tkey = ${KEY}\n`;
  const admin = (sent: Sent) => (sent.node === 'admin' ? exited(keyring, '', 0) : undefined);

  test('go from node to node by standard input, and nowhere else', async () => {
    const path = join(node.folder, 'k.keyring');
    node.instead = (sent) => admin(sent) ?? (sent.argv[0] === 'cat' ? exited('') : undefined);
    const plan = planOf(
      step('one', { action: write(path, source), undo: { how: 'restore', path, says: 'as it was' } }),
      step('two', { action: { do: 'run', argv: ['cat'], stdin: source, deadline: 5 } }),
    );
    const it = await applied({ plan });
    expect([it.outcome(), readFileSync(path, 'utf8')]).toEqual([['one done', 'two done', 'fixed'], keyring]);
    expect(node.sent.filter((s) => s.stdin).map((s) => Buffer.from(s.stdin as Uint8Array).toString())).toEqual([
      keyring,
      keyring,
    ]);
    const everything = JSON.stringify([it.events, it.prompts, it.store.state, node.sent.map((s) => s.argv)]);
    expect(everything).not.toContain(KEY.slice(4, 30));
  });

  test('are not in what is said when a program prints them in its error', async () => {
    node.instead = (sent) => admin(sent) ?? exited('', `error: cannot set ${KEY}`, 1);
    const it = await applied({
      plan: planOf(step('one', { action: { do: 'run', argv: ['virsh'], stdin: source, deadline: 5 } })),
    });
    expect(it.store.fix?.says).toMatch(/error: cannot set ‹hidden›/);
    expect(JSON.stringify(it.events)).not.toContain(KEY.slice(4, 30));
  });

  test('that cannot be read leave the node alone', async () => {
    node.instead = (sent) => (sent.node === 'admin' ? exited('', 'Error ENOENT', 2) : undefined);
    const path = join(node.folder, 'k.keyring');
    const it = await applied({ plan: planOf(step('one', { action: write(path, source) })) });
    expect(it.outcome()).toEqual(['one failed', 'rolled-back']);
    expect(it.store.fix?.says).toMatch(/key of client\.x could not be read on admin: exit 2/);
    expect(readdirSync(node.folder)).toEqual([]);
  });
});

describe('the journal', () => {
  test('read back gives the same state, and any beginning of it can be read', async () => {
    node.instead = failing('three');
    const path = join(node.folder, 'x.conf');
    const it = await applied({
      plan: planOf(
        step('one', { action: write(path, 'new\n'), undo: { how: 'restore', path, says: 'as it was' } }),
        step('three'),
      ),
    });
    const written = JSON.parse(JSON.stringify(it.events)) as typeof it.events;
    const read = written.reduce(fold, emptyRun);
    expect([read.run, read.fix]).toEqual([it.store.run, it.store.fix]);
    for (let end = 0; end < written.length; end += 1) written.slice(0, end).reduce(fold, emptyRun);
  });

  test('events in any order are folded without throwing', async () => {
    const it = await applied({ plan: two, yes: (id) => id === 'one' });
    fc.assert(
      fc.property(fc.shuffledSubarray(it.events), (some) => {
        const { run, fix } = some.reduce(fold, emptyRun);
        expect(run.nodes.every((n) => n.answered >= 0)).toBe(true);
        if (fix) expect(fix.steps.map((s) => s.step.id)).toEqual(['one', 'two']);
      }),
    );
  });
});
