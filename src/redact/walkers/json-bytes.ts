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

/** Takes the bytes back when nobody looks at them any more. */
export function giveBack(bytes: Buffer): void {
  if (bytes.length <= MAX_SPARE_BYTES && (spare === undefined || spare.length < bytes.length)) spare = bytes;
}
