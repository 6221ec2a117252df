import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveBySsh, wantsSshConfig } from '../../src/transport/ssh-config.ts';
import { jumpReach, plainTarget, splitJumps, validHost, validUser } from '../../src/transport/target.ts';

let directory = '';
const path = (name: string): string => join(directory, name);
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'config-'));
  mkdirSync(path('known hosts'));
  for (const name of ['key', 'cert', 'sk']) writeFileSync(path(name), '');
  writeFileSync(path('cert-cert.pub'), '');
  writeFileSync(path('sk.pub'), 'sk-ssh-ed25519@openssh.com AAAA\n');
  writeFileSync(
    path('config'),
    `Host plain\n  HostName 10.0.0.7\n  Port 2222\n  User ops\n  IdentityFile ${path('key')}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${path('known')}\n  HostKeyAlias the-node\n
Host jumped\n  ProxyJump ops@bastion:2022,second\n
Host proxied\n  ProxyCommand touch ${path('ran')}\n
Host certified\n  IdentityFile ${path('cert')}\n
Host named\n  CertificateFile ${path('key')}\n
Host fido\n  IdentityFile ${path('sk')}\n
Host card\n  PKCS11Provider /usr/lib/p11.so\n
Host gss\n  GSSAPIAuthentication yes\n  IdentityFile ${path('key')}\n`,
  );
});
afterAll(() => rmSync(directory, { recursive: true }));

const sshInstalled = ((): boolean => {
  try {
    execFileSync('ssh', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log('skipped: reading of ssh configurations, because ssh is not installed');
    return false;
  }
})();
const resolve = (alias: string) => resolveBySsh({ host: alias, alias, config: path('config') });

describe.skipIf(!sshInstalled)('an ssh configuration', () => {
  it('decides what the site leaves open', async () => {
    expect(await resolve('plain')).toMatchObject({
      host: '10.0.0.7',
      port: 2222,
      user: 'ops',
      identities: [path('key')],
      identitiesOnly: true,
      knownHosts: expect.arrayContaining([path('known')]),
      hostKeyAlias: 'the-node',
      jumps: [],
    });
    expect((await resolve('jumped'))?.jumps).toEqual(['ops@bastion:2022', 'second']);
  });

  it('gives way to what the site says', async () => {
    const known = [path('known hosts/one'), path('two')];
    const reach = {
      host: '10.9.9.9',
      alias: 'plain',
      config: path('config'),
      port: 23,
      user: 'root',
      knownHosts: known,
    };
    expect(await resolveBySsh(reach)).toMatchObject({ host: '10.9.9.9', port: 23, user: 'root', knownHosts: known });
  });

  it.each([
    ['plain', undefined],
    ['jumped', undefined],
    ['gss', undefined],
    ['proxied', 'ProxyCommand'],
    ['certified', 'a certificate'],
    ['named', 'a certificate'],
    ['fido', 'a FIDO key'],
    ['card', 'PKCS#11'],
  ])('shows whether %s needs the system client', async (alias, needs) => {
    expect((await resolve(alias))?.needsOpenSsh).toBe(needs);
    expect(existsSync(path('ran'))).toBe(false);
  });

  it('is not asked when the site says everything', () => {
    const complete = { host: 'h', port: 22, user: 'u', identity: ['/k'], knownHosts: ['/h'] };
    expect(wantsSshConfig(complete)).toBe(false);
    expect(wantsSshConfig({ ...complete, alias: 'h' })).toBe(true);
  });
});

describe('a target', () => {
  it('comes from the site alone where there is no ssh', () => {
    expect(
      plainTarget({ host: 'h', user: 'u', port: 2, identity: [path('key'), '/none'], knownHosts: ['/k'], jump: 'a,b' }),
    ).toMatchObject({
      host: 'h',
      port: 2,
      user: 'u',
      identities: [path('key')],
      knownHosts: ['/k'],
      jumps: ['a', 'b'],
    });
    expect(splitJumps('none')).toEqual([]);
  });

  it.each([
    ['bastion', { host: 'bastion' }],
    ['ops@bastion:2022', { host: 'bastion', user: 'ops', port: 2022 }],
    ['ssh://ops@[2001:db8::1]:22', { host: '2001:db8::1', user: 'ops', port: 22 }],
    ['a@b@bastion', { host: 'bastion', user: 'a@b' }],
  ])('reads the jump host %s', (hop, expected) => {
    expect(jumpReach(hop, { host: 'x' })).toMatchObject(expected);
  });

  it('refuses names that are options or commands', () => {
    for (const host of ['-oProxyCommand=x', 'a b', 'a;b', '$(id)', '`id`', 'a\nb', "a'b", ''])
      expect(validHost(host)).toBe(false);
    for (const host of ['node-1', '10.0.0.1', '2001:db8::1%eth0', 'a_b.example.org'])
      expect(validHost(host)).toBe(true);
    for (const user of ['-l', 'a;b', '$x', '']) expect(validUser(user)).toBe(false);
    for (const user of ['ops', 'DOMAIN\\ops', 'a@b']) expect(validUser(user)).toBe(true);
  });
});
