import { Bundles } from './app/bundles.ts';
import { cliPort, type Parts } from './app/cli-port.ts';
import { Journals } from './app/journals.ts';
import { Libraries } from './app/library.ts';
import { Practices } from './app/practice/index.ts';
import { Runs } from './app/runs.ts';
import { screensPort } from './app/screens-port.ts';
import type { CliPort } from './cli/port.ts';
import type { EngineState } from './domain/engine.ts';
import type { AppPort } from './tui/port.ts';

export interface AppOptions {
  /** Folder of the installed program: `playbooks/` is in it. */
  readonly root: URL;
  /** What the build made of the files in there. */
  readonly shipped?: URL;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  /** The report for programs, which bundles hold too. */
  readonly report?: (state: EngineState) => unknown;
}

export interface App {
  readonly cli: CliPort;
  /** An error's words without secrets, by structure. */
  hide(text: string): string;
  /** What is about to be printed, without the secrets that this process knows. */
  sweep(text: string): string;
  /** A fix is under way on some node: it must come to a safe point before the process may end. */
  changing(): boolean;
  screens(given: { site?: string; playbooks: readonly string[] }): AppPort;
}

/** The composition root: this file and its folder are the only ones that name adapters. */
export function createApp({ root, shipped, env, version, report = () => null }: AppOptions): App {
  const libraries = new Libraries(root, shipped);
  const runs = new Runs(libraries, env);
  const practices = new Practices(libraries, runs, env);
  const journals = new Journals(env);
  const bundles = new Bundles(runs, journals, libraries, { version, report });
  const parts: Parts = { libraries, runs, practices, journals, bundles, env };
  return {
    cli: cliPort(parts),
    changing: () => runs.changing(),
    hide: (text) => runs.hide(text),
    sweep: (text) => runs.sweep(text),
    screens: (given) => screensPort(parts, given),
  };
}
