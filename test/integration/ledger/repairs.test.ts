import assert from 'node:assert/strict';
import { AffidavitError, GAP_REASON, WireReader } from '../../../src/record/index.ts';
import type { Batch } from '../../../src/record/index.ts';
import { encodeHex, sha256 } from '../../../src/proof/index.ts';
import { LedgerReader } from '../../../src/ledger/index.ts';
import type { Ledger } from '../../../src/ledger/index.ts';
import type { FakeKeyService } from '../../support/ledger.ts';
import {
  altered,
  chunkFrame,
  exchange,
  gapsOf,
  LEDGER_DIRECTORY,
  messages,
  openLedger,
  readLog,
  recorderKey,
  TestEpoch,
  testPart,
} from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

const LEAF = 3;
const PAGE = `${LEDGER_DIRECTORY}/payload/keys/000`;
/** Number of an entry's and of a mark's field on a key page. */
const [ENTRY, MARK] = [3, 4];
/** What the clock of the tests' ledgers says, and a month later. */
const NEXT_MONTH_US = 1_702_500_000_000_000;

/** Opens only data keys that were wrapped as {@link testPart} wraps them. */
const strictKeys: Pick<FakeKeyService, 'rewrap'> = {
  rewrap: (items) =>
    Promise.resolve(
      items.map(({ wrappedKey }) =>
        wrappedKey.every((byte) => byte === 9)
          ? { periodKeyId: new Uint8Array(16), wrappedKey }
          : { failure: new AffidavitError('evidence.hash', 'another key') },
      ),
    ),
};

function noPayloads(batch: Batch): void {
  batch.payloads = [];
  batch.attachments = [];
}

function onlyPart(part: number): (batch: Batch) => void {
  return (batch) => {
    batch.payloads = batch.payloads.filter((item) => item.part === part);
  };
}

function firstItem(batch: Batch): Batch['payloads'][number] {
  const [item] = batch.payloads;
  assert.ok(item !== undefined);
  return item;
}

describe('ledger: payloads that come after their record', () => {
  let disk = new SimulatedDisk(1);
  let ledger: Ledger;
  let position = 0;
  const inline = testPart(new Uint8Array(40).fill(2));
  const ahead = testPart(new Uint8Array(900).fill(1), true);
  const chunk = chunkFrame(recorderKey, ahead.chunks[0] ?? new Uint8Array(0));

  beforeEach(async () => {
    disk = new SimulatedDisk(1);
    position = 0;
    ledger = await openLedger(disk.files(), { keyService: strictKeys });
  });

  const take = async (...frames: Uint8Array[]): Promise<Awaited<ReturnType<Ledger['ingest']>>> => {
    const result = await ledger.ingest(messages(frames, position));
    position += frames.length;
    return result;
  };
  const gaps = async (): Promise<number[][]> =>
    gapsOf(await readLog(disk.files())).map(({ reason, leafPlusOne, count }) => [reason, leafPlusOne - 1, count]);
  const lengths = async (leaf: number): Promise<number[]> => {
    const reader = new LedgerReader(disk.files(), LEDGER_DIRECTORY);
    const found: number[] = [];
    for (const entry of await reader.keyEntries(leaf))
      for await (const bytes of reader.readChunks(entry, await reader.readManifest(entry))) found.push(bytes.length);
    return found;
  };
  /** How many there are of a field on the key page. */
  const onPage = async (wanted: number): Promise<number> => {
    const reader = new WireReader(await disk.files().readFile(PAGE, 1 << 20));
    let found = 0;
    while (!reader.done) {
      const [field] = reader.tag();
      reader.view();
      if (field === wanted) found += 1;
    }
    return found;
  };

  it('are put in their place when the batch comes again, once, and the log says so', async () => {
    const { frame } = new TestEpoch('a').batch([exchange('0', [inline, ahead])]);
    await take(altered(frame, noPayloads));
    const before = await readLog(disk.files());
    const result = await take(chunk, frame);
    assert.deepEqual([result.duplicates, result.batches, result.payloadsArrived], [1, 0, 2]);
    assert.deepEqual(await gaps(), [
      [GAP_REASON.payload_missing, LEAF, 2],
      [GAP_REASON.payload_arrived, LEAF, 2],
    ]);
    assert.deepEqual(await lengths(LEAF), [40, 900]);
    const after = await readLog(disk.files());
    assert.deepEqual(after.bytes.slice(0, before.bytes.length), before.bytes);
    const { size } = ledger;
    await take(frame);
    assert.equal(ledger.size, size, 'a further copy changes nothing');
  });

  it('are found after a new start too, and in an epoch that the state has let go', async () => {
    const { frame } = new TestEpoch('old').batch([exchange('0', [inline])]);
    await take(altered(frame, noPayloads));
    await take(...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => new TestEpoch(name).batch([exchange(name)]).frame));
    await ledger.close();
    ledger = await openLedger(disk.files(), { keyService: strictKeys });
    await take(frame);
    assert.deepEqual(await lengths(LEAF), [40]);
  });

  it('are not taken from a forged copy, which leaves room for the true one', async () => {
    const { frame } = new TestEpoch('a').batch([exchange('0', [inline])]);
    await take(altered(frame, noPayloads));
    const other = new TestEpoch('b').batch([exchange('other', [inline])]).frame;
    const forgeries: ((batch: Batch) => void)[] = [
      (batch) => (firstItem(batch).manifest = testPart(new Uint8Array(40).fill(7)).item.manifest),
      (batch) => Object.assign(firstItem(batch), testPart(new Uint8Array(40).fill(7)).item),
      (batch) => (firstItem(batch).wrappedKey = new Uint8Array(60).fill(8)),
      (batch) => (firstItem(batch).chunks = [new Uint8Array(40).fill(7)]),
      (batch) => (batch.keys = []),
      (batch) => (batch.signature = new Uint8Array(64)),
      (batch) => altered(other, ({ records }) => (batch.records = records)),
    ];
    const { size } = ledger;
    for (const [i, forge] of forgeries.entries()) {
      const result = await take(altered(frame, forge));
      assert.deepEqual([result.duplicates, result.payloadsArrived, ledger.size], [1, 0, size], `forgery ${i}`);
      assert.deepEqual(await lengths(LEAF), [], `forgery ${i}`);
    }
    // The true copy counts although a forged one stands before it in the same commit.
    await take(...forgeries.map((forge) => altered(frame, forge)), frame);
    assert.deepEqual(await lengths(LEAF), [40]);
  });

  it('are put in their place part by part, as they come', async () => {
    const { frame } = new TestEpoch('a').batch([exchange('0', [inline, ahead]), exchange('1', [inline])]);
    await take(altered(frame, noPayloads));
    await take(altered(frame, onlyPart(0)));
    assert.deepEqual([await lengths(LEAF), await lengths(LEAF + 1)], [[40], [40]]);
    await take(frame);
    assert.deepEqual(await lengths(LEAF), [40], 'its chunk has not come');
    await take(chunk, frame);
    assert.deepEqual(await lengths(LEAF), [40, 900]);
    assert.deepEqual((await gaps()).slice(2), [
      [GAP_REASON.payload_arrived, LEAF, 1],
      [GAP_REASON.payload_arrived, LEAF + 1, 1],
      [GAP_REASON.payload_arrived, LEAF, 1],
    ]);
    assert.equal(await onPage(MARK), 0);
  });

  it('were never missing when a whole copy comes in the same commit as a spoilt one', async () => {
    const { frame } = new TestEpoch('a').batch([exchange('0', [inline, ahead])]);
    await take(altered(frame, noPayloads), chunk, altered(frame, onlyPart(1)), altered(frame, onlyPart(0)));
    assert.deepEqual(await gaps(), []);
    assert.deepEqual(await lengths(LEAF), [40, 900]);
  });

  it('may be attachments', async () => {
    const attachment = Buffer.from('a long list');
    const { frame } = new TestEpoch('a').batch([{ ...exchange('0'), attachments: [attachment] }]);
    await take(altered(frame, noPayloads));
    await take(altered(frame, (batch) => (batch.attachments = [Buffer.from('another list')])));
    await take(frame);
    assert.deepEqual(await gaps(), [
      [GAP_REASON.payload_missing, LEAF, 1],
      [GAP_REASON.payload_arrived, LEAF, 1],
    ]);
    const reader = new LedgerReader(disk.files(), LEDGER_DIRECTORY);
    assert.deepEqual(Buffer.from(await reader.readAttachment(sha256(attachment))), attachment);
  });

  it('never come back once they were erased, whether they had come or not', async () => {
    const { frame } = new TestEpoch('a').batch([exchange('0', [inline, ahead])]);
    await take(altered(frame, onlyPart(0)));
    assert.deepEqual([await onPage(ENTRY), await onPage(MARK)], [1, 1]);
    // What erasure does: it takes the leaf's entries and marks off its page.
    disk.replace(PAGE, new Uint8Array(0));
    const { size } = ledger;
    await take(chunk, frame);
    await ledger.close();
    ledger = await openLedger(disk.files(), { keyService: strictKeys });
    await take(chunk, frame);
    assert.deepEqual([await lengths(LEAF), ledger.size], [[], size]);
  });

  it('are put under the period key of the month of the append, or stay missing when that is gone', async () => {
    const { frame } = new TestEpoch('a').batch([exchange('0', [inline])]);
    await take(altered(frame, noPayloads));
    await ledger.close();
    const clock = { nowUs: () => NEXT_MONTH_US, monotonicUs: () => 1 };
    const months: (string | undefined)[] = [];
    const keyService = (isThere: boolean): Pick<FakeKeyService, 'rewrap'> => ({
      rewrap: (items) => {
        months.push(...items.map(({ month }) => month));
        const gone = items.map(() => ({ failure: new AffidavitError('not_found', 'destroyed') }));
        return isThere ? strictKeys.rewrap(items) : Promise.resolve(gone);
      },
    });
    for (const isThere of [false, true]) {
      ledger = await openLedger(disk.files(), { clock, keyService: keyService(isThere) });
      const { payloadsArrived } = await take(frame);
      assert.deepEqual(
        [payloadsArrived, (await lengths(LEAF)).length, await onPage(MARK)],
        isThere ? [1, 1, 0] : [0, 0, 1],
      );
      if (!isThere) await ledger.close();
    }
    assert.deepEqual(months, ['2023-11', '2023-11']);
  });

  it('are put under their own leaf although the epoch index says another', async () => {
    const epoch = new TestEpoch('a');
    const [b0, b1] = [epoch.batch([exchange('0', [inline])]), epoch.batch([exchange('1', [inline])])];
    await take(altered(b0.frame, noPayloads), altered(b1.frame, noPayloads));
    const index = `${LEDGER_DIRECTORY}/epochs/${encodeHex(recorderKey.keyId).slice(0, 16)}-${encodeHex(epoch.epoch)}.idx`;
    const rows = await disk.files().readFile(index, 1 << 20);
    rows[40 + 7] = LEAF;
    disk.replace(index, rows);
    await take(b1.frame);
    assert.deepEqual([await lengths(LEAF), await lengths(LEAF + 1)], [[], [40]]);
  });
});
