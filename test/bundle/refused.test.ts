import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { openEvidence } from '../../src/app/evidence-file.ts';
import { BundleError } from '../../src/bundle/index.ts';
import { LIMITS } from '../../src/bundle/limits.ts';
import { TAR_END, tarMember } from '../../src/bundle/tar.ts';
import { membersOf } from '../../src/bundle/unpack.ts';
import { InputError } from '../../src/domain/input-error.ts';
import { newFolder } from './packing.ts';

const folder = newFolder();
afterAll(() => folder.remove());

const FACTS = `${JSON.stringify({
  id: 'clock@a',
  probe: 'clock',
  node: 'a',
  command: 'date +%s.%N',
  at: '2026-01-01T00:00:00.000Z',
  answer: { result: 'exited', code: 0, stdout: '', stderr: '', dropped: 0, ms: 1 },
})}\n`;

interface Part {
  readonly name: string;
  readonly text: string;
  /** Bytes of the header to change: place and new content. The checksum is made right again. */
  readonly header?: readonly (readonly [number, string])[];
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const manifest = (parts: readonly Part[], over: object = {}): Part => ({
  name: 'b/manifest.json',
  text: JSON.stringify({
    kind: 'inkling-bundle',
    schema: 1,
    inkling: '0',
    run: { id: 'r', site: 's', playbooks: [], started_at: '2026-01-01T00:00:00.000Z' },
    window_minutes: 0,
    nodes: [{ name: 'a', roles: ['ceph-mon', 'a role of later'], asked: 1, answered: 1, ms: 1 }],
    ran: [],
    not_had: [],
    redaction: { key: '0'.repeat(16), pseudonyms: false, replaced: {} },
    members: parts.map(({ name, text }) => ({
      path: name.replace(/^b\//, ''),
      bytes: text.length,
      sha256: sha256(text),
    })),
    ...over,
  }),
});

function tar(parts: readonly Part[]): Buffer {
  return Buffer.concat([
    ...parts.flatMap(({ name, text, header = [] }) => {
      const [head = Buffer.alloc(0), ...rest] = tarMember({ name, bytes: Buffer.from(text) }, 0);
      for (const [at, bytes] of header) head.write(bytes, at, 'latin1');
      head.write('        ', 148, 'latin1');
      const sum = head.reduce((total, byte) => total + byte, 0);
      head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
      return [head, ...rest];
    }),
    TAR_END,
  ]);
}

const facts: Part = { name: 'b/facts.jsonl', text: FACTS };
const good = [facts, manifest([facts])];
const named = (name: string): Part[] => [{ ...facts, header: [[0, `${name}\0`]] }, manifest([facts])];
const kind = (type: string, target = ''): Part[] => [
  { ...facts, header: [[156, type], ...(target === '' ? [] : ([[157, target]] as const))] },
  manifest([facts]),
];

function file(bytes: Buffer): string {
  const path = folder.path('x.tar.gz');
  writeFileSync(path, bytes);
  return path;
}

test('an honest one is read, with roles that this program does not know left out', async () => {
  const evidence = await openEvidence(file(gzipSync(tar(good))));
  expect(evidence.site.nodes).toMatchObject([{ name: 'a', roles: ['ceph-mon'] }]);
});

const plain = gzipSync(tar(good));
const BAD: readonly (readonly [string, Buffer | (() => Buffer), RegExp])[] = [
  ['an absolute path', gzipSync(tar(named('/etc/cron.d/x'))), /"\/etc\/cron.d\/x" in it is an absolute path/],
  ['a path that climbs', gzipSync(tar(named('b/../../x'))), /leaves the archive/],
  ['a path that climbs at once', gzipSync(tar(named('../x'))), /leaves the archive/],
  ['a path with a backslash', gzipSync(tar(named('b\\..\\x'))), /no name that Inkling writes/],
  ['a name that drives terminals', gzipSync(tar(named('b/\x1b]0;x\x07'))), /no name that Inkling writes/],
  ['a drive letter', gzipSync(tar(named('C:/x'))), /no name that Inkling writes/],
  ['a link', gzipSync(tar(kind('2', '/etc/shadow'))), /is a link; a bundle has files only/],
  ['a hard link', gzipSync(tar(kind('1', 'b/manifest.json'))), /is a hard link/],
  ['a device', gzipSync(tar(kind('3'))), /is a device/],
  ['a block device', gzipSync(tar(kind('4'))), /is a device/],
  ['a pipe', gzipSync(tar(kind('6'))), /is a pipe/],
  ['a folder', gzipSync(tar(kind('5'))), /is a folder/],
  ['an extended header', gzipSync(tar(kind('x'))), /unknown type "x"/],
  ['a long name of GNU tar', gzipSync(tar(kind('L'))), /unknown type "L"/],
  ['two folders', gzipSync(tar([facts, { ...manifest([facts]), name: 'c/manifest.json' }])), /not in one folder/],
  ['a member twice', gzipSync(tar([facts, facts, manifest([facts])])), /facts.jsonl is in it twice/],
  ['no manifest', gzipSync(tar([facts])), /no manifest.json/],
  ['a manifest that is no JSON', gzipSync(tar([facts, { name: 'b/manifest.json', text: '{' }])), /is not JSON/],
  ['the manifest of something else', gzipSync(tar([facts, { name: 'b/manifest.json', text: '{}' }])), /none of a bundle/],
  ['a later schema', gzipSync(tar([facts, manifest([facts], { schema: 7 })])), /schema 7, .* reads up to 1/],
  ['a manifest with a hole', gzipSync(tar([facts, manifest([facts], { nodes: 3 })])), /nodes .*expected array/],
  ['a changed member', gzipSync(tar([{ ...facts, text: FACTS.replace('date', 'DATE') }, manifest([facts])])), /digest is wrong/],
  ['a member that is missing', gzipSync(tar([manifest([facts])])), /facts.jsonl is missing/],
  ['a member that nobody knows', gzipSync(tar([facts, { name: 'b/more', text: 'x' }, manifest([facts])])), /not in its manifest/],
  ['a fact that is none', gzipSync(tar(withFacts('{"id":1}\n'))), /facts.jsonl:1 in it is not as it should be/],
  ['a fact with a trap', gzipSync(tar(withFacts(FACTS.replace('{', '{"__proto__":{"x":1},')))), /not as it should be/],
  ['a fact without its output', gzipSync(tar(withFacts(FACTS.replace('"stdout":""', '"stdout":{"member":"nodes/a/x.out"}')))), /is missing from it/],
  ['no gzip', Buffer.from('hello'), /not compressed with gzip/],
  ['nothing', Buffer.alloc(0), /cut off/],
  ['no tar', gzipSync(Buffer.from('hello '.repeat(400))), /size is not a number|checksum/],
  ['half of one', plain.subarray(0, Math.floor(plain.length / 2)), /cut off|damaged/],
  ['one without its last byte', plain.subarray(0, -9), /cut off|damaged/],
  ['an archive without its end', gzipSync(tar(good).subarray(0, -1024)), /end of the archive is missing/],
  ['something behind its end', gzipSync(Buffer.concat([tar(good), Buffer.alloc(512), Buffer.from('x')])), /behind its end/],
  ['a flipped bit', () => {
    const bytes = Buffer.from(plain);
    bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 1;
    return bytes;
  }, /damaged|cut off/],
  ['a size that is too large', gzipSync(tar([{ ...facts, header: [[124, '77777777777\0']] }, manifest([facts])])), /larger than 32 MiB/],
  ['a negative size', gzipSync(tar([{ ...facts, header: [[124, '-0000000001\0']] }, manifest([facts])])), /size is not a number/],
  ['a bomb', () => gzipSync(Buffer.concat([tar([{ name: 'b/zeros', text: '\0'.repeat(24 * 1024 ** 2) }]).subarray(0, -1024), TAR_END])), /more than 250 times its size/],
]; // biome-ignore format: a table

function withFacts(text: string): Part[] {
  const part = { ...facts, text };
  return [part, manifest([part])];
}

test.each(BAD)('%s is refused in one sentence', async (_what, bytes, says) => {
  const path = file(typeof bytes === 'function' ? bytes() : bytes);
  const before = readdirSync(dirname(path));
  const error = await openEvidence(path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).message).toMatch(says);
  expect((error as InputError).message).not.toContain('\n');
  expect(readdirSync(dirname(path))).toEqual(before);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});

test('limits of size and number hold', async () => {
  const all = async (limits: object): Promise<number> => {
    let count = 0;
    for await (const _ of membersOf(file(plain), { ...LIMITS, ...limits })) count += 1;
    return count;
  };
  expect(await all({})).toBe(2);
  for (const limits of [{ members: 1 }, { unpackedBytes: 1000 }, { packedBytes: 100 }, { memberBytes: 10 }])
    await expect(all(limits)).rejects.toBeInstanceOf(BundleError);
});

test('what is not there, or no file, is said', async () => {
  await expect(openEvidence(folder.path('none.tar.gz'))).rejects.toThrow(/none.tar.gz does not exist/);
});
