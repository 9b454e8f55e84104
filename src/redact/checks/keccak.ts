const LANES = 25;
const ROUNDS = 24;
/** Bytes that are taken in at a time: 200 less twice the length of the hash. */
const RATE_BYTES = 136;
const HASH_BYTES = 32;

/** Round constants (FIPS 202, algorithms 5 and 6): their low halves, then their high ones. */
function buildRoundConstants(): Int32Array {
  const constants = new Int32Array(2 * ROUNDS);
  let register = 1;
  for (let round = 0; round < ROUNDS; round += 1)
    for (let power = 0; power <= 6; power += 1) {
      const bit = 2 ** power - 1;
      const half = bit < 32 ? round : round + ROUNDS;
      if ((register & 1) === 1) constants[half] = (constants[half] ?? 0) ^ (1 << (bit % 32));
      register = (register << 1) ^ (register >> 7 === 1 ? 0x171 : 0);
    }
  return constants;
}

/** Where each lane goes in step π, from lane 1 on (FIPS 202, algorithm 2 and 3). */
function buildLaneOrder(): Uint8Array {
  const order = new Uint8Array(LANES - 1);
  for (let t = 0, x = 1, y = 0; t < order.length; t += 1) {
    [x, y] = [y, (2 * x + 3 * y) % 5];
    order[t] = x + 5 * y;
  }
  return order;
}

const ROUND_CONSTANTS = buildRoundConstants();
const LANE_ORDER = buildLaneOrder();
/** By how many bits each of them is turned in step ρ: the triangular numbers. */
const LANE_TURNS = Uint8Array.from(LANE_ORDER, (_lane, t) => (((t + 1) * (t + 2)) / 2) % 64);

/** Keccak's state of 1600 bits: 25 lanes, each in two halves of 32 bits. */
class State {
  readonly low = new Int32Array(LANES);
  readonly high = new Int32Array(LANES);
  readonly #columnLow = new Int32Array(5);
  readonly #columnHigh = new Int32Array(5);

  permute(): void {
    for (let round = 0; round < ROUNDS; round += 1) {
      this.#theta();
      this.#rhoAndPi();
      this.#chi(this.low);
      this.#chi(this.high);
      this.xor(0, ROUND_CONSTANTS[round] ?? 0, ROUND_CONSTANTS[round + ROUNDS] ?? 0);
    }
  }

  xor(lane: number, low: number, high: number): void {
    this.low[lane] = (this.low[lane] ?? 0) ^ low;
    this.high[lane] = (this.high[lane] ?? 0) ^ high;
  }

  #theta(): void {
    addColumns(this.low, this.#columnLow);
    addColumns(this.high, this.#columnHigh);
    for (let x = 0; x < 5; x += 1) {
      const before = (x + 4) % 5;
      const afterLow = this.#columnLow[(x + 1) % 5] ?? 0;
      const afterHigh = this.#columnHigh[(x + 1) % 5] ?? 0;
      const low = (this.#columnLow[before] ?? 0) ^ turned(afterLow, afterHigh, 1);
      const high = (this.#columnHigh[before] ?? 0) ^ turned(afterHigh, afterLow, 1);
      for (let lane = x; lane < LANES; lane += 5) this.xor(lane, low, high);
    }
  }

  #rhoAndPi(): void {
    let low = this.low[1] ?? 0;
    let high = this.high[1] ?? 0;
    for (let t = 0; t < LANES - 1; t += 1) {
      const lane = LANE_ORDER[t] ?? 0;
      const bits = LANE_TURNS[t] ?? 0;
      const nextLow = this.low[lane] ?? 0;
      const nextHigh = this.high[lane] ?? 0;
      this.low[lane] = bits < 32 ? turned(low, high, bits) : turned(high, low, bits - 32);
      this.high[lane] = bits < 32 ? turned(high, low, bits) : turned(low, high, bits - 32);
      low = nextLow;
      high = nextHigh;
    }
  }

  #chi(half: Int32Array): void {
    for (let start = 0; start < LANES; start += 5) {
      const first = half[start] ?? 0;
      const second = half[start + 1] ?? 0;
      const third = half[start + 2] ?? 0;
      const fourth = half[start + 3] ?? 0;
      const fifth = half[start + 4] ?? 0;
      half[start] = first ^ (~second & third);
      half[start + 1] = second ^ (~third & fourth);
      half[start + 2] = third ^ (~fourth & fifth);
      half[start + 3] = fourth ^ (~fifth & first);
      half[start + 4] = fifth ^ (~first & second);
    }
  }
}

/** Exclusive or of the five lanes of each column. */
function addColumns(half: Int32Array, columns: Int32Array): void {
  for (let x = 0; x < 5; x += 1) {
    let column = 0;
    for (let lane = x; lane < LANES; lane += 5) column ^= half[lane] ?? 0;
    columns[x] = column;
  }
}

/** One half of a lane that is turned left by 0 to 31 bits, the upper ones of the other half coming in. */
function turned(half: number, other: number, bits: number): number {
  return bits === 0 ? half : (half << bits) | (other >>> (32 - bits));
}

function xorByte(state: State, at: number, byte: number): void {
  const shifted = byte << (8 * (at % 4));
  if (at % 8 < 4) state.xor(at >> 3, shifted, 0);
  else state.xor(at >> 3, 0, shifted);
}

/**
 * Keccak-f[1600] as a sponge of 136 bytes (FIPS 202, section 4), squeezed to 32 bytes.
 *
 * @param suffix first byte of the padding: 0x01 for Keccak-256, which Ethereum uses; 0x06 would be SHA3-256
 */
export function keccak256(message: Uint8Array, suffix = 0x01): Uint8Array {
  const state = new State();
  let at = 0;
  for (const byte of message) {
    xorByte(state, at, byte);
    at += 1;
    if (at < RATE_BYTES) continue;
    state.permute();
    at = 0;
  }
  xorByte(state, at, suffix);
  xorByte(state, RATE_BYTES - 1, 0x80);
  state.permute();
  const digest = new Uint8Array(HASH_BYTES);
  for (let i = 0; i < HASH_BYTES; i += 1) {
    const half = i % 8 < 4 ? state.low : state.high;
    digest[i] = (half[i >> 3] ?? 0) >>> (8 * (i % 4));
  }
  return digest;
}
