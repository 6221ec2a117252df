import type { ReadStream } from 'node:tty';

export interface AskOptions {
  readonly input: ReadStream;
  readonly write: (text: string) => void;
  /** Called for Ctrl-C, which raw mode keeps from being a signal. */
  readonly interrupt: () => void;
  readonly signal?: AbortSignal;
  /** Milliseconds after the question appears in which nothing that is typed counts. */
  readonly deaf?: number;
}

const PASTE_ON = '\u001b[?2004h';
const PASTE_OFF = '\u001b[?2004l';
const PASTED = '\u001b[200~';

/**
 * One line from a person at a terminal. What was typed before the question could be read, and whatever is pasted,
 * never counts: both would confirm something that nobody has read. Undefined: no answer (Ctrl-C, Ctrl-D, a paste).
 */
export function askLine(question: string, options: AskOptions): Promise<string | undefined> {
  const { input, write, interrupt, signal, deaf = 300 } = options;
  if (signal?.aborted) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const listening = performance.now() + deaf;
    const wasRaw = input.isRaw;
    let typed = '';

    const end = (answer: string | undefined): void => {
      input.off('data', hear);
      signal?.removeEventListener('abort', stop);
      input.setRawMode(wasRaw);
      input.pause();
      write(`${PASTE_OFF}\n`);
      resolve(answer);
    };
    const stop = (): void => end(undefined);
    /** Answer, or undefined while the line goes on. */
    const take = (text: string): { readonly answer: string | undefined } | undefined => {
      for (const char of text) {
        if (char === '\r' || char === '\n') return { answer: typed };
        if (char === '\u0004') return { answer: typed === '' ? undefined : typed };
        if (char === '\u007f' || char === '\b') {
          if (typed !== '') write('\b \b');
          typed = typed.slice(0, -1);
        } else if (char >= ' ') {
          typed += char;
          write(/^[\x20-\x7e]$/.test(char) ? char : '·');
        }
      }
      return undefined;
    };
    const hear = (data: Buffer): void => {
      const text = data.toString('utf8');
      const isPaste = text.includes(PASTED) || (text.length > 2 && /[\r\n]/.test(text));
      if (text.includes('\u0003')) {
        interrupt();
        stop();
      } else if (performance.now() < listening) {
        // Typed before the question could be read.
      } else if (isPaste) stop();
      else if (!text.startsWith('\u001b')) {
        const taken = take(text);
        if (taken) end(taken.answer);
      }
    };

    // Raw first: a key pressed as the question appears would be echoed by the terminal itself, as if it counted.
    input.setRawMode(true);
    write(`${PASTE_ON}${question}`);
    input.on('data', hear);
    input.resume();
    signal?.addEventListener('abort', stop, { once: true });
  });
}
