const SMALLEST = 1024;
const NONE = new Uint8Array(0);

/**
 * Collects the plain bytes of one chunk after the other. A single write is kept as it came, without a copy, unless it is a
 * small view that would keep a much larger buffer alive.
 */
export class ChunkBuffer {
  private readonly capacity: number;
  private bytes: Uint8Array = NONE;
  private length = 0;
  private owned = true;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Bytes that still fit. */
  get room(): number {
    return this.capacity - this.length;
  }

  /** Adds at most {@link room} bytes. */
  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.bytes.length === 0 && bytes.buffer.byteLength <= 2 * bytes.length + SMALLEST) {
      this.bytes = bytes;
      this.owned = false;
    } else {
      this.reserve(this.length + bytes.length);
      this.bytes.set(bytes, this.length);
    }
    this.length += bytes.length;
  }

  /** What was collected; the buffer is empty afterwards. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = NONE;
    this.length = 0;
    this.owned = true;
    return taken;
  }

  /**
   * Hands what was collected to `work`, which keeps nothing of it; the buffer is empty afterwards. Memory that a whole chunk
   * was collected in serves for the next one.
   */
  consume<T>(work: (bytes: Uint8Array) => T): T {
    const result = work(this.bytes.subarray(0, this.length));
    if (!this.owned || this.bytes.length < this.capacity) this.bytes = NONE;
    this.length = 0;
    this.owned = true;
    return result;
  }

  private reserve(needed: number): void {
    if (this.owned && needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.min(this.capacity, Math.max(needed, 2 * this.bytes.length, SMALLEST)));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.owned = true;
  }
}
