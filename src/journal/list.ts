import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkFile, checkFolder } from './folder.ts';
import { lines } from './read.ts';
import { CHAIN_START, decodeRecord, type JournalRecord } from './record.ts';

export interface JournalInfo {
  readonly runId: string;
  readonly file: string;
  readonly bytes: number;
  /** ISO 8601: last written. */
  readonly changedAt: string;
  /** The first record; absent when the journal is empty or its start is damaged. */
  readonly first?: JournalRecord;
  /** Why the journal cannot be used. */
  readonly problem?: string;
}

/** Journals of a folder, last written first; none when the folder is absent. Rejects with a JournalError when it is unsafe. */
export async function listJournals(dir: string): Promise<JournalInfo[]> {
  let names: string[];
  try {
    names = await readdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  await checkFolder({ lstat }, dir);
  const found: JournalInfo[] = [];
  for (const name of names) {
    if (name.endsWith('.jsonl')) found.push(await describe(join(dir, name), name.slice(0, -'.jsonl'.length)));
  }
  return found.sort((a, b) => b.changedAt.localeCompare(a.changedAt) || b.runId.localeCompare(a.runId));
}

async function describe(file: string, runId: string): Promise<JournalInfo> {
  const stats = await lstat(file);
  const info = { runId, file, bytes: stats.size, changedAt: stats.mtime.toISOString() };
  try {
    checkFile(stats, file);
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      for await (const { bytes } of lines(handle)) {
        const decoded = decodeRecord(bytes, CHAIN_START);
        return decoded.ok
          ? { ...info, first: decoded.record }
          : { ...info, problem: `its start is damaged: ${decoded.why}` };
      }
      return info;
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { ...info, problem: error instanceof Error ? error.message : String(error) };
  }
}
