import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { cannot, checkFile } from './folder.ts';
import { CHAIN_START, type ChainEnd, decodeRecord, type JournalRecord, MAX_LINE_BYTES } from './record.ts';

export interface JournalReading {
  /** `torn`: the last line was cut off, all before it counts. `bad`: a record is damaged; it and all after it do not count. */
  readonly state: 'whole' | 'torn' | 'bad';
  /** Records that count. */
  readonly records: number;
  readonly end: ChainEnd;
  /** Bytes up to the end of the last record that counts. */
  readonly wholeBytes: number;
  /** The last record counts, but its newline was not written. */
  readonly unended: boolean;
  /** Number of the record that does not count. */
  readonly badRecord?: number;
  /** For `torn` and `bad`: what is wrong, where. */
  readonly says?: string;
}

/**
 * Reads a journal from its start and verifies every record; `visit` gets each that counts, in order. Needs memory for
 * one record, not for the file. Rejects with a JournalError when the file cannot be opened or is not the user's own.
 */
export async function readJournal(
  file: string,
  visit?: (record: JournalRecord) => void | Promise<void>,
): Promise<JournalReading> {
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    throw cannot('read the journal', file, error);
  }
  try {
    checkFile(await handle.stat(), file);
    return await verify(file, handle, visit);
  } finally {
    await handle.close();
  }
}

async function verify(
  file: string,
  handle: FileHandle,
  visit?: (record: JournalRecord) => void | Promise<void>,
): Promise<JournalReading> {
  let end: ChainEnd = CHAIN_START;
  let wholeBytes = 0;
  const wrong = (state: 'torn' | 'bad', says: string): JournalReading => ({
    state,
    records: end.seq,
    end,
    wholeBytes,
    unended: false,
    badRecord: end.seq + 1,
    says,
  });
  const where = () => `record ${end.seq + 1} of ${file} (from byte ${wholeBytes})`;

  for await (const { bytes, ended } of lines(handle)) {
    if (bytes.length > MAX_LINE_BYTES) return wrong('bad', `${where()} is damaged: it is too long.`);
    const decoded = decodeRecord(bytes, end);
    if (!decoded.ok && !ended) {
      return wrong(
        'torn',
        `${where()} was cut off after ${bytes.length} bytes; the ${end.seq} records before it count.`,
      );
    }
    if (!decoded.ok)
      return wrong('bad', `${where()} is damaged: ${decoded.why}. The ${end.seq} records before it count.`);
    end = decoded.end;
    wholeBytes += bytes.length + (ended ? 1 : 0);
    await visit?.(decoded.record);
    if (!ended) return { state: 'whole', records: end.seq, end, wholeBytes, unended: true };
  }
  return { state: 'whole', records: end.seq, end, wholeBytes, unended: false };
}

/** The lines of a file, the last perhaps without its end. A line longer than any record is given up after its limit. */
export async function* lines(handle: FileHandle): AsyncGenerator<{ bytes: Buffer; ended: boolean }> {
  let parts: Buffer[] = [];
  let length = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(64 * 1024), 0, 64 * 1024, null);
    if (bytesRead === 0) break;
    let rest = buffer.subarray(0, bytesRead);
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
      yield { bytes: Buffer.concat([...parts, rest.subarray(0, at)]), ended: true };
      parts = [];
      length = 0;
      rest = rest.subarray(at + 1);
    }
    parts.push(rest);
    length += rest.length;
    if (length > MAX_LINE_BYTES) break;
  }
  if (length > 0) yield { bytes: Buffer.concat(parts), ended: length > MAX_LINE_BYTES };
}
