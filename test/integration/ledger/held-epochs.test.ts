import assert from 'node:assert/strict';
import { KIND, Quarantined } from '../../../src/record/index.ts';
import { exchange, messages, openLedger, readLog, status, TestEpoch } from '../../support/ledger.ts';
import type { TestBatch, WholeLog } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

const MAX_HELD_EPOCHS = 1024;

function quarantined(log: WholeLog): string[] {
  return log.leaves.flatMap(({ record }) =>
    record.kind === KIND.quarantined ? [Quarantined.decode(record.body).detail] : [],
  );
}

describe('ledger: a key of which too many epochs are not whole', () => {
  it('can begin another one again once one of them is whole, and what was refused is taken then', async function () {
    this.timeout(60_000);
    const disk = new SimulatedDisk(1);
    const ledger = await openLedger(disk.files());
    const late: TestBatch[] = [];
    const ends = Array.from({ length: MAX_HELD_EPOCHS }, (_, i) => {
      const epoch = new TestEpoch(String(i));
      late.push(epoch.batch([exchange('late')]));
      return epoch.batch([status('stopped')]);
    });
    const next = new TestEpoch('next');
    const refused = [next.batch([exchange('0')]), next.batch([exchange('1')])];
    const sent = [...ends, ...refused].map(({ frame }) => frame);
    await ledger.ingest(messages(sent));
    const details = quarantined(await readLog(disk.files()));
    assert.equal(details.length, 2);
    for (const detail of details) assert.match(detail, /1024 epochs of the key are not whole.*affidavit gaps/);

    // Its spool is found again, and sends what was missing of one of them.
    await ledger.ingest(messages([late[0]?.frame ?? new Uint8Array(0)], sent.length));
    await ledger.ingest(
      messages(
        refused.map(({ frame }) => frame),
        sent.length + 1,
      ),
    );
    const log = await readLog(disk.files());
    assert.equal(quarantined(log).length, 2);
    for (const { hash } of refused) assert.equal(log.byBatch.get(hash), 1);
  });
});
