import assert from 'node:assert/strict';
import { FrameAges } from '../../../src/commands/frame-ages.ts';

const SECOND_US = 1_000_000;

describe('ages of the frames of a spool', () => {
  let nowUs = 0;
  let ages: FrameAges;

  beforeEach(() => {
    nowUs = 0;
    ages = new FrameAges({ monotonicUs: () => nowUs });
  });

  it('a frame is as old as the group that made it durable', () => {
    for (const frame of [0, 10, 20]) {
      nowUs += 60 * SECOND_US;
      ages.note(frame);
    }
    nowUs += 5 * SECOND_US;
    assert.deepEqual(
      [15, 20, 25].map((frame) => ages.secondsSince(frame)),
      [65, 5, 5],
    );
  });

  it('an hour without frames makes none of those after it old', () => {
    ages.note(0);
    nowUs += 3_600 * SECOND_US;
    ages.note(1);
    assert.equal(ages.secondsSince(1), 0);
  });

  it('frames from before the start are as old as the start', () => {
    nowUs = 7 * SECOND_US;
    ages.note(100);
    assert.equal(ages.secondsSince(3), 7);
  });

  it('memory is bounded, and ages stay about right', () => {
    for (let frame = 0; frame < 20_000; frame += 1) {
      nowUs += SECOND_US;
      ages.note(frame);
    }
    const age = ages.secondsSince(10_000);
    assert.ok(Math.abs(age - 9_999) < 20, `${age}`);
  });
});
