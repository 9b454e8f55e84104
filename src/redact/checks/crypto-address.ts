import { hash } from 'node:crypto';
import { isDigitCode, isUpperCode } from './characters.ts';
import { keccak256 } from './keccak.ts';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Values of characters of ASCII in an alphabet; 255 for others. */
function valuesOf(alphabet: string): Uint8Array {
  const values = new Uint8Array(128).fill(255);
  for (let i = 0; i < alphabet.length; i += 1) values[alphabet.charCodeAt(i)] = i;
  return values;
}

const BASE58_VALUES = valuesOf(BASE58);
/** Version, hash of 20 bytes, checksum of 4. */
const ADDRESS_BYTES = 25;
const CHECKED_BYTES = 21;
const BASE58_MIN_CHARS = 26;
const BASE58_MAX_CHARS = 35;
/** Addresses of keys and of scripts: of Bitcoin, of Litecoin (and Bitcoin's, its older scripts), of Dogecoin. */
const VERSIONS = [0x00, 0x05, 0x30, 0x32, 0x1e, 0x16];
/** What addresses of those versions start with: whatever else starts a text is not worth decoding. */
const FIRST_CHARS = '13LMD9A';

/** Text of Base58 as a number of 25 bytes; undefined for other characters, and for a larger number. */
function decodeBase58(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(ADDRESS_BYTES);
  for (let i = 0; i < text.length; i += 1) {
    let carry = BASE58_VALUES[text.charCodeAt(i)] ?? 255;
    if (carry === 255) return undefined;
    for (let at = ADDRESS_BYTES - 1; at >= 0; at -= 1) {
      carry += (bytes[at] ?? 0) * 58;
      bytes[at] = carry;
      carry >>= 8;
    }
    if (carry > 0) return undefined;
  }
  return bytes;
}

/** Base58 writes each leading byte of zero as one character `1`. */
function hasRightZeros(text: string, bytes: Uint8Array): boolean {
  let ones = 0;
  while (text.charCodeAt(ones) === 49) ones += 1;
  let zeros = 0;
  while (bytes[zeros] === 0) zeros += 1;
  return ones === zeros;
}

/**
 * True for an address in Base58Check, the checksum being the first four bytes of a double SHA-256: Bitcoin's main network
 * (P2PKH, P2SH), Litecoin's and Dogecoin's.
 */
export function isBase58Address(text: string): boolean {
  if (text.length < BASE58_MIN_CHARS || text.length > BASE58_MAX_CHARS) return false;
  if (!FIRST_CHARS.includes(text.charAt(0))) return false;
  const bytes = decodeBase58(text);
  if (bytes === undefined || !VERSIONS.includes(bytes[0] ?? 255) || !hasRightZeros(text, bytes)) return false;
  const digest = hash('sha256', hash('sha256', bytes.subarray(0, CHECKED_BYTES), 'buffer'), 'buffer');
  return digest.subarray(0, 4).equals(bytes.subarray(CHECKED_BYTES));
}

const BECH32_VALUES = valuesOf('qpzry9x8gf2tvdw0s3jn54khce6mua7l');
const BECH32_CHECKSUM_CHARS = 6;
const BECH32_MAX_CHARS = 90;
const BECH32_GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
/** What the remainder has to be: of witness version 0 (BIP 173), of the later ones (BIP 350). */
const BECH32_REMAINDER = 1;
const BECH32M_REMAINDER = 0x2bc830a3;
/** Human-readable parts with their separator: Bitcoin's main network, Litecoin's. */
const SEGWIT_PREFIXES = ['bc1', 'ltc1'];

/** One step of BIP 173's checksum, the code of BCH over GF(32). */
function bech32Step(remainder: number, value: number): number {
  const top = remainder >>> 25;
  let next = ((remainder & 0x1ffffff) << 5) ^ value;
  for (let i = 0; i < 5; i += 1) if (((top >>> i) & 1) === 1) next ^= BECH32_GENERATORS[i] ?? 0;
  return next;
}

/** The remainder after a human-readable part, given with its separator. */
function prefixRemainder(prefix: string): number {
  let remainder = 1;
  for (let i = 0; i < prefix.length - 1; i += 1) remainder = bech32Step(remainder, prefix.charCodeAt(i) >> 5);
  remainder = bech32Step(remainder, 0);
  for (let i = 0; i < prefix.length - 1; i += 1) remainder = bech32Step(remainder, prefix.charCodeAt(i) & 31);
  return remainder;
}

/** Version, whole bytes, and less than five bits of zero that fill up the last character. */
function isWitnessProgram(text: string, start: number): boolean {
  const end = text.length - BECH32_CHECKSUM_CHARS;
  const bits = (end - start - 1) * 5;
  const bytes = bits >> 3;
  const paddingBits = bits & 7;
  const version = BECH32_VALUES[text.charCodeAt(start)] ?? 255;
  if (version > 16 || bytes < 2 || bytes > 40 || (version === 0 && bytes !== 20 && bytes !== 32)) return false;
  const last = BECH32_VALUES[text.charCodeAt(end - 1)] ?? 255;
  return paddingBits < 5 && (last & ((1 << paddingBits) - 1)) === 0;
}

function isLowerSegwitAddress(text: string, prefix: string): boolean {
  let remainder = prefixRemainder(prefix);
  for (let i = prefix.length; i < text.length; i += 1) {
    const value = BECH32_VALUES[text.charCodeAt(i)] ?? 255;
    if (value === 255) return false;
    remainder = bech32Step(remainder, value);
  }
  const wanted = text.charAt(prefix.length) === 'q' ? BECH32_REMAINDER : BECH32M_REMAINDER;
  return remainder === wanted && isWitnessProgram(text, prefix.length);
}

/**
 * True for a segregated witness address of Bitcoin's or Litecoin's main network, in lower case or in upper case throughout:
 * Bech32 for version 0 (BIP 173), Bech32m for the later ones (BIP 350).
 */
export function isSegwitAddress(text: string): boolean {
  if (text.length > BECH32_MAX_CHARS) return false;
  const lower = isUpperCode(text.charCodeAt(0)) && text === text.toUpperCase() ? text.toLowerCase() : text;
  return SEGWIT_PREFIXES.some((prefix) => lower.startsWith(prefix) && isLowerSegwitAddress(lower, prefix));
}

/** `unchecked`: hexadecimal digits of one case only carry no checksum, so that what stands around them has to decide. */
export type EthereumVerdict = 'valid' | 'invalid' | 'unchecked';

const ETHEREUM_CHARS = 42;

/** Case of the letters of `0x` and 40 hexadecimal digits; undefined for another text. */
function hexCase(text: string): 'lower' | 'upper' | 'mixed' | 'none' | undefined {
  let [lowers, uppers] = [0, 0];
  for (let i = 2; i < ETHEREUM_CHARS; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= 97 && code <= 102) lowers += 1;
    else if (code >= 65 && code <= 70) uppers += 1;
    else if (!isDigitCode(code)) return undefined;
  }
  if (lowers > 0 && uppers > 0) return 'mixed';
  return lowers > 0 ? 'lower' : uppers > 0 ? 'upper' : 'none';
}

/** EIP-55: a letter is upper-case where the hash of the lower-case digits has 8 or more at its place. */
function hasEip55Case(text: string): boolean {
  const digest = keccak256(Buffer.from(text.slice(2).toLowerCase(), 'latin1'));
  for (let i = 0; i < 40; i += 1) {
    const code = text.charCodeAt(i + 2);
    if (isDigitCode(code)) continue;
    const nibble = ((digest[i >> 1] ?? 0) >> (i % 2 === 0 ? 4 : 0)) & 15;
    if (isUpperCode(code) !== nibble >= 8) return false;
  }
  return true;
}

/** Judges an Ethereum address, `0x` and 40 hexadecimal digits, by the checksum in the case of its letters (EIP-55). */
export function judgeEthereumAddress(text: string): EthereumVerdict {
  if (text.length !== ETHEREUM_CHARS || text.charCodeAt(0) !== 48 || text.charCodeAt(1) !== 120) return 'invalid';
  const letters = hexCase(text);
  if (letters === undefined) return 'invalid';
  if (letters !== 'mixed') return 'unchecked';
  return hasEip55Case(text) ? 'valid' : 'invalid';
}
