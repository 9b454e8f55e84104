import assert from 'node:assert/strict';
import { BufferGarbage } from '../../../src/runtime/index.ts';

const KIB = 1024;

describe('the garbage of buffers', () => {
  it('is collected once for every 4 MiB of large messages, and never for small ones', () => {
    let collected = 0;
    const garbage = new BufferGarbage(() => collected++);
    for (let each = 0; each < 10_000; each++) garbage.took(4 * KIB);
    assert.equal(collected, 0);
    for (let each = 0; each < 4 * 64; each++) garbage.took(64 * KIB);
    assert.equal(collected, 4);
  });

  it('is freed at once, and nothing else is given the means to', () => {
    const garbage = new BufferGarbage();
    const held = (): number => process.memoryUsage().arrayBuffers;
    const before = held();
    for (let each = 0; each < 8 * 16; each++) {
      new Uint8Array(512 * KIB).fill(1);
      garbage.took(512 * KIB);
    }
    assert.ok(held() - before < 16 * KIB * KIB, `${held() - before} bytes more`);
    assert.equal(Reflect.get(globalThis, 'gc'), undefined);
  });
});
