/**
 * Follows the frames of one direction of a WebSocket (RFC 6455, section 5.2) as far as to tell whether it ended with a
 * Close frame: Envoy marks no end of a tunnel, and a connection that broke looks the same to it as one that was closed.
 */
export interface FrameState {
  /** Bytes of a frame header that is not whole yet; 13 at most. */
  readonly header: readonly number[];
  /** Bytes of the current frame's payload that are still to come. */
  readonly payloadLeft: number;
  /** A Close frame has begun. */
  readonly closed: boolean;
}

/** The state before the first byte. */
export const NO_FRAMES: FrameState = { header: [], payloadLeft: 0, closed: false };

const OPCODE_CLOSE = 8;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** The state after `bytes`. */
export function followFrames(state: FrameState, bytes: Uint8Array): FrameState {
  let { payloadLeft, closed } = state;
  let header = [...state.header];
  let at = 0;
  while (at < bytes.length) {
    if (payloadLeft > 0) {
      const passed = Math.min(payloadLeft, bytes.length - at);
      payloadLeft -= passed;
      at += passed;
      continue;
    }
    header.push(bytes[at++] ?? 0);
    if (header.length < headerLength(header)) continue;
    closed ||= ((header[0] ?? 0) & 0x0f) === OPCODE_CLOSE;
    payloadLeft = payloadLength(header);
    header = [];
  }
  return { header, payloadLeft, closed };
}

/** Length of a frame header, as far as its first bytes tell. */
function headerLength(header: readonly number[]): number {
  const second = header[1];
  if (second === undefined) return 2;
  const length = second & 0x7f;
  const extended = length === LENGTH_16 ? 2 : length === LENGTH_64 ? 8 : 0;
  return 2 + extended + (second & 0x80 ? 4 : 0);
}

function payloadLength(header: readonly number[]): number {
  const length = (header[1] ?? 0) & 0x7f;
  if (length < LENGTH_16) return length;
  const extended = header.slice(2, length === LENGTH_16 ? 4 : 10);
  return extended.reduce((sum, byte) => sum * 256 + byte, 0);
}
