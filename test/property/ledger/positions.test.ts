import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeHex, parseVerifierKey } from '../../../src/proof/index.ts';
import { verifyPositions } from '../../../src/ledger/index.ts';
import { exchange, logVerifierKey, messages, openLedger, status, TestEpoch } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

interface Boot {
  epoch: string;
  frames: Uint8Array[];
}

/** Epochs of one producer after another; each names the one before, and some say `stopped`. */
function boots(shapes: readonly { batches: number; stops: boolean }[]): Boot[] {
  let previous: { epoch: Uint8Array; batches: number } | undefined;
  return shapes.map(({ batches, stops }, i) => {
    const epoch = new TestEpoch(`boot ${i}`);
    const frames = Array.from({ length: batches }, (_, batchNo) => {
      const records = [batchNo === 0 ? status('started', previous) : exchange(String(batchNo))];
      if (stops && batchNo === batches - 1) records.push(status('stopped'));
      return epoch.batch(records).frame;
    });
    previous = { epoch: epoch.epoch, batches };
    return { epoch: encodeHex(epoch.epoch), frames };
  });
}

/** Positions of a log in which each boot has two batches of which the second is lost where `isLost` says so. */
async function positionsAfter(count: number, isLost: (boot: number) => boolean): Promise<Uint8Array> {
  const shapes = Array.from({ length: count }, () => ({ batches: 2, stops: false }));
  const frames = boots(shapes).flatMap((boot, i) => boot.frames.slice(0, isLost(i) ? 1 : 2));
  const ledger = await openLedger(new SimulatedDisk(1).files());
  for (let at = 0; at < frames.length; at += 500) await ledger.ingest(messages(frames.slice(at, at + 500), at));
  return ledger.positions();
}

describe('ledger: positions', () => {
  it('are as long after thousands of epochs that were killed as after a few', async function () {
    this.timeout(60_000);
    const sizeOf = async (count: number): Promise<number> => (await positionsAfter(count, () => false)).length;
    const [few, many] = [await sizeOf(10), await sizeOf(2_000)];
    assert.ok(many <= few + 10, `${few} bytes after 10 epochs, ${many} after 2,000`);
  });

  it('go on listing every epoch that lacks something', async () => {
    const isLost = (boot: number): boolean => boot % 10 === 0;
    const { epochs } = verifyPositions(await positionsAfter(200, isLost), parseVerifierKey(logVerifierKey));
    assert.equal(epochs.filter(({ batches }) => batches === 1).length, 20);
    assert.ok(epochs.length < 25, `${epochs.length} are listed`);
  });

  it('leave out an epoch only when it is wholly in the log, whatever is lost or late', async () => {
    const shape = fc.record({ batches: fc.integer({ min: 1, max: 3 }), stops: fc.boolean() });
    // Where a batch stands among the others: most in order, some late, some lost.
    const delay = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 40 }), fc.constant(-1));
    const scenario = fc.record({
      shapes: fc.array(shape, { minLength: 6, maxLength: 12 }),
      delays: fc.array(delay, { minLength: 36, maxLength: 36 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ shapes, delays }) => {
        const all = boots(shapes);
        const sent = all
          .flatMap(({ frames }, boot) => frames.map((frame) => ({ frame, boot })))
          // The very first batch is lost or the first: it names no epoch before it, and late it would be taken for the
          // beginning of a producer whose disk was wiped.
          .map((message, i) => ({ ...message, place: i, delay: Math.min(delays[i] ?? 0, i === 0 ? 0 : 40) }))
          .filter((message) => message.delay >= 0)
          .toSorted((a, b) => a.place + a.delay - b.place - b.delay);
        const ledger = await openLedger(new SimulatedDisk(1).files());
        const arrived = all.map(() => 0);
        for (const [position, { frame, boot }] of sent.entries()) {
          const { batches } = await ledger.ingest(messages([frame], position));
          arrived[boot] = (arrived[boot] ?? 0) + batches;
          const { epochs } = verifyPositions(ledger.positions(), parseVerifierKey(logVerifierKey));
          const listed = new Map(epochs.map(({ epoch, batches: count }) => [epoch, count]));
          all.forEach(({ epoch, frames }, i) => {
            if (listed.has(epoch)) return;
            const next = all[i + 1];
            const nextCount = next === undefined ? 0 : listed.get(next.epoch);
            const nextBegan = nextCount === undefined ? (arrived[i + 1] ?? 0) > 0 : nextCount > 0;
            if ((arrived[i] ?? 0) > 0 || nextBegan) assert.equal(arrived[i], frames.length, `epoch ${i} isn't listed`);
          });
        }
        await ledger.close();
      }),
      { numRuns: 20 },
    );
  });
});
