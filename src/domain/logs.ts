import type { Maybe, Sourced } from './fact.ts';

/** Something that a text names: `volume`, `pool`, `client`, `host` … */
export interface Named {
  readonly kind: string;
  readonly name: string;
}

/** What a service wrote at one moment, in the window and since its last start. */
export interface LogRecord extends Sourced {
  readonly node: string;
  /** Role name, or `ceph-mon`, `libvirt`. */
  readonly service: string;
  /** Unix time in s by the node's clock. */
  readonly at: number;
  readonly level: string;
  readonly text: string;
  /** Signatures it bears. */
  readonly signatures: readonly string[];
  readonly named: readonly Named[];
}

/** The end of one service's log. Older lines, and those from before the last start, are history and not in it. */
export interface ServiceLog {
  readonly id: string;
  readonly node: string;
  readonly service: string;
  readonly sources: readonly string[];
  /** Unit whose journal it is, where there is no file. */
  readonly unit: string;
  readonly records: Maybe<readonly LogRecord[]>;
}
