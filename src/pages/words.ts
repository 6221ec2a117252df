import type { CauseStatus, Outcome, Verdict } from '../domain/judgement.ts';

export const OUTCOME: Readonly<Record<Outcome, string>> = {
  healthy: 'Healthy: nothing wrong was found',
  fixed: 'Fixed, and verified',
  causes: 'Causes found',
  warnings: 'Warnings only',
  incomplete: 'Incomplete: part of the site could not be seen, so nothing is proved healthy',
  'rolled-back': 'Rolled back: the change did not help and was taken back',
  'rollback-failed': 'Rollback failed: the site needs a person now',
  interrupted: 'Interrupted: what follows is only what was seen until then',
};

/** Meaning is in the sign and the word; colour only repeats it. */
export const STATUS: Readonly<Record<CauseStatus, string>> = {
  confirmed: '✗ confirmed',
  likely: '✗ likely',
  possible: '! possible',
  unknown: '? unknown',
  excluded: '– excluded',
};

export const VERDICT: Readonly<Record<Verdict, string>> = {
  pass: '✓ pass',
  fail: '✗ fail',
  warn: '! warn',
  advice: '· advice',
  skip: '– skip',
  unknown: '? unknown',
};

export const clock = (at: number): string =>
  new Date(Math.round(at * 1000)).toISOString().slice(0, 19).replace('T', ' ');

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`;
}

export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
