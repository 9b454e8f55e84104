import assert from 'node:assert/strict';
import { AffidavitError, KIND } from '../../../src/record/index.ts';
import type { LedgerOptions } from '../../../src/ledger/index.ts';
import { directoryOf, writeFileDurably } from '../../../src/runtime/index.ts';
import type { FileSystem } from '../../../src/runtime/index.ts';
import { SigningKey } from '../../../src/seal/index.ts';
import {
  assertOnce,
  enrolment,
  exchange,
  LEDGER_DIRECTORY,
  ledgerOptions,
  messages,
  openLedger,
  readLog,
  status,
  TestEpoch,
  testPart,
} from '../../support/ledger.ts';
import type { TestBatch, WholeLog } from '../../support/ledger.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { damaged, diskWith, diskWithout, everyChange, readFolder, someChanges } from './support/stored-bytes.ts';
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
const options = enrolled();
/** Calls that give a file's bytes to whoever makes them. */
const OPENING: ReadonlySet<string> = new Set(['readFile', 'open', 'openForReading']);
const SMALL_BYTES = 200;
const MENDED_ONE_OF = 64;

/** Made once: the keys of thousands of starts. */
function enrolled(): Pick<LedgerOptions, 'logKey' | 'enrolments'> {
  const { logKey, enrolments } = ledgerOptions(new SimulatedDisk(1).files());
  return { logKey, enrolments };
}

/** A ledger's folder after an orderly end. */
async function published(): Promise<StoredFiles> {
  const disk = new SimulatedDisk(1);
  const ledger = await openLedger(disk.files(), options);
  await ledger.ingest(messages([FIRST.frame, SECOND.frame]));
  await ledger.close();
  return readFolder(disk.files(), LEDGER_DIRECTORY);
}

/** The same after a crash between a commit and its publication: what is staged is all that there is of the leaves. */
async function committed(): Promise<StoredFiles> {
  const disk = new SimulatedDisk(1);
  const ledger = await openLedger(disk.files(), options);
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

/** A batch of a key that nobody has enrolled yet. */
const lateKey = SigningKey.fromSeed(new Uint8Array(32).fill(5));
const LATE = new TestEpoch('late', lateKey).batch([exchange('late')]);

async function withMessageAside(): Promise<{ stored: StoredFiles; path: string }> {
  const disk = new SimulatedDisk(1);
  const ledger = await openLedger(disk.files(), options);
  await ledger.ingest(messages([FIRST.frame, SECOND.frame, LATE.frame]));
  await ledger.close();
  const stored = await readFolder(disk.files(), LEDGER_DIRECTORY);
  const path = [...stored.keys()].find((each) => each.includes('/deadletter/'));
  assert.ok(path !== undefined);
  return { stored, path };
}

/** The start that enrols it: how many messages it quarantines; `undefined` when it is refused. */
async function enrolLate(files: FileSystem): Promise<number | undefined> {
  const before = await readLog(files);
  const enrolments = [...options.enrolments, enrolment(lateKey)];
  const start = async (): Promise<true> => {
    const ledger = await openLedger(files, { ...options, enrolments });
    await ledger.close();
    return true;
  };
  const wentOn = await orTrouble(start());
  const after = await readLog(files);
  const quarantines = ({ leaves }: WholeLog): number =>
    leaves.filter(({ record }) => record.kind === KIND.quarantined).length;
  return wentOn === undefined ? undefined : quarantines(after) - quarantines(before);
}

/** What the owner of the log does about a message that is kept aside. */
async function retryLate(files: FileSystem, path: string): Promise<void> {
  const ledger = await openLedger(files, options);
  await ledger.retry(path.slice(directoryOf(path).length + 1), 2);
  await ledger.close();
}

/** The next start, with a message that is new to it. */
async function goOn(files: FileSystem): Promise<void> {
  const ledger = await openLedger(files, options);
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
    assert.match(thrown.message, /checkpoint|tile\/|state\/|stage\/|payload\/|deadletter\//);
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

/** What becomes of a file that none of them opens: that it isn't opened is what counts. */
function* fewChangesOf(bytes: Uint8Array): Iterable<[what: string, bytes: Uint8Array]> {
  yield ['each byte changed', bytes.map((byte) => byte ^ 0xff)];
  yield ['cut to 0 bytes', new Uint8Array(0)];
}

/** The files that a start, a commit and a reader open on a disk where nothing is wrong. */
async function openedOf(stored: StoredFiles): Promise<ReadonlySet<string>> {
  const disk = await diskWith(stored);
  const opened = new Set<string>();
  disk.onCall = ({ operation, path }) => {
    if (OPENING.has(operation)) opened.add(path);
    return 'ok';
  };
  assert.equal(await outcomeOn(disk), 'whole');
  return opened;
}

async function assertEach(stored: StoredFiles, path: string, isOpened: boolean): Promise<void> {
  const bytes = stored.get(path) ?? new Uint8Array(0);
  const role = roleOf(path, [...stored.keys()]);
  const allowed = EXPECTED.find(([pattern]) => pattern.test(role))?.[1] ?? [];
  // What is refused is soon done with.
  const isQuick = bytes.length <= SMALL_BYTES && allowed.join() === 'refused';
  let count = 0;
  for (const [what, changed] of isOpened ? damaged(bytes, isQuick ? everyChange : someChanges) : fewChangesOf(bytes))
    try {
      const disk = await diskWithout(stored, path, changed);
      const outcome = await outcomeOn(disk);
      assert.ok(allowed.includes(outcome), `${outcome} instead of ${allowed.join()}`);
      if (outcome === 'refused' && count++ % MENDED_ONE_OF === 0) await assertMended(disk, path, bytes);
    } catch (thrown) {
      throw new Error(`${path}: ${what}`, { cause: thrown });
    }
  await outcomeOn(await diskWithout(stored, path)).catch((thrown: unknown) => {
    throw new Error(`${path}: gone`, { cause: thrown });
  });
}

describe('bad input: each byte of a small ledger', function () {
  this.timeout(240_000);

  for (const [when, make] of [
    ['after an orderly end', published],
    ['after a crash between a commit and its publication', committed],
  ] as const)
    it(`${when}: the next start refuses and names the file, or goes on; nothing is lost by either`, async () => {
      const stored = await make();
      const opened = await openedOf(stored);
      for (const path of stored.keys()) await assertEach(stored, path, opened.has(path));
    });

  it('a message kept aside that has changed is quarantined again, or the start names its file; with it back, all is there', async () => {
    const { stored, path } = await withMessageAside();
    const original = stored.get(path) ?? new Uint8Array(0);
    const outcomes = new Set<string>();
    let count = 0;
    for (const [what, changed] of [...damaged(original, someChanges), ['gone', undefined] as const])
      try {
        const disk = await diskWithout(stored, path, changed);
        const quarantined = await enrolLate(disk.files());
        const outcome = quarantined === undefined ? 'refused' : `${quarantined} quarantined`;
        if (outcomes.has(outcome) && count++ % MENDED_ONE_OF > 0) continue;
        outcomes.add(outcome);
        await disk.files().makeDirectory(directoryOf(path));
        await writeFileDurably(disk.files(), path, original);
        await enrolLate(disk.files());
        await retryLate(disk.files(), path);
        assertOnce(await readLog(disk.files()), [FIRST, SECOND, LATE]);
      } catch (thrown) {
        throw new Error(what, { cause: thrown });
      }
    assert.deepEqual([...outcomes].toSorted(), ['0 quarantined', '1 quarantined', 'refused']);
  });
});
