import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  fingerprint,
  hostName,
  judgeKey,
  keyType,
  knownTypes,
  matchesHost,
  parseKnownHosts,
} from '../../src/transport/known-hosts.ts';

/** A blob as ssh writes it: the type, then 32 bytes that differ by `seed`. */
function blob(type: string, seed: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, seed)]);
}
const ED = 'ssh-ed25519';
const RSA = 'ssh-rsa';
const own = blob(ED, 1);
const line = (patterns: string, key: Buffer, mark = ''): string =>
  `${mark}${patterns} ${keyType(key)} ${key.toString('base64')}\n`;
const hashed = (name: string): string => {
  const salt = Buffer.alloc(20, 7);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
};
const verdict = (text: string, name = 'node-1', key = own): string => judgeKey(parseKnownHosts(text), name, key);
const other = blob(ED, 2);

describe('known_hosts', () => {
  it.each<[string, string, string]>([
    ['an empty file', '', 'unknown'],
    ['comments and blank lines', '# node-1 ssh-ed25519 x\n\n  \n', 'unknown'],
    ['the key', line('node-1', own), 'known'],
    [
      'the key with a comment, tabs and CRLF',
      line('node-1', own).replace(' ', '\t').replace('\n', ' ops@laptop\r\n'),
      'known',
    ],
    ['the key without its padding', line('node-1', own).replace(/=+\n/, '\n'), 'known'],
    ['another key of the type', line('node-1', other), 'changed'],
    ['another key, then the key', line('node-1', other) + line('node-1', own), 'known'],
    ['a key of another type', line('node-1', blob(RSA, 3)), 'unknown'],
    ['the key of another host', line('node-2', own), 'unknown'],
    ['one name of a list', line('node-2,node-1,10.0.0.1', own), 'known'],
    ['another case', line('NODE-1', own), 'known'],
    ['a star', line('node-*', own), 'known'],
    ['a question mark', line('node-?', own), 'known'],
    ['a star that does not fit', line('*.example.org', own), 'unknown'],
    ['a negated name after a star', line('*,!node-1', own), 'unknown'],
    ['a negated name before a star', line('!node-1,*', own), 'unknown'],
    ['a negated other name', line('*,!node-2', own), 'known'],
    ['only a negated other name', line('!node-2', own), 'unknown'],
    ['a hashed name', line(hashed('node-1'), own), 'known'],
    ['a hashed other name', line(hashed('node-2'), own), 'unknown'],
    ['a hashed name, another key', line(hashed('node-1'), other), 'changed'],
    ['a hash of an unknown kind', line(hashed('node-1').replace('|1|', '|2|'), own), 'unknown'],
    ['the key revoked for all', line('node-1', own) + line('*', own, '@revoked '), 'revoked'],
    ['another key revoked', line('node-1', own) + line('*', other, '@revoked '), 'known'],
    ['the key revoked for another host', line('node-1', own) + line('node-2', own, '@revoked '), 'known'],
    [
      'an authority with the same key, which vouches for certificates only',
      line('*', own, '@cert-authority '),
      'unknown',
    ],
    ['an unknown marker', line('node-1', own, '@trusted '), 'unknown'],
    ['a line cut short', 'node-1 ssh-ed25519\n', 'unknown'],
    ['rubbish where the key should be', 'node-1 ssh-ed25519 not!base64\n', 'unknown'],
    ['another port', line('[node-1]:2222', own), 'unknown'],
  ])('%s', (_, text, expected) => {
    expect(verdict(text)).toBe(expected);
  });

  it('names ports but 22 in brackets', () => {
    expect(hostName('Node-1', 22)).toBe('node-1');
    expect(verdict(line('[node-1]:2222', own), hostName('node-1', 2222))).toBe('known');
    expect(verdict(line(hashed('[node-1]:2222'), own), hostName('node-1', 2222))).toBe('known');
    expect(matchesHost('[fe80::1]:2222', hostName('fe80::1', 2222))).toBe(true);
  });

  it('knows which types to ask for', () => {
    const text = line('node-1', blob(RSA, 1)) + line('node-1', own) + line('*', blob('ssh-dss', 1), '@revoked ');
    expect(knownTypes(parseKnownHosts(text), 'node-1')).toEqual([RSA, ED]);
  });

  it('ends over patterns made to take for ever', () => {
    expect(matchesHost(`${'*a'.repeat(2000)}b`, 'a'.repeat(4000))).toBe(false);
  });

  it('agrees with ssh-keygen on fingerprints and on hashed names', () => {
    const directory = mkdtempSync(join(tmpdir(), 'known-'));
    try {
      const file = join(directory, 'known_hosts');
      writeFileSync(file, line('node-1', own) + line('[10.0.0.1]:2222', other));
      expect(execFileSync('ssh-keygen', ['-lf', file]).toString()).toContain(` ${fingerprint(own)} `);
      execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
      const text = execFileSync('cat', [file]).toString();
      expect(text).not.toContain('node-1');
      expect(verdict(text)).toBe('known');
      expect(verdict(text, '[10.0.0.1]:2222', other)).toBe('known');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      console.log('skipped: comparison with ssh-keygen, because it is not installed');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
