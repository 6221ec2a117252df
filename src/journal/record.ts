import { createHash } from 'node:crypto';

/** What happened, as plain JSON. The journal does not look inside. */
export interface JournalEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

export interface JournalRecord {
  /** Counts from 1 without gaps. */
  readonly seq: number;
  /** SHA-256 (hex) of the previous line without its newline; zeros for the first. */
  readonly prev: string;
  /** ISO 8601, wall clock. */
  readonly at: string;
  /** Milliseconds of the machine's monotonic clock: comparable until the machine restarts. */
  readonly mono: number;
  readonly event: JournalEvent;
}

/** Where the chain stands: what the next record must carry. */
export interface ChainEnd {
  readonly seq: number;
  readonly hash: string;
}

export const CHAIN_START: ChainEnd = { seq: 0, hash: '0'.repeat(64) };
/** Bytes of one line. An answer of 8 MiB fits even when every byte needs six to be written as JSON. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

const SUM_BYTES = ',"sum":""}'.length + 64;

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/**
 * One line, newline included. Its own digest stands last, because the chain alone says nothing about the last record.
 * Throws a TypeError when the event is not plain JSON.
 */
export function encodeRecord(end: ChainEnd, at: Date, mono: number, event: JournalEvent): [Buffer, ChainEnd] {
  const seq = end.seq + 1;
  const body = JSON.stringify({ seq, prev: end.hash, at: at.toISOString(), mono, event }).slice(0, -1);
  const line = Buffer.from(`${body},"sum":"${sha256(body)}"}\n`);
  return [line, { seq, hash: sha256(line.subarray(0, -1)) }];
}

export type Decoded =
  | { readonly ok: true; readonly record: JournalRecord; readonly end: ChainEnd }
  | { readonly ok: false; readonly why: string };

/** Reads one line (no newline) that should follow `end`. */
export function decodeRecord(line: Buffer, end: ChainEnd): Decoded {
  const sum = line.subarray(Math.max(0, line.length - SUM_BYTES)).toString('latin1');
  const body = line.subarray(0, Math.max(0, line.length - SUM_BYTES));
  if (sum !== `,"sum":"${sha256(body)}"}`) return { ok: false, why: 'its digest does not match its content' };
  const parsed = parse(`${body.toString()}}`);
  if (!parsed) return { ok: false, why: 'it is not a record' };
  const { seq, prev, at, mono, event } = parsed;
  if (seq !== end.seq + 1) return { ok: false, why: `it has the number ${seq}; ${end.seq + 1} was expected` };
  if (prev !== end.hash) return { ok: false, why: 'it does not follow the record before it' };
  return { ok: true, record: { seq, prev, at, mono, event }, end: { seq, hash: sha256(line) } };
}

function parse(text: string): JournalRecord | undefined {
  try {
    const value = JSON.parse(text) as Partial<JournalRecord> | null;
    return typeof value?.event?.type === 'string' ? (value as JournalRecord) : undefined;
  } catch {
    return undefined;
  }
}
