import assert from 'node:assert/strict';
import { Seats } from '../../../src/capture/seats.ts';

describe('seats', () => {
  it('hold who sits, in whatever order they leave', () => {
    const seats = new Seats<number>();
    const taken = [1, 2, 3, 4].map((holder) => Object.assign(seats.next(), { holder }));
    assert.deepEqual(seats.taken(), [1, 2, 3, 4]);
    for (const index of [0, 3, 3, 1]) {
      const seat = taken[index];
      assert.ok(seat !== undefined);
      seats.leave(seat);
      assert.equal(seat.holder, undefined);
    }
    assert.deepEqual(seats.taken(), [3]);
    assert.equal(seats.size, 1);
    const late = seats.next();
    assert.deepEqual([seats.size, seats.taken()], [2, [3]], 'nobody sits there yet');
    late.holder = 5;
    assert.deepEqual(seats.taken().toSorted(), [3, 5]);
  });
});
