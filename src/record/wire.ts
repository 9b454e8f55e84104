import { AffidavitError } from './errors.ts';
import { MAX_SHORT_BYTES, ShortStrings } from './short-strings.ts';

/**
 * The protobuf wire format (https://protobuf.dev/programming-guides/encoding/), as much of it as we speak.
 * Reading takes hostile input: every fault is `evidence.malformed`, nothing is read past the end.
 */

/** Wire types of protobuf; groups (3, 4) are refused. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const TWO_32 = 0x1_0000_0000;
// A byte order mark is a character of the string like any other.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

function malformed(what: string): AffidavitError {
  return new AffidavitError('evidence.malformed', `not a valid protobuf message: ${what}`);
}

const shortStrings = new ShortStrings();

function decodeUtf8(view: Uint8Array): string {
  try {
    return utf8.decode(view);
  } catch {
    throw malformed('a string is not UTF-8');
  }
}

/** Reads one protobuf message. Byte fields are views of the input, not copies. */
export class WireReader {
  readonly bytes: Uint8Array;
  position: number;
  #end: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.position = start;
    this.#end = end;
  }

  /** Where the message ends that is read now. */
  get end(): number {
    return this.#end;
  }

  /** True when nothing is left. */
  get done(): boolean {
    return this.position >= this.#end;
  }

  /** An unsigned varint up to 2^53-1. @throws evidence.malformed when longer, larger or cut off. */
  varint(): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.position >= this.#end) throw malformed('a number is cut off');
      const byte = this.bytes[this.position++] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= (bits & 0x0f) << 28;
        high = bits >>> 4;
      } else high += bits * 2 ** (shift - 32);
      if (byte < 0x80) {
        const value = high * TWO_32 + (low >>> 0);
        if (!Number.isSafeInteger(value)) throw malformed('a number is larger than 2^53-1');
        return value;
      }
    }
    throw malformed('a number is longer than ten bytes');
  }

  /** The next tag as [field number, wire type]. */
  tag(): [field: number, wire: number] {
    const tag = this.varint();
    const field = Math.floor(tag / 8);
    if (field === 0 || field > 0x1fff_ffff) throw malformed('a field number is out of range');
    return [field, tag & 7];
  }

  /** A length-delimited field, as a view. */
  view(): Uint8Array {
    const start = this.skipBytes();
    return this.bytes.subarray(start, this.position);
  }

  /**
   * Begins a length-delimited field whose content is a message that is read next: no view, and no reader, of its own. What it
   * gives is for {@link leave}.
   */
  enter(): number {
    const outerEnd = this.#end;
    const start = this.skipBytes();
    this.#end = this.position;
    this.position = start;
    return outerEnd;
  }

  /** Ends the field that {@link enter} began, whether all of it was read or not. */
  leave(outerEnd: number): void {
    this.position = this.#end;
    this.#end = outerEnd;
  }

  /** A string field; must be valid UTF-8. */
  string(): string {
    return decodeUtf8(this.view());
  }

  /** The same for what names something, and so comes again and again: it is remembered, so never for a value. */
  name(): string {
    const start = this.skipBytes();
    if (this.position - start <= MAX_SHORT_BYTES) return shortStrings.get(this.bytes, start, this.position, decodeUtf8);
    return decodeUtf8(this.bytes.subarray(start, this.position));
  }

  /** Passes over a field of a wire type. */
  skip(wire: number): void {
    if (wire === WIRE.varint) this.skipVarint();
    else if (wire === WIRE.bytes) this.skipBytes();
    else if (wire === WIRE.fixed64) this.advance(8);
    else if (wire === WIRE.fixed32) this.advance(4);
    else throw malformed(`wire type ${wire} is not known`);
  }

  /** Moves on by `count` bytes and gives the position before. */
  advance(count: number): number {
    const start = this.position;
    if (count > this.#end - start) throw malformed('a field is cut off');
    this.position = start + count;
    return start;
  }

  /** Passes over a length-delimited field and gives the position at which its content begins. */
  private skipBytes(): number {
    const length = this.varint();
    const start = this.position;
    if (length > this.#end - start) throw malformed('a field is longer than its message');
    this.position = start + length;
    return start;
  }

  /** A field that we don't read may hold any 64-bit number. */
  private skipVarint(): void {
    for (let length = 0; length < 10; length++) {
      if (this.position >= this.#end) throw malformed('a number is cut off');
      if ((this.bytes[this.position++] ?? 0) < 0x80) return;
    }
    throw malformed('a number is longer than ten bytes');
  }
}

/** Up to here a loop is quicker than a call of the text encoder; the length takes one byte. */
const SHORT_CHARS = 48;

/** Writes one protobuf message into a buffer that grows; `finish` gives an exact copy. */
export class WireWriter {
  private buffer: Uint8Array;
  private length = 0;

  constructor(initialBytes = 256) {
    this.buffer = new Uint8Array(initialBytes);
  }

  /** An unsigned varint. @throws internal when not an integer in 0 … 2^53-1: the caller's mistake. */
  varint(value: number): this {
    // Most numbers are tags and lengths, and most of those have one byte.
    if (value >= 0 && value < 0x80 && Number.isInteger(value)) {
      this.reserve(1);
      this.buffer[this.length++] = value;
      return this;
    }
    if (!Number.isSafeInteger(value) || value < 0)
      throw new AffidavitError('internal', `not an unsigned integer: ${value}`);
    this.reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.buffer[this.length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.buffer[this.length++] = rest;
    return this;
  }

  /** A field's tag. */
  tag(field: number, wire: number): this {
    return this.varint(field * 8 + wire);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): this {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  /** A length-delimited field. */
  bytes(field: number, bytes: Uint8Array): this {
    return this.tag(field, WIRE.bytes).varint(bytes.length).raw(bytes);
  }

  /** A string field, in UTF-8. */
  string(field: number, value: string): this {
    if (value.length <= SHORT_CHARS && this.shortAscii(field, value)) return this;
    const start = this.open(field);
    // A UTF-16 code unit takes three bytes at most.
    this.reserve(value.length * 3);
    this.length += utf8Encoder.encodeInto(value, this.buffer.subarray(this.length)).written;
    this.close(start);
    return this;
  }

  /** Writes a string of ASCII characters; false, and nothing is written, when it has others. */
  private shortAscii(field: number, value: string): boolean {
    const before = this.length;
    this.tag(field, WIRE.bytes).varint(value.length).reserve(value.length);
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) {
        this.buffer.fill(0, before, this.length);
        this.length = before;
        return false;
      }
      this.buffer[this.length++] = code;
    }
    return true;
  }

  /** A varint field. */
  uint(field: number, value: number): this {
    return this.tag(field, WIRE.varint).varint(value);
  }

  /** Begins a length-delimited field whose content is written next; what it gives is for {@link close}. */
  open(field: number): number {
    this.tag(field, WIRE.bytes).reserve(1);
    return this.length++;
  }

  /** Ends the field that {@link open} began: puts its length, now known, before its content. */
  close(start: number): void {
    const content = this.length - start - 1;
    let lengthBytes = 1;
    for (let rest = content; rest >= 0x80; rest = Math.floor(rest / 0x80)) lengthBytes++;
    if (lengthBytes > 1) {
      this.reserve(10);
      this.buffer.copyWithin(start + lengthBytes, start + 1, this.length);
    }
    this.length = start;
    this.varint(content);
    this.length += content;
  }

  /** What was written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  /** What was written; the writer is empty afterwards and keeps none of it. */
  take(): Uint8Array {
    const taken = this.buffer.slice(0, this.length);
    this.buffer.fill(0, 0, this.length);
    this.length = 0;
    return taken;
  }

  /** Bytes that it can take without growing. */
  get capacity(): number {
    return this.buffer.length;
  }

  private reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
  }
}
