import assert from 'node:assert/strict';
import { GAP_REASON } from '../../../src/record/index.ts';
import { encodeHex } from '../../../src/proof/index.ts';
import { exchange, gapsOf, messages, openLedger, readLog, status, TestEpoch } from '../../support/ledger.ts';
import type { TestBatch } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

const first = new TestEpoch('first');
const second = new TestEpoch('second');
const opening = first.batch([status('started'), exchange('a')]);
const tail = first.batch([exchange('b')]);
const end = new TestEpoch('first');
end.place = first.place;
const stopped = end.batch([status('stopped')]);
const next = second.batch([status('started', { epoch: first.epoch, batches: 2 })]);
const more = second.batch([exchange('c')]);
const secondEnd = second.batch([status('stopped')]);

/** The epochs that the log declares cut, each time that it does, when batches come in this order; all else of it verifies. */
async function declaredCut(...batches: readonly TestBatch[]): Promise<string[]> {
  const files = new SimulatedDisk(1).files();
  const ledger = await openLedger(files);
  for (const [i, { frame }] of batches.entries()) {
    await ledger.ingest(messages([frame], i));
    await readLog(files);
  }
  await ledger.close();
  const log = await readLog(files);
  assert.deepEqual(log.report.missing, []);
  const names = new Map([first, second].map(({ epoch }, i) => [encodeHex(epoch), i === 0 ? 'first' : 'second']));
  return gapsOf(log)
    .filter(({ reason }) => reason === GAP_REASON.epoch_not_stopped)
    .map(({ epoch }) => names.get(encodeHex(epoch)) ?? 'another');
}

describe('ledger: an epoch that comes after a later one', () => {
  it('is the one that was cut, and not the later one, when a topic had lost the beginning of both', async () => {
    assert.deepEqual(await declaredCut(more, opening, tail, next, secondEnd), ['first']);
    assert.deepEqual(await declaredCut(more, secondEnd, opening, tail, next), ['first']);
  });

  it('is declared cut once all that the later one counted of it is there, and once', async () => {
    assert.deepEqual(await declaredCut(next, opening, tail, more, secondEnd), ['first']);
    assert.deepEqual(await declaredCut(next, tail, opening, more, secondEnd), ['first']);
    assert.deepEqual(await declaredCut(opening, next, tail, more, secondEnd), ['first']);
  });

  it('is not declared cut when it says that it has stopped', async () => {
    const counted = new TestEpoch('second').batch([status('started', { epoch: first.epoch, batches: 3 })]);
    assert.deepEqual(await declaredCut(counted, opening, tail, stopped), []);
  });

  it('is the one that was cut when the later one was begun before, on an empty disk, knowing of none', async () => {
    const old = new TestEpoch('first');
    const anew = new TestEpoch('second');
    const oldBegins = old.batch([{ ...status('started'), timeUs: 5 }]);
    const oldGoesOn = old.batch([{ ...exchange('a'), timeUs: 6 }]);
    const anewBegins = anew.batch([{ ...status('started'), timeUs: 9 }]);
    const anewStops = anew.batch([{ ...status('stopped'), timeUs: 10 }]);
    assert.deepEqual(await declaredCut(anewBegins, oldBegins, oldGoesOn, anewStops), ['first']);
    assert.deepEqual(await declaredCut(anewBegins, anewStops, oldBegins, oldGoesOn), ['first']);
  });

  it('is the next one when it names the later one, whatever its clock says', async () => {
    const anew = new TestEpoch('second');
    const anewBegins = anew.batch([{ ...status('started'), timeUs: 9 }]);
    const named = { epoch: anew.epoch, batches: 1 };
    const next = new TestEpoch('first').batch([{ ...status('started', named), timeUs: 5 }]);
    assert.deepEqual(await declaredCut(anewBegins, next), ['second']);
  });

  it('leaves it to the later one to be cut by what follows that', async () => {
    const third = new TestEpoch('third').batch([status('started', { epoch: second.epoch, batches: 2 })]);
    assert.deepEqual(await declaredCut(more, opening, tail, next, third), ['first', 'second']);
  });
});
