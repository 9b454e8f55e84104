const NOT_BYTES = /[^\0-\xff]/;
const NOT_BYTES_ALL = new RegExp(NOT_BYTES, 'g');
/** Longest text whose bytes are put where those of the one before were. */
const SCRATCH_CHARS = 128 * 1024;
/** Zeros before and behind: what is looked at around a place is nothing there. */
export const MARGIN_BYTES = 16;
const scratch = Buffer.alloc(SCRATCH_CHARS + 2 * MARGIN_BYTES);

/** Up to here a loop is faster than a call that copies. */
const MAX_SHORT_CHARS = 128;

function writeShort(text: string, bytes: Buffer): Buffer {
  const { length } = text;
  const end = MARGIN_BYTES + length;
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i);
    bytes[MARGIN_BYTES + i] = code > 0xff ? 0x80 : code;
  }
  for (let at = end; at < end + MARGIN_BYTES; at += 1) bytes[at] = 0;
  return bytes;
}

function write(text: string, bytes: Buffer): Buffer {
  if (text.length <= MAX_SHORT_CHARS) return writeShort(text, bytes);
  // No character is of more than a byte; what was more is none of ASCII.
  bytes.write(NOT_BYTES.test(text) ? text.replace(NOT_BYTES_ALL, '\x80') : text, MARGIN_BYTES, 'latin1');
  bytes.fill(0, MARGIN_BYTES + text.length, 2 * MARGIN_BYTES + text.length);
  return bytes;
}

/** A text's bytes from {@link MARGIN_BYTES} on, until the next text's are asked for: they have one place. */
export function bytesForNow(text: string): Buffer {
  return write(text, text.length > SCRATCH_CHARS ? Buffer.alloc(text.length + 2 * MARGIN_BYTES) : scratch);
}

/** A text's bytes from {@link MARGIN_BYTES} on. */
export function bytesOfText(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(text.length + 2 * MARGIN_BYTES);
  bytes.fill(0, 0, MARGIN_BYTES);
  return write(text, bytes);
}

/**
 * The same text in one piece: to read the characters of one that was put together, or cut out of another, takes several times as
 * long.
 */
export function inOnePiece(text: string): string {
  return NOT_BYTES.test(text) ? text : bytesForNow(text).toString('latin1', MARGIN_BYTES, MARGIN_BYTES + text.length);
}
