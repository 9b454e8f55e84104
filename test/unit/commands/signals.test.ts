import assert from 'node:assert/strict';
import { Wishes } from '../../../src/commands/signals.ts';

describe('signals that ask a process to end', () => {
  it('are one wish when the second follows at once, and insist when somebody repeats it', () => {
    let nowMs = 5_000;
    const wishes = new Wishes(() => nowMs);
    const at = (laterMs: number) => {
      nowMs = 5_000 + laterMs;
      return wishes.take();
    };
    assert.deepEqual(
      [at(0), at(0), at(3), at(999), at(1_000), at(20_000)],
      ['new', 'echo', 'echo', 'echo', 'insists', 'insists'],
    );
  });
});
