import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Action, Backup } from '../../src/domain/plan.ts';
import { act, type Done, takeBack } from '../../src/engine/fix/act.ts';
import { type LocalNode, localNode } from './local-node.ts';
import { step } from './transaction-sample.ts';

// The value of a libvirt secret is set and put back, with a virsh that keeps its secrets in files and writes down its arguments.

const UUID = '457eb676-33da-42ec-9a8c-9293d545c337';
const OLD = 'AQBvVnVnAAAAABAAz5V0pBzzqhTwD4h0qz3nRA==';
const NEW = 'AQDfVnVnAAAAABAAQ2bB0b5mVq1Ylq0Zb4xk8w==';
const VIRSH = `#!/bin/sh
echo "$@" >> "$0.log"
shift 3
what=$1; shift
[ "$1" != --secret ] || shift
[ -d "$0.$1" ] || [ "$what" = secret-define ] || { echo "error: Secret not found: no secret with matching uuid '$1'" >&2; exit 1; }
case $what in
  secret-get-value)
    if [ -f "$0.$1/private" ]; then echo 'error: Requested operation is not valid: secret is private' >&2; exit 1; fi
    [ -f "$0.$1/value" ] && cat "$0.$1/value" && echo || { echo "error: Secret not found: secret '$1' does not have a value" >&2; exit 1; } ;;
  secret-set-value) base64 -d < "$3" | base64 -w0 > "$0.$1/new" && mv "$0.$1/new" "$0.$1/value" ;;
  secret-dumpxml) echo "<secret><uuid>$1</uuid></secret>" ;;
  secret-undefine) rm -r "$0.$1" ;;
  secret-define) mkdir "$0.$(sed "s/.*<uuid>//; s/<.*//" < "$2")" ;;
esac
`;

let node: LocalNode;
let virsh: string;
beforeEach(() => {
  node = localNode();
  mkdirSync(join(node.folder, 'bin'));
  virsh = join(node.folder, 'bin', 'virsh');
  writeFileSync(virsh, VIRSH, { mode: 0o755 });
  writeFileSync(join(node.folder, 'key'), `${NEW}\n`);
  mkdirSync(`${virsh}.${UUID}`);
  vi.stubEnv('PATH', `${join(node.folder, 'bin')}:${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  node.end();
});

const action = (): Action => ({
  do: 'set-secret',
  uuid: UUID,
  value: { name: 'the key', node: 'a', argv: ['cat', join(node.folder, 'key')] },
});
const setting = () => step('set', { action: action(), undo: { how: 'restore', path: UUID, says: 'as it was' } });
const how = () => ({ run: node.run, stamp: 'fix-1' });
const value = (text?: string): string | undefined => {
  const file = join(`${virsh}.${UUID}`, 'value');
  if (text !== undefined) writeFileSync(file, text);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
};
const set = async (): Promise<Backup> => {
  const done: Done = await act(setting(), action(), how());
  expect(done).toMatchObject({ ok: true });
  expect(value()).toBe(NEW);
  return (done as { backup: Backup }).backup;
};
const back = (backup: Backup) => takeBack(setting(), backup, how());

describe('the value of a secret', () => {
  test('that was there is put back', async () => {
    value(OLD);
    const backup = await set();
    expect(await back(backup)).toEqual({ ok: true, says: `${UUID}: as it was` });
    expect(value()).toBe(OLD);
  });

  test('that was not there is gone again, and the secret is still defined', async () => {
    const backup = await set();
    expect((await back(backup)).ok).toBe(true);
    expect([value(), existsSync(`${virsh}.${UUID}`)]).toEqual([undefined, true]);
  });

  test('that somebody else has set since is left alone', async () => {
    value(OLD);
    const backup = await set();
    value('b3RoZXI=');
    expect(await back(backup)).toMatchObject({ ok: false, says: expect.stringContaining('got another value since') });
    expect(value()).toBe('b3RoZXI=');
  });

  test('is taken back once, however often it is asked for', async () => {
    value(OLD);
    const backup = await set();
    await back(backup);
    expect(await back(backup)).toEqual({ ok: true, says: `${UUID}: already as it was` });
  });

  test('that libvirt gives to nobody is said to be gone, and what is there stays', async () => {
    value(OLD);
    writeFileSync(join(`${virsh}.${UUID}`, 'private'), '');
    const backup = await set();
    expect(await back(backup)).toMatchObject({ ok: false, says: expect.stringContaining('private') });
    expect(value()).toBe(NEW);
  });

  test('is kept where nobody else can read it, and is in no argument', async () => {
    value(OLD);
    await set();
    const kept = join(node.kept, 'fix-1', `secret-${UUID}`);
    expect([readFileSync(kept, 'utf8'), statSync(kept).mode & 0o777]).toEqual([OLD, 0o600]);
    expect(statSync(join(node.kept, 'fix-1')).mode & 0o777).toBe(0o700);
    const told = `${readFileSync(`${virsh}.log`, 'utf8')}${JSON.stringify(node.sent.map((s) => s.argv))}`;
    for (const key of [OLD, NEW]) expect(told).not.toContain(key);
  });
});

test('a secret that is not defined is refused, and nothing is done', async () => {
  rmSync(`${virsh}.${UUID}`, { recursive: true });
  expect(await act(setting(), action(), how())).toMatchObject({ ok: false, uncertain: false });
});
