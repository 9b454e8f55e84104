const NOT_BYTES = /[^\0-\xff]/;

/** So much is kept at most for the bytes of texts to come. */
const MAX_SPARE_BYTES = 128 * 1024;
/** Holds bytes of the text at hand; a walker inside of another has its own. */
let spare: Buffer | undefined;

/** A text's bytes with a zero behind them; undefined when it isn't of one byte a character. */
export function bytesOf(text: string): Buffer | undefined {
  if (NOT_BYTES.test(text)) return undefined;
  const bytes = spare !== undefined && spare.length > text.length ? spare : Buffer.allocUnsafe(text.length + 1024);
  spare = undefined;
  bytes.write(text, 0, 'latin1');
  bytes[text.length] = 0;
  return bytes;
}

/** The text of bytes from `start` to `end`: a string of its own, whose characters are read faster than those of a slice of another. */
export function textOf(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('latin1', start, end);
}

/** A part of a text, by its bytes where there are some. */
export function sliceOf(text: string, bytes: Buffer | undefined, start: number, end: number): string {
  return bytes === undefined ? text.slice(start, end) : textOf(bytes, start, end);
}

/** Takes the bytes back when nobody looks at them any more. */
export function giveBack(bytes: Buffer): void {
  if (bytes.length <= MAX_SPARE_BYTES && (spare === undefined || spare.length < bytes.length)) spare = bytes;
}
