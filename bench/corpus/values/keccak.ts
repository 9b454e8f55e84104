const LANE = (1n << 64n) - 1n;
const ROUNDS = 24;
/** Rate of Keccak-256 in bytes. */
const RATE_BYTES = 136;

function rotated(lane: bigint, by: number): bigint {
  const places = BigInt(by % 64);
  return ((lane << places) | (lane >> (64n - places))) & LANE;
}

/** One bit of the round constants: a shift register over x^8+x^6+x^5+x^4+1 (FIPS 202, algorithm 5). */
function roundConstants(): bigint[] {
  let register = 1;
  return Array.from({ length: ROUNDS }, () => {
    let constant = 0n;
    for (let power = 0; power <= 6; power++) {
      if ((register & 1) === 1) constant |= 1n << BigInt(2 ** power - 1);
      register = register & 0x80 ? ((register << 1) ^ 0x171) & 0xff : register << 1;
    }
    return constant;
  });
}

function at(state: readonly bigint[], x: number, y: number): bigint {
  return state[(x % 5) + 5 * (y % 5)] ?? 0n;
}

/** Steps ρ and π of FIPS 202 sections 3.2.2 and 3.2.3. */
function turnedLanes(state: readonly bigint[]): bigint[] {
  const turned = [...state];
  let x = 1;
  let y = 0;
  for (let step = 0; step < 24; step++) {
    const lane = rotated(at(state, x, y), ((step + 1) * (step + 2)) / 2);
    [x, y] = [y, (2 * x + 3 * y) % 5];
    turned[x + 5 * y] = lane;
  }
  return turned;
}

function permuted(start: readonly bigint[], constants: readonly bigint[]): bigint[] {
  let state = [...start];
  for (const constant of constants) {
    const columns = [0, 1, 2, 3, 4].map((x) => [0, 1, 2, 3, 4].reduce((sum, y) => sum ^ at(state, x, y), 0n));
    const column = (x: number): bigint => columns[(x + 5) % 5] ?? 0n;
    const mixed = state.map((lane, index) => lane ^ column((index % 5) - 1) ^ rotated(column((index % 5) + 1), 1));
    const turned = turnedLanes(mixed);
    state = turned.map((lane, index) => {
      const [x, y] = [index % 5, Math.floor(index / 5)];
      return lane ^ (~at(turned, x + 1, y) & LANE & at(turned, x + 2, y));
    });
    state[0] = (state[0] ?? 0n) ^ constant;
  }
  return state;
}

/** Keccak-256 as Ethereum uses it: FIPS 202's permutation with the original padding. The answer in hexadecimal. */
export function keccak256(message: string): string {
  const length = Math.floor(Buffer.byteLength(message) / RATE_BYTES + 1) * RATE_BYTES;
  const padded = Buffer.alloc(length);
  const end = padded.write(message);
  padded.writeUInt8(padded.readUInt8(end) ^ 0x01, end);
  padded.writeUInt8(padded.readUInt8(length - 1) ^ 0x80, length - 1);
  const constants = roundConstants();
  let state = new Array<bigint>(25).fill(0n);
  for (let block = 0; block < length; block += RATE_BYTES) {
    state = state.map((lane, index) =>
      index * 8 < RATE_BYTES ? lane ^ padded.readBigUInt64LE(block + index * 8) : lane,
    );
    state = permuted(state, constants);
  }
  const digest = Buffer.alloc(32);
  for (let lane = 0; lane < 4; lane++) digest.writeBigUInt64LE(state[lane] ?? 0n, lane * 8);
  return digest.toString('hex');
}
