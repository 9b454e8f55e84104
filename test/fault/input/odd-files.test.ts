import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AffidavitError } from '../../../src/record/index.ts';
import { nodeFiles } from '../../../src/runtime/index.ts';
import { makePipe } from '../../support/pipe.ts';
import {
  assertOnce,
  exchange,
  messages,
  openLedger,
  readLog,
  status,
  TestEpoch,
  testPart,
} from '../../support/ledger.ts';
import { frameOf, openSpool, readAll } from '../../support/spool.ts';

const SEGMENT_BYTES = 100;
const FRAMES = 4;

/** What may stand where a file stood. */
const INSTEAD: readonly (readonly [what: string, put: (path: string) => Promise<void> | void])[] = [
  ['a pipe', makePipe],
  ['a folder', (path) => mkdir(path)],
  ['a device without an end', (path) => symlink('/dev/zero', path)],
  ['a link that leads nowhere', (path) => symlink('nowhere', path)],
  ['a link to itself', (path) => symlink(path, path)],
];

/** Makes a folder, and starts from it with something new; what came of that is checked by the last. */
interface Store {
  readonly make: (folder: string) => Promise<void>;
  readonly start: (folder: string) => Promise<void>;
  readonly check: (folder: string) => Promise<void>;
}

const epoch = new TestEpoch('a');
const part = testPart(new Uint8Array(40).fill(2));
const BATCHES = [
  epoch.batch([status('started')]),
  epoch.batch([exchange('a', [part])]),
  epoch.batch([exchange('b', [part])]),
] as const;
const [FIRST, SECOND, LAST] = BATCHES;

const STORES: Readonly<Record<string, Store>> = {
  spool: {
    make: async (folder) => {
      const spool = await openSpool(nodeFiles, { segmentBytes: SEGMENT_BYTES }, folder);
      for (let at = 0; at < FRAMES; at++) await spool.append([frameOf(`frame ${at}`, SEGMENT_BYTES)]);
      await spool.close();
    },
    start: async (folder) => {
      const spool = await openSpool(nodeFiles, { segmentBytes: SEGMENT_BYTES }, folder);
      await spool.close();
    },
    check: async (folder) => {
      const spool = await openSpool(nodeFiles, { segmentBytes: SEGMENT_BYTES }, folder);
      const frames = await readAll(spool, 0);
      await spool.close();
      assert.deepEqual([frames.length, spool.damage], [FRAMES, []]);
    },
  },
  ledger: {
    make: async (folder) => {
      const ledger = await openLedger(nodeFiles, { directory: folder });
      await ledger.ingest(messages([FIRST.frame, SECOND.frame]));
      await ledger.close();
    },
    start: async (folder) => {
      const ledger = await openLedger(nodeFiles, { directory: folder });
      try {
        await ledger.ingest(messages(BATCHES.map(({ frame }) => frame).slice(ledger.position), ledger.position));
      } finally {
        await ledger.close();
      }
    },
    check: async (folder) => {
      assertOnce(await readLog(nodeFiles, folder), [FIRST, SECOND, LAST]);
    },
  },
};

async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
}

/** True when the start went on; a refusal names a file of the folder, or of the log. */
async function starts(store: Store, folder: string): Promise<boolean> {
  try {
    await store.start(folder);
    return true;
  } catch (thrown) {
    assert.ok(thrown instanceof AffidavitError, String(thrown));
    assert.match(thrown.message, /odd-|tile\/|payload\//);
    return false;
  }
}

describe('bad input: what is no file where one was', function () {
  this.timeout(120_000);
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'odd-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  for (const [name, store] of Object.entries(STORES))
    for (const [what, put] of INSTEAD)
      it(`${what} in a ${name}: one error, at once, or it goes on; with the file back, all is there`, async () => {
        const [whole, copy, kept] = ['whole', 'copy', 'kept'].map((each) => join(folder, each)) as [
          string,
          string,
          string,
        ];
        await store.make(whole);
        for (const path of await filesBelow(whole)) {
          await cp(whole, copy, { recursive: true });
          const there = path.replace(whole, copy);
          await rename(there, kept);
          await put(there);
          if (!(await starts(store, copy))) {
            await rm(there, { recursive: true, force: true });
            await rename(kept, there);
            await store.start(copy);
          }
          await store.check(copy);
          await rm(copy, { recursive: true });
        }
      });
});
