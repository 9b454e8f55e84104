import { randomFillSync } from 'node:crypto';

/** Randomness comes in from outside, so that a simulation can repeat it. */
export interface Random {
  /** `count` fresh random bytes. */
  bytes(count: number): Uint8Array;
}

/** The machine's cryptographic random numbers. */
export const systemRandom: Random = {
  bytes: (count) => randomFillSync(new Uint8Array(count)),
};
