import { EventEmitter } from 'node:events';
import type { ReadStream } from 'node:tty';
import { describe, expect, test } from 'vitest';
import { askLine } from '../../src/cli/ask.ts';
import { KEYS, pasted } from '../support/pty.ts';

class FakeKeyboard extends EventEmitter {
  isRaw = false;
  setRawMode(on: boolean): this {
    this.isRaw = on;
    return this;
  }
  resume(): this {
    return this;
  }
  pause(): this {
    return this;
  }
}

/** Asks, then delivers each chunk as the terminal would. */
function ask(chunks: readonly string[], options: { readonly deaf?: number; readonly signal?: AbortSignal } = {}) {
  const keyboard = new FakeKeyboard();
  let [written, interrupts] = ['', 0];
  let rawWhenAsked: boolean | undefined;
  const answer = askLine('Do it? ', {
    input: keyboard as unknown as ReadStream,
    write: (text) => {
      rawWhenAsked ??= keyboard.isRaw;
      written += text;
    },
    interrupt: () => {
      interrupts += 1;
    },
    deaf: 0,
    ...options,
  });
  for (const chunk of chunks) keyboard.emit('data', Buffer.from(chunk));
  return answer.then((text) => ({
    text,
    written,
    interrupts,
    raw: keyboard.isRaw,
    rawWhenAsked,
    listeners: keyboard.listenerCount('data'),
  }));
}

describe('a question at the terminal', () => {
  test('takes what is typed, with corrections, and shows it', async () => {
    const { text, written, raw, listeners } = await ask(['n', KEYS.backspace, 'y', KEYS.enter]);
    expect([text, raw, listeners]).toEqual(['y', false, 0]);
    expect(written).toContain('Do it? n\b \by');
  });

  test.each([
    ['a bracketed paste', pasted('y\n')],
    ['a paste of a terminal that does not bracket it', 'yes\r'],
  ])('%s never confirms', async (_, chunk) => {
    expect((await ask([chunk])).text).toBeUndefined();
  });

  test('the terminal echoes nothing from the moment the question stands there', async () => {
    expect((await ask([KEYS.enter])).rawWhenAsked).toBe(true);
  });

  test('keys that were pressed before it could be read do not count', async () => {
    const stop = new AbortController();
    const answer = ask(['y', KEYS.enter, 'y', KEYS.enter], { deaf: 60_000, signal: stop.signal });
    stop.abort();
    expect((await answer).text).toBeUndefined();
  });

  test('Ctrl-C interrupts, also while it does not listen yet, and gives no answer', async () => {
    expect(await ask([KEYS.ctrlC], { deaf: 60_000 })).toMatchObject({ text: undefined, interrupts: 1, raw: false });
  });

  test('Ctrl-D gives no answer; arrows are not text', async () => {
    expect((await ask([KEYS.up, KEYS.ctrlD])).text).toBeUndefined();
  });

  test('a run that was stopped is not asked about', async () => {
    const { text, written } = await ask([], { signal: AbortSignal.abort() });
    expect([text, written]).toEqual([undefined, '']);
  });
});
