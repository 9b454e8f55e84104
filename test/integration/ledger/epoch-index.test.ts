import assert from 'node:assert/strict';
import { AffidavitError, KIND } from '../../../src/record/index.ts';
import { encodeHex } from '../../../src/proof/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';
import type { FileSystem } from '../../../src/runtime/index.ts';
import type { Ledger } from '../../../src/ledger/index.ts';
import {
  assertOnce,
  exchange,
  LEDGER_DIRECTORY,
  messages,
  openLedger,
  readLog,
  recorderKey,
  status,
  TestEpoch,
} from '../../support/ledger.ts';
import type { TestBatch } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

const FOLDER = `${LEDGER_DIRECTORY}/epochs`;
const ROW_BYTES = 40;

describe('ledger: an epoch index that is lost or damaged', () => {
  let disk = new SimulatedDisk(1);
  let sent: TestBatch[] = [];
  let warnings: string[] = [];
  let position = 0;
  const logger = { ...silentLogger, warn: (_: object, message: string) => warnings.push(message) };
  const old = new TestEpoch('old').epoch;
  const path = `${FOLDER}/${encodeHex(recorderKey.keyId).slice(0, 16)}-${encodeHex(old)}.idx`;
  const open = (files: FileSystem = disk.files()): Promise<Ledger> => openLedger(files, { logger });
  const take = async (
    ledger: Ledger,
    batches: readonly TestBatch[],
  ): Promise<Awaited<ReturnType<Ledger['ingest']>>> => {
    const frames = batches.map(({ frame }) => frame);
    position += frames.length;
    return ledger.ingest(messages(frames, position - frames.length));
  };
  const index = async (): Promise<Map<string, Uint8Array>> => {
    const files = disk.files();
    const names = await files.list(FOLDER);
    return new Map(
      await Promise.all(names.map(async (name) => [name, await files.readFile(`${FOLDER}/${name}`, 1 << 20)] as const)),
    );
  };
  /** All that was sent comes again: each is known, none is a fork, none is appended twice. */
  const replay = async (ledger: Ledger): Promise<void> => {
    const result = await take(ledger, sent);
    assert.deepEqual([result.duplicates, result.batches, result.quarantined], [sent.length, 0, 0]);
    const log = await readLog(disk.files());
    assertOnce(log, sent);
    assert.ok(log.leaves.every(({ record }) => record.kind !== KIND.quarantined));
  };

  // An epoch that ended whole, and enough others for the state to let it go.
  beforeEach(async () => {
    disk = new SimulatedDisk(1);
    position = 0;
    warnings = [];
    const first = new TestEpoch('old');
    sent = [first.batch([status('started')]), first.batch([exchange('1'), exchange('2')])];
    sent.push(first.batch([exchange('3'), status('stopped')]));
    let [previous, batches] = [first, 3];
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const epoch = new TestEpoch(name);
      sent.push(epoch.batch([status('started', { epoch: previous.epoch, batches })]), epoch.batch([status('stopped')]));
      [previous, batches] = [epoch, 2];
    }
    const ledger = await open();
    await take(ledger, sent);
    await ledger.close();
  });

  it('is left alone when it is whole', async () => {
    const ledger = await open();
    await replay(ledger);
    assert.deepEqual(warnings, []);
  });

  const bytesOf = (): Promise<Uint8Array> => disk.files().readFile(path, 1 << 20);
  const replaced = (change: (bytes: Uint8Array) => Uint8Array) => async (): Promise<void> => {
    disk.replace(path, change(await bytesOf()));
  };
  const loseAll = async (): Promise<void> => {
    for (const name of await disk.files().list(FOLDER)) disk.lose(`${FOLDER}/${name}`);
  };
  const damages: [what: string, damage: () => Promise<void> | void][] = [
    [
      'lost',
      (): void => {
        disk.lose(path);
      },
    ],
    ['lost whole', loseAll],
    ['cut off', replaced((bytes) => bytes.subarray(0, ROW_BYTES))],
    ['cut within a row', replaced((bytes) => bytes.subarray(0, 50))],
    ['too long', replaced((bytes) => Buffer.concat([bytes, bytes]))],
    ['of zeros', replaced((bytes) => bytes.fill(0))],
    ['zero in the middle', replaced((bytes) => bytes.fill(0, ROW_BYTES, 2 * ROW_BYTES))],
    ['zero at its end', replaced((bytes) => bytes.fill(0, 2 * ROW_BYTES))],
  ];
  for (let at = 0; at < 3 * ROW_BYTES; at += 9)
    damages.push([
      `changed in byte ${at}`,
      (): void => {
        disk.flip(path, at);
      },
    ]);

  for (const [what, damage] of damages)
    it(`is made anew from the log when it is ${what}`, async () => {
      const whole = await index();
      await damage();
      const ledger = await open();
      await replay(ledger);
      if (!what.startsWith('changed')) assert.deepEqual(await index(), whole);
      if (!what.startsWith('changed')) assert.ok(warnings.some((line) => line.includes('made anew')));
    });

  it('makes no fork of a true batch, and still tells a true fork', async () => {
    const whole = await index();
    disk.flip(path, ROW_BYTES + 20);
    const ledger = await open();
    const forked = new TestEpoch('old').batch([exchange('another')]);
    const result = await take(ledger, [...sent, forked]);
    assert.deepEqual([result.duplicates, result.forks], [sent.length, 1]);
    assert.deepEqual(await index(), whole);
  });

  it('is whole after the next start, wherever making it anew failed', async () => {
    const whole = await index();
    const crashAt = (index: number): { wasReached: () => boolean } => {
      let reached = false;
      disk.onCall = (call) => {
        reached ||= call.index === index;
        return call.index === index ? 'crash_after' : 'ok';
      };
      return { wasReached: () => reached };
    };
    for (let at = 0, goesOn = true; goesOn; at++) {
      await loseAll();
      const crash = crashAt(disk.calls + at);
      await open().catch((thrown: unknown) => {
        assert.ok(thrown instanceof AffidavitError && thrown.code === 'io.failed', String(thrown));
      });
      disk.onCall = () => 'ok';
      await open();
      assert.deepEqual(await index(), whole, `call ${at}`);
      goesOn = crash.wasReached();
    }
  });
});
