const SMALLEST = 1024;
const NONE = new Uint8Array(0);

/**
 * Collects the plain bytes of one chunk. A single write is kept as it came, without a copy, unless it is a small view
 * that would keep a much larger buffer alive.
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
    if (this.length === 0 && bytes.buffer.byteLength <= 2 * bytes.length + SMALLEST) {
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

  private reserve(needed: number): void {
    if (this.owned && needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.min(this.capacity, Math.max(needed, 2 * this.bytes.length, SMALLEST)));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.owned = true;
  }
}
