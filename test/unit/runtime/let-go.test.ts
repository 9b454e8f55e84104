import assert from 'node:assert/strict';
import { holdOn, letGo } from '../../../src/runtime/index.ts';

const LARGE = 64 * 1024;

describe('the memory of a buffer', () => {
  it('is free at once when a large one is let go, without a collection', () => {
    const before = process.memoryUsage().arrayBuffers;
    const held = Array.from({ length: 256 }, () => Buffer.alloc(256 * 1024, 1));
    for (const one of held) letGo(one);
    const more = process.memoryUsage().arrayBuffers - before;
    assert.ok(more < 8 * 1024 * 1024, `${more} bytes more`);
    assert.ok(held.every(({ length }) => length === 0));
  });

  it('stays when something may still read it that was given up', () => {
    const given = new Uint8Array(2 * LARGE).fill(7);
    holdOn(given);
    letGo(given);
    assert.equal(given[0], 7);
  });

  it('stays while it is small, or has other things in it', () => {
    const small = new Uint8Array(LARGE - 1).fill(7);
    const whole = new Uint8Array(2 * LARGE).fill(7);
    letGo(small);
    letGo(whole.subarray(0, LARGE));
    letGo(new Uint8Array(new SharedArrayBuffer(LARGE)));
    assert.equal(small[0], 7);
    assert.equal(whole[0], 7);
  });
});
