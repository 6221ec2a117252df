import { join } from 'node:path';
import {
  cannot,
  checkFile,
  JournalError,
  type JournalFs,
  type JournalHandle,
  nodeFs,
  prepareFolder,
} from './folder.ts';
import { type JournalLock, lockJournal } from './lock.ts';
import { readJournal } from './read.ts';
import { CHAIN_START, type ChainEnd, encodeRecord, type JournalEvent, MAX_LINE_BYTES } from './record.ts';

export interface Journal {
  readonly file: string;
  /** Resolves when the event, and all before it, would outlive a power cut. Rejects with a JournalError, and from then on always. */
  append(event: JournalEvent): Promise<void>;
  /** For observations: written soon, in order, without waiting for the disk. A failure shows at the next `append`. */
  appendSoon(event: JournalEvent): void;
  /** Writes what is pending and lets the file go. Rejects when something appended was not written. */
  close(): Promise<void>;
}

export interface JournalOptions {
  readonly fs?: JournalFs;
  readonly now?: () => Date;
  /** Milliseconds, monotonic. */
  readonly mono?: () => number;
}

const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export function journalFile(dir: string, runId: string): string {
  if (!RUN_ID.test(runId)) {
    throw new JournalError(`${JSON.stringify(runId)} cannot name a run: letters, digits, dots, - and _ only`);
  }
  return join(dir, `${runId}.jsonl`);
}

/**
 * Opens the journal of a run for appending: a new one, or one that stopped, whose chain is verified first and whose
 * cut-off last line, if any, is removed. One process at a time. Rejects with a JournalError.
 */
export async function openJournal(dir: string, runId: string, options: JournalOptions = {}): Promise<Journal> {
  const fs = options.fs ?? nodeFs;
  const file = journalFile(dir, runId);
  await prepareFolder(fs, dir);
  const lock = await lockJournal(file);
  try {
    const handle = await fs.open(file);
    try {
      const end = await prepareFile(fs, dir, file, handle);
      return startJournal(file, handle, lock, end, options);
    } catch (error) {
      await handle.close().catch(() => {});
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw cannot('open the journal', file, error);
  }
}

async function prepareFile(fs: JournalFs, dir: string, file: string, handle: JournalHandle): Promise<ChainEnd> {
  const stats = await handle.stat();
  checkFile(stats, file);
  if (stats.size === 0) {
    await handle.sync();
    await fs.syncFolder(dir);
    return CHAIN_START;
  }
  const reading = await readJournal(file);
  if (reading.state === 'bad') throw new JournalError(`${reading.says} It is not continued.`);
  if (reading.wholeBytes < stats.size) await handle.truncate(reading.wholeBytes);
  if (reading.unended) await writeAll(handle, Buffer.from('\n'));
  await handle.sync();
  return reading.end;
}

interface Pending {
  readonly line: Buffer;
  readonly settle?: { resolve(): void; reject(error: JournalError): void };
}

function startJournal(
  file: string,
  handle: JournalHandle,
  lock: JournalLock,
  start: ChainEnd,
  options: JournalOptions,
): Journal {
  const now = options.now ?? (() => new Date());
  const mono = options.mono ?? (() => Number(process.hrtime.bigint() / 1000n) / 1000);
  let end = start;
  let pending: Pending[] = [];
  let failure: JournalError | undefined;
  let writing: Promise<void> | undefined;
  let closed: Promise<void> | undefined;

  const enqueue = (event: JournalEvent, settle?: Pending['settle']): void => {
    if (failure) throw failure;
    if (closed) throw new JournalError(`the journal ${file} is closed`);
    const [line, next] = encodeRecord(end, now(), mono(), event);
    if (line.length > MAX_LINE_BYTES) {
      throw new JournalError(
        `an event of ${line.length} bytes is too large for the journal (${MAX_LINE_BYTES} at most)`,
      );
    }
    end = next;
    pending.push({ line, ...(settle && { settle }) });
    writing ??= drain();
  };

  // One batch at a time: whoever comes while the disk works shares the next write and the next fsync.
  const drain = async (): Promise<void> => {
    await Promise.resolve();
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      try {
        await writeAll(handle, Buffer.concat(batch.map((p) => p.line)));
        if (batch.some((p) => p.settle)) await handle.sync();
        for (const p of batch) p.settle?.resolve();
      } catch (error) {
        // A line may be cut off now, or lie only in memory: nothing may follow it, and a second fsync would lie.
        failure = cannot('write the journal', file, error);
        for (const p of [...batch, ...pending]) p.settle?.reject(failure);
        pending = [];
      }
    }
    // In the same tick as the last look at `pending`: whoever comes after this starts a new drain.
    writing = undefined;
  };

  const close = async (): Promise<void> => {
    await writing;
    try {
      if (!failure) await handle.sync();
    } catch (error) {
      failure = cannot('write the journal', file, error);
    }
    await handle.close().catch(() => {});
    await lock.release();
    if (failure) throw failure;
  };

  return {
    file,
    append: (event) =>
      new Promise((resolve, reject) => {
        enqueue(event, { resolve, reject });
      }),
    appendSoon: (event) => {
      if (!failure) enqueue(event);
    },
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

async function writeAll(handle: JournalHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes.subarray(done));
    if (bytesWritten === 0) throw new Error('the disk took no bytes');
    done += bytesWritten;
  }
}
