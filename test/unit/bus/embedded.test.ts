import { EmbeddedSource } from '../../../src/bus/index.ts';
import { busContract } from '../../support/bus-contract.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { openSpool } from '../../support/spool.ts';

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
});
