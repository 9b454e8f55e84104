/** Kinds of frames (RFC 6455, 5.2). */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The header of a frame (RFC 6455, 5.2). */
export interface FrameHeader {
  readonly opcode: number;
  /** The last frame of its message. */
  readonly isLast: boolean;
  /** RSV1 is set: the message is compressed (RFC 7692, 6). */
  readonly isCompressed: boolean;
  /** What the payload was masked with, four bytes; empty when it wasn't. */
  readonly mask: string;
  /** Bytes of the header itself. */
  readonly bytes: number;
  readonly payloadBytes: number;
}

const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MAX_CONTROL_BYTES = 125;
const MASK_BYTES = 4;
/** RSV2 and RSV3: of extensions that nobody has registered. */
const UNKNOWN_BITS = 0x30;
const OPCODES: ReadonlySet<number> = new Set(Object.values(OPCODE));

/** True for frames that stand alone, also between those of a message. */
export function isControl(opcode: number): boolean {
  return opcode >= OPCODE.close;
}

function numberAt(bytes: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i += 1) value = value * 0x100 + bytes.charCodeAt(i);
  return value;
}

function isValid(first: number, payloadBytes: number): boolean {
  const opcode = first & 0x0f;
  if (!OPCODES.has(opcode) || (first & UNKNOWN_BITS) !== 0 || !Number.isSafeInteger(payloadBytes)) return false;
  if (!isControl(opcode)) return true;
  return payloadBytes <= MAX_CONTROL_BYTES && (first & 0xc0) === 0x80;
}

/** Reads the header that `bytes` start with: undefined when it isn't whole, `invalid` when no frame has such a one. */
export function readHeader(bytes: string): FrameHeader | 'invalid' | undefined {
  if (bytes.length < 2) return undefined;
  const [first, second] = [bytes.charCodeAt(0), bytes.charCodeAt(1)];
  const short = second & 0x7f;
  const lengthEnd = 2 + (short === LENGTH_16 ? 2 : short === LENGTH_64 ? 8 : 0);
  const end = lengthEnd + ((second & 0x80) === 0 ? 0 : MASK_BYTES);
  const payloadBytes = short < LENGTH_16 ? short : numberAt(bytes, 2, lengthEnd);
  if (bytes.length >= lengthEnd && !isValid(first, payloadBytes)) return 'invalid';
  if (bytes.length < end) return undefined;
  return {
    opcode: first & 0x0f,
    isLast: (first & 0x80) !== 0,
    isCompressed: (first & 0x40) !== 0,
    mask: bytes.slice(lengthEnd, end),
    bytes: end,
    payloadBytes,
  };
}

/** Undoes the masking of a payload (RFC 6455, 5.3) from its byte `offset` on. */
export function unmask(payload: string, mask: string, offset = 0): string {
  if (mask === '') return payload;
  const bytes = Buffer.from(payload, 'latin1');
  const key = Array.from({ length: MASK_BYTES }, (_, i) => mask.charCodeAt((offset + i) % MASK_BYTES));
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = (bytes[i] ?? 0) ^ (key[i & 3] ?? 0);
  return bytes.toString('latin1');
}

/** The header of an unmasked frame that is all of its message. */
export function headerOf(opcode: number, payloadBytes: number): string {
  const first = 0x80 | opcode;
  if (payloadBytes < LENGTH_16) return String.fromCharCode(first, payloadBytes);
  if (payloadBytes < 0x10000) return String.fromCharCode(first, LENGTH_16, payloadBytes >> 8, payloadBytes & 0xff);
  const high = Math.floor(payloadBytes / 0x1_0000_0000);
  const lengths = [high, payloadBytes].flatMap((n) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 0xff));
  return String.fromCharCode(first, LENGTH_64, ...lengths);
}
