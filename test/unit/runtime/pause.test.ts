import assert from 'node:assert/strict';
import { Pace, pause } from '../../../src/runtime/index.ts';

describe('runtime: pause', () => {
  it('ends at once when the signal comes, or has come', async () => {
    const stop = new AbortController();
    const paused = pause(1e9, stop.signal);
    stop.abort();
    await paused;
    await pause(1e9, stop.signal);
  });

  it('rests for what is left of the interval since a run began, and not at all when that is over', async () => {
    let nowUs = 0;
    const pace = new Pace({ nowUs: () => 0, monotonicUs: () => nowUs }, 1e6);
    const stop = new AbortController();
    let rested = false;
    await pace.rest(stop.signal);
    pace.begin();
    const resting = pace.rest(stop.signal).then(() => (rested = true));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(rested, false);
    stop.abort();
    await resting;
    nowUs = 1e9;
    await pace.rest(new AbortController().signal);
  });
});
