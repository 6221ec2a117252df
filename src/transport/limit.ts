/** At most `limit` holders at once; the others wait in order. The limit may be lowered while in use. */
export class Limit {
  private held = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private limit: number) {}

  get inUse(): number {
    return this.held;
  }

  lower(to: number): void {
    this.limit = Math.max(1, Math.min(this.limit, to));
  }

  async acquire(): Promise<void> {
    if (this.held < this.limit) {
      this.held++;
      return;
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  release(): void {
    if (this.held > this.limit) {
      this.held--;
      return;
    }
    const next = this.waiting.shift();
    if (next) next();
    else this.held--;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.acquire();
    try {
      return await work();
    } finally {
      this.release();
    }
  }
}
