import assert from 'node:assert/strict';
import { encodeHex } from '../../../src/proof/index.ts';
import { GAP_REASON } from '../../../src/record/index.ts';
import {
  assertOnce,
  exchange,
  gapsOf,
  messages,
  openLedger,
  readLog,
  status,
  TestEpoch,
} from '../../support/ledger.ts';
import type { TestBatch, TestRecord } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

const NAMES = ['before', 'one', 'other'] as const;
const IDS = new Map(NAMES.map((name) => [encodeHex(new TestEpoch(name).epoch), name]));
const nameOf = (epoch: string): string => IDS.get(epoch) ?? epoch;

const at = (second: number, record: TestRecord): TestRecord => ({ ...record, timeUs: second * 1_000_000 });

/** What a log says of producers whose batches come in this order; each is in it once, and all of it verifies. */
async function saidOf(batches: readonly TestBatch[]): Promise<{ cut: string[]; found: string[] }> {
  const files = new SimulatedDisk(1).files();
  const ledger = await openLedger(files);
  for (const [i, { frame }] of batches.entries()) await ledger.ingest(messages([frame], i));
  await ledger.close();
  const log = await readLog(files);
  assertOnce(log, batches);
  assert.deepEqual([log.report.trusted, log.report.missing], [true, []]);
  const cut = gapsOf(log).filter(({ reason }) => reason === GAP_REASON.epoch_not_stopped);
  return {
    cut: cut.map(({ epoch }) => nameOf(encodeHex(epoch))),
    found: log.report.continuity.map(({ what, epoch, other }) => `${what} ${nameOf(epoch)} ${nameOf(other)}`),
  };
}

/** Two that write in turns, from their first record on. */
function inTurns(opening: TestRecord): TestBatch[] {
  const [one, other] = [new TestEpoch('one'), new TestEpoch('other')];
  return [
    one.batch([at(10, opening)]),
    other.batch([at(11, opening)]),
    one.batch([at(20, exchange('a'))]),
    other.batch([at(21, exchange('b'))]),
    one.batch([at(30, exchange('c'))]),
    one.batch([at(40, status('stopped'))]),
    other.batch([at(41, status('stopped'))]),
  ];
}

describe('ledger: two producers that sign with one key at once', () => {
  it('are both in the log whole, and named, when each has a spool of its own', async () => {
    const { cut, found } = await saidOf(inTurns(status('started')));
    assert.deepEqual(found, ['wiped other one', 'overlapping one other']);
    assert.deepEqual(cut, ['one'], 'for the ledger the one that began first has been followed');
  });

  it('are named, too, when the spool of one is a copy of the other’s', async () => {
    const before = new TestEpoch('before');
    const first = before.batch([at(1, status('started'))]);
    const end = before.batch([at(2, status('stopped'))]);
    const opening = status('started', { epoch: before.epoch, batches: 2 });
    const { cut, found } = await saidOf([first, end, ...inTurns(opening)]);
    assert.deepEqual(found, ['cloned other one', 'overlapping one other']);
    assert.deepEqual(cut, ['one']);
  });
});
