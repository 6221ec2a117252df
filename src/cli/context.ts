import { InputError } from '../domain/input-error.ts';
import { nearest } from '../domain/nearest.ts';
import type { PracticeChoice } from '../domain/practice.ts';
import type { Io } from './io.ts';
import type { CliPort, Target } from './port.ts';

/** Formats of every command. */
export const FORMATS = ['text', 'json', 'ndjson'] as const;
/** Formats of a page, and those of test results and scanners: only `check` speaks these. */
export const PAGE_FORMATS = ['markdown', 'html'] as const;
export const CHECK_FORMATS = [...PAGE_FORMATS, 'junit', 'sarif'] as const;
export type PageFormat = (typeof PAGE_FORMATS)[number];
export type CheckFormat = (typeof CHECK_FORMATS)[number];
export type Format = (typeof FORMATS)[number] | CheckFormat;

export const isPage = (format: Format): format is PageFormat => (PAGE_FORMATS as readonly string[]).includes(format);

/** Options that every command takes. */
export interface Globals {
  readonly site?: string;
  readonly practice?: string;
  readonly format: Format;
  readonly timings?: true;
  readonly playbooks: readonly string[];
}

/** Where the full screen begins, when it is not what the globals name. */
export type ScreenStart =
  /** The practice cluster: its home, or a lesson or drill. */
  | { readonly at: 'practice'; readonly choice?: PracticeChoice }
  /** What a file recorded. */
  | { readonly at: 'recorded'; readonly file: string };

/** What a command works with. */
export interface Context {
  readonly io: Io;
  /** Loads the program behind the command line: late, so that `--help` does not pay for it. */
  readonly port: () => Promise<CliPort>;
  readonly version: string;
  readonly globals: Globals;
  /** Aborted when the operator wants to stop. */
  readonly signal: AbortSignal;
  /** The full screen, begun elsewhere than where the globals say; absent where none can be drawn. */
  readonly screenFrom?: (start: ScreenStart) => Promise<number>;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
}

export interface ChosenTarget {
  readonly target: Target;
  /** Nobody named it on the command line. */
  readonly isDefault: boolean;
}

/**
 * Where to look: `--site`, `--practice`, else the site file in its usual place. With `orPractice` the first scenario of
 * the practice cluster stands in when there is no site; a command that was typed out never falls back to it, because
 * `check` must not call an imaginary cluster healthy.
 */
export async function chooseTarget({ globals }: Context, port: CliPort, orPractice: boolean): Promise<ChosenTarget> {
  if (globals.site !== undefined) return { target: { site: globals.site }, isDefault: false };
  if (globals.practice !== undefined) {
    const scenarios = await port.scenarios({ playbookDirs: globals.playbooks });
    requireKnown(
      'scenario',
      globals.practice,
      scenarios.map(({ id }) => id),
      'inkling practice list',
    );
    return { target: { practice: globals.practice }, isDefault: false };
  }
  const site = await port.findSite();
  if (site !== undefined) return { target: { site }, isDefault: true };
  if (orPractice) return { target: { practice: port.firstScenario }, isDefault: false };
  throw new InputError(
    'no site file was found (looked at $INKLING_SITE, ./site.yaml and ~/.config/inkling/site.yaml)',
    'Make one with `inkling init HOST…`, name one with --site FILE, or try --practice SCENARIO',
  );
}

/** Refuses a name that is not among the known ones, with the one that was probably meant. */
export function requireKnown(kind: string, name: string, known: readonly string[], list: string): void {
  if (known.includes(name)) return;
  const meant = nearest(name, known);
  throw new InputError(
    `there is no ${kind} \`${name}\``,
    meant === undefined ? `See \`${list}\`` : `Did you mean \`${meant}\`? See \`${list}\``,
  );
}
