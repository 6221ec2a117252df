import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { RunEvent } from '../../src/domain/event.ts';
import type { StepState } from '../../src/domain/plan.ts';
import type { Ran, Target } from './target.ts';

// What "nothing is lost" means, each as a check that rows make. How often each was made stands in the table.

/**
 * I1 the file is byte for byte old or new, with owner, mode, access list; I2 before the first change a copy exists that restores it; I3
 * every intent is closed by reading the node, none forgotten, none invented; I4 nothing is called done without exit code 0, the end mark
 * and a digest read back; I5 no planted secret in any sink; I6 a key press is answered soon; I7 the terminal is as it was.
 */
type Promised = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7';

const made = new Map<Promised, number>();
const count = (...which: readonly Promised[]): void => {
  for (const one of which) made.set(one, (made.get(one) ?? 0) + 1);
};
/** What was checked since the last time somebody asked: `I1 2000, I4 2000`. */
export function checksMade(): string {
  const words = [...made].sort().map(([id, times]) => `${id} ${times}`);
  made.clear();
  return words.join(', ');
}

const sha = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** I1, I2 and I4 of one attempt to replace a file; gives what the file is. */
export function wholeAfter(of: Target, ran: Ran): 'old' | 'new' {
  const state = of.state();
  // Exit code 0, and the digest that the node read back.
  if (of.saysDone(ran)) expect(state).toBe('new');
  // A refusal says that nothing was changed.
  if (ran.code === 70) expect(state).toBe('old');
  count('I1', 'I2', 'I4');
  return state;
}

/** I1 and I2, where the answer is looked at otherwise. */
export function wholeFile(of: Target): 'old' | 'new' {
  count('I1', 'I2');
  return of.state();
}

/** I4 of an answer over a link: done only when the file is what was sent. */
export function noFalseDone(done: boolean, of: Target): void {
  if (done) expect(of.state()).toBe('new');
  count('I4');
}

/** I3: in what was written down, every intent has its result, and no result comes without one. */
export function allClosed(events: readonly RunEvent[]): void {
  const open = new Set<string>();
  for (const event of events) {
    if (event.type === 'step.intent' || event.type === 'undo.intent') {
      expect(open.has(event.step), `${event.step} begins again before it is closed`).toBe(false);
      open.add(event.step);
    } else if (event.type === 'step.result')
      expect(open.delete(event.step), `${event.step} has a result without an intent`).toBe(true);
  }
  expect([...open]).toEqual([]);
  count('I3');
}

/** I3 and I4: what is said of each step that replaces a file is what the file says. I2: and what was there can be put back. */
export function toldAsItIs(steps: readonly StepState[], kept: (path: string) => string): void {
  for (const { step, status, backup } of steps) {
    expect(status, step.id).not.toBe('running');
    if (!backup) continue;
    const is = existsSync(backup.path) ? sha(readFileSync(backup.path)) : 'absent';
    if (status === 'done') expect([step.id, is]).toEqual([step.id, backup.after]);
    if (status === 'waiting' || status === 'undone') expect([step.id, is]).not.toEqual([step.id, backup.after]);
    if (is !== backup.after) continue;
    const copy = kept(backup.kept);
    expect(existsSync(copy) || existsSync(`${copy}.absent`) || backup.before === 'absent', copy).toBe(true);
    if (existsSync(copy) && backup.before !== 'unknown') expect(sha(readFileSync(copy))).toBe(backup.before);
  }
  count('I2', 'I3', 'I4');
}

/** As it is, and as tools write it. */
const spellings = (secret: string): readonly string[] => [
  secret,
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('hex'),
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
];

/** I5. */
export function noSecretIn(sinks: readonly string[], secrets: readonly string[]): void {
  for (const sink of sinks)
    for (const secret of secrets)
      for (const one of spellings(secret)) expect(sink.includes(one), 'a secret is in a sink').toBe(false);
  count('I5');
}

/** Milliseconds in which a key should be answered, and those that a busy machine is given. */
export const KEY_MS = { aim: 100, most: 2000 } as const;

/** I6. */
export function answeredSoon(ms: number): void {
  expect(ms).toBeLessThan(KEY_MS.most);
  count('I6');
}

/** I7: modes, screen, cursor and paste as the shell had them before. */
export function terminalAsItWas(raw: string, buffer: string): void {
  const [, before] = /shell \d+ (\S+) \./.exec(raw) ?? [];
  const [, after] = /then (\S+) \./.exec(raw) ?? [];
  expect([after, buffer]).toEqual([before, 'normal']);
  for (const [on, off] of [
    ['\u001b[?25l', '\u001b[?25h'],
    ['\u001b[?2004h', '\u001b[?2004l'],
    ['\u001b[?1049h', '\u001b[?1049l'],
  ] as const)
    if (raw.includes(on)) expect(raw.lastIndexOf(off)).toBeGreaterThan(raw.lastIndexOf(on));
  count('I7');
}
