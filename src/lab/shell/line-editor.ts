/** What a terminal sent: a whole line, an interrupt, the end of input. */
export type Typed = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'interrupt' | 'end' };

const CONTROL: Readonly<Record<string, string>> = {
  '\x01': 'home',
  '\x02': 'left',
  '\x03': 'interrupt',
  '\x04': 'end-of-input',
  '\x05': 'end',
  '\x06': 'right',
  '\x08': 'backspace',
  '\x0b': 'kill-after',
  '\x0c': 'clear',
  '\x0e': 'down',
  '\x10': 'up',
  '\x15': 'kill-before',
  '\x17': 'kill-word',
  '\x7f': 'backspace',
  '\r': 'enter',
  '\n': 'enter',
  '\x1b[A': 'up',
  '\x1b[B': 'down',
  '\x1b[C': 'right',
  '\x1b[D': 'left',
  '\x1b[H': 'home',
  '\x1b[F': 'end',
  '\x1b[1~': 'home',
  '\x1b[4~': 'end',
  '\x1b[3~': 'delete',
  '\x1bOA': 'up',
  '\x1bOB': 'down',
  '\x1bOC': 'right',
  '\x1bOD': 'left',
  '\x1bOH': 'home',
  '\x1bOF': 'end',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: what keys send
const KEY = /\x1b\[200~|\x1b\[201~|\x1b\[[\d;]*[A-Za-z~]|\x1bO[A-Z]|\x1b.|[\s\S]/gu;

/** A line as one types it on a terminal, with its history. Draws through `write`; knows nothing of what the line means. */
export class LineEditor {
  private text: string[] = [];
  private cursor = 0;
  private at = 0;
  private kept = '';
  private prompt = '';

  constructor(
    private readonly write: (text: string) => void,
    private readonly typed: (what: Typed) => void,
    private readonly history: readonly string[],
  ) {}

  /** Shows a prompt and begins an empty line. */
  begin(prompt: string): void {
    this.prompt = prompt;
    this.text = [];
    this.cursor = 0;
    this.at = this.history.length;
    this.write(prompt);
  }

  feed(input: string): void {
    for (const [key] of input.matchAll(KEY)) this.press(key);
  }

  private press(key: string): void {
    switch (CONTROL[key]) {
      case 'enter':
        this.write('\r\n');
        this.typed({ kind: 'line', text: this.text.join('') });
        return;
      case 'interrupt':
        this.write('^C\r\n');
        this.typed({ kind: 'interrupt' });
        return;
      case 'end-of-input':
        if (this.text.length === 0) this.typed({ kind: 'end' });
        return;
      case 'backspace':
        if (this.cursor > 0) this.edit(this.cursor - 1, this.cursor);
        return;
      case 'delete':
        this.edit(this.cursor, this.cursor + 1);
        return;
      case 'kill-before':
        this.edit(0, this.cursor);
        return;
      case 'kill-after':
        this.edit(this.cursor, this.text.length);
        return;
      case 'kill-word': {
        const before = this.text.slice(0, this.cursor).join('');
        this.edit([...before.replace(/\S+\s*$/, '')].length, this.cursor);
        return;
      }
      case 'left':
        this.move(this.cursor - 1);
        return;
      case 'right':
        this.move(this.cursor + 1);
        return;
      case 'home':
        this.move(0);
        return;
      case 'end':
        this.move(this.text.length);
        return;
      case 'up':
        this.recall(this.at - 1);
        return;
      case 'down':
        this.recall(this.at + 1);
        return;
      case 'clear':
        this.write('\x1b[H\x1b[2J');
        this.draw();
        return;
      default:
        // Other keys and other control characters mean nothing here.
        if (key >= ' ' && !key.startsWith('\x1b')) this.insert(key);
    }
  }

  private insert(key: string): void {
    this.text.splice(this.cursor, 0, key);
    this.cursor++;
    if (this.cursor === this.text.length) this.write(key);
    else this.draw();
  }

  private edit(from: number, to: number): void {
    this.text.splice(from, to - from);
    this.cursor = from;
    this.draw();
  }

  private move(to: number): void {
    this.cursor = Math.min(Math.max(0, to), this.text.length);
    this.draw();
  }

  private recall(to: number): void {
    if (to < 0 || to > this.history.length) return;
    if (this.at === this.history.length) this.kept = this.text.join('');
    this.at = to;
    this.text = [...(this.history[to] ?? this.kept).replaceAll('\n', '; ')];
    this.cursor = this.text.length;
    this.draw();
  }

  private draw(): void {
    const back = this.text.length - this.cursor;
    this.write(`\r\x1b[K${this.prompt}${this.text.join('')}${back > 0 ? `\x1b[${back}D` : ''}`);
  }
}
