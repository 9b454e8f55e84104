import assert from 'node:assert/strict';
import { AffidavitError, GAP_REASON, KEY_ACTION, KEY_ROLE, PRODUCER_EVENT } from '../../../src/record/index.ts';
import { verifyLog } from '../../../src/proof/index.ts';
import type { LogReport } from '../../../src/proof/index.ts';
import { refused } from './expect.ts';
import {
  epochOf,
  EpochWriter,
  exchangeBody,
  gapBody,
  genesisBody,
  keyBody,
  ledgerKey,
  ledgerLeaves,
  openingLeaves,
  pinned,
  producerBody,
  recorderKey,
  sampleLeaves,
  sourceOf,
  TestKey,
  writeLog,
} from './sample-log.ts';
import type { Body } from './sample-log.ts';

function verify(leaves: readonly Uint8Array[]): Promise<LogReport> {
  return verifyLog(sourceOf(writeLog(leaves)), pinned);
}

/** The batches of a recorder's epoch, each with the leaves of one batch. */
function recorderBatches(epoch: number, counts: readonly number[], ...last: Body[]): Uint8Array[][] {
  const writer = new EpochWriter(recorderKey, epochOf(epoch));
  const batches = counts.map((count, i) => {
    const exchanges = Array.from({ length: count }, () => exchangeBody(200));
    return writer.batch(i === 0 ? [producerBody(PRODUCER_EVENT.started), ...exchanges] : exchanges).leaves;
  });
  return last.length === 0 ? batches : [...batches, writer.batch(last).leaves];
}

const stopped = producerBody(PRODUCER_EVENT.stopped);

describe('a log that was written wrong', () => {
  const opening = openingLeaves();

  it('is refused without genesis, without its ledger’s key, or with a second genesis', async () => {
    await assert.rejects(verify(sampleLeaves(20).slice(1)), refused('evidence.malformed', 'leaf 0: '));
    const only = new EpochWriter(ledgerKey, epochOf(0)).batch([genesisBody()]).leaves;
    await assert.rejects(verify(only), refused('evidence.missing', 'leaf 1: '));
    await assert.rejects(
      verify([...opening, ...ledgerLeaves(2, genesisBody())]),
      refused('evidence.malformed', 'leaf 3: '),
    );
    const other = new EpochWriter(ledgerKey, epochOf(0)).batch([
      genesisBody({ origin: 'other.example' }),
      keyBody(ledgerKey, KEY_ROLE.ledger),
    ]).leaves;
    await assert.rejects(verify(other), refused('evidence.malformed', 'other.example'));
  });

  it('is refused when a batch is signed by a key that nobody enrolled, or that was retired', async () => {
    const stranger = new EpochWriter(new TestKey('stranger'), epochOf(1)).batch([stopped]).leaves;
    await assert.rejects(verify([...opening, ...stranger]), refused('evidence.untrusted_key', 'leaf 3: '));
    const retired = ledgerLeaves(2, keyBody(recorderKey, KEY_ROLE.producer, { action: KEY_ACTION.retired }));
    const [first = [], second = []] = recorderBatches(1, [1, 1]);
    await assert.rejects(
      verify([...opening, ...first, ...retired, ...second]),
      refused('evidence.untrusted_key', 'retired by leaf 5'),
    );
    for (const timeUs of [1_699_999_999_999_999, 1_700_000_000_000_000]) {
      const replayed = ledgerLeaves(3, keyBody(recorderKey, KEY_ROLE.producer, { timeUs }));
      await assert.rejects(
        verify([...opening, ...first, ...retired, ...replayed, ...second]),
        refused('evidence.untrusted_key', 'retired by leaf 5'),
      );
    }
    const again = ledgerLeaves(3, keyBody(recorderKey, KEY_ROLE.producer, { timeUs: 1_700_000_000_000_001 }));
    await verify([...opening, ...first, ...retired, ...again, ...second]);
    await assert.rejects(
      verify([
        ...opening,
        ...ledgerLeaves(2, keyBody(new TestKey('x'), KEY_ROLE.producer, { action: KEY_ACTION.retired })),
      ]),
      refused('evidence.malformed', 'not enrolled'),
    );
  });

  it('is refused when a key leaf is not signed by the root key', async () => {
    const forged = ledgerLeaves(2, keyBody(new TestKey('x'), KEY_ROLE.producer, {}, ledgerKey));
    await assert.rejects(verify([...opening, ...forged]), refused('evidence.signature', 'leaf 3: '));
  });

  it('is refused when a producer writes what only the ledger may', async () => {
    const writer = new EpochWriter(recorderKey, epochOf(1));
    const leaves = writer.batch([keyBody(new TestKey('x'), KEY_ROLE.producer)]).leaves;
    await assert.rejects(verify([...opening, ...leaves]), refused('evidence.untrusted_key', 'key record'));
  });

  it('is refused when a batch was signed for another log', async () => {
    const writer = new EpochWriter(recorderKey, epochOf(1));
    const { leaves } = writer.batch([producerBody(PRODUCER_EVENT.started)], { logOrigin: 'other.example' });
    await assert.rejects(verify([...opening, ...leaves]), refused('evidence.untrusted_key', 'other.example'));
  });

  it('is refused when part of a batch is missing, doubled or out of order', async () => {
    const leaves = sampleLeaves(20);
    const without = (index: number): Uint8Array[] => leaves.toSpliced(index, 1);
    for (const index of [1, 4, 5, 9, 12]) await assert.rejects(verify(without(index)), isEvidence);
    await assert.rejects(verify(without(19)), refused('evidence.missing', 'leaf 18: '));
    const doubled = leaves.toSpliced(6, 0, leaves[6] ?? new Uint8Array(0));
    await assert.rejects(verify(doubled), refused('evidence.missing', 'leaf 7'));
    const swapped = leaves.with(6, leaves[7] ?? new Uint8Array(0)).with(7, leaves[6] ?? new Uint8Array(0));
    await assert.rejects(verify(swapped), refused('evidence.missing', 'leaf 6'));
    await assert.rejects(verify([...leaves, Uint8Array.of(1, 2, 3)]), refused('evidence.malformed', 'leaf 20'));
  });

  it('is refused when batches are missing and no gap leaf of the ledger says so', async () => {
    const [a = [], , c = []] = recorderBatches(1, [2, 2, 2]);
    const log = [...opening, ...a, ...c];
    await assert.rejects(verify(log), refused('evidence.missing', 'batches 1 to 1'));
    const gap = gapBody({
      reason: GAP_REASON.batches_missing,
      keyId: recorderKey.keyId,
      epoch: epochOf(1),
      firstBatch: 1,
      lastBatch: 1,
    });
    const report = await verify([...log, ...ledgerLeaves(2, gap)]);
    assert.deepEqual(
      report.missing.map(({ firstBatch, lastBatch, firstSeq, lastSeq }) => [firstBatch, lastBatch, firstSeq, lastSeq]),
      [[1, 1, 3, 4]],
    );
    assert.deepEqual(report.gaps, { batches_missing: 1 });
    const own = new EpochWriter(recorderKey, epochOf(5)).batch([gap]).leaves;
    await assert.rejects(verify([...log, ...own]), refused('evidence.missing', 'batches 1 to 1'));
  });

  it('accepts a missing batch that arrives late, once', async () => {
    const [a = [], b = [], c = []] = recorderBatches(1, [2, 2, 2]);
    const report = await verify([...opening, ...a, ...c, ...b]);
    assert.deepEqual(report.missing, []);
    await assert.rejects(
      verify([...opening, ...a, ...c, ...b, ...b]),
      refused('evidence.fork', 'batch 1 of its epoch is there twice'),
    );
  });

  it('is refused when an epoch was cut off and the next one began, unless a gap leaf says so', async () => {
    const [a = []] = recorderBatches(1, [2]);
    const next = new EpochWriter(recorderKey, epochOf(2)).batch([
      producerBody(PRODUCER_EVENT.started, { previousEpoch: epochOf(1), previousBatches: 3 }),
    ]).leaves;
    const log = [...opening, ...a, ...next];
    await assert.rejects(verify(log), refused('evidence.missing', 'batches 1 to 2'));
    const about = { keyId: recorderKey.keyId, epoch: epochOf(1) };
    const tail = gapBody({ ...about, reason: GAP_REASON.batches_missing, firstBatch: 1, lastBatch: 2 });
    await assert.rejects(verify([...log, ...ledgerLeaves(3, tail)]), refused('evidence.missing', '`stopped`'));
    const cut = gapBody({ ...about, reason: GAP_REASON.epoch_not_stopped });
    const report = await verify([...log, ...ledgerLeaves(3, tail, cut)]);
    assert.deepEqual(report.epochs, { stopped: 0, cut: 1, running: 1 });
    assert.deepEqual(
      report.missing.map(({ firstBatch, lastBatch, lastSeq }) => [firstBatch, lastBatch, lastSeq]),
      [[1, 2, undefined]],
    );
  });

  it('is refused when an epoch that a producer names never came, unless a gap leaf says so', async () => {
    const started = producerBody(PRODUCER_EVENT.started, { previousEpoch: epochOf(7), previousBatches: 3 });
    const leaves = new EpochWriter(recorderKey, epochOf(1)).batch([started]).leaves;
    await assert.rejects(verify([...opening, ...leaves]), refused('evidence.missing', 'batches 0 to 2'));
    const gap = { reason: GAP_REASON.batches_missing, keyId: recorderKey.keyId, epoch: epochOf(7) };
    const report = await verify([...opening, ...leaves, ...ledgerLeaves(3, gapBody({ ...gap, lastBatch: 2 }))]);
    assert.equal(report.unseenEpochs, 1);
    assert.deepEqual(
      report.missing.map(({ firstBatch, lastBatch }) => [firstBatch, lastBatch]),
      [[0, 2]],
    );
  });

  it('is refused when an epoch goes on after it ended', async () => {
    const [a = [], b = []] = recorderBatches(1, [1], stopped);
    const writer = new EpochWriter(recorderKey, epochOf(1));
    for (let i = 0; i < 2; i++) writer.batch([exchangeBody(200)]);
    const more = writer.batch([exchangeBody(200)]).leaves;
    await assert.rejects(verify([...opening, ...a, ...b, ...more]), refused('evidence.fork', 'has ended'));
    const [next = []] = recorderBatches(2, [1]);
    await assert.rejects(verify([...opening, ...a, ...b, ...next, ...a]), refused('evidence.fork', 'has ended'));
  });

  it('is refused when two batches carry one number', async () => {
    const [a = []] = recorderBatches(1, [2]);
    const [other = []] = recorderBatches(1, [3]);
    await assert.rejects(verify([...opening, ...a, ...other]), refused('evidence.fork'));
  });

  it('accepts kinds and gap reasons that it does not know', async () => {
    const report = await verify([
      ...opening,
      ...ledgerLeaves(2, { kind: 4711, body: Uint8Array.of(0xff) }, gapBody({ reason: 99 })),
    ]);
    assert.deepEqual([report.kinds['kind-4711'], report.gaps['reason-99']], [1, 1]);
  });
});

function isEvidence(thrown: unknown): boolean {
  return thrown instanceof AffidavitError && thrown.isEvidence;
}
