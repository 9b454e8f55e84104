import assert from 'node:assert/strict';
import { GAP_REASON, KIND, Quarantined } from '../../../src/record/index.ts';
import { encodeHex, sha256 } from '../../../src/proof/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';
import { SigningKey } from '../../../src/seal/index.ts';
import { LedgerReader } from '../../../src/ledger/index.ts';
import type { Ledger, LedgerOptions } from '../../../src/ledger/index.ts';
import {
  chunkFrame,
  enrolment,
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

const DAY_US = 86_400_000_000;
const BLOCK_BYTES = 4096;

interface Line {
  fields: Record<string, unknown>;
  message: string;
}

describe('ledger: what it keeps on disk and no leaf needs', () => {
  let disk = new SimulatedDisk(1);
  let lines: Line[] = [];
  let nowUs = 0;
  const note = (fields: object, message: string): void => {
    lines.push({ fields: { ...fields }, message });
  };
  const options = (): Partial<LedgerOptions> => ({
    logger: { ...silentLogger, warn: note, error: note },
    clock: { nowUs: () => nowUs, monotonicUs: () => nowUs },
  });
  const logged = (text: string): Record<string, unknown>[] =>
    lines.filter(({ message }) => message.includes(text)).map(({ fields }) => fields);

  beforeEach(() => {
    disk = new SimulatedDisk(1);
    lines = [];
    nowUs = 1_700_000_000_000_000;
  });

  describe('of messages that it can not accept', () => {
    const storage = { maxDeadLetterBytes: 3 * BLOCK_BYTES };
    const garbage = Array.from({ length: 5 }, (_, i) => Buffer.from(`no frame ${i}`));
    const quarantined = async (): Promise<Quarantined[]> =>
      (await readLog(disk.files())).leaves.flatMap(({ record }) =>
        record.kind === KIND.quarantined ? [Quarantined.decode(record.body)] : [],
      );

    it('is no more than the bound; of what goes beyond it leaf and log say so', async () => {
      const ledger = await openLedger(disk.files(), { ...options(), storage });
      const result = await ledger.ingest(messages(garbage));
      assert.deepEqual([result.quarantined, result.notKept], [5, 2]);
      assert.deepEqual(
        logged('the dead-letter store is full').map(({ messages: count }) => count),
        [2],
      );
      const said = await quarantined();
      assert.deepEqual(
        said.map(({ detail }) => detail.includes('its bytes were not kept')),
        [false, false, false, true, true],
      );
      const reader = new LedgerReader(disk.files(), LEDGER_DIRECTORY);
      for (const [i, { hash, size }] of said.entries()) {
        assert.deepEqual([hash, size], [sha256(garbage[i] ?? hash), garbage[i]?.length]);
        if (i < 3) assert.deepEqual(Buffer.from(await reader.readDeadLetter(hash)), garbage[i]);
        else await assert.rejects(reader.readDeadLetter(hash), { code: 'evidence.missing' });
      }
    });

    it('is counted anew at a start: what was removed makes room', async () => {
      const ledger = await openLedger(disk.files(), { ...options(), storage });
      await ledger.ingest(messages(garbage.slice(0, 3)));
      await ledger.close();
      const full = await openLedger(disk.files(), { ...options(), storage });
      assert.equal((await full.ingest(messages(garbage.slice(3, 4), 3))).notKept, 1);
      await full.close();
      const [first] = await quarantined();
      disk.lose(`${LEDGER_DIRECTORY}/deadletter/${encodeHex(first?.hash ?? new Uint8Array(0))}`);
      const again = await openLedger(disk.files(), { ...options(), storage });
      assert.equal((await again.ingest(messages(garbage.slice(4), 4))).notKept, 0);
    });

    it('lets no batch wait for its key whose bytes were not kept, and says so', async () => {
      const stranger = SigningKey.fromSeed(sha256(Buffer.from('stranger')));
      const ledger = await openLedger(disk.files(), { ...options(), storage: { maxDeadLetterBytes: 0 } });
      const result = await ledger.ingest(messages([new TestEpoch('a', stranger).batch([exchange('0')]).frame]));
      assert.deepEqual([result.notWaiting, result.notKept], [1, 1]);
      await ledger.enrol(enrolment(stranger));
      assert.deepEqual(logged('is gone'), []);
    });
  });

  describe('of chunks that were sent ahead', () => {
    const part = (fill: number): ReturnType<typeof testPart> => testPart(new Uint8Array(900).fill(fill), true);
    const [claimed, orphan] = [part(1), part(2)];
    const frames = [claimed, orphan].map(({ chunks }) => chunkFrame(recorderKey, chunks[0] ?? new Uint8Array(0)));
    const incoming = async (): Promise<number> => {
      const root = `${LEDGER_DIRECTORY}/payload/incoming`;
      const days = await disk.files().list(root);
      const names = await Promise.all(days.map((day) => disk.files().list(`${root}/${day}`)));
      return names.flat().length;
    };
    const pass = async (ledger: Ledger, days: number, at: number): Promise<void> => {
      nowUs += days * DAY_US;
      await ledger.ingest(messages([Buffer.from(`day ${nowUs}`)], at));
    };

    it('waits for its record for days, and is removed, and logged, when none came', async () => {
      const ledger = await openLedger(disk.files(), { ...options(), storage: { maxUnclaimedDays: 10 } });
      await ledger.ingest(messages(frames));
      assert.equal(await incoming(), 2);
      await pass(ledger, 8, 2);
      await ledger.ingest(messages([new TestEpoch('a').batch([exchange('0', [claimed])]).frame], 3));
      assert.equal(await incoming(), 1, 'what a record names has moved');
      await pass(ledger, 2, 4);
      assert.equal(await incoming(), 1);
      assert.deepEqual(logged('removed chunks'), []);
      await pass(ledger, 1, 5);
      assert.equal(await incoming(), 0);
      assert.deepEqual(
        logged('removed chunks').map(({ chunks, bytes }) => [chunks, bytes]),
        [[1, 900]],
      );
      const reader = new LedgerReader(disk.files(), LEDGER_DIRECTORY);
      const leaf = (await readLog(disk.files())).leaves.findIndex(({ record }) => record.parts.length > 0);
      const [entry] = await reader.keyEntries(leaf);
      assert.ok(entry !== undefined);
      for await (const chunk of reader.readChunks(entry, await reader.readManifest(entry)))
        assert.deepEqual(chunk, claimed.chunks[0]);
      await ledger.ingest(messages([new TestEpoch('b').batch([exchange('0', [orphan])]).frame], 6));
      const missing = gapsOf(await readLog(disk.files())).filter(({ reason }) => reason === GAP_REASON.payload_missing);
      assert.equal(missing.length, 1);
    });

    it('is removed at a start too, and kept once when it comes twice', async () => {
      const storage = { maxUnclaimedDays: 10 };
      const ledger = await openLedger(disk.files(), { ...options(), storage });
      await ledger.ingest(messages([...frames, ...frames]));
      const [batch] = [new TestEpoch('a').batch([exchange('0', [claimed])])];
      await ledger.ingest(messages([batch.frame], 4));
      await ledger.ingest(messages(frames.slice(0, 1), 5));
      assert.equal(await incoming(), 1, 'a chunk that a record names is not kept again');
      await ledger.close();
      nowUs += 11 * DAY_US;
      await openLedger(disk.files(), { ...options(), storage });
      assert.equal(await incoming(), 0);
      assert.equal(logged('removed chunks').length, 1);
    });
  });
});
