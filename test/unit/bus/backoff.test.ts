import assert from 'node:assert/strict';
import { Backoff, within } from '../../../src/bus/backoff.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const never = new Promise<never>(() => undefined);

describe('bus: backoff', () => {
  it('grows from 100 ms to 10 s and no further, at least half of it each time, and starts anew after a success', () => {
    const backoff = new Backoff(new SeededRandom(5));
    for (const round of [1, 2]) {
      let wholeMs = 100;
      for (let at = 0; at < 30; at++) {
        const waitMs = backoff.take();
        assert(waitMs >= wholeMs / 2 && waitMs <= wholeMs, `round ${round}: ${waitMs} of ${wholeMs}`);
        wholeMs = Math.min(wholeMs * 2, 10_000);
      }
      backoff.reset();
    }
  });

  it('gives up on what does not answer when the signal comes', async () => {
    const stop = new AbortController();
    const waiting = assert.rejects(within(never, 'wait', 1e9, stop.signal), { code: 'shutting_down' });
    stop.abort();
    await waiting;
    await assert.rejects(within(never, 'wait', 1e9, stop.signal), { code: 'shutting_down' });
  });

  it('gives up on what does not answer in time, and passes on what does', async () => {
    await assert.rejects(within(never, 'wait', 1), { code: 'bus.unavailable' });
    assert.equal(await within(Promise.resolve(7), 'wait', 1e6), 7);
    await assert.rejects(within(Promise.reject(new Error('no')), 'wait', 1e6), /no/);
  });
});
