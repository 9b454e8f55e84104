import assert from 'node:assert/strict';
import { AffidavitError } from '../../../src/record/index.ts';
import type { FileSystem } from '../../../src/runtime/index.ts';
import type { Ledger } from '../../../src/ledger/index.ts';
import { LedgerReader } from '../../../src/ledger/index.ts';
import {
  assertAllExtended,
  assertOnce,
  chunkFrame,
  exchange,
  LEDGER_DIRECTORY,
  messages,
  openLedger,
  readLog,
  recorderKey,
  RememberingLogKey,
  status,
  TestEpoch,
  testPart,
} from '../../support/ledger.ts';
import type { TestBatch, WholeLog } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import type { DiskOutcome } from '../../support/simulated-disk.ts';

/** What comes from the bus: everything that a commit can hold. */
function makeTraffic(): { frames: Uint8Array[]; accepted: TestBatch[] } {
  const first = new TestEpoch('first');
  const ahead = testPart(new Uint8Array(900).fill(1), true);
  const inline = testPart(new Uint8Array(40).fill(2));
  const started = first.batch([status('started')]);
  const withPayload = first.batch([exchange('a', [inline, ahead])]);
  const lost = first.batch([exchange('late')]);
  const after = first.batch([exchange('b'), exchange('c')]);
  const second = new TestEpoch('second');
  const next = second.batch([status('started', { epoch: first.epoch, batches: 4 })]);
  const accepted = [started, withPayload, lost, after, next];
  const [chunk = new Uint8Array(0)] = ahead.chunks;
  const garbage = Buffer.from('no frame');
  const order = [started.frame, chunkFrame(recorderKey, chunk), withPayload.frame, after.frame, garbage];
  return { frames: [...order, started.frame, lost.frame, next.frame], accepted };
}

/** Leaves of an undisturbed run: 3 at the beginning, 6 records, gap, quarantined, arrived, epoch not stopped. */
const LEAVES = 13;
const AT_ONCE = 3;

/** Delivers what is left, from where the ledger says. */
async function deliver(ledger: Ledger, frames: readonly Uint8Array[]): Promise<void> {
  for (let at = ledger.position ?? 0; at < frames.length; at = ledger.position ?? 0)
    await ledger.ingest(messages(frames.slice(at, at + AT_ONCE), at));
}

async function run(files: FileSystem, key: RememberingLogKey, frames: readonly Uint8Array[]): Promise<void> {
  const ledger = await openLedger(files, { logKey: key });
  await deliver(ledger, frames);
  await ledger.close();
}

function assertWhole(log: WholeLog, accepted: readonly TestBatch[], key: RememberingLogKey): void {
  assertOnce(log, accepted);
  assertAllExtended(log, key.signed);
  assert.equal(log.bytes.length, LEAVES);
  assert.deepEqual(log.report.missing, []);
}

async function assertPayloads(files: FileSystem, log: WholeLog): Promise<void> {
  const reader = new LedgerReader(files, LEDGER_DIRECTORY);
  const leaf = log.leaves.findIndex(({ record }) => record.parts.length > 0);
  const entries = await reader.keyEntries(leaf);
  const lengths: number[] = [];
  for (const entry of entries)
    for await (const chunk of reader.readChunks(entry, await reader.readManifest(entry))) lengths.push(chunk.length);
  assert.deepEqual(lengths, [40, 900]);
}

/** The files whose names may never get other bytes. */
async function tiles(files: FileSystem, folder = `${LEDGER_DIRECTORY}/tile`): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const name of await files.list(folder)) {
    const path = `${folder}/${name}`;
    if ((await files.size(path)) === undefined) for (const entry of await tiles(files, path)) found.set(...entry);
    else found.set(path, await files.readFile(path, 1 << 30));
  }
  return found;
}

async function countCalls(): Promise<number> {
  const disk = new SimulatedDisk(1);
  const key = new RememberingLogKey();
  const { frames, accepted } = makeTraffic();
  await run(disk.files(), key, frames);
  const calls = disk.calls;
  const log = await readLog(disk.files());
  assertWhole(log, accepted, key);
  await assertPayloads(disk.files(), log);
  return calls;
}

/** One run with one fault, a new start, and everything that must hold then. */
async function faultAt(index: number, outcome: DiskOutcome, seed: number): Promise<void> {
  const disk = new SimulatedDisk(seed);
  const key = new RememberingLogKey();
  const { frames, accepted } = makeTraffic();
  disk.onCall = (call) => (call.index === index ? outcome : 'ok');
  try {
    await run(disk.files(), key, frames);
  } catch (thrown) {
    assert.ok(thrown instanceof AffidavitError && !thrown.isEvidence, String(thrown));
    assert.equal(thrown.code, 'io.failed');
  }
  disk.onCall = () => 'ok';
  const before = await tiles(disk.files());
  await run(disk.files(), key, frames);
  const log = await readLog(disk.files());
  assertWhole(log, accepted, key);
  await assertPayloads(disk.files(), log);
  const after = await tiles(disk.files());
  for (const [path, bytes] of before)
    if (after.has(path)) assert.deepEqual(after.get(path), bytes, `${path} got other bytes`);
}

describe('ledger: every file-system call of a start and of commits may fail', () => {
  let calls = 0;
  before(async () => {
    calls = await countCalls();
    assert.ok(calls > 150, `${calls} calls`);
  });
  for (const outcome of ['not_done', 'done_but_failed', 'crash_before', 'crash_after'] as const)
    it(`${outcome}: the log is whole after the next start`, async function () {
      this.timeout(240_000);
      for (let index = 0; index < calls; index++)
        await faultAt(index, outcome, index + 1).catch((thrown: unknown) => {
          throw new Error(`call ${index} of ${calls}`, { cause: thrown });
        });
    });
});
