import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of mode 0700 for control sockets, made when first needed. A socket's path must stay below 104 bytes. */
export class RuntimeDirectory {
  private path: string | undefined;
  private count = 0;

  /** A name in it that no other has. */
  next(kind: string): string {
    if (this.path === undefined) {
      process.once('exit', this.remove);
      const base = process.env.XDG_RUNTIME_DIR;
      this.path = make(base !== undefined && base.length < 60 ? base : tmpdir()) ?? make('/tmp');
    }
    if (this.path === undefined)
      throw new Error('no folder for control sockets can be made in XDG_RUNTIME_DIR, TMPDIR or /tmp');
    this.count++;
    return join(this.path, `${kind}${this.count}`);
  }

  readonly remove = (): void => {
    process.off('exit', this.remove);
    if (this.path !== undefined) rmSync(this.path, { recursive: true, force: true });
    this.path = undefined;
  };
}

function make(base: string): string | undefined {
  try {
    return mkdtempSync(join(base, 'inkling-'));
  } catch {
    return undefined;
  }
}
