import { AffidavitError } from '../record/index.ts';

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

/** True when both hold the same bytes. Not constant in time: for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The parts in one array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** UTF-8 bytes of a text. */
export function encodeUtf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

/** The text of UTF-8 bytes, a byte order mark kept. @throws evidence.malformed when they aren't UTF-8; `what` names them. */
export function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return utf8Decoder.decode(bytes);
  } catch {
    throw new AffidavitError('evidence.malformed', `${what} is not UTF-8`);
  }
}

/**
 * A decimal number without leading zeroes, as tlog-checkpoint and tlog-proof write sizes and indexes.
 * @throws evidence.malformed for another spelling or one over 2^53-1; `what` names it.
 */
export function parseDecimal(text: string, what: string): number {
  const value = /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value))
    throw new AffidavitError('evidence.malformed', `${what} is not a decimal number up to 2^53-1`);
  return value;
}

/** @throws evidence.malformed unless `value` is an integer in 0 … 2^53-1; `what` names it. */
export function checkUint(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new AffidavitError('evidence.malformed', `${what} is not an integer in 0 … 2^53-1: ${value}`);
}

/** @throws evidence.malformed unless `bytes` has exactly `count` bytes; `what` names them. */
export function checkLength(bytes: Uint8Array, count: number, what: string): void {
  if (bytes.length !== count)
    throw new AffidavitError('evidence.malformed', `${what} has ${bytes.length} bytes instead of ${count}`);
}
