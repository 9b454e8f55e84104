import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AffidavitError } from '../../../src/record/index.ts';
import { nodeFiles } from '../../../src/runtime/index.ts';
import type { FileSystem } from '../../../src/runtime/index.ts';
import { LedgerReader, socketLock } from '../../../src/ledger/index.ts';
import {
  assertAllExtended,
  assertOnce,
  exchange,
  LEDGER_DIRECTORY,
  messages,
  openLedger,
  readLog,
  RememberingLogKey,
  TestEpoch,
  testPart,
} from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

describe('ledger: one folder, several owners', () => {
  it('fences the owner that was replaced, and nothing is damaged', async () => {
    const disk = new SimulatedDisk(1);
    const key = new RememberingLogKey();
    const epoch = new TestEpoch('a');
    const sent = ['0', '1', '2', '3'].map((text) => epoch.batch([exchange(text)]));
    const [f0, f1, f2, f3] = sent.map(({ frame }) => frame) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const old = await openLedger(disk.files(), { logKey: key });
    await old.ingest(messages([f0]));
    const fresh = await openLedger(disk.files(), { logKey: key });
    await assert.rejects(old.ingest(messages([f1], 1)), { code: 'ledger.fenced' });
    await assert.rejects(old.ingest(messages([f1], 1)), { code: 'ledger.fenced' });
    await fresh.ingest(messages([f1, f2], 1));
    await fresh.ingest(messages([f3], 3));
    const log = await readLog(disk.files());
    assertOnce(log, sent);
    assertAllExtended(log, key.signed);
  });

  it('never lets an old owner publish over a new one, wherever it was stopped', async function () {
    this.timeout(60_000);
    let index = 0;
    while (await stoppedAt(index)) index += 1;
    assert.ok(index > 60, `${index} calls`);
  });

  it('keeps two processes from opening one folder, and names the one that has it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'affidavit-ledger-'));
    try {
      const options = { directory: join(directory, 'log'), lock: socketLock };
      const ledger = await openLedger(nodeFiles, options);
      await assert.rejects(openLedger(nodeFiles, options), (thrown: Error & { code?: string }) => {
        assert.equal(thrown.code, 'io.locked');
        assert.match(thrown.message, new RegExp(`in use by process ${process.pid}\\b`));
        return true;
      });
      await ledger.close();
      await (await openLedger(nodeFiles, options)).close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

/**
 * An owner starts and commits; before its call number `index` another one opens the folder and commits too. False when
 * there were fewer calls.
 */
async function stoppedAt(index: number): Promise<boolean> {
  const disk = new SimulatedDisk(1);
  const key = new RememberingLogKey();
  const epoch = new TestEpoch('a');
  const sent = ['0', '1', '2'].map((text) => epoch.batch([exchange(text, [testPart(new Uint8Array(30))])]));
  const frames = sent.map(({ frame }) => frame);
  const deliver = async (files: FileSystem, count: number): Promise<void> => {
    const ledger = await openLedger(files, { logKey: key });
    for (let at = ledger.position ?? 0; at < count; at++) await ledger.ingest(messages(frames.slice(at, at + 1), at));
  };
  await deliver(disk.files(), 1);
  let isStopped = false;
  const paused = pausing(disk.files(), index, async () => {
    isStopped = true;
    await deliver(disk.files(), 3);
  });
  const outcome = await deliver(paused, 2).catch((thrown: unknown) => thrown);
  if (outcome !== undefined) assert.equal((outcome as AffidavitError).code, 'ledger.fenced', `at call ${index}`);
  await deliver(disk.files(), 3);
  const log = await readLog(disk.files());
  assertOnce(log, sent);
  assertAllExtended(log, key.signed);
  assert.equal(log.report.checkpoint.size, 6, `stopped at call ${index}`);
  const reader = new LedgerReader(disk.files(), LEDGER_DIRECTORY);
  for (const leaf of [3, 4, 5]) assert.equal((await reader.keyEntries(leaf)).length, 1, `the key of leaf ${leaf}`);
  return isStopped;
}

/** Runs `work` once, before call number `index`. */
function pausing<T extends object>(target: T, index: number, work: () => Promise<void>): T {
  let calls = 0;
  return new Proxy(target, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name);
      if (typeof member !== 'function') return member;
      return async (...values: unknown[]): Promise<unknown> => {
        if (calls++ === index) await work();
        return (await Reflect.apply(member, object, values)) as unknown;
      };
    },
  });
}
