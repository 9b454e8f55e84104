import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AffidavitError, Batch, KEY_ROLE, Manifest, SignedKey } from '../../../src/record/index.ts';
import {
  buildProofFile,
  checkManifest,
  decodeBase64,
  encodeBundle,
  encodeUtf8,
  formatCheckpoint,
  manifestHash,
  openLeaf,
  parseBatchStatement,
  parseBundle,
  parseCheckpoint,
  parseManifest,
  parseNote,
  parseTile,
  parseTilePath,
  parseTlogProof,
  parseVerifierKey,
  tilePath,
  entriesPath,
  verifyBatch,
  verifyBatchStatement,
  verifyCheckpoint,
  verifyKeyStatement,
  verifyLeaf,
  verifyLog,
  verifyProofFile,
} from '../../../src/proof/index.ts';
import {
  epochOf,
  EpochWriter,
  exchangeBody,
  logVerifierKey,
  ORIGIN,
  pinned,
  recorderKey,
  rootKey,
  sampleLeaves,
  signedCheckpoint,
  signedKey,
  sourceOf,
  TestKey,
  writeLog,
} from '../../unit/proof/sample-log.ts';

/** Whatever comes in, a reader gives a value or refuses with `evidence.*`: never another exception. */

const leaves = sampleLeaves(20);
const files = writeLog(leaves);
const proofFile = encodeUtf8(await buildProofFile(sourceOf(files), 17));
const signed = new EpochWriter(recorderKey, epochOf(1)).batch([exchangeBody(200), exchangeBody(404)]);
const batch = Batch.encode(Batch.create(signed));
const checkpoint = signedCheckpoint(20, new Uint8Array(32));
const keyStatement = SignedKey.encode(signedKey(new TestKey('a key'), KEY_ROLE.producer));
const manifest = Manifest.encode({
  format: 1,
  class: 1,
  name: 1,
  plainBytes: 5,
  chunkBytes: 10,
  chunkHashes: [new Uint8Array(32)],
});

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** Readers with bytes that they accept. */
const READERS: Record<string, { valid: Uint8Array; read: (bytes: Uint8Array) => unknown }> = {
  leaf: { valid: leaves[7] ?? new Uint8Array(0), read: openLeaf },
  'signed leaf': {
    valid: leaves[7] ?? new Uint8Array(0),
    read: (bytes) => verifyLeaf(bytes, () => recorderKey.publicKey),
  },
  statement: { valid: signed.statement, read: parseBatchStatement },
  'signed statement': {
    valid: signed.statement,
    read: (bytes) => verifyBatchStatement(bytes, signed.signature, recorderKey.publicKey),
  },
  batch: { valid: batch, read: (bytes) => verifyBatch(Batch.decode(bytes), recorderKey.publicKey) },
  'key statement': {
    valid: keyStatement,
    read: (bytes) => verifyKeyStatement(SignedKey.decode(bytes), rootKey.publicKey, ORIGIN),
  },
  manifest: { valid: manifest, read: parseManifest },
  'manifest of a part': {
    valid: manifest,
    read: (bytes) =>
      checkManifest(bytes, { class: 1, name: 1, manifestHash: manifestHash(bytes), keyCommitment: new Uint8Array(32) }),
  },
  note: { valid: checkpoint, read: parseNote },
  'signed checkpoint': { valid: checkpoint, read: (bytes) => verifyCheckpoint(bytes, logVerifierKey) },
  checkpoint: {
    valid: encodeUtf8(formatCheckpoint({ origin: 'a', size: 1, root: new Uint8Array(32), extensions: [] })),
    read: (bytes) => parseCheckpoint(text(bytes)),
  },
  'verifier key': { valid: encodeUtf8(logVerifierKey), read: (bytes) => parseVerifierKey(text(bytes)) },
  'tlog-proof': {
    valid: encodeUtf8((JSON.parse(text(proofFile)) as { record: { proof: string } }).record.proof),
    read: (bytes) => parseTlogProof(text(bytes)),
  },
  base64: { valid: encodeUtf8('AAAA'), read: (bytes) => decodeBase64(text(bytes)) },
  bundle: { valid: encodeBundle(leaves), read: (bytes) => parseBundle(bytes, 20) },
  tile: { valid: new Uint8Array(64), read: (bytes) => parseTile(bytes, 2) },
  'tile path': { valid: encodeUtf8('tile/0/x001/000.p/3'), read: (bytes) => parseTilePath(text(bytes)) },
  'proof file': { valid: proofFile, read: (bytes) => verifyProofFile(bytes, pinned) },
  'proof file, nothing pinned': { valid: proofFile, read: (bytes) => verifyProofFile(bytes, {}) },
};

/** Bytes changed as an attacker would: some replaced, cut off, put in twice, put behind. */
function mutated(valid: Uint8Array): fc.Arbitrary<Uint8Array> {
  const at = fc.nat(valid.length);
  const edit = fc.oneof(
    fc.record({ kind: fc.constant('replace' as const), at, bytes: fc.uint8Array({ minLength: 1, maxLength: 9 }) }),
    fc.record({ kind: fc.constant('insert' as const), at, bytes: fc.uint8Array({ maxLength: 40 }) }),
    fc.record({ kind: fc.constant('huge' as const), at, bytes: fc.constant(new Uint8Array(9).fill(0xff)) }),
    fc.record({ kind: fc.constant('cut' as const), at, bytes: fc.constant(new Uint8Array(0)) }),
  );
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) =>
    edits.reduce((bytes, change) => {
      const start = Math.min(change.at, bytes.length);
      if (change.kind === 'cut') return bytes.subarray(0, start);
      const skipped = change.kind === 'insert' ? 0 : change.bytes.length;
      return Uint8Array.from([...bytes.subarray(0, start), ...change.bytes, ...bytes.subarray(start + skipped)]);
    }, valid),
  );
}

describe('hostile input', () => {
  for (const [name, { valid, read }] of Object.entries(READERS)) {
    it(`${name}: what is valid is accepted`, () => {
      read(valid);
    });

    it(`${name}: any bytes, and any change of valid ones, are read or refused as bad evidence`, () => {
      fc.assert(
        fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), mutated(valid)), (bytes) => {
          try {
            read(bytes);
          } catch (thrown) {
            assert.ok(thrown instanceof AffidavitError && thrown.isEvidence, String(thrown));
          }
        }),
        { numRuns: 300 },
      );
    });
  }

  it('a log whose files are anything is refused as bad evidence', async () => {
    const paths = fc.constantFrom(...files.keys());
    await fc.assert(
      fc.asyncProperty(paths, fc.uint8Array({ maxLength: 800 }), fc.nat(), async (path, bytes, at) => {
        const valid = files.get(path) ?? new Uint8Array(0);
        const mixed = Uint8Array.from([...valid.subarray(0, at % valid.length), ...bytes]);
        fc.pre(Buffer.compare(mixed, valid) !== 0);
        await assert.rejects(
          verifyLog(sourceOf(new Map(files).set(path, mixed)), pinned),
          (thrown) => thrown instanceof AffidavitError && thrown.isEvidence,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('paths of tiles are read back from any number', () => {
    fc.assert(
      fc.property(fc.nat(63), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        assert.deepEqual(parseTilePath(tilePath(level, index, width)), { level, index, width });
        assert.deepEqual(parseTilePath(entriesPath(index, width)), { level: 'entries', index, width });
      }),
    );
  });
});
