import type { Answered, Command, Lost, Question } from '../domain/question.ts';
import type { SiteNode } from '../domain/site.ts';
import type { Link } from '../domain/transport.ts';
import { type Carrier, type Dial, isLost } from './carrier.ts';
import { cancelled, type LaneLink, runLane } from './lane.ts';
import { Limit } from './limit.ts';
import type { SessionKeys } from './seal.ts';
import type { Expected, SealedWords } from './sealed-words.ts';
import type { Timing } from './timing.ts';

/** sshd's MaxSessions is 10 by default, and the operator may have sessions of their own. */
const CHANNELS = 4;
const ASKED_WITHIN_MS = 1000;

/** A link over whichever client dials. It outlives its connection: a dead one is dialled again when next needed. */
export class CarrierLink implements Link, LaneLink {
  trips = 0;
  readonly channels = new Limit(CHANNELS);
  private readonly closing = new AbortController();
  private dialling: Promise<Carrier | Lost> | undefined;

  constructor(
    readonly node: SiteNode,
    readonly keys: SessionKeys,
    private readonly sealed: SealedWords,
    private readonly opening: Expected,
    readonly timing: Timing,
    private current: Carrier,
    private readonly dial: Dial,
  ) {
    // Whoever opens a link asks at once, or has nothing to ask.
    setTimeout(() => opening.end(), ASKED_WITHIN_MS).unref();
  }

  countTrip(): void {
    this.trips++;
  }

  async carrier(): Promise<Carrier | Lost> {
    if (this.closing.signal.aborted) return cancelled(this.node);
    if (this.current.alive) return this.current;
    this.dialling ??= this.redial();
    return this.dialling;
  }

  private async redial(): Promise<Carrier | Lost> {
    try {
      await this.current.close();
      const carrier = await this.dial(this.closing.signal);
      if (!isLost(carrier)) this.current = carrier;
      return carrier;
    } finally {
      this.dialling = undefined;
    }
  }

  async *ask(questions: readonly Question[], signal?: AbortSignal): AsyncIterable<Answered> {
    const left = new AbortController();
    const stop = AbortSignal.any([this.closing.signal, left.signal, ...(signal ? [signal] : [])]);
    const ready: Answered[] = [];
    let wake: () => void = () => {};
    let running = true;
    const asked = new Map(questions.map((question) => [question.id, question.seal]));
    const configs = this.sealed.expect([...asked].filter(([, seal]) => seal === 'config').length);
    this.opening.end();
    const held: Promise<void>[] = [];
    const pass = (answered: Answered): void => {
      ready.push(answered);
      wake();
    };
    const lanes = laneGroups(questions).map((lane) =>
      runLane(this, lane, true, stop, (answered) => {
        const { id, answer } = answered;
        const seal = asked.get(id);
        if (seal === 'config') configs.read(answer.result === 'exited' ? answer.stdout : '');
        if (seal !== 'log' || answer.result !== 'exited') return pass(answered);
        const sweep = (): void => pass({ id, answer: { ...answer, stdout: this.sealed.sweep(answer.stdout) } });
        held.push(this.sealed.complete(stop).then(sweep));
      }),
    );
    const all = Promise.all(lanes)
      .then(() => Promise.all(held))
      .finally(() => {
        configs.end();
        running = false;
        wake();
      });
    try {
      while (running || ready.length > 0) {
        const next = ready.shift();
        if (next) yield next;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
      await all;
    } finally {
      left.abort();
    }
  }

  async run(command: Command, signal?: AbortSignal): Promise<Answered> {
    const stop = AbortSignal.any([this.closing.signal, ...(signal ? [signal] : [])]);
    let answer: Answered = { id: command.id, answer: cancelled(this.node) };
    await runLane(this, [command], false, stop, (answered) => {
      answer = answered;
    });
    return answer;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.current.close();
  }
}

function laneGroups(questions: readonly Question[]): Question[][] {
  const lanes = new Map<string, Question[]>();
  for (const question of questions) {
    const lane = lanes.get(question.lane ?? '') ?? [];
    lane.push(question);
    lanes.set(question.lane ?? '', lane);
  }
  return [...lanes.values()];
}
