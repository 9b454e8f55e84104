import type { Walker } from '../engine.ts';
import type { WithdrawReason } from '../types.ts';

/** Lets nothing through to a walker of text that no text has. */
export class TextGuard implements Walker {
  readonly #walker: Walker;
  readonly #binary: RegExp;
  #isBinary = false;

  /** `binary` matches what no text has. */
  constructor(walker: Walker, binary: RegExp) {
    this.#walker = walker;
    this.#binary = binary;
  }

  get failure(): WithdrawReason | undefined {
    return this.#isBinary ? 'undecodable' : this.#walker.failure;
  }

  get bufferedBytes(): number {
    return this.#walker.bufferedBytes;
  }

  push(text: string): void {
    this.#isBinary ||= this.#binary.test(text);
    if (this.failure === undefined) this.#walker.push(text);
  }

  end(early: boolean): void {
    if (this.failure === undefined) this.#walker.end(early);
  }
}
