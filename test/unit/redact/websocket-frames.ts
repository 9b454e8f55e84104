import { constants, createDeflateRaw } from 'node:zlib';

/** A frame as it is written. */
export interface FrameToWrite {
  opcode?: number;
  last?: boolean;
  compressed?: boolean;
  /** Four bytes; clients mask. */
  mask?: Buffer;
  payload: string | Uint8Array;
}

const MASK = Buffer.from('37fa213d', 'hex');

/** A frame of RFC 6455, 5.2. */
export function frameOf({ opcode = 1, last = true, compressed = false, mask, payload }: FrameToWrite): Buffer {
  const bytes = Buffer.from(payload);
  const first = (last ? 0x80 : 0) | (compressed ? 0x40 : 0) | opcode;
  const masked = mask === undefined ? 0 : 0x80;
  let header = Buffer.from([first, masked | bytes.length]);
  if (bytes.length > 125 && bytes.length < 65_536) {
    header = Buffer.from([first, masked | 126, 0, 0]);
    header.writeUInt16BE(bytes.length, 2);
  } else if (bytes.length > 125) {
    header = Buffer.concat([Buffer.from([first, masked | 127]), Buffer.alloc(8)]);
    header.writeBigUInt64BE(BigInt(bytes.length), 2);
  }
  const body = mask === undefined ? bytes : Buffer.from(bytes.map((byte, i) => byte ^ (mask[i % 4] ?? 0)));
  return Buffer.concat([header, mask ?? Buffer.alloc(0), body]);
}

/** A masked frame, as a client sends it. */
export function fromClient(payload: string | Uint8Array, more: Partial<FrameToWrite> = {}): Buffer {
  return frameOf({ mask: MASK, payload, ...more });
}

/** A frame that was read. */
export interface ReadFrame {
  opcode: number;
  payload: string;
}

/** Reads whole, unmasked and uncompressed frames; throws for any others. */
export function readFrames(content: string): ReadFrame[] {
  const bytes = Buffer.from(content, 'latin1');
  const frames: ReadFrame[] = [];
  for (let at = 0; at < bytes.length;) {
    const [first = 0, short = 0] = bytes.subarray(at);
    if ((first & 0xf0) !== 0x80 || short > 127) throw new Error('not a whole, plain frame');
    const long = short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : 0;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : long;
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    at = start + length;
    if (at > bytes.length) throw new Error('a frame goes on behind the end');
    frames.push({ opcode: first & 0x0f, payload: bytes.toString('utf8', start, at) });
  }
  return frames;
}

/** Messages compressed one after the other with one window (RFC 7692, 7.2.1). */
export async function deflated(messages: readonly (string | Uint8Array)[]): Promise<Buffer[]> {
  const stream = createDeflateRaw();
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  const compressed: Buffer[] = [];
  for (const message of messages) {
    stream.write(message);
    await new Promise<void>((resolve) => {
      stream.flush(constants.Z_SYNC_FLUSH, resolve);
    });
    compressed.push(Buffer.concat(pieces).subarray(0, -4));
    pieces.length = 0;
  }
  stream.destroy();
  return compressed;
}
