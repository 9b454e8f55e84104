import assert from 'node:assert/strict';
import { AffidavitError, GAP_REASON } from '../../../src/record/index.ts';
import type { FileSystem } from '../../../src/runtime/index.ts';
import { LedgerReader } from '../../../src/ledger/index.ts';
import {
  altered,
  assertAllExtended,
  chunkFrame,
  exchange,
  gapsOf,
  LEDGER_DIRECTORY,
  messages,
  openLedger,
  readLog,
  recorderKey,
  RememberingLogKey,
  TestEpoch,
  testPart,
} from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import type { DiskOutcome } from '../../support/simulated-disk.ts';

const LEAF = 3;
const inline = testPart(new Uint8Array(40).fill(2));
const ahead = testPart(new Uint8Array(900).fill(1), true);
const { frame: WHOLE } = new TestEpoch('a').batch([exchange('0', [inline, ahead])]);
const SPOILT = altered(WHOLE, (batch) => {
  batch.payloads = [];
});
const FRAMES = [SPOILT, chunkFrame(recorderKey, ahead.chunks[0] ?? new Uint8Array(0)), WHOLE];

/** One message a commit, from where the ledger says. */
async function deliver(files: FileSystem, logKey: RememberingLogKey, frames: readonly Uint8Array[]): Promise<void> {
  const ledger = await openLedger(files, { logKey });
  for (let at = ledger.position ?? 0; at < frames.length; at++)
    await ledger.ingest(messages(frames.slice(at, at + 1), at));
  await ledger.close();
}

async function partsOf(files: FileSystem): Promise<number[]> {
  const reader = new LedgerReader(files, LEDGER_DIRECTORY);
  const lengths: number[] = [];
  for (const entry of await reader.keyEntries(LEAF))
    for await (const chunk of reader.readChunks(entry, await reader.readManifest(entry))) lengths.push(chunk.length);
  return lengths;
}

/** How often the log says that a payload is missing, and that it has arrived. */
async function said(files: FileSystem): Promise<{ missing: number; arrived: number }> {
  const reasons = gapsOf(await readLog(files)).map(({ reason }) => reason);
  const times = (wanted: number): number => reasons.filter((reason) => reason === wanted).length;
  return { missing: times(GAP_REASON.payload_missing), arrived: times(GAP_REASON.payload_arrived) };
}

/** A fault at one call of the repair, a new start, and a further copy of the batch. */
async function faultAt(index: number, outcome: DiskOutcome): Promise<boolean> {
  const disk = new SimulatedDisk(index + 1);
  const key = new RememberingLogKey();
  await deliver(disk.files(), key, FRAMES.slice(0, 1));
  const first = disk.calls;
  let reached = false;
  disk.onCall = (call) => {
    if (call.index !== first + index) return 'ok';
    reached = true;
    return outcome;
  };
  try {
    await deliver(disk.files(), key, FRAMES);
  } catch (thrown) {
    assert.ok(thrown instanceof AffidavitError && thrown.code === 'io.failed', String(thrown));
  }
  disk.onCall = () => 'ok';
  await deliver(disk.files(), key, []);
  const { missing, arrived } = await said(disk.files());
  assert.equal(missing, 1);
  assert.deepEqual(await partsOf(disk.files()), arrived === 1 ? [40, 900] : [], 'the old or the new, as the log says');
  await deliver(disk.files(), key, [...FRAMES, WHOLE]);
  assert.deepEqual(await partsOf(disk.files()), [40, 900]);
  assert.deepEqual(await said(disk.files()), { missing: 1, arrived: 1 });
  assertAllExtended(await readLog(disk.files()), key.signed);
  return reached;
}

describe('ledger: every file-system call of putting a late payload in its place may fail', () => {
  for (const outcome of ['not_done', 'done_but_failed', 'crash_before', 'crash_after'] as const)
    it(`${outcome}: it is there or not, as the log says, and a further copy brings it`, async function () {
      this.timeout(240_000);
      let index = 0;
      while (
        await faultAt(index, outcome).catch((thrown: unknown) => {
          throw new Error(`call ${index}`, { cause: thrown });
        })
      )
        index += 1;
      assert.ok(index > 100, `${index} calls`);
    });
});
