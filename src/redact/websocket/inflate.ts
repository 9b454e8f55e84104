import { constants, inflateRawSync } from 'node:zlib';
import type { RedactLimits } from '../limits.ts';

/** What a sender has left off the end of each message (RFC 7692, 7.2.2). */
const TAIL = Buffer.from('0000ffff', 'hex');
/** How far back a message may refer to what was sent before it. */
const WINDOW_BYTES = 32 * 1024;

/** A message after decompression, or why there is none. */
export type InflatedMessage = { readonly text: string } | { readonly failure: 'undecodable' | 'over_limit' | 'bomb' };

/**
 * Decompresses the messages of one direction (permessage-deflate, RFC 7692), within the caps of content encodings taken over all
 * of them. A message may refer to those before it, whatever was negotiated: behind one that can't be read none can.
 */
export class MessageInflater {
  readonly #limits: RedactLimits;
  #window = Buffer.alloc(0);
  #isLost = false;
  #encodedBytes = 0;
  #decodedBytes = 0;

  constructor(limits: RedactLimits) {
    this.#limits = limits;
  }

  /** A message was left out: what follows can't be read without it. */
  lose(): void {
    this.#isLost = true;
  }

  /** Decompresses the next message, a binary string. */
  inflate(message: string): InflatedMessage {
    if (this.#isLost) return { failure: 'undecodable' };
    const { maxMessageBytes, maxDecodedBytes, maxDecodedRatio, minRatioBytes } = this.#limits;
    this.#encodedBytes += message.length;
    const most = Math.min(maxDecodedBytes, Math.max(minRatioBytes, this.#encodedBytes * maxDecodedRatio));
    const left = most - this.#decodedBytes;
    try {
      const bytes = this.#run(message, Math.max(1, Math.min(maxMessageBytes, left)));
      this.#decodedBytes += bytes.length;
      this.#window = Buffer.from(Buffer.concat([this.#window, bytes]).subarray(-WINDOW_BYTES));
      return this.#decodedBytes > most ? { failure: 'bomb' } : { text: bytes.toString('latin1') };
    } catch (error) {
      this.#isLost = true;
      const isTooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
      if (!isTooLong) return { failure: 'undecodable' };
      return { failure: left < maxMessageBytes ? 'bomb' : 'over_limit' };
    }
  }

  #run(message: string, maxOutputLength: number): Buffer {
    return inflateRawSync(Buffer.concat([Buffer.from(message, 'latin1'), TAIL]), {
      maxOutputLength,
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(this.#window.length === 0 ? {} : { dictionary: this.#window }),
    });
  }
}
