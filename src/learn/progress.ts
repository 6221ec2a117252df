import { readFile } from 'node:fs/promises';
import { InputError } from '../domain/input-error.ts';
import { formatProblem, readPositioned } from '../domain/positioned.ts';
import { NO_PROGRESS, type Progress, progressSchema } from '../domain/progress.ts';
import { replaceFile } from './files.ts';

/** The learner's progress on disk. Written one change after another; what could not be kept is told once. */
export class ProgressFile {
  readonly #path: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws InputError for a file that is no progress: nothing of the learner's is thrown away silently. */
  async read(): Promise<Progress> {
    await this.#writing;
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return NO_PROGRESS;
      throw new InputError(`the practice progress ${this.#path} cannot be read: ${code ?? message}`);
    }
    const read = readPositioned(progressSchema, text, this.#path);
    if (read.ok) return read.value;
    throw new InputError(
      read.problems.map(formatProblem).join('\n'),
      'Correct it, or begin anew: inkling practice progress --reset',
    );
  }

  /** Changes what is on disk now: another Inkling may have written since. Resolves with what was written. */
  change(how: (progress: Progress) => Progress): Promise<Progress> {
    const work = this.read().then(async (before) => {
      const after = how(before);
      if (after !== before) await this.#write(after);
      return after;
    });
    this.#writing = work.then(
      () => {},
      () => {},
    );
    return work;
  }

  reset(): Promise<void> {
    return this.#write(NO_PROGRESS);
  }

  async #write(progress: Progress): Promise<void> {
    try {
      await replaceFile(this.#path, `${JSON.stringify(progress)}\n`);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new InputError(`the practice progress ${this.#path} cannot be written: ${code ?? message}`);
    }
  }
}
