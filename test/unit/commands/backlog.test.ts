import assert from 'node:assert/strict';
import { untilIngested } from '../../../src/commands/backlog.ts';
import { TestClock } from '../seal/fixtures.ts';

describe('what the ledger has yet to take when `up` ends', () => {
  const clock = new TestClock();
  const ending = { step: <T>(_doing: string, work: Promise<T>) => work };
  const waiting = new AbortController();
  /** A ledger that takes a frame each time it is looked at, for which it needs a second. */
  const ledgerAt = (first: number) => {
    let next = first;
    return () => {
      clock.advanceMs(1_000);
      return next++;
    };
  };

  it('is waited for while it is little', async () => {
    assert.equal(await untilIngested({ position: ledgerAt(3), end: 9, ending }, clock, waiting.signal), 0);
  });

  it('is left to the next start when half a minute was not enough, whatever it is', async () => {
    const left = await untilIngested({ position: ledgerAt(0), end: 1_000_000, ending }, clock, waiting.signal);
    assert.ok(left > 1_000_000 - 40 && left < 1_000_000, `${left} left`);
  });

  it('is bounded lot by lot by what a disk may take: one that never answers ends the process', async () => {
    const hung = new Error('the disk does not answer');
    const waits: Promise<unknown>[] = [];
    const ledgerHangsAt2 = (): number => Math.min(waits.length, 2);
    const step = <T>(_doing: string, work: Promise<T>): Promise<T> => {
      waits.push(work);
      return waits.length <= 2 ? work : Promise.reject(hung);
    };
    const backlog = { position: ledgerHangsAt2, end: 9, ending: { step } };
    await assert.rejects(untilIngested(backlog, clock, waiting.signal), hung);
    assert.equal(waits.length, 3);
    waiting.abort();
    await Promise.all(waits);
  });

  it('is not waited for where the ledger has failed', async () => {
    assert.equal(await untilIngested({ position: () => 0, end: 9, ending }, clock, AbortSignal.abort()), 0);
  });
});
