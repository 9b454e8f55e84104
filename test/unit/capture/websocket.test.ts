import assert from 'node:assert/strict';
import fc from 'fast-check';
import { followFrames, type FrameState, NO_FRAMES } from '../../../src/capture/websocket.ts';

function frame(opcode: number, payload: Uint8Array, masked: boolean): Uint8Array {
  const mask = masked ? 0x80 : 0;
  const length = payload.length;
  const lengths =
    length < 126
      ? [length | mask]
      : length < 65_536
        ? [126 | mask, length >> 8, length & 255]
        : [127 | mask, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255];
  return Uint8Array.of(0x80 | opcode, ...lengths, ...(masked ? [1, 2, 3, 4] : []), ...payload);
}

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.constantFrom(126, 127, 65_535, 65_536, 70_000).map((length) => new Uint8Array(length).fill(0x88)),
);
const frames = fc.array(fc.record({ opcode: fc.constantFrom(0, 1, 2, 9, 10), payload, masked: fc.boolean() }), {
  maxLength: 5,
});

function follow(bytes: Uint8Array, cuts: readonly number[]): FrameState {
  let state = NO_FRAMES;
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let at = 0;
  for (const place of [...places, bytes.length]) {
    state = followFrames(state, bytes.subarray(at, place));
    at = place;
  }
  return state;
}

describe('the frames of a WebSocket', () => {
  it('end with a Close frame only where there is one, however they are cut', () => {
    fc.assert(
      fc.property(frames, fc.boolean(), fc.array(fc.nat(), { maxLength: 8 }), (given, closing, cuts) => {
        const all = given.map((one) => frame(one.opcode, one.payload, one.masked));
        if (closing) all.push(frame(8, Uint8Array.of(3, 232), true));
        const state = follow(new Uint8Array(Buffer.concat(all)), cuts);
        assert.deepEqual(state, { header: [], payloadLeft: 0, closed: closing });
      }),
    );
  });

  it('are followed in bounded memory, whatever they claim', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.ok(followFrames(NO_FRAMES, bytes).header.length < 14);
      }),
    );
  });
});
