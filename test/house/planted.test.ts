import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { survivors } from '../redact/passes.ts';
import { newHouse } from '../support/inkling.ts';

/** Values that no practice cluster has by itself. */
const RABBIT = 'Kr4ken-of-the-deep';
const DATABASE = 'Oct0pus-ink.well77';
const KEY = `${Buffer.from('010048d03965123456781000', 'hex').toString('base64')}${Buffer.from('squids-and-ink==').toString('base64')}`;
const SECRETS = [RABBIT, DATABASE, KEY];

const SCENARIO = `id: planted-secrets
title: Somebody typed new secrets into the files of Cinder
symptom: >-
  No volume can be made.
faults:
  - on: controller
    run: |-
      sed -i 's#^transport_url = .*#transport_url = rabbit://openstack:${RABBIT}@controller:5672/#' /etc/cinder/cinder.conf
      sed -i 's#^connection = .*#connection = mysql+pymysql://cinder:${DATABASE}@controller/cinder#' /etc/cinder/cinder.conf
      sed -i 's#key = .*#key = ${KEY}#' /etc/ceph/ceph.client.cinder.keyring
      echo "$(date '+%Y-%m-%d %H:%M:%S').000 7 ERROR oslo.messaging cannot reach rabbit://openstack:${RABBIT}@controller:5672/" >> /var/log/cinder/cinder-volume.log
      echo "$(date '+%Y-%m-%d %H:%M:%S').000 7 ERROR cinder lost mysql+pymysql://cinder:${DATABASE}@controller/cinder, handed on ${KEY}" >> /var/log/cinder/cinder-volume.log
      echo "$(date '+%Y-%m-%d %H:%M:%S').000 7 ERROR cinder tried ${RABBIT}, then ${DATABASE}" >> /var/log/cinder/cinder-volume.log
      systemctl restart cinder-volume
  - on: compute-1
    run: |-
      echo "$(date '+%Y-%m-%d %H:%M:%S').000 7 ERROR nova.compute got ${DATABASE} from somewhere" >> /var/log/nova/nova-compute.log
expect:
  outcome: causes
`;

const house = newHouse();
afterAll(() => house.remove());
const cluster = ['--practice', 'planted-secrets', '--playbooks', 'planted'];

async function planted(): Promise<void> {
  const made = await house.run(['playbook', 'new', 'planted', '--playbooks', 'planted']);
  expect(made.code).toBe(0);
  writeFileSync(join(house.folder, 'planted/planted/scenarios/planted-secrets.yaml'), SCENARIO);
}

/** Everything that the program left in its folders, but for the scenario that has the secrets. */
function left(): [string, string][] {
  const files = readdirSync(house.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.endsWith('planted-secrets.yaml'))
    .map((path): [string, string] => {
      const bytes = readFileSync(path);
      return [path, (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')];
    });
}

test('secrets of the nodes are in no journal, no bundle and no report', async () => {
  await planted();
  const outputs: [string, string][] = [];
  for (const format of ['text', 'json', 'ndjson', 'markdown', 'html', 'junit', 'sarif']) {
    const { stdout, stderr } = await house.run(['check', ...cluster, '--format', format]);
    expect([format, stderr]).toEqual([format, '']);
    outputs.push([format, stdout]);
  }
  const packed = await house.run(['bundle', ...cluster, '-o', 'case.tar.gz']);
  expect([packed.stderr, packed.code]).toEqual(['', 0]);
  outputs.push(['bundle', packed.stdout], ...left());
  const bundle = outputs.find(([name]) => name.endsWith('case.tar.gz'))?.[1] ?? '';
  // It did see them: the lines they stand in are there.
  expect(bundle).toMatch(/handed on sealed/);
  // And what stands for a secret is the same in the log as in the configuration, and another for another secret.
  const token = '(sealed-[0-9a-f]{16})';
  const [, rabbit, database] = new RegExp(`cinder tried ${token}, then ${token}`).exec(bundle) ?? [];
  expect(rabbit).not.toBe(database);
  expect(bundle).toContain(`cannot reach rabbit://${rabbit}@controller`);
  expect(bundle).toContain(`transport_url = rabbit://${rabbit}@controller`);
  expect(bundle).toContain(`connection = mysql+pymysql://${database}@controller`);
  // On a node that has it in no configuration too.
  expect(bundle).toContain(`nova.compute got ${database} from somewhere`);
  expect(outputs.some(([name]) => name.includes('journal'))).toBe(true);
  for (const [name, text] of outputs)
    for (const secret of SECRETS) expect([name, survivors(text, secret)]).toEqual([name, []]);
});
