import assert from 'node:assert/strict';
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

  it('refuses to start beyond the end: what was read there is gone', async () => {
    const spool = await openSpool(new SimulatedDisk(1).files());
    await spool.append([frameOf('only')]);
    const run = new EmbeddedSource(spool).run(2, () => Promise.resolve(), newRun().signal);
    await assert.rejects(run, { code: 'spool.damaged' });
    stopRuns();
  });
});
