import { readFile, rm, writeFile } from 'node:fs/promises';
import { cannot, JournalError } from './folder.ts';

export interface JournalLock {
  release(): Promise<void>;
}

/**
 * Keeps a second Inkling from continuing the same run: two writers would fork the chain, and act twice.
 * The lock of a process that died is taken over. Rejects with a JournalError when a living process holds it.
 */
export async function lockJournal(file: string): Promise<JournalLock> {
  const path = `${file}.lock`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await writeFile(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannot('lock the journal', path, error);
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (holder > 0 && isAlive(holder)) {
      throw new JournalError(
        `process ${holder} is writing ${file}. Wait for it, or end it; if it is not an Inkling, remove ${path}`,
      );
    }
    await rm(path, { force: true });
  }
  throw new JournalError(`cannot lock ${file}: others take ${path} again and again. Try once more.`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
