import type { Maybe, Sourced } from './fact.ts';

export interface Unit extends Sourced {
  readonly name: string;
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  readonly result: string;
  readonly restarts: number;
  /** Unix time in s of the last start; 0 when it never started. */
  readonly since: number;
  /** Log file that its command line names; empty when none. */
  readonly log_file: string;
  /** What systemd starts, with its arguments; empty when unknown. */
  readonly command: string;
  /** Whom it runs as; empty for root, or when unknown. */
  readonly user: string;
  /** Files that add to the package's own unit. */
  readonly drop_ins: readonly string[];
}

export interface Service {
  readonly id: string;
  readonly node: string;
  /** Role name: `cinder-volume`. */
  readonly service: string;
  readonly config: Maybe<ServiceConfig>;
  readonly unit: Maybe<Unit>;
  /** Hosts in whose name it says now that their driver does not work; unknown where its log cannot be read. */
  readonly held_back: Maybe<readonly string[]>;
  /** Is it known that its driver gave up, and that only a restart brings it back? */
  readonly waits_for_restart: boolean;
  /** Files and folders that its command line names, beside those where packages put its configuration. */
  readonly config_elsewhere: readonly string[];
  /** Where its log is: files to try in order, then the journal of these units (names with blanks between). */
  readonly log: { readonly paths: readonly string[]; readonly units: string };
}

export interface ServiceConfig extends Sourced {
  readonly files: readonly string[];
  readonly problems: readonly string[];
  /** Names of options that are none, but a letter or two away from one: `rbd_usr (file:line) for rbd_user`. */
  readonly slips: readonly string[];
}
