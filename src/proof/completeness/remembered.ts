const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-/i;

/** Remembers the newest ids, at least `limit` of them, by 48 bits of each: what isn't random may be mistaken. */
export class RememberedIds {
  readonly #limit: number;
  #newer = new Set<number>();
  #older = new Set<number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes an id, and what tells its calls apart where one may be given twice; what isn't shaped like one is not remembered. */
  add(id: string, second = ''): void {
    if (!ID.test(id)) return;
    this.#newer.add(numberOf(id, second));
    if (this.#newer.size < this.#limit) return;
    this.#older = this.#newer;
    this.#newer = new Set();
  }

  /** Forgets an id. */
  delete(id: string): void {
    if (!ID.test(id)) return;
    this.#newer.delete(numberOf(id, ''));
    this.#older.delete(numberOf(id, ''));
  }

  /** True for an id that was taken. */
  has(id: string, second = ''): boolean {
    if (!ID.test(id)) return false;
    const number = numberOf(id, second);
    return this.#newer.has(number) || this.#older.has(number);
  }
}

/** 48 bits. */
function numberOf(id: string, second: string): number {
  const number = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return second === '' ? number : (number + hashOf(second) * 0x1_0000) % 0x1_0000_0000_0000;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
