import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PackOptions, pack, type Seen } from '../../src/app/bundle-pack.ts';
import { evidenceOf, readBundle, replay } from '../../src/bundle/index.ts';
import type { EngineState } from '../../src/domain/engine.ts';
import type { Evidence } from '../../src/domain/evidence.ts';
import type { Judgement } from '../../src/domain/judgement.ts';
import type { Library, Playbook } from '../../src/domain/playbook.ts';
import { Run } from '../../src/engine/run.ts';
import { practiceRun } from '../support/practice-run.ts';

export const KEY = Buffer.from('a key for tests, 32 bytes long..');

export function newFolder(): { readonly path: (name: string) => string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-bundle-'));
  return { path: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A practice cluster with these faults, looked at, with its logs. */
export async function seenOf(library: Library, faults: Parameters<typeof practiceRun>[1]['faults']): Promise<Seen> {
  const practice = await practiceRun(library, { faults });
  try {
    await practice.run.settled();
    practice.run.send({ type: 'collect', minutes: 120 });
    const { run } = await practice.run.settled();
    const looking = { site: practice.lab.site, library, playbooks: library.playbooks };
    const events = practice.events.map((event) => ({ at: run.startedAt, event }));
    return { run, looking, events, minutes: 120 };
  } finally {
    await practice.close();
  }
}

export async function written(seen: Seen, file: string, over: Partial<PackOptions> = {}): Promise<string> {
  const packed = await pack(seen, {
    file,
    replace: true,
    key: KEY,
    version: '0',
    report: (state) => ({ outcome: state.judgement.outcome }),
    progress: () => {},
    ...over,
  });
  const kept = await packed.keep();
  if ('leak' in kept) throw new Error(kept.leak);
  return file;
}

/** A bundle as `inkling open` and `check --bundle` judge it: every question is asked again. */
export const judgedAgain = async (file: string, library: Library): Promise<EngineState> =>
  judgedBy(evidenceOf('case.tar.gz', await readBundle(file)), library);

export async function judgedBy(
  evidence: Evidence,
  library: Library,
  playbooks: readonly Playbook[] = library.playbooks,
): Promise<EngineState> {
  const run = new Run({
    id: evidence.id,
    site: evidence.site,
    recorded: evidence.from,
    library,
    playbooks,
    operator: { who: 'tester', host: 'desk', pid: 1, began: '7', gone: () => false },
    transport: () => replay(evidence),
    journal: { append: async () => {}, appendSoon: () => {}, close: async () => {} },
    now: () => new Date(evidence.startedAt),
  });
  try {
    return await run.settled();
  } finally {
    await run.close();
  }
}

/** What a judgement says, without the words that name a value. */
export const verdictsOf = ({ outcome, causes, checks }: Judgement) => ({
  outcome,
  causes: causes.map(({ id, status }) => `${id} ${status}`),
  checks: checks.map(({ check, verdict }) => `${check} ${verdict}`),
});
