import { expect, test } from 'vitest';
import { digestOf, sessionKeys } from '../../src/transport/seal.ts';
import { SealedWords } from '../../src/transport/sealed-words.ts';

const SESSION = Buffer.alloc(32, 7);
const token = (value: string): string => `sealed-${digestOf(sessionKeys(SESSION), value)}`;

/** That of a run in which a node told of a configuration with these secrets. */
function after(...secrets: readonly string[]): SealedWords {
  const words = new SealedWords(SESSION);
  const configs = words.expect(secrets.length);
  for (const secret of secrets) configs.read(`/etc/cinder/cinder.conf:7:password = ${token(secret)}\n`);
  return words;
}

test('what one configuration keeps secret is hidden in a log of another node, wherever a word may stand', () => {
  const [a, b] = ['Oct0pus-ink.77', 'Kr4ken@deep'];
  const said = `login with ${a}, then '${a}'. url=http://u:${a}@db/x ${b}; x=${b}\n${a}: ${a}8 and ${a.slice(1)}\n`;
  expect(after(a, b).sweep(said)).toBe(
    `login with ${token(a)}, then '${token(a)}'. url=http://u:${token(a)}@db/x ${token(b)}; x=${b}\n${token(a)}: ${a}8 and ${a.slice(1)}\n`,
  );
});

test('a word that anybody may use is left alone, and so is everything when nothing is known', () => {
  expect(after('openstack', 'glance', '/var/lib/x1', 'volumes').sweep('openstack glance /var/lib/x1 volumes')).toBe(
    'openstack glance /var/lib/x1 volumes',
  );
  expect(after().sweep('Oct0pus-ink.77')).toBe('Oct0pus-ink.77');
});

test('under the key of another session nothing is known', () => {
  const other = new SealedWords(Buffer.alloc(32, 8));
  other.expect(1).read(`password = ${token('Oct0pus-ink.77')}\n`);
  expect(other.sweep('Oct0pus-ink.77')).toBe('Oct0pus-ink.77');
});

test('logs wait for configurations that are being read, and for none that will not come', async () => {
  const words = new SealedWords(SESSION);
  const never = new AbortController().signal;
  const [first, second] = [words.expect(1), words.expect(2)];
  let done = false;
  const waited = words.complete(never).then(() => {
    done = true;
  });
  first.read('x = 1\n');
  second.read(`password = ${token('Oct0pus-ink.77')}\n`);
  await Promise.resolve();
  expect(done).toBe(false);
  second.end();
  await waited;
  expect(words.sweep('Oct0pus-ink.77')).toBe(token('Oct0pus-ink.77'));
  words.expect(1);
  await words.complete(AbortSignal.abort());
});
