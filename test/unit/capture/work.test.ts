import assert from 'node:assert/strict';
import { Budget } from '../../../src/capture/budget.ts';
import { WorkLoop } from '../../../src/capture/work-loop.ts';
import { EXCHANGE_BYTES, WorkQueue } from '../../../src/capture/work-queue.ts';
import { systemClock } from '../../../src/runtime/index.ts';

describe('the work loop', () => {
  it('lets the event loop in between slices, and keeps the order', async () => {
    let nowUs = 0;
    const loop = new WorkLoop({ nowUs: () => nowUs, monotonicUs: () => (nowUs += 1_000) }, 3_000);
    const done: string[] = [];
    for (let index = 0; index < 8; index++) loop.schedule(() => done.push(String(index)));
    const turn = (): Promise<void> =>
      new Promise((resolve) =>
        setImmediate(() => {
          done.push('turn');
          resolve();
        }),
      );
    while (loop.length > 0) await turn();
    assert.deepEqual(
      done.filter((one) => one !== 'turn'),
      ['0', '1', '2', '3', '4', '5', '6', '7'],
    );
    assert.ok(done.indexOf('turn') < done.indexOf('7'));
  });
});

describe('the lag of the work loop', () => {
  it('is how long the last task had waited, and nothing once none waits', async () => {
    let nowUs = 0;
    const loop = new WorkLoop({ nowUs: () => nowUs, monotonicUs: () => nowUs }, 3_000);
    const lags: number[] = [];
    const task = (): void => {
      nowUs += 2_000;
      lags.push(loop.lagUs);
    };
    for (let index = 0; index < 4; index++) loop.schedule(task);
    while (loop.length > 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(lags, [0, 2_000, 4_000, 6_000]);
    assert.equal(loop.lagUs, 0);
  });
});

describe('the budget', () => {
  it('wakes those who wait once bytes fit again, each once', () => {
    const budget = new Budget(100);
    let woken = 0;
    budget.take(150);
    assert.ok(!budget.fits(0));
    budget.wait(() => (woken += 1));
    budget.give(20);
    assert.equal(woken, 0);
    budget.give(40);
    budget.give(90);
    assert.deepEqual([woken, budget.usedBytes, budget.highestBytes], [1, 0, 150]);
  });
});

describe('the work on an exchange', () => {
  it('counts what the exchange takes itself for as long as it waits, however many pieces there are', async () => {
    const budget = new Budget(1_000_000);
    const loop = new WorkLoop(systemClock);
    const used = (): number => Math.floor(budget.usedBytes / EXCHANGE_BYTES);
    await new Promise<void>((resolve) => {
      const onIdle = (): void => {
        if (used() === 0) resolve();
      };
      const owner = { onWorked: () => undefined, onFailed: () => undefined, onIdle };
      const queues = [1, 2, 3].map(() => new WorkQueue(loop, budget, owner));
      for (const queue of [...queues, ...queues]) queue.add(0, () => undefined);
      assert.equal(used(), 3);
    });
    assert.equal(budget.usedBytes, 0);
  });

  it('is done one piece after the other, and gives its bytes back, also when it fails', async () => {
    const budget = new Budget(1_000_000);
    const done: string[] = [];
    await new Promise<void>((resolve) => {
      const owner = {
        onWorked: () => undefined,
        onFailed: (error: unknown) => done.push(String(error)),
        onIdle: resolve,
      };
      const queue = new WorkQueue(new WorkLoop(systemClock), budget, owner);
      let release: () => void = () => undefined;
      const first = new Promise<void>((free) => (release = free));
      queue.add(10, async () => {
        await first;
        done.push('first');
      });
      queue.add(10, () => {
        throw new Error('second');
      });
      queue.add(5_000, () => Promise.reject(new Error('never')), 'request');
      queue.add(10, () => {
        done.push('third');
        return undefined;
      });
      assert.ok(queue.pendingBytes > 5_000);
      queue.drop('request');
      assert.ok(queue.pendingBytes < 5_000);
      release();
    });
    assert.deepEqual(done, ['first', 'AffidavitError: recording an exchange: second', 'third']);
    assert.equal(budget.usedBytes, 0);
  });

  it('is done as a whole while it is small, and in pieces when it is large, so that others get their turn', async () => {
    const loop = new WorkLoop({ nowUs: () => 0, monotonicUs: () => 0 });
    const order: string[] = [];
    const all = ['a', 'b'].map(
      (name) =>
        new Promise<void>((resolve) => {
          const owner = { onWorked: () => undefined, onFailed: () => undefined, onIdle: resolve };
          const queue = new WorkQueue(loop, new Budget(1_000_000), owner);
          for (const bytes of [1_000, 1_000, 70_000, 1_000])
            queue.add(bytes, () => {
              order.push(`${name}${bytes}`);
              return undefined;
            });
        }),
    );
    await Promise.all(all);
    assert.deepEqual(order, ['a1000', 'a1000', 'a70000', 'b1000', 'b1000', 'b70000', 'a1000', 'b1000']);
  });
});
