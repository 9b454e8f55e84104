/** Numbers that look random and are the same for the same seed on every machine (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 on, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number, both bounds included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<const T extends readonly [unknown, ...unknown[]]>(list: T): T[number] {
    return list[this.int(0, list.length - 1)];
  }

  /** So many characters of an alphabet. */
  chars(count: number, alphabet: string): string {
    let text = '';
    for (let i = 0; i < count; i += 1) text += alphabet.charAt(this.int(0, alphabet.length - 1));
    return text;
  }

  digits(count: number): string {
    return this.chars(count, '0123456789');
  }

  hex(count: number): string {
    return this.chars(count, '0123456789abcdef');
  }

  base64url(count: number): string {
    return this.chars(count, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-');
  }

  /** A random UUID (RFC 9562, 5.4). */
  uuid(): string {
    const variant = this.chars(1, '89ab');
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${variant}${this.hex(3)}-${this.hex(12)}`;
  }

  /** A moment of the year 2026, RFC 3339. */
  timestamp(): string {
    return new Date(Date.UTC(2026, 0, 1) + this.int(0, 365 * 86_400_000 - 1)).toISOString();
  }
}
