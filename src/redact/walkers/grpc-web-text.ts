import type { Scope, Walker } from '../engine.ts';
import { Output } from '../findings.ts';
import type { WithdrawReason } from '../types.ts';
import { FramedWalker, type FramedSetup } from './grpc.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** Characters that three bytes become. */
const GROUP_CHARS = 4;
const GROUP_BYTES = 3;

/**
 * Walks frames that are written in base64, in one piece or in several with padding behind each (PROTOCOL-WEB.md,
 * application/grpc-web-text). They are written in base64 again, in one piece; commitment and places are of the frames.
 */
export class Base64FramesWalker implements Walker {
  readonly #output: Output;
  readonly #frames = new Output();
  readonly #walker: FramedWalker;
  #failure: WithdrawReason | undefined;
  /** Characters that aren't a whole group yet. */
  #held = '';
  /** Bytes that aren't a whole group yet. */
  #unwritten = '';

  constructor(scope: Scope, output: Output, setup: FramedSetup) {
    this.#output = output;
    this.#walker = new FramedWalker(scope, this.#frames, setup);
  }

  get failure(): WithdrawReason | undefined {
    return this.#failure ?? this.#walker.failure;
  }

  get bufferedBytes(): number {
    return this.#held.length + this.#unwritten.length + this.#walker.bufferedBytes;
  }

  push(text: string): void {
    const held = this.#held + text;
    const whole = held.length - (held.length % GROUP_CHARS);
    this.#held = held.slice(whole);
    for (let start = 0; start < whole && this.failure === undefined;) {
      const padding = held.indexOf('=', start);
      const end = padding === -1 || padding >= whole ? whole : padding - (padding % GROUP_CHARS) + GROUP_CHARS;
      this.#decode(held.slice(start, end));
      start = end;
    }
    this.#write(false);
  }

  end(early: boolean): void {
    if (this.failure === undefined && this.#held !== '' && !early) this.#decode(this.#held);
    this.#held = '';
    if (this.failure === undefined) this.#walker.end(early);
    this.#write(true);
  }

  #decode(text: string): void {
    if (!BASE64.test(text) || text.length % GROUP_CHARS === 1) this.#failure = 'unparseable';
    else this.#walker.push(Buffer.from(text, 'base64').toString('latin1'));
  }

  #write(isLast: boolean): void {
    const { redacted, original } = this.#frames.take();
    const bytes = this.#unwritten + redacted;
    const whole = isLast ? bytes.length : bytes.length - (bytes.length % GROUP_BYTES);
    this.#unwritten = bytes.slice(whole);
    this.#output.replace(Buffer.from(bytes.slice(0, whole), 'latin1').toString('base64'), original);
  }
}
