import assert from 'node:assert/strict';
import { HealthService } from '../../../src/capture/health.ts';

/** Peers that ask now and then, on a clock that stands still. */
class Asked {
  nowUs = 1_000_000;
  readonly health = new HealthService([], { monotonicUs: () => this.nowUs });

  by(peer: string, waitedMs = 0): this {
    this.nowUs += waitedMs * 1000;
    this.health.check({ request: new Uint8Array(0), getPeer: () => peer }, () => undefined);
    return this;
  }
}

describe('those who check a recorder’s health', () => {
  it('have time to notice that it has stopped serving: a few of their own intervals', () => {
    assert.equal(new Asked().by('a').by('a', 1_000).by('a', 1_000).health.noticedWithinMs, 2_500);
    assert.equal(new Asked().by('a').by('b', 100).by('b', 200).by('a', 400).health.noticedWithinMs, 700 * 2.5);
    assert.equal(new Asked().by('a').by('a', 500).by('b').health.noticedWithinMs, 5_000);
  });

  it('are waited for at most ten seconds, and not when there are none', () => {
    assert.equal(new Asked().health.noticedWithinMs, 0);
    assert.equal(new Asked().by('a').health.noticedWithinMs, 5_000, 'one look may be the first of many');
    assert.equal(new Asked().by('a').by('a', 30_000).health.noticedWithinMs, 10_000);
    const gone = new Asked().by('a').by('a', 1_000);
    gone.nowUs += 60_000_000;
    assert.equal(gone.health.noticedWithinMs, 0);
  });

  it('are remembered in a bounded number', () => {
    const asked = new Asked().by('first').by('first', 30_000);
    for (let peer = 0; peer < 999; peer += 1) asked.by(String(peer));
    assert.equal(asked.health.noticedWithinMs, 10_000);
    assert.equal(asked.by('last').health.noticedWithinMs, 5_000);
  });
});
