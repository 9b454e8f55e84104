import type { Walker } from '../engine.ts';
import type { WithdrawReason } from '../types.ts';

/** Control characters that no text has (but the escape of terminals): another encoding (UTF-16), or not text at all. */
const BINARY = new RegExp(`[^\\b\\t\\n\\v\\f\\r\\x20-\\uffff${String.fromCharCode(27)}]`);

/** True for what has a character that no text has. */
export function isBinary(text: string): boolean {
  return BINARY.test(text);
}

/** Lets nothing through to a walker of text that no text has. */
export class TextGuard implements Walker {
  readonly #walker: Walker;
  #isBinary = false;

  constructor(walker: Walker) {
    this.#walker = walker;
  }

  get failure(): WithdrawReason | undefined {
    return this.#isBinary ? 'undecodable' : this.#walker.failure;
  }

  get bufferedBytes(): number {
    return this.#walker.bufferedBytes;
  }

  push(text: string): void {
    this.#isBinary ||= isBinary(text);
    if (this.failure === undefined) this.#walker.push(text);
  }

  end(early: boolean): void {
    if (this.failure === undefined) this.#walker.end(early);
  }
}
