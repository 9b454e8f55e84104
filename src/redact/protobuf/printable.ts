const PLAIN = /[\x20-\x7e]*/y;

/** Least and greatest second byte of a character of several bytes, by its first one (RFC 3629, 4). */
function secondByteRange(first: number): [least: number, most: number] {
  if (first === 0xe0) return [0xa0, 0xbf];
  if (first === 0xed) return [0x80, 0x9f];
  if (first === 0xf0) return [0x90, 0xbf];
  if (first === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}

/** Bytes of the character that starts with one; 0 for one that none starts with. */
function lengthBy(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

function isContinuation(code: number): boolean {
  return code >= 0x80 && code <= 0xbf;
}

/** Bytes of the character at a place; 0 where none starts, or a control character that no text has. */
function characterAt(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first < 0x80) return (first >= 0x20 && first !== 0x7f) || first === 9 || first === 10 || first === 13 ? 1 : 0;
  const length = lengthBy(first);
  if (length === 0 || at + length > text.length) return 0;
  const [least, most] = secondByteRange(first);
  const second = text.charCodeAt(at + 1);
  if (second < least || second > most) return 0;
  for (let i = 2; i < length; i += 1) if (!isContinuation(text.charCodeAt(at + i))) return 0;
  return length;
}

/**
 * Tells which parts of a binary string are text: UTF-8 without control characters but tabs and ends of lines. Asked for
 * parts in the order in which they start, and within each other, each byte is looked at once: what is known of the run
 * of text at a place holds for all places in it that follow an ASCII byte, as fields of a message do.
 */
export class PrintableRuns {
  readonly #text: string;
  #from = 0;
  /** The first place from `#from` on where no character of a text starts. */
  #end = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** True when what stands from `start` to `end` is text. */
  has(start: number, end: number): boolean {
    if (start < this.#from || start > this.#end) this.#search(start);
    return end <= this.#end && this.#isBoundary(start, end);
  }

  #search(start: number): void {
    this.#from = start;
    let at = this.#plainEnd(start);
    for (let length = characterAt(this.#text, at); length > 0; length = characterAt(this.#text, at))
      at = this.#plainEnd(at + length);
    this.#end = at;
  }

  /** After the printable ASCII that starts at a place. */
  #plainEnd(start: number): number {
    PLAIN.lastIndex = start;
    PLAIN.test(this.#text);
    return PLAIN.lastIndex;
  }

  /** False within a character. */
  #isBoundary(start: number, end: number): boolean {
    for (let back = 1; back <= 3 && end - back >= start; back += 1) {
      const code = this.#text.charCodeAt(end - back);
      if (!isContinuation(code)) return lengthBy(code) <= back;
    }
    return true;
  }
}
