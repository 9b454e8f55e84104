import { utf16Of } from './charset.ts';

/** Shorter values may be anything. */
const MIN_BYTES = 8;
const ORDER_BYTES = 2;

/** A value that is text in UTF-16. */
export interface Utf16Value {
  /** The same in UTF-8, a binary string. */
  readonly text: string;
  /** Writes a text as this one was written. */
  readonly encode: (text: string) => string;
  /** Where a byte of {@link text} is in the value. */
  readonly place: (index: number) => number;
}

/** How a value without a mark of its order is written: nearly all units of a text have a zero in the same half. */
function orderOf(value: string): 'utf-16le' | 'utf-16be' | undefined {
  const zeros = [0, 0];
  for (let at = 0; at < value.length; at += 1) if (value.charCodeAt(at) === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [big = 0, little = 0] = zeros;
  if (Math.min(big, little) > 0 || Math.max(big, little) * 3 < value.length) return undefined;
  return little > 0 ? 'utf-16le' : 'utf-16be';
}

/** Reads a value that is text in UTF-16, with a mark of its order or without; undefined for anything else. */
export function utf16Value(value: string): Utf16Value | undefined {
  if (value.length < MIN_BYTES || value.length % 2 !== 0 || !value.includes('\0')) return undefined;
  const marked = utf16Of(undefined, value.slice(0, ORDER_BYTES));
  const mark = marked === undefined ? '' : value.slice(0, ORDER_BYTES);
  const order = marked ?? orderOf(value);
  if (order === undefined) return undefined;
  const swapped = (bytes: Buffer): Buffer => (order === 'utf-16be' ? bytes.swap16() : bytes);
  const encode = (text: string): string =>
    mark + swapped(Buffer.from(Buffer.from(text, 'latin1').toString(), 'utf16le')).toString('latin1');
  const units = swapped(Buffer.from(value.slice(mark.length), 'latin1')).toString('utf16le');
  const text = Buffer.from(units).toString('latin1');
  if (encode(text) !== value) return undefined;
  const place = (index: number): number =>
    mark.length + 2 * Buffer.from(text.slice(0, index), 'latin1').toString().length;
  return { text, encode, place };
}
