import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSos } from '../../src/app/evidence-file.ts';
import { readSosTree } from '../../src/bundle/index.ts';
import { newFolder } from './packing.ts';

/** As sos writes them: one folder, whose name is long enough that tar needs an extended header for what lies deep in it. */
const NAME = 'sosreport-ceph-mon-1-2026-05-01-abcdefg';
const DEEP = `sos_commands/ceph_mon/json_output/ceph_osd_${'x'.repeat(120)}_--format_json-pretty`;
const FILES: Readonly<Record<string, string>> = {
  hostname: 'ceph-mon-1\n',
  'etc/ceph/ceph.conf': '[global]\nfsid = 11111111-2222-3333-4444-555555555555\n',
  'var/log/ceph/ceph.log': 'line of a log\n'.repeat(40_000),
  [DEEP]: '{}\n',
  'etc/shadow': 'root:x\n',
};
const FORMATS = ['tar', 'tar.gz', 'tar.xz'] as const;
const FLAG = { tar: '-cf', 'tar.gz': '-czf', 'tar.xz': '-cJf' };
const folder = newFolder();

beforeAll(() => {
  for (const [name, text] of Object.entries(FILES)) {
    const path = folder.path(`${NAME}/${name}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  for (const format of FORMATS)
    execFileSync('tar', [FLAG[format], folder.path(`${NAME}.${format}`), '-C', folder.path('.'), NAME]);
});
afterAll(() => folder.remove());

test.each(FORMATS)('a report in .%s is read like its folder', async (format) => {
  const [unpacked, packed] = [
    await readSosTree(folder.path(NAME)),
    await readSosTree(folder.path(`${NAME}.${format}`)),
  ];
  expect(new Map([...packed.files].sort())).toEqual(new Map([...unpacked.files].sort()));
  expect([...packed.files.keys()].sort()).toEqual(['etc/ceph/ceph.conf', 'hostname', DEEP, 'var/log/ceph/ceph.log']);
});

test.each(FORMATS)('half a report in .%s is refused', async (format) => {
  const whole = readFileSync(folder.path(`${NAME}.${format}`));
  const half = folder.path(`half-${NAME}.${format}`);
  writeFileSync(half, whole.subarray(0, whole.length / 2));
  await expect(openSos([half])).rejects.toThrow(/is refused: it is (damaged|cut off)/);
});

test('without the xz program the message says what to do', async () => {
  const path = process.env.PATH;
  process.env.PATH = folder.path('nowhere');
  try {
    await expect(openSos([folder.path(`${NAME}.tar.xz`)])).rejects.toThrow(
      /xz is not installed, and it is compressed with it; unpack it and name the folder/,
    );
  } finally {
    process.env.PATH = path;
  }
});
