import { SeededRandom } from '../../support/seeded-random.ts';

/** Random numbers of a simulation: a seed repeats them, and bytes come four at a time. */
export class SimulationRandom extends SeededRandom {
  override bytes(count: number): Uint8Array {
    const words = new Uint32Array(Math.ceil(count / 4));
    for (let at = 0; at < words.length; at++) words[at] = this.next() * 0x1_0000_0000;
    return new Uint8Array(words.buffer, 0, count);
  }

  /** An integer in [least, most]. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** Further random numbers, independent of how many are drawn here from now on. */
  fork(): SimulationRandom {
    return new SimulationRandom(this.below(0x1_0000_0000));
  }
}
