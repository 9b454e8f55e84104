/** Longest text that is remembered, in bytes. */
export const MAX_SHORT_BYTES = 40;
const SLOTS = 2048;

/**
 * Texts that come again and again in messages: names of fields, of attributes, of routes. To decode one costs many times what it
 * costs to see that its bytes are those of a text that was decoded before. Each slot holds the last one that fell
 * on it, so what it takes is bounded.
 */
export class ShortStrings {
  readonly #bytes = new Uint8Array(SLOTS * MAX_SHORT_BYTES);
  readonly #texts: (string | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  readonly #lengths = new Uint8Array(SLOTS);

  /** The text of bytes `start` to `end`, at most {@link MAX_SHORT_BYTES}; `decode` makes it when it isn't remembered. */
  get(bytes: Uint8Array, start: number, end: number, decode: (bytes: Uint8Array) => string): string {
    // FNV-1a
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.#texts[slot];
    if (known !== undefined && this.#lengths[slot] === end - start && this.#holds(slot, bytes, start, end))
      return known;
    const text = decode(bytes.subarray(start, end));
    this.#bytes.set(bytes.subarray(start, end), slot * MAX_SHORT_BYTES);
    this.#lengths[slot] = end - start;
    this.#texts[slot] = text;
    return text;
  }

  #holds(slot: number, bytes: Uint8Array, start: number, end: number): boolean {
    const remembered = this.#bytes;
    for (let at = start, place = slot * MAX_SHORT_BYTES; at < end; at++, place++)
      if (remembered[place] !== bytes[at]) return false;
    return true;
  }
}
