/** A systemd unit of a node. Times are the world's. */
export interface Unit {
  /** With its suffix: `glance-api.service`. */
  readonly name: string;
  readonly description: string;
  active: 'active' | 'inactive' | 'failed' | 'activating';
  sub: 'running' | 'dead' | 'failed' | 'listening' | 'auto-restart';
  result: 'success' | 'exit-code';
  enabled: boolean;
  /** `systemctl mask`: nothing may start it. `runtime`: until the next boot. */
  masked?: 'lasting' | 'runtime';
  mainPid: number;
  restarts: number;
  exitStatus: number;
  entered?: Date;
  /** Command line of the main process, for status. */
  readonly commandLine?: string;
  readonly template?: string;
  /** `systemctl set-property`, by property. */
  limits?: Record<string, string>;
}

export const unitName = (name: string): string =>
  /\.(service|socket|timer|target|mount|slice|path)$/.test(name) ? name : `${name}.service`;

export interface JournalLine {
  readonly at: Date;
  /** Without suffix, as SYSLOG_IDENTIFIER. */
  readonly tag: string;
  readonly unit: string;
  readonly pid: number;
  readonly text: string;
}
