import { readFile, rm, writeFile } from 'node:fs/promises';
import { cannot, JournalError } from './folder.ts';
import { lives, markOf } from './process.ts';

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
      const { pid, began } = markOf(process.pid);
      await writeFile(path, `${pid} ${began}\n`, { flag: 'wx', mode: 0o600 });
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannot('lock the journal', path, error);
    }
    const [pid, began = ''] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ');
    if (Number(pid) > 0 && lives({ pid: Number(pid), began })) {
      throw new JournalError(
        `process ${pid} is writing ${file}. Wait for it, or end it; if it is not an Inkling, remove ${path}`,
      );
    }
    await rm(path, { force: true });
  }
  throw new JournalError(`cannot lock ${file}: others take ${path} again and again. Try once more.`);
}
