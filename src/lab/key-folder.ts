import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folder of mode 0700 for the practice cluster's key. However the process ends, short of a kill, the folder goes with it. */
export class KeyFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'inkling-practice-'));

  constructor() {
    process.once('exit', this.remove);
  }

  readonly remove = (): void => {
    process.off('exit', this.remove);
    rmSync(this.path, { recursive: true, force: true });
  };
}
