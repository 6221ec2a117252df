import type { Coverage, Judgement } from '../domain/judgement.ts';
import type { Waived, Waiving } from '../domain/waive.ts';
import type { Waiver } from '../domain/waivers.ts';

/** Everything that the pages tell of a run. Texts may come from anywhere: the pages make them safe. */
export interface Dossier {
  readonly version: string;
  readonly run: {
    readonly id: string;
    readonly site: string;
    readonly practice?: string;
    /** ISO 8601. */
    readonly startedAt: string;
    /** What the answers were read from, when no node was asked. */
    readonly recorded?: string;
  };
  /** What is left of it when waivers are honoured. */
  readonly judgement: Judgement;
  readonly waivers?: Omit<Waiving, 'judgement'>;
  readonly coverage: Coverage;
  readonly nodes: readonly NodeRow[];
  readonly seam: readonly SeamLink[];
  readonly timeline: readonly Happening[];
  /** Happenings that were left out, because there are too many. */
  readonly furtherHappenings: number;
  readonly osds: readonly OsdLatency[];
  readonly pools: readonly PoolFill[];
  /** What could not be had, and why. */
  readonly notHad: readonly { readonly node: string; readonly what: string; readonly why: string }[];
}

export interface NodeRow {
  readonly name: string;
  readonly roles: readonly string[];
  readonly reached: boolean;
  readonly why?: string;
  readonly asked: number;
  readonly answered: number;
  /** Milliseconds until the last answer. */
  readonly ms: number;
}

export type SeamState = 'good' | 'bad' | 'unknown';

/** One thread of the seam: a service of a node, or a libvirt secret on one, presents an identity to a pool. */
export interface SeamLink {
  readonly from: string;
  readonly node: string;
  readonly entity: string;
  /** Absent: a secret, which no pool goes with. */
  readonly pool?: string;
  readonly state: SeamState;
  readonly says: string;
}

export interface Happening {
  /** Unix time, s, by the clock of its node. */
  readonly at: number;
  readonly node: string;
  readonly service: string;
  readonly level: 'error' | 'warning' | 'event';
  readonly text: string;
}

export interface OsdLatency {
  readonly name: string;
  /** Median of its slowest remembered requests, ms, without waiting for others. */
  readonly ms: number;
}

export interface PoolFill {
  readonly name: string;
  /** 0 … 1 of what it may hold. */
  readonly used: number;
  readonly bytes: number;
}

/** What somebody answers for, and what they answered for until a day that has passed. */
export const waiverLines = ({ waivers }: Dossier): readonly string[] => [
  ...(waivers?.waived ?? []).map(waivedWords),
  ...(waivers?.expired ?? []).map((waiver) => `expired, not honoured: ${answering(waiver.id, waiver)}`),
];

const waivedWords = (one: Waived): string =>
  answering(`${one.kind} ${one.id} (${one.subject}${one.nodes.length > 0 ? ` on ${one.nodes.join(', ')}` : ''})`, one);

const answering = (what: string, { owner, reason, expires }: Pick<Waiver, 'owner' | 'reason' | 'expires'>): string =>
  `${what}: ${owner} until ${expires}: ${reason}`;
