import type { Difference } from '../domain/difference.ts';
import type { Engine } from '../domain/engine.ts';
import type { Outcome } from '../domain/judgement.ts';
import type { FixState, Risk } from '../domain/plan.ts';
import type { PracticePort } from '../domain/practice.ts';
import type { Gaps, Trial } from '../domain/trial.ts';
import type { Waiving } from '../domain/waive.ts';
import type { Waiver } from '../domain/waivers.ts';

/**
 * What the command line needs from the program around it. `src/app.ts` implements it; tests use a fake.
 * Every method throws `InputError` for what the operator got wrong (exit code 2); any other throw is a bug (exit 1).
 */
export interface CliPort {
  /** The site file used when none is named: `$INKLING_SITE`, `./site.yaml`, `$XDG_CONFIG_HOME/inkling/site.yaml`. */
  findSite(): Promise<string | undefined>;
  /** Scenario of the practice cluster that is shown when there is no site. */
  readonly firstScenario: string;

  /** Opens a run, which starts looking at once. */
  open(request: RunRequest): Promise<Engine>;

  /** Looks at the machines and privileges only; one entry as each node is known. */
  nodes(request: NodesRequest, signal: AbortSignal): AsyncIterable<NodeCensus>;

  /** A file of waivers, and today (UTC). Refuses (InputError) one that is wrong, with every place. */
  waivers(file: string): Promise<{ readonly waivers: readonly Waiver[]; readonly today: string }>;

  search(text: string, library: LibraryRequest): Promise<readonly SearchHit[]>;

  propose(request: InitRequest, signal: AbortSignal): Promise<SiteProposal>;
  /** Writes the site file. Refuses (InputError) when it exists and `replace` is false. */
  writeSite(proposal: SiteProposal, replace: boolean): Promise<void>;

  playbooks(library: LibraryRequest): Promise<readonly PlaybookInfo[]>;
  /** Checks playbook files or folders; none given: those shipped. A problem is `file:line:column: what, what was expected`. */
  lint(paths: readonly string[]): Promise<LintReport>;
  /** The scenarios of these playbooks (none named: of all), ready to be tried on the practice cluster. */
  trials(playbooks: readonly string[], library: LibraryRequest): Promise<TrialSuite>;
  /** Writes the beginning of a playbook into a folder and gives the files. Refuses (InputError) what exists already. */
  newPlaybook(id: string, folder: string): Promise<readonly string[]>;
  /** JSON Schema of a playbook file. */
  playbookSchema(): Promise<unknown>;

  scenarios(library: LibraryRequest): Promise<readonly ScenarioInfo[]>;
  /** Lessons, drills and progress. */
  practice(library: LibraryRequest): PracticePort;
  /** Starts the practice cluster and leaves it running until it is closed. */
  serve(scenario: string, library: LibraryRequest): Promise<PracticeCluster>;

  /** Takes secrets out of what stands on stdin. Reads it twice: `write` gets its first piece when all was read once. */
  redactStdin(request: RedactRequest, write: (piece: Uint8Array) => void): Promise<Redaction>;
  /** Takes secrets out of all files of a folder, each sought in all, into a new folder. */
  redactFolder(from: string, to: string, request: RedactRequest): Promise<Redaction>;

  /** Starts to look at nodes for a bundle. Once it has settled, send `collect`; once that has settled, pack it. */
  openForBundle(target: Target, request: BundleRequest, warn: (says: string) => void): Promise<Engine>;
  packEngine(engine: Engine, minutes: number, request: BundleRequest, progress: PackProgress): Promise<PackedBundle>;
  /** Of a run that the journal keeps. */
  packRun(run: string, request: BundleRequest, progress: PackProgress): Promise<PackedBundle>;
  /** What changed from one run that was opened here to another. */
  difference(before: Engine, after: Engine): Difference;
  /** A run that was opened here, as a page for people. */
  page(engine: Engine, format: 'markdown' | 'html', waiving: Waiving): string;
  /** Judges what a bundle recorded. Throws InputError for one that is not to be used. */
  openRecorded(file: string, request: RecordedRequest): Promise<Engine>;
  /** Judges what sos collected, each folder or archive of one node. */
  openSos(paths: readonly string[], request: RecordedRequest): Promise<Engine>;

  journal(): Promise<readonly JournalEntry[]>;
  /** `id` may be shortened as long as it is unique; `last` is the newest. */
  journalEntry(id: string): Promise<JournalDetail>;
  /**
   * Opens the run of a journal again: its open changes are settled by reading the nodes. The state's `fix` is what was
   * done; `apply-fix` goes on with it, `undo-fix` takes it back.
   */
  reopen(id: string, signal: AbortSignal): Promise<Engine>;
}

/** What is being done, and the bytes written so far. */
export type PackProgress = (says: string, bytes: number) => void;

export interface RecordedRequest extends LibraryRequest {
  /** Playbook ids; empty: all. */
  readonly playbooks: readonly string[];
  readonly symptom?: string;
}

/** Where to look: real nodes of a site file, or the embedded practice cluster. */
export type Target = { readonly site: string } | { readonly practice: string };

export interface LibraryRequest {
  /** Folders of further playbooks, beside those shipped. */
  readonly playbookDirs: readonly string[];
}

export interface RedactRequest {
  /** The command or path that a text came from. */
  readonly origin?: string;
  /** File whose bytes make the tokens: the same file, the same tokens. None: new ones each time. */
  readonly keyFile?: string;
}

export interface Redaction {
  /** What was replaced, how often, file by file; only files in which something was. */
  readonly files: readonly { readonly name: string; readonly replaced: Readonly<Record<string, number>> }[];
  /** Files written. */
  readonly written: number;
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
  /** The last look found a secret that was about to go out: nothing was left behind. */
  readonly leak?: string;
}

export interface BundleRequest extends LibraryRequest {
  /** Absent: named after the site and the run, in the working folder. */
  readonly file?: string;
  /** The file may exist already. */
  readonly replace: boolean;
  /** Makes tokens and digests that are equal in every bundle made with this file. */
  readonly keyFile?: string;
  /** Hosts, addresses and users get other names; a file beside the bundle says which. */
  readonly pseudonyms: boolean;
}

/** A bundle that is ready and has not got its name yet. */
export interface PackedBundle {
  readonly file: string;
  /** File that maps pseudonyms to names; for its owner only. */
  readonly mapFile?: string;
  /** What was replaced, by kind, and the lines in which it was, as they will be handed over. */
  readonly replaced: Readonly<Record<string, number>>;
  readonly places: readonly { readonly member: string; readonly line: number; readonly text: string }[];
  /** Lines beyond those listed. */
  readonly morePlaces: number;
  readonly notHad: readonly { readonly node: string; readonly what: string; readonly why: string }[];
  /** Writes it. A leak: the last look found a secret, and nothing was left behind. */
  keep(): Promise<{ readonly bytes: number } | { readonly leak: string }>;
  discard(): Promise<void>;
}

export interface RunRequest extends LibraryRequest {
  readonly target: Target;
  /** Playbook ids; empty: all. */
  readonly playbooks: readonly string[];
  /** Text that led here: what it names comes first among the causes. */
  readonly symptom?: string;
  /** Nodes may be changed: refused (InputError) when that could not be journalled. */
  readonly changes?: boolean;
  /** Told what the operator should know: gaps in the site file, a fix that was broken off, a run that is not kept in the journal. */
  readonly warn: (says: string) => void;
}

export interface NodesRequest {
  readonly target: Target;
  /** Asked for host keys that no known_hosts file has. */
  readonly trust: (question: TrustQuestion) => Promise<boolean>;
}

export interface NodeCensus {
  readonly name: string;
  readonly host: string;
  readonly roles: readonly string[];
  readonly reached: boolean;
  /** Why not, or what is missing, and what to do. */
  readonly why?: string;
  /** Login user. */
  readonly user?: string;
  /** How it becomes root: `sudo -n`, `is root`; absent when it cannot. */
  readonly root?: string;
  readonly os?: string;
  /** As `ceph --version` says: `18.2.7 reef`. */
  readonly ceph?: string;
  /** Component and version, such as `nova 29.2.0`. */
  readonly openstack?: readonly string[];
  /** Node's clock minus ours, milliseconds. */
  readonly skewMs?: number;
  /** Connect and answer, milliseconds. */
  readonly ms?: number;
}

export interface SearchHit {
  readonly playbook: string;
  readonly title: string;
  /** 0 … 1, 1 is certain. */
  readonly score: number;
  /** Which words or signature of the pasted text decided. */
  readonly because: string;
  /** What the text names: pool, volume, client, host … */
  readonly entities: Readonly<Record<string, string>>;
}

export interface InitRequest {
  /** `[user@]host[:port]` or ssh aliases; empty: the aliases of the ssh configuration. */
  readonly hosts: readonly string[];
  /** ssh_config file, as `ssh -F`. */
  readonly sshConfig?: string;
  readonly identity?: string;
  readonly name?: string;
  readonly file: string;
  /** The file may exist already. Else it is refused (InputError) before anybody is asked. */
  readonly replace: boolean;
  /** Asked for host keys that no known_hosts file has. */
  readonly trust: (question: TrustQuestion) => Promise<boolean>;
}

export interface TrustQuestion {
  readonly node: string;
  readonly host: string;
  readonly type: string;
  readonly fingerprint: string;
}

export interface SiteProposal {
  readonly file: string;
  readonly yaml: string;
  readonly nodes: readonly ProposedNode[];
}

export interface ProposedNode {
  readonly name: string;
  readonly host: string;
  readonly reached: boolean;
  readonly why?: string;
  readonly roles: readonly { readonly role: string; readonly because: string }[];
}

export interface PlaybookInfo {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Where it was read from. */
  readonly file: string;
  /** Section of the integration guide it stands for. */
  readonly guide?: string;
  readonly symptoms: readonly string[];
  readonly checks: readonly {
    readonly id: string;
    readonly title: string;
    /** Kind of the subjects it is judged on. */
    readonly each: string;
    /** It judges what comes from several nodes; else it is local. */
    readonly relation: boolean;
    /** A failure is only worth knowing. */
    readonly warns: boolean;
  }[];
  readonly causes: readonly {
    readonly id: string;
    readonly title: string;
    readonly why: string;
    /** Checks that prove it, that rule out look-alikes, and that show its path to the symptom. */
    readonly proof: readonly string[];
    readonly given: readonly string[];
    readonly seen: readonly string[];
    readonly explains: readonly string[];
    readonly rivals: readonly string[];
    readonly fixes: readonly {
      readonly id: string;
      readonly title: string;
      /** Why a person has to do it, and what; absent: Inkling does these steps. */
      readonly byHand?: string;
      readonly steps: readonly { readonly title: string; readonly risk: Risk }[];
    }[];
    readonly references: readonly string[];
  }[];
  readonly scenarios: readonly string[];
}

export interface TrialSuite {
  readonly playbooks: readonly string[];
  /** The healthy cluster first, then the scenarios, playbook by playbook. */
  readonly scenarios: readonly {
    readonly id: string;
    readonly playbook: string;
    readonly expected: readonly string[];
  }[];
  /** Several at once, each as it ends; ends early when told to stop. */
  run(signal: AbortSignal): AsyncIterable<Trial>;
  gaps(trials: readonly Trial[]): Gaps;
}

export interface LintReport {
  /** Files looked at. */
  readonly files: number;
  readonly problems: readonly string[];
}

export interface ScenarioInfo {
  readonly id: string;
  readonly title: string;
  readonly playbook?: string;
  /** What a user would report; nothing of the cause. */
  readonly symptom: string;
}

export interface PracticeCluster {
  readonly scenario: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly roles: readonly string[];
  }[];
  /** Site file and ssh_config that reach it. */
  readonly siteFile: string;
  readonly sshConfig: string;
  close(): Promise<void>;
}

export interface JournalEntry {
  readonly id: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly site: string;
  readonly practice?: string;
  readonly outcome?: Outcome;
  /** Cause that was being fixed. */
  readonly cause?: string;
  /** Steps begun of a fix that was broken off: neither finished nor taken back. */
  readonly unresolved: number;
  /** Why its journal cannot be relied on: which record is damaged, where. */
  readonly problem?: string;
}

export interface JournalDetail {
  readonly entry: JournalEntry;
  readonly events: readonly { readonly at: string; readonly says: string }[];
  readonly fix?: FixState;
}

export type AllowedRisk = Exclude<Risk, 'destructive'>;
