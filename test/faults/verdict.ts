import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newHouse } from '../support/inkling.ts';
import { type SshdOptions, startSshd } from '../support/sshd.ts';

export interface Verdict {
  readonly code: number | null;
  readonly stderr: string;
  readonly outcome: string;
  /** `id status`, in order. */
  readonly causes: readonly string[];
  /** `id verdict`, sorted. */
  readonly checks: readonly string[];
}

/** What a look at a single node finds, without what only this look has: times and its id. */
export async function verdict(options: SshdOptions): Promise<Verdict> {
  const node = await startSshd({
    ...options,
    programs: { ceph: '#!/bin/sh\nexit 1\n', rbd: '#!/bin/sh\nexit 1\n', ...options.programs },
  });
  const house = newHouse();
  const { host, port, user, identity, knownHosts } = node.reach;
  const ssh = { host, port, user, identity: identity[0], known_hosts: knownHosts[0] };
  const root = process.getuid?.() === 0 ? ', become: root' : '';
  writeFileSync(
    join(house.folder, 'site.yaml'),
    `name: one\nnodes:\n  - {name: mon, roles: [ceph-admin, cinder-volume, nova-compute], ssh: ${JSON.stringify(ssh)}${root}}\n`,
  );
  const ran = await house.run(['check', '--site', 'site.yaml', '--format', 'json']);
  house.remove();
  await node.stop();
  const { outcome, causes, checks } = JSON.parse(ran.stdout) as {
    outcome: string;
    causes: { id: string; status: string }[];
    checks: { id: string; verdict: string }[];
  };
  return {
    code: ran.code,
    stderr: ran.stderr,
    outcome,
    causes: causes.map(({ id, status }) => `${id} ${status}`),
    checks: checks.map(({ id, verdict: found }) => `${id} ${found}`).toSorted(),
  };
}
