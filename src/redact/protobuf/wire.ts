/**
 * The protobuf wire format (https://protobuf.dev/programming-guides/encoding/) over binary strings, to walk messages that may
 * be anything: nothing is copied, nothing is thrown, and 64-bit numbers and groups are read too.
 */

/** Wire types. */
export const WIRE_TYPE = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/** Longest varint: ten bytes of seven bits. */
const MAX_VARINT_BYTES = 10;
/** A tag is a number of 32 bits. */
const MAX_TAG_BYTES = 5;
const MAX_FIELD_NUMBER = 0x1fff_ffff;
/** Groups within each other; the same bound as that of messages in most implementations. */
const MAX_GROUPS = 100;

/** The place behind a varint that starts at `start`; -1 when it isn't whole before `end`, or too long. */
export function varintEnd(text: string, start: number, end: number): number {
  const most = Math.min(end, start + MAX_VARINT_BYTES);
  for (let at = start; at < most; at += 1) if (text.charCodeAt(at) < 0x80) return at + 1;
  return -1;
}

/** The value of a varint; exact up to 2^53. */
export function varintNumber(text: string, start: number, end: number): number {
  let value = 0;
  let factor = 1;
  for (let at = start; at < end; at += 1) {
    value += (text.charCodeAt(at) & 0x7f) * factor;
    factor *= 0x80;
  }
  return value;
}

/** The value of a varint, as an unsigned number of 64 bits. */
export function varintBigInt(text: string, start: number, end: number): bigint {
  let value = 0n;
  for (let at = end - 1; at >= start; at -= 1) value = (value << 7n) | BigInt(text.charCodeAt(at) & 0x7f);
  return BigInt.asUintN(64, value);
}

/** A number from 0 to 2^53 as a varint. */
export function encodeVarint(value: number): string {
  let encoded = '';
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) encoded += String.fromCharCode((rest % 0x80) | 0x80);
  return encoded + String.fromCharCode(rest);
}

/** Content with its length before it. */
export function delimited(content: string): string {
  return encodeVarint(content.length) + content;
}

/** A length-delimited field. */
export function bytesField(number: number, content: string): string {
  return encodeVarint(number * 8 + WIRE_TYPE.bytes) + delimited(content);
}

/**
 * Goes over the fields of a message, or over the part of one from `start` to `end`, one after another. Groups aren't entered
 * by it: their start and end are fields without a value.
 */
export class FieldCursor {
  readonly #text: string;
  readonly #end: number;
  #next: number;
  /** Field number. */
  number = 0;
  /** One of {@link WIRE_TYPE}. */
  wire = 0;
  /** Where what follows the tag starts: of bytes their length. */
  afterTag = 0;
  /** The value's first byte. */
  start = 0;
  /** The byte after the value's last one. */
  end = 0;
  /** True once something was no field. */
  failed = false;

  constructor(text: string, start: number, end: number) {
    this.#text = text;
    this.#next = start;
    this.#end = end;
  }

  /** Moves on to the next field; false when there is none, or it is broken. */
  next(): boolean {
    if (this.#next >= this.#end) return false;
    this.failed = !this.#read();
    return !this.failed;
  }

  #read(): boolean {
    const text = this.#text;
    const afterTag = varintEnd(text, this.#next, this.#end);
    if (afterTag === -1 || afterTag - this.#next > MAX_TAG_BYTES) return false;
    const tag = varintNumber(text, this.#next, afterTag);
    this.number = Math.floor(tag / 8);
    this.wire = tag & 7;
    this.afterTag = afterTag;
    this.start = afterTag;
    this.end = this.#endOfValue(afterTag);
    this.#next = this.end;
    return this.number > 0 && this.number <= MAX_FIELD_NUMBER && this.end !== -1 && this.end <= this.#end;
  }

  #endOfValue(at: number): number {
    switch (this.wire) {
      case WIRE_TYPE.varint:
        return varintEnd(this.#text, at, this.#end);
      case WIRE_TYPE.fixed64:
        return at + 8;
      case WIRE_TYPE.fixed32:
        return at + 4;
      case WIRE_TYPE.startGroup:
      case WIRE_TYPE.endGroup:
        return at;
      case WIRE_TYPE.bytes:
        this.start = varintEnd(this.#text, at, this.#end);
        return this.start === -1 ? -1 : this.start + varintNumber(this.#text, at, this.start);
      default:
        return -1;
    }
  }
}

/** True when the text from `start` to `end` is a message, as far as that shows without looking into its fields. */
export function isMessage(text: string, start: number, end: number): boolean {
  const cursor = new FieldCursor(text, start, end);
  const groups: number[] = [];
  while (cursor.next()) {
    if (cursor.wire === WIRE_TYPE.startGroup && groups.push(cursor.number) > MAX_GROUPS) return false;
    if (cursor.wire === WIRE_TYPE.endGroup && groups.pop() !== cursor.number) return false;
  }
  return !cursor.failed && groups.length === 0;
}
