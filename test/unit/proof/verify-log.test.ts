import assert from 'node:assert/strict';
import { AffidavitError, KEY_ROLE } from '../../../src/record/index.ts';
import { EMPTY_ROOT, faultOfFlippedByte, leafHash, treeRoot, verifyLog } from '../../../src/proof/index.ts';
import type { LogReport, TileSource, Trust, VerifiedLeaf } from '../../../src/proof/index.ts';
import { refused } from './expect.ts';
import {
  flipped,
  gapBody,
  ledgerLeaves,
  logKey,
  ORIGIN,
  pinned,
  sampleLeaves,
  signedCheckpoint,
  sourceOf,
  TestKey,
  writeLog,
} from './sample-log.ts';
import type { LogFiles } from './sample-log.ts';

function verify(leaves: readonly Uint8Array[], trust: Trust = pinned): Promise<LogReport> {
  return verifyLog(sourceOf(writeLog(leaves)), trust);
}

describe('verifying a whole log', () => {
  for (const size of [5, 20, 255, 256, 257, 700])
    it(`accepts a log of ${size} leaves and says what is in it`, async () => {
      const report = await verify(sampleLeaves(size));
      assert.equal(report.checkpoint.size, size);
      assert.ok(report.trusted && report.checks.every(({ ok }) => ok));
      assert.deepEqual(report.kinds, {
        genesis: 1,
        key: 2,
        producer: 2,
        ...(size > 5 ? { exchange: size - 5 } : {}),
      });
      assert.deepEqual(report.epochs, { stopped: 1, cut: 0, running: 0 });
      assert.deepEqual(
        report.keys.map(({ name, role, leaf }) => [name, role, leaf]),
        [
          ['ledger', KEY_ROLE.ledger, 1],
          ['recorder', KEY_ROLE.producer, 2],
        ],
      );
      assert.deepEqual(report.missing, []);
    });

  it('says that it is not trusted when keys are not pinned', async () => {
    const log = sampleLeaves(20);
    for (const trust of [{}, { logKey: pinned.logKey }, { rootKey: pinned.rootKey }, { origin: ORIGIN }]) {
      const report = await verify(log, trust);
      assert.equal(report.trusted, false);
      const pins = report.checks.filter(({ name }) => name.endsWith('pinned'));
      assert.deepEqual(
        pins.map(({ ok }) => ok),
        ['logKey' in trust, 'rootKey' in trust],
      );
    }
  });

  it('refuses a log of other keys or another origin than the pinned ones', async () => {
    const log = sampleLeaves(20);
    await assert.rejects(verify(log, { ...pinned, origin: 'other' }), refused('evidence.untrusted_key', 'checkpoint'));
    await assert.rejects(
      verify(log, { ...pinned, rootKey: logKey.publicKey }),
      refused('evidence.untrusted_key', 'leaf 0: '),
    );
    const forged = sourceOf(writeLog(log, new TestKey('forger')));
    await assert.rejects(verifyLog(forged, pinned), refused('evidence.untrusted_key', 'checkpoint: '));
    await assert.rejects(verifyLog(forged, {}), refused('evidence.untrusted_key', 'checkpoint: '));
  });

  it('reports how far it is, and stops when it is told to', async () => {
    const source = sourceOf(writeLog(sampleLeaves(700)));
    const seen: number[] = [];
    await verifyLog(source, pinned, { onProgress: ({ leaves, size }) => seen.push(leaves, size) });
    assert.deepEqual(seen, [256, 700, 512, 700, 700, 700]);
    await assert.rejects(verifyLog(source, pinned, { signal: AbortSignal.abort() }), refused('shutting_down'));
  });

  it('hands over each leaf that it checked, in order, and the checkpoint as it was signed', async () => {
    const files = writeLog(sampleLeaves(700));
    const seen: [index: number, seq: number, role: number][] = [];
    const onLeaf = async ({ index, record, role }: VerifiedLeaf): Promise<void> => {
      await Promise.resolve();
      seen.push([index, record.seq, role]);
    };
    const { note } = await verifyLog(sourceOf(files), pinned, { onLeaf });
    assert.deepEqual(note, files.get('checkpoint'));
    assert.deepEqual(
      seen.map(([index]) => index),
      Array.from({ length: 700 }, (_, i) => i),
    );
    assert.deepEqual(
      [seen[0], seen[3]],
      [
        [0, 0, KEY_ROLE.ledger],
        [3, 0, KEY_ROLE.producer],
      ],
    );
    const failing = { onLeaf: () => Promise.reject(new AffidavitError('io.failed', 'the disk')) };
    await assert.rejects(verifyLog(sourceOf(files), pinned, failing), refused('io.failed', 'the disk'));
  });

  it('reads each file once, and holds no more than a bundle', async () => {
    const source = sourceOf(writeLog(sampleLeaves(1500, 100)));
    const reads: string[] = [];
    const counting: TileSource = {
      ...source,
      readTile: (level, index, width) => {
        reads.push(`${level}/${index}`);
        return source.readTile(level, index, width);
      },
      readEntries: (index, width) => {
        reads.push(`entries/${index}`);
        return source.readEntries(index, width);
      },
    };
    await verifyLog(counting, pinned);
    assert.equal(new Set(reads).size, reads.length);
    assert.equal(reads.length, 6 + 6 + 1);
  });

  it('accepts full tiles where the partial ones have gone', async () => {
    const leaves = sampleLeaves(300);
    const whole = [...leaves, ...ledgerLeaves(9, ...Array.from({ length: 212 }, () => gapBody({ reason: 7 })))];
    const files = writeLog(whole);
    files.set('checkpoint', signedCheckpoint(300, treeRoot(leaves.map((leaf) => leafHash(leaf)))));
    // Level 1 is two wide now; what a tree of 300 has there is its first hash.
    files.set('tile/1/000.p/1', (files.get('tile/1/000.p/2') ?? new Uint8Array(0)).slice(0, 32));
    assert.equal((await verifyLog(sourceOf(files), pinned)).checkpoint.size, 300);
  });
});

describe('a log whose files were changed', () => {
  const files = writeLog(sampleLeaves(20));

  it('is refused for each of its bytes, and the file is named', async () => {
    for (const [path, bytes] of files) {
      const expected = faultOfFlippedByte(path);
      for (let at = 0; at < bytes.length; at++) {
        const changed = new Map(files).set(path, flipped(bytes, at, 1 << (at % 8)));
        const error = await errorOf(changed, pinned);
        assert.ok(expected.codes.includes(error.code), `${path} byte ${at}: ${error.code} ${error.message}`);
        assert.ok(error.message.startsWith(expected.place), `${path} byte ${at}: ${error.message}`);
      }
    }
  }).timeout(120_000);

  it('is refused for each of its bytes without any pinned key too', async () => {
    for (const [path, bytes] of files)
      for (let at = 0; at < bytes.length; at += 3) {
        const error = await errorOf(new Map(files).set(path, flipped(bytes, at)), {});
        assert.ok(error.isEvidence, `${path} byte ${at}: ${error.message}`);
      }
  }).timeout(120_000);

  it('names the hash and the leaf', async () => {
    const tile = files.get('tile/0/000.p/20') ?? new Uint8Array(0);
    const wrongHash = new Map(files).set('tile/0/000.p/20', flipped(tile, 7 * 32 + 5));
    assert.match((await errorOf(wrongHash, pinned)).message, /^tile\/0\/000\.p\/20 hash 7: it is not that of leaf 7$/);
    const bundle = files.get('tile/entries/000.p/20') ?? new Uint8Array(0);
    const wrongEntry = new Map(files).set('tile/entries/000.p/20', flipped(bundle, bundle.length - 1));
    assert.match((await errorOf(wrongEntry, pinned)).message, /^tile\/entries\/000\.p\/20 entry 19 \(leaf 19\): /);
  });

  it('names hashes of every level, in full and in partial tiles', async () => {
    const large = writeLog(sampleLeaves(256 * 256 + 300, 4000));
    const cases: [path: string, byte: number, message: RegExp][] = [
      ['tile/0/003', 32 * 9, /^tile\/0\/003 hash 9: it is not that of leaf 777$/],
      ['tile/0/257.p/44', 0, /^tile\/0\/257\.p\/44 hash 0: it is not that of leaf 65792$/],
      ['tile/1/000', 32 * 5, /^tile\/1\/000 hash 5: it is not the root of tile\/0\/005$/],
      ['tile/1/001.p/1', 31, /^tile\/1\/001\.p\/1 hash 0: it is not the root of tile\/0\/256$/],
      ['tile/2/000.p/1', 1, /^tile\/2\/000\.p\/1 hash 0: it is not the root of tile\/1\/000$/],
    ];
    for (const [path, byte, message] of cases) {
      const changed = new Map(large).set(path, flipped(large.get(path) ?? new Uint8Array(0), byte));
      assert.match((await errorOf(changed, pinned)).message, message);
    }
  }).timeout(120_000);

  it('is refused when entry and tile were changed to agree with each other', async () => {
    const leaves = sampleLeaves(700);
    const [honest, forged] = [writeLog(leaves), writeLog(leaves.with(300, leaves[301] ?? new Uint8Array(0)))];
    const mixed = new Map(honest);
    for (const path of ['tile/0/001', 'tile/entries/001']) mixed.set(path, forged.get(path) ?? new Uint8Array(0));
    const { code, message } = await errorOf(mixed, pinned);
    assert.deepEqual([code, message], ['evidence.hash', 'tile/0/001: its root is not hash 1 of tile/1/000.p/2']);
  });

  it('is refused when the root was signed over another tree', async () => {
    const wrong = new Map(files).set('checkpoint', signedCheckpoint(20, leafHash(Uint8Array.of(1))));
    const error = await errorOf(wrong, pinned);
    assert.deepEqual([error.code, error.message.startsWith('checkpoint: ')], ['evidence.hash', true]);
  });

  it('is refused when a file is missing, and the file is named', async () => {
    for (const path of files.keys()) {
      const without = new Map(files);
      without.delete(path);
      const error = await errorOf(without, pinned);
      assert.deepEqual([error.code, error.message], ['evidence.missing', `${path} is not there`]);
    }
  });

  it('is refused with sizes that no log has', async () => {
    for (const size of [Number.MAX_SAFE_INTEGER, 2 ** 32, 21]) {
      const claimed = new Map(files).set('checkpoint', signedCheckpoint(size, EMPTY_ROOT));
      assert.equal((await errorOf(claimed, pinned)).code, 'evidence.missing');
      assert.ok((await errorOf(claimed, {})).isEvidence);
    }
    const empty = new Map(files).set('checkpoint', signedCheckpoint(0, EMPTY_ROOT));
    assert.equal((await errorOf(empty, pinned)).code, 'evidence.missing');
    const emptyRoot = new Map(files).set('checkpoint', signedCheckpoint(0, leafHash(Uint8Array.of(1))));
    assert.equal((await errorOf(emptyRoot, pinned)).code, 'evidence.hash');
  });

  it('lists what a flipped byte gives for a log’s files only', () => {
    assert.throws(() => faultOfFlippedByte('state/1'), refused('usage'));
  });
});

async function errorOf(files: LogFiles, trust: Trust): Promise<AffidavitError> {
  try {
    await verifyLog(sourceOf(files), trust);
  } catch (thrown) {
    assert.ok(thrown instanceof AffidavitError, String(thrown));
    return thrown;
  }
  throw new Error('the log was accepted');
}

describe('a log that was seen before', () => {
  const leaves = sampleLeaves(20);
  const seenAt = (size: number): Trust => ({
    ...pinned,
    seen: {
      origin: ORIGIN,
      size,
      root: treeRoot(leaves.slice(0, size).map((leaf) => leafHash(leaf))),
      extensions: [],
    },
  });

  it('is accepted when it extends what was seen', async () => {
    for (const size of [0, 1, 13, 20]) {
      const report = await verify(leaves, seenAt(size));
      assert.equal(report.checkpoint.size, 20);
      assert.ok(report.checks.some(({ name, ok }) => name === 'seen before' && ok));
    }
  });

  it('is refused when it is shorter, or another', async () => {
    const { seen } = seenAt(20);
    assert.ok(seen !== undefined);
    await assert.rejects(
      verify(leaves, { ...pinned, seen: { ...seen, size: 21 } }),
      refused('evidence.rollback', 'checkpoint: rolled back from 21 to 20 leaves'),
    );
    await assert.rejects(
      verify(leaves, { ...pinned, seen: { ...seen, root: leafHash(Uint8Array.of(1)) } }),
      refused('evidence.consistency', 'checkpoint: the tree of 20 leaves has another root'),
    );
    await assert.rejects(
      verify(leaves, { ...pinned, seen: { ...seen, origin: 'other' } }),
      refused('evidence.untrusted_key'),
    );
    await assert.rejects(
      verify(leaves, { ...pinned, seen: { ...seen, size: 13 } }),
      refused('evidence.consistency', '13 leaves'),
    );
  });
});
