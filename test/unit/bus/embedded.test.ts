import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EmbeddedSource } from '../../../src/bus/index.ts';
import { busContract, newRun, stopRuns } from '../../support/bus-contract.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { frameOf, openSpool } from '../../support/spool.ts';

describe('bus: embedded', () => {
  busContract(async () => {
    const spool = await openSpool(new SimulatedDisk(1).files());
    return {
      publish: async (frames) => {
        await spool.append(frames);
      },
      source: () => new EmbeddedSource(spool),
      close: () => spool.close(),
    };
  });

  for (const [what, seen] of [
    ['is beyond its end', 9],
    ['was written since it was opened', 2],
  ] as const)
    it(`gives everything again when what a reader has seen ${what}: the spool was set back`, async () => {
      const spool = await openSpool(new SimulatedDisk(1).files());
      await spool.append([frameOf('kept')]);
      const begunAt = spool.nextFrame;
      await spool.append([frameOf('new'), frameOf('newer')]);
      const source = new EmbeddedSource(spool, begunAt);
      const got: number[] = [];
      const running = newRun();
      await source.run(
        seen,
        (messages) => {
          got.push(...messages.map(({ position }) => position));
          running.abort();
          return Promise.resolve();
        },
        running.signal,
      );
      assert.deepEqual([got, source.handled], [[0, 1, 2], 3]);
      stopRuns();
    });

  it('lets go of the memory of large messages once they were handled, and has them again when asked', async () => {
    const large = (fill: number) => new Uint8Array(300_000).fill(fill);
    const spool = await openSpool(new SimulatedDisk(1).files());
    await spool.append([large(1), frameOf('small'), large(2)]);
    const read = async (): Promise<{ during: number[]; after: number[] }> => {
      const running = newRun();
      const got: Uint8Array[] = [];
      let during: number[] = [];
      await new EmbeddedSource(spool).run(
        0,
        async (messages) => {
          got.push(...messages.map(({ value }) => value));
          await nextTurn();
          during = got.map(({ length }) => length);
          running.abort();
        },
        running.signal,
      );
      return { during, after: got.map(({ length }) => length) };
    };
    const expected = { during: [300_000, 5, 300_000], after: [0, 5, 0] };
    assert.deepEqual(await read(), expected);
    assert.deepEqual(await read(), expected);
    stopRuns();
  });

  it('goes on where a reader was', async () => {
    const spool = await openSpool(new SimulatedDisk(1).files());
    await spool.append([frameOf('seen'), frameOf('not yet')]);
    const running = newRun();
    const positions = new Promise<number[]>((resolve) => {
      void new EmbeddedSource(spool).run(
        1,
        (messages) => {
          running.abort();
          resolve(messages.map(({ position }) => position));
          return Promise.resolve();
        },
        running.signal,
      );
    });
    assert.deepEqual(await positions, [1]);
    stopRuns();
  });
});
