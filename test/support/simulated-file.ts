import type { SeededRandom } from './seeded-random.ts';

type Change = { readonly position: number; readonly bytes: Uint8Array } | { readonly truncateTo: number };

/** What a disk writes whole or not at all. */
const SECTOR_BYTES = 512;

/** The content of a file on a simulated disk: as a reader sees it, and as it is on the disk. */
export class SimulatedFile {
  private current: Uint8Array = new Uint8Array(0);
  private durable: Uint8Array = new Uint8Array(0);
  private unsynced: Change[] = [];

  /** What a reader sees. */
  get content(): Uint8Array {
    return this.current;
  }

  /** Visible at once, durable after {@link sync}. */
  write(bytes: Uint8Array, position: number): void {
    this.change({ position, bytes });
  }

  /** Visible at once, durable after {@link sync}. */
  truncate(size: number): void {
    this.change({ truncateTo: size });
  }

  /** fdatasync. */
  sync(): void {
    for (const change of this.unsynced) this.durable = applied(this.durable, change);
    this.unsynced = [];
  }

  /** A sync that fails: the pages count as written, and aren't. */
  failSync(): void {
    this.unsynced = [];
  }

  /** Keeps, loses or tears what wasn't synced. */
  crash(random: SeededRandom): void {
    for (const change of this.unsynced) this.durable = survivor(this.durable, change, random);
    this.unsynced = [];
    this.current = this.durable.slice();
  }

  /** Changes one byte for good. */
  overwriteDurably(position: number, byte: number): void {
    this.current[position] = byte;
    this.durable[position] = byte;
  }

  /** Changes everything for good. */
  replaceDurably(bytes: Uint8Array): void {
    this.current = bytes.slice();
    this.durable = bytes.slice();
    this.unsynced = [];
  }

  private change(change: Change): void {
    this.current = applied(this.current, change);
    this.unsynced.push(change);
  }
}

function applied(content: Uint8Array, change: Change): Uint8Array {
  if ('truncateTo' in change) {
    const cut = new Uint8Array(change.truncateTo);
    cut.set(content.subarray(0, change.truncateTo));
    return cut;
  }
  const end = change.position + change.bytes.length;
  const grown = new Uint8Array(Math.max(content.length, end));
  grown.set(content);
  grown.set(change.bytes, change.position);
  return grown;
}

/** What of a change is on the disk after the power failed. */
function survivor(content: Uint8Array, change: Change, random: SeededRandom): Uint8Array {
  const fate = random.below(4);
  if (fate === 0) return content;
  if (fate === 1 || 'truncateTo' in change) return applied(content, change);
  let result = content;
  for (let at = 0; at < change.bytes.length;) {
    const position = change.position + at;
    const end = Math.min(change.bytes.length, at + SECTOR_BYTES - (position % SECTOR_BYTES));
    if (random.chance(fate === 2 ? 0.5 : 0.9))
      result = applied(result, { position, bytes: change.bytes.subarray(at, end) });
    at = end;
  }
  const size = Math.max(result.length, change.position + change.bytes.length);
  return random.chance(0.5) ? applied(result, { truncateTo: size }) : result;
}
