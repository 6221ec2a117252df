import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Answer, Command } from '../../src/domain/question.ts';
import type { RunOn } from '../../src/engine/fix/act.ts';
import { KEEP } from '../../src/engine/fix/file-script.ts';
import { LEASE } from '../../src/engine/fix/lease-script.ts';

export type Sent = Omit<Command, 'id'> & { readonly node: string };

/** This machine as a node: commands really run, in a folder of their own; what they would keep under /var/lib is kept there too. */
export interface LocalNode {
  readonly folder: string;
  readonly kept: string;
  readonly run: RunOn;
  /** Every command that was sent, in order. */
  readonly sent: Sent[];
  /** Answers a command in the node's stead; undefined lets it run. `ran` runs it. */
  instead: (command: Sent, ran: () => Answer) => Answer | undefined;
  end(): void;
}

export function localNode(): LocalNode {
  const folder = mkdtempSync(join(tmpdir(), 'node-'));
  const kept = join(folder, 'kept');
  const node: LocalNode = {
    folder,
    kept,
    sent: [],
    instead: () => undefined,
    run: async (name, command) => {
      const sent = { ...command, node: name, ...(command.stdin && { stdin: Uint8Array.from(command.stdin) }) };
      node.sent.push(sent);
      const ran = () => here(sent, kept);
      return node.instead(sent, ran) ?? ran();
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
  return node;
}

/** What is kept under /var/lib and /run on a node lies in the node's own folder here. */
export const inFolder = (argv: readonly string[], kept: string): readonly [string, ...string[]] =>
  argv.map((a) => a.replaceAll(KEEP, kept).replaceAll(LEASE, join(kept, '..', 'run'))) as [string, ...string[]];

function here({ argv, stdin }: Sent, kept: string): Answer {
  const [program, ...rest] = inFolder(argv, kept);
  const { status, stdout, stderr } = spawnSync(program, rest, { input: stdin ?? '', encoding: 'utf8' });
  return { result: 'exited', code: status ?? 255, stdout, stderr, dropped: 0, ms: 1 };
}

const { username, gid } = userInfo();
export const me = { owner: username, group: String(gid) };
