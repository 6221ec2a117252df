import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLab } from '../../src/lab/index.ts';
import { differences, type Recording } from './compare.ts';
import { FAULTS } from './faults.ts';

const goldens = join(import.meta.dirname, '../goldens/lab');

/** States of which recordings are kept: healthy first, then the faults. */
export const STATES = Object.keys(FAULTS);

export interface Compared {
  readonly state: string;
  readonly node: string;
  readonly recording: Recording;
  /** How the practice cluster's answer differs; empty when it does not. */
  readonly differences: readonly string[];
  /** The practice cluster said that it does not know the command. */
  readonly unknown: boolean;
}

/** A command that the recorder had to end is ended here as well. */
const command = ({ cmd, code }: Recording): string =>
  code === 124 && !cmd.includes('timeout') ? `timeout 12 bash -c '${cmd.replaceAll("'", `'\\''`)}'` : cmd;

const nodesOf = (state: string): string[] =>
  existsSync(join(goldens, state)) ? readdirSync(join(goldens, state)).map((f) => f.replace('.json', '')) : [];

const DOES_NOT_KNOW =
  /practice cluster does not support|not in the practice cluster|no valid command found in the practice cluster/;

/** Runs every command recorded in a state on a practice cluster in that state, and compares the answers. */
export async function measure(state: string): Promise<Compared[]> {
  // A hang recorded for 20 s lasts 0.2 s here.
  const lab = await startLab({ faults: FAULTS[state] ?? [], pace: 0.01 });
  try {
    const all = nodesOf(state).flatMap((node) =>
      (JSON.parse(readFileSync(join(goldens, state, `${node}.json`), 'utf8')) as Recording[]).map(
        async (recording): Promise<Compared> => {
          const got = await lab.run(node, command(recording));
          const unknown = DOES_NOT_KNOW.test(got.stderr);
          return { state, node, recording, differences: differences(recording, got), unknown };
        },
      ),
    );
    return await Promise.all(all);
  } finally {
    await lab.close();
  }
}
