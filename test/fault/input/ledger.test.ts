import assert from 'node:assert/strict';
import { AffidavitError } from '../../../src/record/index.ts';
import { directoryOf } from '../../../src/runtime/index.ts';
import type { FileSystem } from '../../../src/runtime/index.ts';
import {
  assertOnce,
  exchange,
  LEDGER_DIRECTORY,
  messages,
  openLedger,
  readLog,
  status,
  TestEpoch,
  testPart,
} from '../../support/ledger.ts';
import type { TestBatch } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { damaged, diskWith, diskWithout, readFolder } from './support/stored-bytes.ts';
import type { StoredFiles } from './support/stored-bytes.ts';

/** Two batches that are in the log, and one that comes after the damage. */
function makeBatches(): [TestBatch, TestBatch, TestBatch] {
  const epoch = new TestEpoch('a');
  const part = testPart(new Uint8Array(40).fill(2));
  return [
    epoch.batch([status('started')]),
    epoch.batch([exchange('a', [part]), exchange('b')]),
    epoch.batch([exchange('c', [part])]),
  ];
}

const [FIRST, SECOND, LAST] = makeBatches();
/** Masks that also make other digits and letters of them. */
const MASKS = [0x01, 0x04, 0x55];

/** A ledger's folder after an orderly end. */
async function published(): Promise<StoredFiles> {
  const disk = new SimulatedDisk(1);
  const ledger = await openLedger(disk.files());
  await ledger.ingest(messages([FIRST.frame, SECOND.frame]));
  await ledger.close();
  return readFolder(disk.files(), LEDGER_DIRECTORY);
}

/** The same after a crash between a commit and its publication: what is staged is all that there is of the leaves. */
async function committed(): Promise<StoredFiles> {
  const disk = new SimulatedDisk(1);
  const ledger = await openLedger(disk.files());
  await ledger.ingest(messages([FIRST.frame]));
  let isCommitted = false;
  disk.onCall = ({ operation, path }) => {
    if (isCommitted) return 'crash_before';
    isCommitted = operation === 'syncDirectory' && path.endsWith('/state');
    return 'ok';
  };
  await assert.rejects(ledger.ingest(messages([SECOND.frame], 1)));
  disk.onCall = () => 'ok';
  return readFolder(disk.files(), LEDGER_DIRECTORY);
}

/** The next start, with a message that is new to it. */
async function goOn(files: FileSystem): Promise<void> {
  const ledger = await openLedger(files);
  await ledger.ingest(messages([FIRST.frame, SECOND.frame, LAST.frame].slice(ledger.position), ledger.position));
  await ledger.close();
}

/** What came of something that may fail, but only as trouble with the log that names a file of it. */
async function orTrouble<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (thrown) {
    assert.ok(thrown instanceof AffidavitError, `${String(thrown)}\n${String((thrown as Error).stack)}`);
    assert.ok(thrown.isEvidence || ['ledger.damaged', 'limit.exceeded'].includes(thrown.code), thrown.code);
    assert.match(thrown.message, /checkpoint|tile\/|state\/|stage\/|payload\//);
    return undefined;
  }
}

/** A start, and a commit, on a disk with something changed: refused, a log that verifies, or one whose damage shows. */
async function outcomeOn(disk: SimulatedDisk): Promise<'refused' | 'whole' | 'noticed'> {
  const wentOn = await orTrouble(goOn(disk.files()).then(() => true));
  if (wentOn === undefined) return 'refused';
  const log = await orTrouble(readLog(disk.files()));
  if (log !== undefined) assertOnce(log, [FIRST, SECOND, LAST]);
  return log === undefined ? 'noticed' : 'whole';
}

/** A refusal has changed nothing for good: with the file as it was, everything is there. */
async function assertMended(disk: SimulatedDisk, path: string, original: Uint8Array): Promise<void> {
  disk.replace(path, original);
  await goOn(disk.files());
  assertOnce(await readLog(disk.files()), [FIRST, SECOND, LAST]);
}

/** What a start may come to, for the file that has changed. What nobody reads any more may hold anything. */
const EXPECTED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\/checkpoint$|\/stage\/|\/state\/newest$/, ['refused']],
  [/\/tile\/(0|entries)\/000\.p\/newest$/, ['refused']],
  // A batch that comes next is put on the same page: one that can't be read is refused, and no key is lost.
  [/\/payload\/keys\//, ['refused', 'whole']],
  [/./, ['whole']],
];

/** A file's name as EXPECTED has it: of state, tiles and bundles, the last one is what a start reads. */
function roleOf(path: string, all: readonly string[]): string {
  const folder = directoryOf(path);
  const last = all.findLast((each) => directoryOf(each) === folder);
  return path === last && /\/(state|000\.p)$/.test(folder) ? `${folder}/newest` : path;
}

async function assertEach(stored: StoredFiles, path: string): Promise<void> {
  const bytes = stored.get(path) ?? new Uint8Array(0);
  const role = roleOf(path, [...stored.keys()]);
  const allowed = EXPECTED.find(([pattern]) => pattern.test(role))?.[1] ?? [];
  let count = 0;
  for (const [what, changed] of damaged(bytes, (at) => [MASKS[at % MASKS.length] ?? 1]))
    try {
      const disk = await diskWithout(stored, path, changed);
      const outcome = await outcomeOn(disk);
      assert.ok(allowed.includes(outcome), `${outcome} instead of ${allowed.join()}`);
      if (outcome === 'refused' && count++ % 16 === 0) await assertMended(disk, path, bytes);
    } catch (thrown) {
      throw new Error(`${path}: ${what}`, { cause: thrown });
    }
  await outcomeOn(await diskWithout(stored, path)).catch((thrown: unknown) => {
    throw new Error(`${path}: gone`, { cause: thrown });
  });
}

describe('bad input: each byte of a small ledger', function () {
  this.timeout(120_000);

  for (const [when, make] of [
    ['after an orderly end', published],
    ['after a crash between a commit and its publication', committed],
  ] as const)
    it(`${when}: the next start refuses and names the file, or goes on; nothing is lost by either`, async () => {
      const stored = await make();
      assert.equal(await outcomeOn(await diskWith(stored)), 'whole');
      for (const path of stored.keys()) await assertEach(stored, path);
    });
});
