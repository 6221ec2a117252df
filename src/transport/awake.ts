/** Milliseconds. A look at the clock that comes this much later than planned finds that this process did not run meanwhile. */
const STOOD = 500;

/**
 * A clock that stands still while this process does: stopped, suspended with its machine, starved of the processor. What a node sent
 * meanwhile waits to be read, so that such a time is no silence of the node's.
 */
export class AwakeClock {
  #awake = 0;
  #looked = performance.now();
  readonly #timer: NodeJS.Timeout;

  /** `look` is called every so many milliseconds. */
  constructor(every: number, look: () => void) {
    this.#timer = setInterval(() => {
      this.#awake = this.now();
      this.#looked = performance.now();
      look();
    }, every);
  }

  /** Milliseconds that this process was awake since the clock began. */
  now(): number {
    return this.#awake + Math.min(performance.now() - this.#looked, STOOD);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
