const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-/i;

/** Remembers the newest ids, at least `limit` of them, by 48 bits of each: what isn't random may be mistaken. */
export class RememberedIds {
  readonly #limit: number;
  #newer = new Set<number>();
  #older = new Set<number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes an id; what isn't shaped like one is not remembered. */
  add(id: string): void {
    if (!ID.test(id)) return;
    this.#newer.add(numberOf(id));
    if (this.#newer.size < this.#limit) return;
    this.#older = this.#newer;
    this.#newer = new Set();
  }

  /** True for an id that was taken. */
  has(id: string): boolean {
    if (!ID.test(id)) return false;
    const number = numberOf(id);
    return this.#newer.has(number) || this.#older.has(number);
  }
}

function numberOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
