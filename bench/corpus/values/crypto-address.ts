import { createHash } from 'node:crypto';
import type { Random } from '../random.ts';
import { keccak256 } from './keccak.ts';

/** Base 58 as Bitcoin writes it: letters and digits without 0, O, I and l. */
export const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function base58(bytes: Buffer): string {
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (; rest > 0n; rest /= 58n) text = BASE58.charAt(Number(rest % 58n)) + text;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return '1'.repeat(zeros === -1 ? bytes.length : zeros) + text;
}

/** A Bitcoin address of version 0 (to a key's hash) or 5 (to a script's hash), Base58Check. */
export function bitcoinBase58(random: Random): string {
  const payload = Buffer.concat([Buffer.from([random.pick([0, 5])]), random.bytes(20)]);
  return base58(Buffer.concat([payload, sha256(sha256(payload)).subarray(0, 4)]));
}

const BECH32_GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** The checksum's polynomial of BIP 173. */
export function bech32Polymod(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [index, generator] of BECH32_GENERATORS.entries()) if (((top >> index) & 1) === 1) sum ^= generator;
  }
  return sum >>> 0;
}

/** A human-readable part as BIP 173 lets it go into the checksum. */
export function bech32Expanded(prefix: string): number[] {
  const codes = Array.from(prefix, (character) => character.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function fiveBits(bytes: Uint8Array): number[] {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((group) => parseInt(group.padEnd(5, '0'), 2));
}

/** A Bitcoin address of BIP 173 (witness version 0) or BIP 350 (version 1, taproot). */
export function bitcoinBech32(random: Random): string {
  const version = random.int(0, 1);
  const data = [version, ...fiveBits(random.bytes(version === 0 ? random.pick([20, 20, 32]) : 32))];
  const constant = version === 0 ? 1 : 0x2bc830a3;
  const sum = bech32Polymod([...bech32Expanded('bc'), ...data, 0, 0, 0, 0, 0, 0]) ^ constant;
  const check = [25, 20, 15, 10, 5, 0].map((shift) => (sum >>> shift) & 31);
  return `bc1${[...data, ...check].map((value) => BECH32.charAt(value)).join('')}`;
}

/** The letters of a hexadecimal address of Ethereum in the case that EIP-55 asks for; the answer has `0x` in front. */
export function eip55(address: string): string {
  const lower = address.toLowerCase();
  const hash = keccak256(lower);
  const letters = Array.from(lower, (digit, index) =>
    parseInt(hash.charAt(index), 16) >= 8 ? digit.toUpperCase() : digit,
  );
  return `0x${letters.join('')}`;
}

/** An address of Ethereum. */
export function ethereum(random: Random): string {
  return eip55(random.hex(40));
}

/** A Bitcoin or Ethereum address of any kind. */
export function cryptoAddress(random: Random): string {
  return random.pick([bitcoinBase58, bitcoinBech32, ethereum])(random);
}
