import assert from 'node:assert/strict';
import { letGo } from '../../../src/runtime/index.ts';
import { RecentFrames } from '../../../src/spool/recent.ts';

const ALL = { maxFrames: 1_000_000, maxBytes: 1_000_000_000 };
const frame = (number: number, length = 10) => new Uint8Array(length).fill(number);

describe('the newest frames in memory', () => {
  it('are given from any number on that is there, within the reader’s bounds', () => {
    const recent = new RecentFrames(1_000);
    for (let number = 5; number < 9; number++) recent.add(number, frame(number));
    assert.equal(recent.read(5, { ...ALL, maxFrames: 2 })?.length, 2);
    assert.equal(recent.read(5, { ...ALL, maxBytes: 25 })?.length, 2);
    assert.equal(
      recent.read(5, { ...ALL, maxBytes: 1 })?.length,
      1,
      'a first one that is larger is given all the same',
    );
    assert.equal(recent.read(4, ALL), undefined);
    assert.deepEqual(
      recent.read(6, ALL)?.map((one) => [one.number, one.bytes[0]]),
      [
        [6, 6],
        [7, 7],
        [8, 8],
      ],
    );
    assert.equal(recent.read(9, ALL), undefined);
  });

  it('are let go once a later one is asked for: who reads on has them', () => {
    const recent = new RecentFrames(1_000);
    for (let number = 0; number < 9; number++) recent.add(number, frame(number));
    assert.equal(recent.read(4, { ...ALL, maxFrames: 1 })?.length, 1);
    assert.equal(recent.read(3, ALL), undefined);
    assert.equal(recent.read(4, ALL)?.length, 5, 'the ones asked for stay: they may be asked for again');
    assert.equal(recent.read(9, ALL), undefined);
    recent.add(9, frame(9));
    assert.deepEqual(recent.read(9, ALL), [{ number: 9, bytes: frame(9) }]);
  });

  it('are bounded by bytes: the oldest go, however many came', () => {
    const recent = new RecentFrames(100);
    for (let number = 0; number < 50_000; number++) recent.add(number, frame(number));
    assert.equal(recent.read(49_989, ALL), undefined);
    assert.equal(recent.read(49_990, ALL)?.length, 10);
    recent.add(50_000, frame(1, 101));
    assert.equal(recent.read(50_000, ALL), undefined, 'one that alone is too large is not kept');
    recent.add(50_001, frame(2));
    assert.equal(recent.read(50_001, ALL)?.length, 1);
  });

  it('are gone when their reader has let go of their memory, and are counted no more than once', () => {
    const LARGE = 100_000;
    const recent = new RecentFrames(3 * LARGE);
    for (let number = 0; number < 3; number++) recent.add(number, frame(number, LARGE));
    for (const { bytes } of recent.read(0, { ...ALL, maxFrames: 2 }) ?? []) letGo(bytes);
    assert.equal(recent.read(0, ALL), undefined);
    assert.equal(recent.read(2, ALL)?.length, 1);
    for (let number = 3; number < 50; number++) recent.add(number, frame(number, LARGE));
    assert.equal(recent.read(46, ALL), undefined);
    assert.equal(recent.read(47, ALL)?.length, 3);
  });

  it('begin anew behind a jump, so that no number stands for another frame', () => {
    const recent = new RecentFrames(1_000);
    recent.add(1, frame(1));
    recent.add(7, frame(7));
    assert.equal(recent.read(1, ALL), undefined);
    assert.deepEqual(recent.read(7, ALL), [{ number: 7, bytes: frame(7) }]);
  });
});
