import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type JournalFs, type JournalHandle, journalDir, nodeFs } from '../../src/journal/folder.ts';
import { listJournals } from '../../src/journal/list.ts';
import { readJournal } from '../../src/journal/read.ts';
import { CHAIN_START, encodeRecord, type JournalRecord } from '../../src/journal/record.ts';
import { openJournal } from '../../src/journal/write.ts';

let root: string;
let dir: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-journal-'));
  dir = join(root, 'state', 'inkling', 'journal');
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function read(file: string) {
  const records: JournalRecord[] = [];
  const reading = await readJournal(file, (r) => {
    records.push(r);
  });
  return { ...reading, types: records.map((r) => r.event.type), seen: records };
}

async function written(...types: string[]): Promise<string> {
  const journal = await openJournal(dir, 'run-1');
  for (const type of types) await journal.append({ type, text: 'schlüssel ✓' });
  await journal.close();
  return journal.file;
}

describe('writing', () => {
  test('records come back in order, numbered and chained', async () => {
    const journal = await openJournal(dir, 'run-1');
    journal.appendSoon({ type: 'saw', n: 1 });
    await journal.append({ type: 'intent', text: 'line\nbreak' });
    await Promise.all([journal.append({ type: 'a' }), journal.append({ type: 'b' })]);
    journal.appendSoon({ type: 'saw', n: 2 });
    await journal.close();

    const { seen, state } = await read(journal.file);
    expect(state).toBe('whole');
    expect(seen.map((r) => [r.seq, r.event.type])).toEqual([
      [1, 'saw'],
      [2, 'intent'],
      [3, 'a'],
      [4, 'b'],
      [5, 'saw'],
    ]);
    expect(seen[1]?.event).toEqual({ type: 'intent', text: 'line\nbreak' });
    expect(new Set(seen.map((r) => r.prev)).size).toBe(5);
    expect(seen[4]?.mono).toBeGreaterThanOrEqual(seen[0]?.mono ?? Number.POSITIVE_INFINITY);
  });

  test('only its owner can read the folder and the file', async () => {
    const file = await written('a');
    expect(((await stat(dir)).mode & 0o777).toString(8)).toBe('700');
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
  });

  test('an event is what it was when it was given', async () => {
    const journal = await openJournal(dir, 'run-1');
    const event = { type: 'a', list: [1] };
    const done = journal.append(event);
    event.list.push(2);
    await done;
    await journal.close();
    expect((await read(journal.file)).seen[0]?.event).toEqual({ type: 'a', list: [1] });
  });

  test('an event that is not JSON is refused and the journal goes on', async () => {
    const journal = await openJournal(dir, 'run-1');
    await expect(journal.append({ type: 'a', n: 1n })).rejects.toThrow(TypeError);
    await journal.append({ type: 'b' });
    await journal.close();
    expect((await read(journal.file)).types).toEqual(['b']);
  });

  test.each(['../evil', '', '.hidden', 'a/b', 'a\nb', 'x'.repeat(200)])('%j cannot name a run', async (id) => {
    await expect(openJournal(dir, id)).rejects.toThrow(/cannot name a run/);
  });

  test('an empty journal closed at once is whole', async () => {
    const file = await written();
    expect(await read(file)).toMatchObject({ state: 'whole', records: 0 });
  });
});

describe('continuing a run', () => {
  test('the chain goes on', async () => {
    await written('a', 'b');
    const file = await written('c');
    expect(await read(file)).toMatchObject({ state: 'whole', types: ['a', 'b', 'c'] });
  });

  test('a cut-off last line is removed first', async () => {
    const file = await written('a', 'b');
    await truncate(file, (await stat(file)).size - 10);
    await written('c');
    expect(await read(file)).toMatchObject({ state: 'whole', types: ['a', 'c'] });
  });

  test('a last record whose newline was not written is kept', async () => {
    const file = await written('a', 'b');
    await truncate(file, (await stat(file)).size - 1);
    await written('c');
    expect(await read(file)).toMatchObject({ state: 'whole', types: ['a', 'b', 'c'] });
  });

  test('a damaged journal is not continued', async () => {
    const file = await written('a', 'b');
    const bytes = await readFile(file);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(file, bytes);
    await expect(written('c')).rejects.toThrow(/record 1 of .* is damaged.*not continued/);
    expect(await readFile(file)).toEqual(bytes);
  });

  test('two at once: the second is refused, and told who holds it', async () => {
    const first = await openJournal(dir, 'run-1');
    await expect(openJournal(dir, 'run-1')).rejects.toThrow(`process ${process.pid} is writing`);
    await first.close();
    await (await openJournal(dir, 'run-1')).close();
  });

  test('the lock of a process that is gone is taken over', async () => {
    const file = await written('a');
    await writeFile(`${file}.lock`, '999999999\n');
    await written('b');
    expect((await read(file)).types).toEqual(['a', 'b']);
  });
});

describe('damage', () => {
  test('cut at every byte: the whole records before the cut count', async () => {
    const file = await written('a', 'b', 'c');
    const bytes = await readFile(file);
    const ends = [...bytes].flatMap((byte, i) => (byte === 10 ? [i] : []));
    for (let cut = 0; cut <= bytes.length; cut++) {
      await writeFile(file, bytes.subarray(0, cut));
      const reading = await read(file);
      const whole = ends.filter((end) => end <= cut).length;
      const atEdge = cut === 0 || ends.some((end) => cut === end || cut === end + 1);
      expect([cut, reading.records, reading.types.length, reading.state]).toEqual([
        cut,
        whole,
        whole,
        atEdge ? 'whole' : 'torn',
      ]);
      if (!atEdge) expect(reading.says).toMatch(new RegExp(`record ${whole + 1} of .* was cut off`));
    }
  });

  test('any byte flipped: the record it is in is named, and neither it nor what follows counts', async () => {
    const file = await written('a', 'b', 'c');
    const bytes = await readFile(file);
    for (let i = 0; i < bytes.length; i++) {
      const flipped = Buffer.from(bytes);
      flipped[i] = (flipped[i] ?? 0) ^ 0x04;
      await writeFile(file, flipped);
      const reading = await read(file);
      const inRecord = 1 + bytes.subarray(0, i).filter((byte) => byte === 10).length;
      expect([i, reading.state === 'whole', reading.badRecord, reading.records]).toEqual([
        i,
        false,
        inRecord,
        inRecord - 1,
      ]);
      expect(reading.says).toContain(`record ${inRecord} of ${file}`);
    }
  });

  test.each([
    ['removed', (l: string[]) => [l[0], l[2]], 'has the number 3; 2 was expected'],
    ['swapped', (l: string[]) => [l[1], l[0], l[2]], 'has the number 2; 1 was expected'],
    ['of another journal', (l: string[]) => [l[0], forged(2), l[2]], 'does not follow the record before it'],
    ['that is no record', (l: string[]) => [l[0], '{"hello":1}'], 'digest does not match'],
  ])('a record %s is named', async (_what, change, why) => {
    const file = await written('a', 'b', 'c');
    const all = (await readFile(file, 'utf8')).trimEnd().split('\n');
    await writeFile(file, `${change(all).join('\n')}\n`);
    const reading = await read(file);
    expect(reading.state).toBe('bad');
    expect(reading.says).toContain(why);
  });

  const forged = (seq: number): string =>
    encodeRecord({ seq: seq - 1, hash: 'f'.repeat(64) }, new Date(0), 0, { type: 'forged' })[0]
      .toString()
      .trimEnd();

  test('a large journal is read without holding it in memory', async () => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const file = join(dir, 'large.jsonl');
    const lines: Buffer[] = [];
    let end = CHAIN_START;
    for (let i = 0; i < 64; i++) {
      const [line, next] = encodeRecord(end, new Date(0), i, { type: 'a', text: 'x'.repeat(1024 * 1024) });
      lines.push(line);
      end = next;
    }
    await writeFile(file, Buffer.concat(lines), { mode: 0o600 });
    let most = 0;
    let records = 0;
    const before = process.memoryUsage().arrayBuffers;
    await readJournal(file, () => {
      records++;
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    });
    expect(records).toBe(64);
    expect(most).toBeLessThan(48 * 1024 * 1024);
  });
});

describe('what is not trusted', () => {
  test('a folder open to others', async () => {
    await written('a');
    await chmod(dir, 0o755);
    await expect(openJournal(dir, 'run-2')).rejects.toThrow(/open to other users \(mode 755\).*chmod 700/);
    await expect(listJournals(dir)).rejects.toThrow(/open to other users/);
  });

  test('a file open to others', async () => {
    const file = await written('a');
    await chmod(file, 0o644);
    await expect(openJournal(dir, 'run-1')).rejects.toThrow(/open to other users \(mode 644\).*chmod 600/);
    await expect(readJournal(file)).rejects.toThrow(/open to other users/);
    expect((await listJournals(dir))[0]?.problem).toMatch(/open to other users/);
  });

  test('a link, a second name, something that is no file', async () => {
    const file = await written('a');
    await link(file, join(root, 'second'));
    await expect(readJournal(file)).rejects.toThrow(/2 names/);
    await rm(join(root, 'second'));
    await rename(file, join(dir, 'moved'));
    await symlink(join(dir, 'moved'), file);
    await expect(openJournal(dir, 'run-1')).rejects.toThrow(/symbolic link/);
    await expect(readJournal(file)).rejects.toThrow(/symbolic link/);
    await rm(file);
    await mkdir(file);
    await expect(readJournal(file)).rejects.toThrow(/not a regular file/);
  });

  test('a folder or file of another user', async () => {
    const file = await written('a');
    const foreign: JournalFs = {
      ...nodeFs,
      lstat: async (path) => Object.assign(await nodeFs.lstat(path), { uid: 12345 }),
    };
    await expect(openJournal(dir, 'run-1', { fs: foreign })).rejects.toThrow(/belongs to user 12345/);
    expect((await read(file)).types).toEqual(['a']);
  });

  test('a missing file is named', async () => {
    await expect(readJournal(join(dir, 'none.jsonl'))).rejects.toThrow(/none\.jsonl: it does not exist \(ENOENT\)/);
  });
});

/** The real file system, with every call that matters noted in order, and failing where told. */
function watched(fail: (call: string, times: number) => string | undefined = () => undefined) {
  const calls: string[] = [];
  const times = new Map<string, number>();
  const note = (call: string) => {
    calls.push(call);
    const n = (times.get(call) ?? 0) + 1;
    times.set(call, n);
    const code = fail(call, n);
    if (code !== undefined) throw Object.assign(new Error(code), { code });
  };
  const fs: JournalFs = {
    ...nodeFs,
    mkdir: async (path) => {
      note('mkdir');
      return nodeFs.mkdir(path);
    },
    open: async (path) => {
      note('open');
      const real = await nodeFs.open(path);
      const handle: JournalHandle = {
        stat: real.stat.bind(real),
        truncate: real.truncate.bind(real),
        close: real.close.bind(real),
        sync: async () => {
          note('sync');
          await real.sync();
        },
        write: async (bytes) => {
          note('write');
          // A disk may take less than it is given.
          return real.write(bytes.subarray(0, 100));
        },
      };
      return handle;
    },
    syncFolder: async (path) => {
      note(`syncFolder ${path.slice(root.length)}`);
      await nodeFs.syncFolder(path);
    },
  };
  return { fs, calls };
}

describe('what outlives a power cut', () => {
  test('a new journal: its folders, the file and its name are on disk before the first event', async () => {
    const { fs, calls } = watched();
    await (await openJournal(dir, 'run-1', { fs })).close();
    expect(calls).toEqual([
      'mkdir',
      'syncFolder /state/inkling',
      'syncFolder /state',
      'syncFolder ',
      'open',
      'sync',
      'syncFolder /state/inkling/journal',
      'sync',
    ]);
  });

  test('an append resolves only after its bytes, all of them, and then an fsync', async () => {
    const { fs, calls } = watched();
    const journal = await openJournal(dir, 'run-1', { fs });
    calls.length = 0;
    await journal.append({ type: 'intent' });
    calls.push('resolved');
    expect(calls.slice(-2)).toEqual(['sync', 'resolved']);
    expect(calls.slice(0, -2).every((c) => c === 'write')).toBe(true);
    expect(calls.length).toBeGreaterThan(3);
    expect((await read(journal.file)).types).toEqual(['intent']);
    await journal.close();
  });

  test('observations cost no fsync; many appends at once share one', async () => {
    const { fs, calls } = watched();
    const journal = await openJournal(dir, 'run-1', { fs });
    calls.length = 0;
    for (let i = 0; i < 50; i++) journal.appendSoon({ type: 'saw' });
    await Promise.all(Array.from({ length: 50 }, () => journal.append({ type: 'intent' })));
    expect(calls.filter((c) => c === 'sync')).toHaveLength(1);
    calls.length = 0;
    journal.appendSoon({ type: 'saw' });
    await new Promise((done) => setImmediate(() => setImmediate(done)));
    expect(calls).not.toContain('sync');
    await journal.close();
    expect((await read(journal.file)).records).toBe(101);
  });
});

describe('a journal that cannot be written', () => {
  test.each([
    ['ENOSPC', 'no space is left on the device'],
    ['EROFS', 'the file system is read-only'],
    ['EIO', 'input/output error'],
  ])('%s while writing: the append rejects, says what to do, and nothing is taken any more', async (code, words) => {
    let broken = false;
    const { fs, calls } = watched((call) => (broken && call === 'write' ? code : undefined));
    const journal = await openJournal(dir, 'run-1', { fs });
    await journal.append({ type: 'before' });
    broken = true;
    const both = await Promise.allSettled([journal.append({ type: 'a' }), journal.append({ type: 'b' })]);
    expect(both.map((r) => r.status)).toEqual(['rejected', 'rejected']);
    broken = false;
    calls.length = 0;
    await expect(journal.append({ type: 'c' })).rejects.toThrow(
      new RegExp(
        `cannot write the journal .*run-1\\.jsonl: .*${words}.*\\(${code}\\)\\. Repair this, or set XDG_STATE_HOME`,
      ),
    );
    expect(() => journal.appendSoon({ type: 'd' })).not.toThrow();
    expect(calls).toEqual([]);
    await expect(journal.close()).rejects.toThrow(code);
    expect((await read(journal.file)).types).toEqual(['before']);
  });

  test('an fsync that fails is not "written", and is not tried again', async () => {
    const { fs, calls } = watched((call, times) => (call === 'sync' && times === 2 ? 'EIO' : undefined));
    const journal = await openJournal(dir, 'run-1', { fs });
    await expect(journal.append({ type: 'a' })).rejects.toThrow(/EIO/);
    await expect(journal.append({ type: 'b' })).rejects.toThrow(/EIO/);
    expect(calls.filter((c) => c === 'sync')).toHaveLength(2);
    await expect(journal.close()).rejects.toThrow(/EIO/);
  });

  test('a failed observation shows at the next append', async () => {
    const { fs } = watched((call) => (call === 'write' ? 'ENOSPC' : undefined));
    const journal = await openJournal(dir, 'run-1', { fs });
    journal.appendSoon({ type: 'saw' });
    await expect(journal.append({ type: 'intent' })).rejects.toThrow(/ENOSPC/);
    await expect(journal.close()).rejects.toThrow(/ENOSPC/);
  });

  test('a full disk in the middle of a line leaves the records before it', async () => {
    const { fs } = watched((call, times) => (call === 'write' && times === 6 ? 'ENOSPC' : undefined));
    const journal = await openJournal(dir, 'run-1', { fs });
    await journal.append({ type: 'a' });
    await expect(journal.append({ type: 'b', text: 'x'.repeat(1000) })).rejects.toThrow(/ENOSPC/);
    await expect(journal.close()).rejects.toThrow(/ENOSPC/);
    expect(await read(journal.file)).toMatchObject({ state: 'torn', types: ['a'], badRecord: 2 });
  });

  test.each([
    ['mkdir', 'EROFS', /make the journal folder .*read-only/],
    ['open', 'EACCES', /open the journal .*permission denied/],
    ['syncFolder /state/inkling/journal', 'EIO', /open the journal .*input\/output/],
  ])('%s failing with %s refuses the journal, and leaves no lock', async (where, code, words) => {
    const { fs } = watched((call) => (call === where ? code : undefined));
    await expect(openJournal(dir, 'run-1', { fs })).rejects.toThrow(words);
    await (await openJournal(dir, 'run-1')).close();
  });
});

describe('the list', () => {
  test('is empty without a folder, else last written first with what each run began with', async () => {
    expect(await listJournals(dir)).toEqual([]);
    for (const id of ['run-a', 'run-b']) {
      const journal = await openJournal(dir, id);
      await journal.append({ type: 'started', site: id });
      await journal.close();
    }
    const later = await openJournal(dir, 'run-a');
    await later.append({ type: 'more' });
    await later.close();
    // File times come in ticks of some milliseconds: two files of one tick were written at the same time.
    await utimes(join(dir, 'run-b.jsonl'), 1, 1);
    const list = await listJournals(dir);
    expect(list.map((j) => [j.runId, j.first?.event.site])).toEqual([
      ['run-a', 'run-a'],
      ['run-b', 'run-b'],
    ]);
    expect(dirname(list[0]?.file ?? '')).toBe(dir);
  });
});

test('the folder follows XDG_STATE_HOME, unless that is relative', () => {
  expect(journalDir({ XDG_STATE_HOME: '/s', HOME: '/h' })).toBe('/s/inkling/journal');
  expect(journalDir({ XDG_STATE_HOME: 's', HOME: '/h' })).toBe('/h/.local/state/inkling/journal');
  expect(journalDir({ HOME: '/h' })).toBe('/h/.local/state/inkling/journal');
});
