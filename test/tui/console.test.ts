import { describe, expect, test } from 'vitest';
import { completed } from '../../src/tui/console/complete.ts';
import { type ConsoleState, EMPTY_CONSOLE, edited, inserted, isUnfinished } from '../../src/tui/console/state.ts';

const typed = (text: string, ...keys: string[]): ConsoleState =>
  keys.reduce((state, key) => edited(state, key, []), inserted(EMPTY_CONSOLE, text));

describe('the line', () => {
  test('is edited where the cursor is, by whole characters', () => {
    expect(typed('ceph -s', 'home', 'right', 'right', 'backspace').draft).toBe('cph -s');
    expect(typed('añ😀', 'backspace').draft).toBe('añ');
    expect(typed('añ😀', 'left', 'backspace')).toMatchObject({ draft: 'a😀', cursor: 1 });
    expect(inserted(typed('ls /etc', 'ctrl-a'), 'sudo ')).toMatchObject({ draft: 'sudo ls /etc', cursor: 5 });
    expect(typed('ab', 'home', 'backspace').draft).toBe('ab');
    expect(typed('ab', 'end', 'right', 'ctrl-d').draft).toBe('ab');
  });

  test('loses a word, its beginning or its end', () => {
    expect(typed('ceph osd tree', 'ctrl-w').draft).toBe('ceph osd ');
    expect(typed('ceph osd', 'ctrl-u').draft).toBe('');
    expect(typed('ceph osd', 'home', 'ctrl-k').draft).toBe('');
  });

  test('shows earlier commands, repetitions once, and what was being typed below them', () => {
    const history = ['ls', 'ceph -s', 'ceph -s', 'hostname'];
    const up = (state: ConsoleState) => edited(state, 'up', history);
    const mine = inserted(EMPTY_CONSOLE, 'rbd');
    expect([up(mine), up(up(mine)), up(up(up(mine))), up(up(up(up(mine))))].map((s) => s.draft)).toEqual([
      'hostname',
      'ceph -s',
      'ls',
      'ls',
    ]);
    expect(edited(up(mine), 'down', history).draft).toBe('rbd');
  });
});

test.each([
  ['ceph -s', false],
  ['ceph osd \\', true],
  ['echo a\\\\', false],
  ["echo 'open", true],
  ["echo it\\'s", false],
  [`echo "a 'b" c`, false],
  ['ls # it isn’t "open', false],
  ['cat > f <<EOF', true],
  ["cat > f <<'EOF'\none", true],
  ['cat > f <<EOF\none\nEOF', false],
])('%j waits for more: %s', (draft, waits) => expect(isUnfinished(draft)).toBe(waits));

describe('tab', () => {
  const known = {
    nodes: ['ceph-mon-1', 'compute-1', 'compute-2'],
    paths: ['/etc/ceph/ceph.conf', '/etc/ceph/ceph.client.admin.keyring', '/etc/cinder/cinder.conf'],
    typed: ['virsh list'],
  };
  const tab = (draft: string) => completed(draft, known);

  test('completes a path folder by folder, and says what is left to choose', () => {
    expect(tab('cat /e').draft).toBe('cat /etc/');
    expect(tab('cat /etc/').draft).toBe('cat /etc/c');
    expect(tab('cat /etc/c').options).toEqual(['/etc/ceph/', '/etc/cinder/']);
    expect(tab('cat /etc/ci').draft).toBe('cat /etc/cinder/');
    expect(tab('cat /etc/cinder/').draft).toBe('cat /etc/cinder/cinder.conf');
    expect(tab('cat /nowhere')).toEqual({ draft: 'cat /nowhere', options: [] });
  });

  test('completes nodes, units and pools behind a command', () => {
    expect(tab('ssh comp').draft).toBe('ssh compute-');
    expect(tab('systemctl restart nova-comp').draft).toBe('systemctl restart nova-compute');
    expect(tab('rbd -p vol').draft).toBe('rbd -p volumes');
  });

  test('completes whole commands word by word, earlier ones too', () => {
    expect(tab('ceph hea').draft).toBe('ceph health ');
    expect(tab('ceph health ').draft).toBe('ceph health detail');
    expect(tab('virsh lis').draft).toBe('virsh list');
  });
});
