import type { CliPort } from './cli/port.ts';
import type { AppPort } from './tui/port.ts';

export interface AppOptions {
  /** Folder of the installed program: `playbooks/` is in it. */
  readonly root: URL;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface App {
  readonly cli: CliPort;
  readonly screens: AppPort;
}

/** The composition root: the only file that names adapters. Adapters load late, by the command that needs them. */
export function createApp(_options: AppOptions): App {
  throw new Error('the adapters are not composed yet');
}
