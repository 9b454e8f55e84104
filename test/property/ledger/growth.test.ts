import assert from 'node:assert/strict';
import fc from 'fast-check';
import { leafHash, treeRoot } from '../../../src/proof/index.ts';
import {
  assertAllExtended,
  assertOnce,
  exchange,
  messages,
  openLedger,
  readLog,
  RememberingLogKey,
  TestEpoch,
} from '../../support/ledger.ts';
import type { TestBatch } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

/** A message that is delivered: which batch of which producer's epoch, and whether a new start comes before it. */
const delivery = fc.record({ epoch: fc.nat(2), records: fc.integer({ min: 1, max: 90 }), restart: fc.boolean() });

describe('ledger: growth against a naive reference', () => {
  it('has the root of the plain RFC 6962 tree at every size that it signed', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 12 }), async (deliveries) => {
        const disk = new SimulatedDisk(1);
        const key = new RememberingLogKey();
        const epochs = ['a', 'b', 'c'].map((name) => new TestEpoch(name));
        const sent: TestBatch[] = [];
        let ledger = await openLedger(disk.files(), { logKey: key });
        for (const { epoch, records, restart } of deliveries) {
          const batch = epochs[epoch]?.batch(
            Array.from({ length: records }, (_, i) => exchange(`${sent.length}/${i}`)),
          );
          if (batch === undefined) continue;
          if (restart) {
            await ledger.close();
            ledger = await openLedger(disk.files(), { logKey: key });
          }
          await ledger.ingest(messages([batch.frame], sent.length));
          sent.push(batch);
        }
        const log = await readLog(disk.files());
        assertOnce(log, sent);
        assertAllExtended(log, key.signed);
        assert.deepEqual(log.report.checkpoint.root, treeRoot(log.bytes.map(leafHash)));
      }),
      { numRuns: 25 },
    );
  });

  it('has each batch once and no gap left, in whatever order and however often batches come', async function () {
    this.timeout(60_000);
    const arrivals = fc.tuple(
      fc.integer({ min: 2, max: 8 }),
      fc.infiniteStream(fc.nat(1000)),
      fc.nat(6),
      fc.integer({ min: 1, max: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(arrivals, async ([count, random, doubles, atOnce]) => {
        const epoch = new TestEpoch('a');
        const sent = Array.from({ length: count }, (_, i) => epoch.batch([exchange(`${i}`)]));
        const order = sent.map((_, i) => ({ i, by: random.next().value as number }));
        for (let i = 0; i < doubles; i++)
          order.push({ i: (random.next().value as number) % count, by: random.next().value as number });
        order.sort((a, b) => a.by - b.by);
        const disk = new SimulatedDisk(1);
        const ledger = await openLedger(disk.files());
        const frames = order.map(({ i }) => sent[i]?.frame ?? new Uint8Array(0));
        let duplicates = 0;
        for (let at = 0; at < frames.length; at += atOnce)
          duplicates += (await ledger.ingest(messages(frames.slice(at, at + atOnce), at))).duplicates;
        const log = await readLog(disk.files());
        assertOnce(log, sent);
        assert.equal(duplicates, doubles);
        assert.deepEqual(log.report.missing, []);
        assert.equal(log.report.kinds['quarantined'], undefined);
      }),
      { numRuns: 40 },
    );
  });
});
