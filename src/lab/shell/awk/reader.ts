import { UnknownUse } from './unknown-use.ts';
import type { Word } from './words.ts';

/** Goes through the words of an awk program. */
export class Reader {
  protected at = 0;

  constructor(protected readonly words: readonly Word[]) {}

  protected get word(): Word {
    return this.words[this.at] as Word;
  }

  protected is(text: string): boolean {
    return 'text' in this.word && this.word.text === text && this.word.kind !== 'text' && this.word.kind !== 'pattern';
  }

  protected take(text: string): boolean {
    const there = this.is(text);
    if (there) this.at++;
    return there;
  }

  protected need(text: string): void {
    if (!this.take(text)) throw new UnknownUse(`no ${text}`);
  }

  protected newlines(): void {
    while (this.word.kind === 'newline') this.at++;
  }

  protected name(): string {
    const { word } = this;
    if (word.kind !== 'name') throw new UnknownUse('no name');
    this.at++;
    return word.text;
  }
}
