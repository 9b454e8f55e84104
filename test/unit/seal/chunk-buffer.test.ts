import assert from 'node:assert/strict';
import { ChunkBuffer } from '../../../src/seal/chunk-buffer.ts';

const CAPACITY = 4096;

/** Fills the buffer with pieces of a size, and gives what was collected with the memory that it stands in. */
function fill(buffer: ChunkBuffer, value: number, size = CAPACITY / 4): { content: Uint8Array; memory: unknown } {
  while (buffer.room > 0) buffer.add(new Uint8Array(Math.min(size, buffer.room)).fill(value));
  return buffer.consume((bytes) => ({ content: bytes.slice(), memory: bytes.buffer }));
}

describe('the buffer of a chunk', () => {
  it('collects one chunk after another in the same memory', () => {
    const buffer = new ChunkBuffer(CAPACITY);
    const first = fill(buffer, 1);
    const second = fill(buffer, 2, 100);
    assert.deepEqual(first.content, new Uint8Array(CAPACITY).fill(1));
    assert.deepEqual(second.content, new Uint8Array(CAPACITY).fill(2));
    assert.equal(second.memory, first.memory);
    buffer.add(new Uint8Array(3).fill(3));
    assert.deepEqual(buffer.take(), new Uint8Array(3).fill(3), 'nothing is left of those before');
  });

  it('never writes into memory that it was given', () => {
    const buffer = new ChunkBuffer(CAPACITY);
    const given = [1, 2].map((value) => new Uint8Array(CAPACITY).fill(value));
    for (const whole of given) {
      buffer.add(whole);
      buffer.consume((bytes) => {
        assert.deepEqual(bytes, whole);
      });
      fill(buffer, 9, 100);
    }
    assert.deepEqual(given, [new Uint8Array(CAPACITY).fill(1), new Uint8Array(CAPACITY).fill(2)]);
  });
});
