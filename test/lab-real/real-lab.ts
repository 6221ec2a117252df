import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Report } from '../../src/cli/report.ts';

/** Folder of the real Ceph and OpenStack lab: its commands `up`, `fault`, `reset`, `work`. */
const LAB = process.env.INKLING_LAB ?? '../shared/lab';
const STATE = process.env.INKLING_LAB_STATE ?? '/var/lib/inkling-lab';
/** The lab's nodes, of which the first holds Ceph's admin keyring. */
export const NODES = ['ceph-mon-1', 'controller', 'compute-1', 'compute-2'];
export const SSH_CONFIG = join(STATE, 'ssh_config');
const PROGRAM = 'bin/inkling.cjs';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

async function ran(file: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const started = performance.now();
  const { exitCode, stdout, stderr } = await execa(file, args, {
    reject: false,
    env,
    stdin: 'ignore',
    timeout: 400_000,
  });
  return { code: exitCode ?? -1, stdout, stderr, seconds: (performance.now() - started) / 1000 };
}

/** Brings the lab up when it is not, back to its known-good state when it is. */
export async function startRealLab(): Promise<void> {
  await access(join(LAB, 'up'));
  const up = await execa(join(LAB, 'up'), { reject: false, stdin: 'ignore', all: true, timeout: 900_000 });
  if (up.exitCode !== 0) throw new Error(`the lab did not come up: ${up.all?.split('\n').slice(-3).join(' | ')}`);
}

export const inject = (fault: string): Promise<Ran> => ran(join(LAB, 'fault'), ['inject', fault]);
export const reset = (): Promise<Ran> => ran(join(LAB, 'reset'), []);
export const work = (...operation: string[]): Promise<Ran> => ran(join(LAB, 'work'), operation);
/**
 * Waits until a backup works. After a restart Cinder's scheduler hears of cinder-backup at its next report, a minute later, and on a busy
 * machine later still, while `volume service list` says "up" all the time.
 */
export async function backupsWork(): Promise<Ran> {
  let last = await work('backup');
  for (let more = 0; more < 3 && last.code !== 0; more += 1) last = await work('backup');
  return last;
}

export const smoke = (): Promise<Ran> => ran(join(LAB, 'smoke'), []);

/** Runs a command as root on a node. */
export const onNode = (node: string, command: string): Promise<Ran> =>
  ran('ssh', ['-F', SSH_CONFIG, '-o', 'LogLevel=ERROR', `root@${node}`, command]);

export interface Operator {
  /** The built program, in a home of its own. */
  inkling(...args: string[]): Promise<Ran>;
  check(...args: string[]): Promise<Ran & { readonly report: Report }>;
  readonly site: string;
  readonly journal: string;
  /** All that the program has printed. */
  readonly printed: readonly string[];
  /** Home and folders of its own. */
  readonly env: Readonly<Record<string, string>>;
  /** The newest run of its journal, as `journal list` has it. */
  lastRun(): Promise<{ readonly id: string; readonly unresolved: number }>;
  journalTexts(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Someone who installs Inkling and makes a site file of the lab by `inkling init`. */
export async function operator(): Promise<Operator & { readonly made: Ran }> {
  const home = await mkdtemp(join(tmpdir(), 'inkling-lab-'));
  const site = join(home, 'site.yaml');
  const env = { HOME: home, XDG_STATE_HOME: join(home, 'state'), XDG_CONFIG_HOME: join(home, 'config') };
  const printed: string[] = [];
  const inkling = async (...args: string[]): Promise<Ran> => {
    const result = await ran(PROGRAM, args, env);
    printed.push(result.stdout, result.stderr);
    return result;
  };
  const journal = join(home, 'state', 'inkling', 'journal');
  const made = await inkling('init', '--ssh-config', SSH_CONFIG, '--output', site, '--yes');
  return {
    inkling,
    made,
    site,
    printed,
    journal,
    env,
    lastRun: async () => JSON.parse((await inkling('journal', 'list', '--format', 'json')).stdout).runs[0],
    journalTexts: async () => Promise.all((await readdir(journal)).map((name) => textOf(join(journal, name)))),
    check: async (...args) => {
      const result = await inkling('check', '--site', site, '--format', 'json', ...args);
      try {
        return { ...result, report: JSON.parse(result.stdout) as Report };
      } catch {
        throw new Error(
          `check gave no report: exit ${result.code}, ${result.stderr}, ${result.stdout.length} characters ending in ${result.stdout.slice(-80)}`,
        );
      }
    },
    close: () => rm(home, { recursive: true, force: true }),
  };
}

/** The lab's real keys: nothing of Inkling's may hold one. Its passwords are all one word that is no secret. */
export async function realSecrets(): Promise<readonly string[]> {
  const { stdout } = await onNode('ceph-mon-1', 'ceph auth export 2>/dev/null');
  return [...stdout.matchAll(/key = (\S+)/g)].map((m) => m[1] as string);
}

export const textOf = (file: string): Promise<string> => readFile(file, 'utf8');
