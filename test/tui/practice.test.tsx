import { afterEach, describe, expect, test } from 'vitest';
import type { PracticeState } from '../../src/domain/practice.ts';
import { createFakePort } from '../support/fake-port.ts';
import { createFakePractice, drillState, type FakePractice, lessonState } from '../support/fake-practice.ts';
import { type FakeTerminal, openTerminal, settle, unmountAll } from './terminal.tsx';

afterEach(unmountAll);

async function at(
  state: PracticeState,
  size = { columns: 80, rows: 24 },
): Promise<{ terminal: FakeTerminal; practice: FakePractice }> {
  const practice = createFakePractice(state);
  const terminal = await openTerminal({ size, port: createFakePort(undefined, { practice }) });
  terminal.runtime.dispatch({ type: 'load-practice' });
  terminal.runtime.dispatch({ type: 'push', screen: 'practice' });
  terminal.runtime.dispatch({ type: 'open-practice', choice: { kind: 'free', scenario: 'healthy' } });
  await settle();
  return { terminal, practice };
}

const commandsIn = (practice: FakePractice) =>
  practice.sent.flatMap((i) => (i.type === 'run' ? [`${i.node}# ${i.command}`] : []));

describe('a lesson', () => {
  test('shows why, the picture, what is to be reached and what the guide gets wrong', async () => {
    const { terminal } = await at(lessonState);
    for (const text of [
      'a pool of its own',
      'glance ---> images',
      '0 of 1 goals',
      '○ The pool images exists  there is none',
    ])
      await terminal.shows(text);
    await terminal.press('G');
    await terminal.shows('in fact  The number is for all pools together.');
  });

  test('a goal turns green in the reading and above the commands', async () => {
    const { terminal, practice } = await at(lessonState);
    const lesson = lessonState.lesson as NonNullable<PracticeState['lesson']>;
    practice.become({
      ...lessonState,
      lesson: { ...lesson, goals: [{ id: 'exist', title: 'The pool images exists', verdict: 'pass', says: '' }] },
    });
    await terminal.shows('✓ The pool images exists');
    await terminal.press('enter');
    expect(terminal.rows()[2]).toContain('✓ The pool images exists');
    expect(terminal.frame()).not.toContain('a pool of its own');
  });
});

describe('the command pane', () => {
  test('runs what is typed on the node that is chosen, and remembers it', async () => {
    const { terminal, practice } = await at(drillState);
    await terminal.press(...'ceph -s', 'enter', 'shift-tab', ...'ls', 'enter');
    expect(commandsIn(practice)).toEqual(['ceph-mon-1# ceph -s', 'compute-1# ls']);
    await terminal.press('up', 'up', 'enter');
    expect(commandsIn(practice)[2]).toBe('compute-1# ceph -s');
  });

  test('`ssh` to a practice node goes there', async () => {
    const { terminal, practice } = await at(drillState);
    await terminal.press(...'ssh compute-1', 'enter', ...'id', 'enter');
    expect(commandsIn(practice)).toEqual(['compute-1# id']);
  });

  test('waits for the end of a here-document, and runs a pasted block whole', async () => {
    const { terminal, practice } = await at(drillState);
    await terminal.press(...'cat > f <<E', 'enter', ...'x', 'enter', 'E', 'enter');
    await terminal.paste('ceph -s\nceph df\n');
    expect(commandsIn(practice)).toEqual(['ceph-mon-1# cat > f <<E\nx\nE', 'ceph-mon-1# ceph -s\nceph df']);
  });

  test('completes, and shows what there is to choose', async () => {
    const { terminal } = await at(drillState);
    await terminal.press(...'cat /etc/ceph/', 'tab', 'tab');
    await terminal.shows('cat /etc/ceph/ceph.c▏');
    await terminal.shows('ceph.client.admin.keyring  ceph.conf');
  });

  test('Ctrl-C stops the command that runs; with none it empties the line; then it leaves', async () => {
    const { terminal, practice } = await at(drillState);
    await terminal.press(...'abc', 'ctrl-c');
    expect(terminal.runtime.getScene().ui.console.draft).toBe('');
    practice.become({ ...drillState, running: { node: 'ceph-mon-1', command: 'ceph -w', stdout: '', stderr: '' } });
    await terminal.shows('Ctrl-C stops it');
    practice.become({
      ...drillState,
      running: { node: 'ceph-mon-1', command: 'ceph -w', stdout: 'the first line\n', stderr: '' },
    });
    await terminal.shows('the first line');
    await terminal.shows('Ctrl-C stops it');
    await terminal.press('ctrl-c');
    expect(practice.sent).toContainEqual({ type: 'cancel' });
    practice.become(drillState);
    await terminal.press('ctrl-c');
    expect((await terminal.runtime.left).code).toBe(130);
  });

  test('output cannot act on the terminal, says where it ends, and can be scrolled back', async () => {
    const { terminal, practice } = await at(drillState);
    const stdout = `${Array.from({ length: 60 }, (_, n) => `row ${n}`).join('\n')}\n\u001b[2J‮evil`;
    practice.become({
      ...drillState,
      entries: [{ kind: 'command', node: 'ceph-mon-1', command: 'cat x', stdout, stderr: 'no such thing', code: 2 }],
    });
    await terminal.shows('exit code 2');
    expect(terminal.frame()).toContain('␛[2J');
    expect(terminal.frame()).not.toContain('\u202e');
    await terminal.press('pageup', 'pageup');
    await terminal.shows('│ row 40');
    expect(terminal.frame()).not.toContain('exit code 2');
  });

  test.each([
    { columns: 60, rows: 16 },
    { columns: 80, rows: 24 },
    { columns: 140, rows: 45 },
  ])('keeps inside the screen at $columns x $rows, prompt and footer in sight', async (size) => {
    const { terminal, practice } = await at(drillState, size);
    const entries = Array.from({ length: 30 }, (_, n) => ({
      kind: 'command' as const, node: 'compute-1', command: `echo ${'x'.repeat(200)} ${n}`, stdout: 'y '.repeat(300), stderr: '', code: 0,
    })); // biome-ignore format: short
    practice.become({ ...drillState, entries });
    await terminal.press(...'typed');
    expect(terminal.rows().length).toBeLessThanOrEqual(size.rows);
    expect(Math.max(...terminal.rows().map((row) => row.length))).toBeLessThanOrEqual(size.columns);
    expect(terminal.rows().at(-3)).toContain('ceph-mon-1# typed▏');
    expect(terminal.rows().at(-1)).toContain('enter run');
  });
});

describe('a drill', () => {
  test('tells the report and not the cause; naming goes back to the commands', async () => {
    const { terminal, practice } = await at(drillState);
    await terminal.shows('A user says  Every image upload fails.');
    expect(terminal.frame()).not.toContain('keyring');
    await terminal.press('escape', 'c');
    await terminal.shows('› ○ The keyring of ‹entity› is missing');
    await terminal.press('down', 'enter');
    expect(practice.sent).toEqual([{ type: 'name', cause: 'keyring-unreadable' }]);
    expect(terminal.screen()).toBe('desk');
    expect(terminal.runtime.getScene().ui.field).toBe('console');
  });

  test('is graded, with why it is not one of the others', async () => {
    const { terminal } = await at(drillState);
    await terminal.press('escape', 'd');
    for (const text of ['✓ Passed  90 of 100', 'named right', 'The keyring is unreadable', 'because it exists'])
      await terminal.shows(text);
    await terminal.press('enter');
    expect(terminal.screen()).toBe('practice');
  });

  test('leaving closes the cluster', async () => {
    const { terminal, practice } = await at(drillState);
    await terminal.press('escape', 'q');
    expect(terminal.screen()).toBe('practice');
    expect(practice.closed()).toBe(1);
  });
});

test('an ended lesson or drill is shown in the summary', async () => {
  const { terminal } = await at(lessonState);
  await terminal.press('q', 's');
  await terminal.shows('best results on average 70 of 100');
  await terminal.shows('pools');
});
