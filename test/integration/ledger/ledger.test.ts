import assert from 'node:assert/strict';
import {
  Frame,
  Gap,
  GAP_REASON,
  KEY_ACTION,
  KEY_ROLE,
  KIND,
  Quarantined,
  QUARANTINE_REASON,
} from '../../../src/record/index.ts';
import type { Batch } from '../../../src/record/index.ts';
import { encodeHex, parseVerifierKey, sha256, verifyCheckpoint } from '../../../src/proof/index.ts';
import { SigningKey } from '../../../src/seal/index.ts';
import { LedgerReader, verifyPositions } from '../../../src/ledger/index.ts';
import {
  altered,
  assertOnce,
  enrolment,
  exchange,
  FakeKeyService,
  LEDGER_DIRECTORY,
  logVerifierKey,
  messages,
  openLedger,
  readLog,
  recorderKey,
  status,
  TestEpoch,
  testPart,
} from '../../support/ledger.ts';
import type { TestBatch, WholeLog } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

function gaps(log: WholeLog): Gap[] {
  return log.leaves.flatMap(({ record }) => (record.kind === KIND.gap ? [Gap.decode(record.body)] : []));
}

function quarantined(log: WholeLog): Quarantined[] {
  return log.leaves.flatMap(({ record }) =>
    record.kind === KIND.quarantined ? [Quarantined.decode(record.body)] : [],
  );
}

function frames(...batches: TestBatch[]): Uint8Array[] {
  return batches.map(({ frame }) => frame);
}

function decodedBatch({ frame }: TestBatch): Batch {
  const { batch } = Frame.decode(frame);
  assert.ok(batch !== undefined);
  return batch;
}

describe('ledger: the way in', () => {
  let disk = new SimulatedDisk(1);
  beforeEach(() => {
    disk = new SimulatedDisk(1);
  });

  it('appends batches and publishes a log that verifies', async () => {
    const ledger = await openLedger(disk.files());
    assert.equal(ledger.size, 3);
    assert.equal(ledger.position, undefined);
    const epoch = new TestEpoch('a');
    const batches = [epoch.batch([status('started')]), epoch.batch([exchange('1'), exchange('2'), exchange('3')])];
    const result = await ledger.ingest(messages(frames(...batches)));
    assert.equal(result.size, 7);
    assert.equal(result.leaves, 4);
    assert.equal(ledger.position, 2);
    const log = await readLog(disk.files());
    assertOnce(log, batches);
    assert.equal(log.report.trusted, true);
    assert.deepEqual(log.report.kinds, { genesis: 1, key: 2, producer: 1, exchange: 3 });
    const { bytes, checkpoint } = await ledger.checkpoint();
    assert.equal(checkpoint.size, 7);
    assert.equal(verifyCheckpoint(bytes, logVerifierKey).size, 7);
  });

  it('removes duplicates within a message list, between commits, and after a new start', async () => {
    const ledger = await openLedger(disk.files());
    const batch = new TestEpoch('a').batch([exchange('once')]);
    const first = await ledger.ingest(messages(frames(batch, batch)));
    const second = await ledger.ingest(messages(frames(batch), 2));
    await ledger.close();
    const again = await (await openLedger(disk.files())).ingest(messages(frames(batch), 3));
    assert.deepEqual([first.duplicates, second.duplicates, again.duplicates], [1, 1, 1]);
    assert.equal(again.size, 4);
    assertOnce(await readLog(disk.files()), [batch]);
  });

  it('keeps a fork as evidence and appends nothing of it', async () => {
    const ledger = await openLedger(disk.files());
    const epoch = new TestEpoch('a');
    const { place } = epoch;
    const batch = epoch.batch([exchange('one')]);
    const other = epoch.batch([exchange('another')], { ...place });
    const result = await ledger.ingest(messages(frames(batch, other)));
    assert.equal(result.forks, 1);
    const log = await readLog(disk.files());
    assertOnce(log, [batch]);
    assert.equal(log.byBatch.get(other.hash), undefined);
    const [entry] = quarantined(log);
    assert.equal(entry?.reason, QUARANTINE_REASON.fork);
    assert.equal(entry.position, 1);
    const kept = await new LedgerReader(disk.files(), LEDGER_DIRECTORY).readDeadLetter(sha256(other.frame));
    assert.deepEqual(kept, other.frame);
  });

  it('says which batches are missing, takes them late, in any order, and says that they came', async () => {
    const ledger = await openLedger(disk.files());
    const epoch = new TestEpoch('a');
    const [b0, b1, b2, b3, b4, b5] = ['0', '1', '2', '3', '4', '5'].map((text) =>
      epoch.batch([exchange(text), exchange(`${text}.`)]),
    ) as [TestBatch, TestBatch, TestBatch, TestBatch, TestBatch, TestBatch];
    await ledger.ingest(messages(frames(b0, b5)));
    const [missing] = (await readLog(disk.files())).report.missing;
    assert.deepEqual([missing?.firstBatch, missing?.lastBatch, missing?.firstSeq, missing?.lastSeq], [1, 4, 2, 9]);
    await ledger.ingest(messages(frames(b3, b1), 2));
    await ledger.ingest(messages(frames(b4, b4, b2), 4));
    const log = await readLog(disk.files());
    assertOnce(log, [b0, b1, b2, b3, b4, b5]);
    assert.deepEqual(log.report.missing, []);
    assert.deepEqual(log.report.gaps, { batches_missing: 1, batches_arrived: 4 });
  });

  it('serves how far each epoch has arrived without a gap, signed', async () => {
    const ledger = await openLedger(disk.files());
    const epoch = new TestEpoch('a');
    const batches = ['0', '1', '2', '3'].map((text) => epoch.batch([exchange(text)]));
    const sent = batches.filter((_, i) => i !== 2);
    await ledger.ingest(messages(frames(...sent)));
    const positions = verifyPositions(ledger.positions(), parseVerifierKey(logVerifierKey));
    assert.equal(positions.size, ledger.size);
    const expected = {
      keyId: encodeHex(recorderKey.keyId),
      epoch: encodeHex(epoch.epoch),
      batches: 2,
      next: 4,
      stopped: false,
    };
    assert.deepEqual(positions.epochs, [expected]);
    await ledger.ingest(messages(frames(batches[2] as TestBatch), 3));
    assert.equal(verifyPositions(ledger.positions(), parseVerifierKey(logVerifierKey)).epochs[0]?.batches, 4);
  });

  it('refuses a batch whose chain or numbering does not go on', async () => {
    const ledger = await openLedger(disk.files());
    const epoch = new TestEpoch('a');
    const good = epoch.batch([exchange('0')]);
    const { place } = epoch;
    const chain = epoch.batch([exchange('x')], { ...place, previousBatchHash: new Uint8Array(32).fill(1) });
    const seq = epoch.batch([exchange('x')], { ...place, firstSeq: 7 });
    const late = epoch.batch([exchange('x')], { ...place, batchNo: 9, firstSeq: 3 });
    const next = epoch.batch([exchange('1')]);
    await ledger.ingest(messages(frames(good, chain, seq, late, next)));
    const log = await readLog(disk.files());
    const { bad_chain: badChain, bad_numbering: badNumbering } = QUARANTINE_REASON;
    assert.deepEqual(
      quarantined(log).map(({ reason }) => reason),
      [badChain, badNumbering, badNumbering],
    );
    assertOnce(log, [good, next]);
  });

  it('says that an epoch ended without `stopped`, and not of one that did', async () => {
    const ledger = await openLedger(disk.files());
    const [a, b, c] = [new TestEpoch('a'), new TestEpoch('b'), new TestEpoch('c')];
    const sent = [
      a.batch([status('started'), exchange('cut')]),
      b.batch([status('started', { epoch: a.epoch, batches: 1 })]),
      b.batch([exchange('1'), status('stopped')]),
      c.batch([status('started', { epoch: b.epoch, batches: 2 })]),
    ];
    await ledger.ingest(messages(frames(...sent)));
    const log = await readLog(disk.files());
    assert.deepEqual(log.report.epochs, { stopped: 1, cut: 1, running: 1 });
    const [gap, ...others] = gaps(log);
    assert.deepEqual(others, []);
    assert.equal(gap?.reason, GAP_REASON.epoch_not_stopped);
    assert.deepEqual(gap.epoch, a.epoch);
  });

  it('learns from the next epoch that the end of the last one is missing, and takes it late', async () => {
    const ledger = await openLedger(disk.files());
    const [a, b] = [new TestEpoch('a'), new TestEpoch('b')];
    const [a0, a1, a2] = [a.batch([status('started')]), a.batch([exchange('1')]), a.batch([exchange('2')])];
    const b0 = b.batch([status('started', { epoch: a.epoch, batches: 3 })]);
    await ledger.ingest(messages(frames(a0, b0)));
    const [missing] = (await readLog(disk.files())).report.missing;
    assert.deepEqual([missing?.firstBatch, missing?.lastBatch], [1, 2]);
    await ledger.ingest(messages(frames(a1, a2), 2));
    const log = await readLog(disk.files());
    assertOnce(log, [a0, a1, a2, b0]);
    assert.deepEqual(log.report.missing, []);
    assert.equal(log.report.gaps['batches_arrived'], 2);
  });

  it('takes late batches and knows duplicates of an epoch that its state has let go', async () => {
    const ledger = await openLedger(disk.files());
    const old = new TestEpoch('old');
    const [b0, b1, b2, b3] = ['0', '1', '2', '3'].map((text) => old.batch([exchange(text)])) as [
      TestBatch,
      TestBatch,
      TestBatch,
      TestBatch,
    ];
    const others = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => new TestEpoch(name).batch([status('started')]));
    await ledger.ingest(messages(frames(b0, b2, ...others)));
    const result = await ledger.ingest(messages(frames(b0, b1, b3, b2), 8));
    assert.equal(result.duplicates, 2);
    assert.equal(result.quarantined, 0);
    const log = await readLog(disk.files());
    assertOnce(log, [b0, b1, b2, b3, ...others]);
    assert.deepEqual(log.report.missing, []);
  });

  it('lets batches of an unknown key wait, and appends them when the key is enrolled', async () => {
    const stranger = SigningKey.fromSeed(sha256(Buffer.from('stranger')));
    const epoch = new TestEpoch('a', stranger);
    const batches = [epoch.batch([status('started')]), epoch.batch([exchange('1')])];
    const ledger = await openLedger(disk.files());
    const result = await ledger.ingest(messages(frames(...batches)));
    assert.equal(result.quarantined, 2);
    await ledger.enrol(enrolment(stranger));
    const size = ledger.size;
    await ledger.enrol(enrolment(stranger));
    assert.equal(ledger.size, size);
    const log = await readLog(disk.files());
    assertOnce(log, batches);
    assert.deepEqual(
      quarantined(log).map(({ reason }) => reason),
      [QUARANTINE_REASON.unknown_key, QUARANTINE_REASON.unknown_key],
    );
  });

  it('takes nothing of a retired key, of the ledger key, and no enrolment that the root key did not sign', async () => {
    const ledger = await openLedger(disk.files());
    const own = new TestEpoch('own', SigningKey.fromSeed(sha256(Buffer.from('ledger')))).batch([exchange('0')]);
    await ledger.enrol(enrolment(recorderKey, KEY_ROLE.producer, KEY_ACTION.retired));
    await ledger.ingest(messages(frames(new TestEpoch('a').batch([exchange('0')]), own)));
    const forged = enrolment(SigningKey.fromSeed(sha256(Buffer.from('x'))));
    forged.signature = new Uint8Array(64);
    await assert.rejects(ledger.enrol(forged), { code: 'evidence.signature' });
    const log = await readLog(disk.files());
    assert.deepEqual(
      quarantined(log).map(({ detail }) => detail.split(' ').slice(2).join(' ')),
      ['was retired', 'is not a producer'],
    );
  });

  it('does not bring a retired key back by its old enrolment, but by a newer one', async () => {
    const retired = enrolment(recorderKey, KEY_ROLE.producer, KEY_ACTION.retired, 5);
    const ledger = await openLedger(disk.files());
    await ledger.enrol(retired);
    const { size } = ledger;
    await ledger.enrol(enrolment(recorderKey, KEY_ROLE.producer, KEY_ACTION.enrolled, 4));
    await ledger.close();
    const again = await openLedger(disk.files());
    assert.equal(again.size, size);
    await again.enrol(enrolment(recorderKey, KEY_ROLE.producer, KEY_ACTION.enrolled, 6));
    const batch = new TestEpoch('a').batch([exchange('0')]);
    await again.ingest(messages(frames(batch)));
    assertOnce(await readLog(disk.files()), [batch]);
  });

  it('keeps whatever it can not understand or verify, with the reason', async () => {
    const ledger = await openLedger(disk.files());
    const good = new TestEpoch('a').batch([exchange('0')]);
    const broken = good.frame.slice();
    const at = Buffer.from(broken).lastIndexOf(Buffer.from('standard'));
    broken[at] = 0x78;
    const foreign = new TestEpoch('b', recorderKey, 'other.example/log').batch([exchange('0')]);
    const forbidden = new TestEpoch('c').batch([{ kind: KIND.genesis, body: new Uint8Array(0) }]);
    const stopsEarly = new TestEpoch('d').batch([status('stopped'), exchange('0')]);
    const huge = new Uint8Array(800 * 1024);
    const sent = [Uint8Array.of(63), new Uint8Array(0), huge, broken, foreign.frame, forbidden.frame, stopsEarly.frame];
    await ledger.ingest(messages([...sent, good.frame]));
    const log = await readLog(disk.files());
    const reason = QUARANTINE_REASON;
    assert.deepEqual(
      quarantined(log).map((entry) => entry.reason),
      [
        reason.malformed,
        reason.unsupported_format,
        reason.oversized,
        reason.bad_merkle_root,
        reason.foreign_log,
        reason.malformed,
        reason.malformed,
      ],
    );
    assertOnce(log, [good]);
    const reader = new LedgerReader(disk.files(), LEDGER_DIRECTORY);
    for (const [i, { hash }] of quarantined(log).entries())
      assert.deepEqual(await reader.readDeadLetter(hash), sent[i]);
  });

  it('takes nothing that the key it names did not sign, and then what it did', async () => {
    const ledger = await openLedger(disk.files());
    const good = new TestEpoch('a').batch([exchange('0')]);
    const flipped = altered(good.frame, (batch) => {
      batch.signature[0] = (batch.signature[0] ?? 0) ^ 1;
    });
    const { signature } = decodedBatch(
      new TestEpoch('a', SigningKey.fromSeed(new Uint8Array(32))).batch([exchange('0')]),
    );
    const foreign = altered(good.frame, (batch) => {
      batch.signature = signature;
    });
    await ledger.ingest(messages([flipped, foreign, good.frame]));
    const log = await readLog(disk.files());
    assert.deepEqual(
      quarantined(log).map(({ reason }) => reason),
      [QUARANTINE_REASON.bad_signature, QUARANTINE_REASON.bad_signature],
    );
    assertOnce(log, [good]);
  });

  it('follows a position that jumps, forward, back or to another source, and says so', async () => {
    const ledger = await openLedger(disk.files());
    const epoch = new TestEpoch('a');
    const sent = ['0', '1', '2', '3'].map((text) => epoch.batch([exchange(text)]));
    const [f0, f1, f2, f3] = frames(...sent) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    await ledger.ingest([
      { position: 5, value: f0 },
      { position: 6, value: f1 },
      { position: 2, value: f2 },
    ]);
    assert.equal(ledger.position, 3);
    await ledger.close();
    const other = await openLedger(disk.files(), { sourceId: 'embedded:other' });
    assert.equal(other.position, undefined);
    await other.ingest([{ position: 0, value: f3 }]);
    const log = await readLog(disk.files());
    assertOnce(log, sent);
    assert.deepEqual(
      gaps(log).map(({ reason, firstPosition, lastPosition }) => [reason, firstPosition, lastPosition]),
      [
        [GAP_REASON.position_jumped, 0, 4],
        [GAP_REASON.position_jumped, 7, 1],
        [GAP_REASON.position_jumped, 3, 0],
      ],
    );
  });

  it('says which payloads are missing or are not what their record commits to', async () => {
    const keyService = new FakeKeyService();
    const ledger = await openLedger(disk.files(), { keyService });
    const epoch = new TestEpoch('a');
    const good = testPart(new Uint8Array(50).fill(1));
    const never = testPart(new Uint8Array(60).fill(2), true);
    const other = testPart(new Uint8Array(70).fill(3));
    other.item.chunks = [new Uint8Array(70).fill(4)];
    const batch = epoch.batch([exchange('0', [good]), exchange('1', [never]), exchange('2', [other])]);
    await ledger.ingest(messages(frames(batch)));
    assert.equal(keyService.calls, 1);
    const log = await readLog(disk.files());
    assert.deepEqual(
      gaps(log).map(({ reason, leafPlusOne, count }) => [reason, leafPlusOne, count]),
      [
        [GAP_REASON.payload_missing, 5, 1],
        [GAP_REASON.payload_missing, 6, 1],
      ],
    );
    const reader = new LedgerReader(disk.files(), LEDGER_DIRECTORY);
    assert.equal((await reader.keyEntries(3)).length, 1);
    assert.deepEqual(await reader.keyEntries(4), []);
  });

  it('commits nothing when the key service is away, and goes on when it is back', async () => {
    const keyService = new FakeKeyService();
    const rewrap = keyService.rewrap.bind(keyService);
    keyService.rewrap = () => Promise.reject(new Error('away'));
    const ledger = await openLedger(disk.files(), { keyService });
    const batch = new TestEpoch('a').batch([exchange('0', [testPart(new Uint8Array(50))])]);
    await assert.rejects(ledger.ingest(messages(frames(batch))));
    await ledger.close();
    keyService.rewrap = rewrap;
    const again = await openLedger(disk.files(), { keyService });
    assert.equal(again.position, undefined);
    await again.ingest(messages(frames(batch)));
    assertOnce(await readLog(disk.files()), [batch]);
  });

  it('packs many messages into bounded commits', async () => {
    const ledger = await openLedger(disk.files(), { limits: { maxLeaves: 10 } });
    const epoch = new TestEpoch('a');
    const sent = Array.from({ length: 40 }, (_, i) => epoch.batch([exchange(`${i}`), exchange(`${i}.`)]));
    const published: string[] = [];
    disk.onCall = ({ operation, path }) => {
      if (operation === 'rename' && path.includes('checkpoint')) published.push(path);
      return 'ok';
    };
    await ledger.ingest(messages(frames(...sent)));
    assert.equal(published.length, 8);
    assertOnce(await readLog(disk.files()), sent);
  });
});
