import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/domain/question.ts';
import { judged } from './recorded-look.ts';

const words = (change: (stdout: string) => string) => (was: Answer) =>
  was.result === 'exited' ? { ...was, stdout: change(was.stdout) } : was;

const found = (changes: Parameters<typeof judged>[0]) =>
  judged(changes).causes.map((c) => `${c.status} ${c.id} ${c.fixes.map((f) => f.id)}`);

describe('units as somebody left them', () => {
  const runsAs = (user: string, active = 'failed') =>
    words((was) =>
      was
        .replace(
          'ActiveState=active',
          `User=${user}\nDropInPaths=/etc/systemd/system/cinder-backup.service.d/a.conf\n$&`,
        )
        .replace('ActiveState=active', `ActiveState=${active}`),
    );

  test('a service that was given another user is not merely to be started', () => {
    expect(found({ 'cinder-backup-unit@controller': runsAs('nobody') })).toEqual([
      'confirmed service-user-wrong by-hand',
    ]);
  });

  test('its own user, and one to whom its keyring belongs, are right', () => {
    for (const user of ['cinder', ''])
      expect(found({ 'cinder-backup-unit@controller': runsAs(user, 'active') })).toEqual([]);
    const owned = words((was) => was.replaceAll('|cinder|', '|storage|'));
    expect(
      found({
        'cinder-backup-unit@controller': runsAs('storage', 'active'),
        'etc-ceph@controller': owned,
        'consumer-files@controller': owned,
      }),
    ).toEqual([]);
  });
});
