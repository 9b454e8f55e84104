import assert from 'node:assert/strict';
import { AffidavitError, KEY_ACTION, KEY_ROLE, KIND, PRODUCER_EVENT } from '../../../src/record/index.ts';
import {
  buildProofFile,
  decodeBase64,
  encodeBase64,
  MAX_PROOF_FILE_BYTES,
  readLeaf,
  verifyProofFile,
} from '../../../src/proof/index.ts';
import { refused } from './expect.ts';
import {
  epochOf,
  EpochWriter,
  exchangeBody,
  flipped,
  genesisBody,
  keyBody,
  ledgerKey,
  ledgerLeaves,
  logKey,
  openingLeaves,
  ORIGIN,
  pinned,
  producerBody,
  recorderKey,
  sampleLeaves,
  sourceOf,
  TestKey,
  writeLog,
} from './sample-log.ts';

const leaves = sampleLeaves(300);
const files = writeLog(leaves);
const source = sourceOf(files);

interface File {
  format: string;
  record: { leaf: string; proof: string };
  key: { leaf: string; proof: string };
  genesis: { leaf: string; proof: string };
}

function parsed(text: string): File {
  return JSON.parse(text) as File;
}

describe('a proof file', () => {
  it('proves any record of a log, offline', async () => {
    for (const index of [0, 1, 2, 3, 17, 255, 256, 299]) {
      const report = verifyProofFile(await buildProofFile(source, index), pinned);
      assert.ok(report.trusted && report.checks.every(({ ok }) => ok));
      assert.equal(report.leafIndex, index);
      assert.equal(report.checkpoint.size, 300);
      assert.equal(report.key.name, index < 3 ? 'ledger' : 'recorder');
      assert.equal(report.record.seq, index < 3 ? index : index - 3);
    }
  });

  it('takes the leaf of the key when it is known', async () => {
    assert.equal(await buildProofFile(source, 17, 2), await buildProofFile(source, 17));
    await assert.rejects(buildProofFile(source, 17, 1), refused('evidence.untrusted_key', 'key: '));
    await assert.rejects(buildProofFile(source, 17, 5), refused('evidence.malformed', 'key: '));
  });

  it('is consistent, and not trusted, without pinned keys', async () => {
    const text = await buildProofFile(source, 17);
    for (const trust of [{}, { logKey: pinned.logKey }, { rootKey: pinned.rootKey }])
      assert.equal(verifyProofFile(text, trust).trusted, false);
  });

  it('is refused when other keys, another origin or another tree are pinned', async () => {
    const text = await buildProofFile(source, 17);
    const { checkpoint } = verifyProofFile(text, pinned);
    const untrusted = refused('evidence.untrusted_key');
    assert.throws(() => verifyProofFile(text, { ...pinned, rootKey: logKey.publicKey }), untrusted);
    assert.throws(() => verifyProofFile(text, { ...pinned, origin: 'other' }), untrusted);
    const forged = await buildProofFile(sourceOf(writeLog(leaves, new TestKey('x'))), 17).catch((e: unknown) => e);
    assert.ok(forged instanceof AffidavitError && forged.code === 'evidence.untrusted_key');
    verifyProofFile(text, { ...pinned, seen: checkpoint });
    assert.throws(
      () => verifyProofFile(text, { ...pinned, seen: { ...checkpoint, root: new Uint8Array(32) } }),
      refused('evidence.consistency'),
    );
  });

  it('is refused when any byte of a leaf or of a proof is changed, and the part is named', async () => {
    const file = parsed(await buildProofFile(source, 17));
    for (const part of ['record', 'key', 'genesis'] as const) {
      const leaf = decodeBase64(file[part].leaf);
      for (let at = 0; at < leaf.length; at += 3)
        checkRefused({ ...file, [part]: { ...file[part], leaf: encodeBase64(flipped(leaf, at)) } }, [part]);
      const proof = Buffer.from(file[part].proof);
      for (let at = 0; at < proof.length; at += 2)
        checkRefused(
          { ...file, [part]: { ...file[part], proof: Buffer.from(flipped(proof, at)).toString('latin1') } },
          [part, 'checkpoint', 'key'],
        );
    }
  }).timeout(60_000);

  it('is refused with another shape', async () => {
    const file = parsed(await buildProofFile(source, 17));
    const wrong: unknown[] = [null, 1, 'x', [], {}, { ...file, more: 1 }, { ...file, format: 'affidavit-proof/2' }];
    wrong.push({ ...file, record: null }, { ...file, key: [] }, { ...file, genesis: { leaf: 1, proof: '' } });
    wrong.push({ ...file, record: { ...file.record, extra: '' } }, { ...file, record: { leaf: file.record.leaf } });
    wrong.push({ ...file, record: { ...file.record, leaf: `${file.record.leaf}\n` } });
    for (const value of wrong)
      assert.throws(
        () => verifyProofFile(JSON.stringify(value), {}),
        refused('evidence.malformed'),
        JSON.stringify(value),
      );
    for (const text of ['', '{', 'null ', '\uFEFF{}', '{"__proto__":1}'])
      assert.throws(() => verifyProofFile(text, {}), refused('evidence.malformed'));
    assert.throws(() => verifyProofFile(Uint8Array.of(0xff), {}), refused('evidence.malformed'));
    assert.throws(() => verifyProofFile(' '.repeat(MAX_PROOF_FILE_BYTES + 1), {}), refused('evidence.malformed'));
  });

  it('is refused when its parts change places or come from another log', async () => {
    const file = parsed(await buildProofFile(source, 17));
    const other = parsed(await buildProofFile(sourceOf(writeLog(sampleLeaves(20))), 17));
    for (const changed of [
      { ...file, key: file.genesis },
      { ...file, genesis: file.key },
      { ...file, key: other.key },
      { ...file, genesis: other.genesis },
      { ...file, record: other.record },
      { ...file, key: file.record },
    ])
      checkRefused(changed, ['record', 'key', 'genesis', 'checkpoint']);
  });

  it('is refused when its key was enrolled after the record, or retired', async () => {
    const late = new EpochWriter(recorderKey, epochOf(1)).batch([producerBody(PRODUCER_EVENT.started)]).leaves;
    const opening = ledgerLeaves(0, genesisBody(), keyBody(ledgerKey, KEY_ROLE.ledger));
    const log = [...opening, ...late, ...ledgerLeaves(2, keyBody(recorderKey, KEY_ROLE.producer))];
    await assert.rejects(buildProofFile(sourceOf(writeLog(log)), 2), refused('evidence.untrusted_key'));
    await assert.rejects(buildProofFile(sourceOf(writeLog(log)), 2, 3), refused('evidence.untrusted_key', 'after'));
    const retirement = keyBody(recorderKey, KEY_ROLE.producer, { action: KEY_ACTION.retired });
    const retired = writeLog([...openingLeaves(), ...ledgerLeaves(2, retirement), ...late]);
    await assert.rejects(buildProofFile(sourceOf(retired), 4, 3), isEvidence);
  });

  it('is refused when the key may not write the record', async () => {
    const writer = new EpochWriter(recorderKey, epochOf(1));
    const log = [...openingLeaves(), ...writer.batch([keyBody(new TestKey('x'), KEY_ROLE.producer)]).leaves];
    await assert.rejects(buildProofFile(sourceOf(writeLog(log)), 3), refused('evidence.untrusted_key', 'record: '));
  });

  it('is refused when the batch was signed for another log', async () => {
    const writer = new EpochWriter(recorderKey, epochOf(1));
    const { leaves: foreign } = writer.batch([exchangeBody(200)], { logOrigin: 'other.example' });
    const log = writeLog([...openingLeaves(), ...foreign]);
    await assert.rejects(buildProofFile(sourceOf(log), 3), refused('evidence.untrusted_key', 'other.example'));
  });

  it('is not made from a damaged log', async () => {
    const tile = files.get('tile/0/000') ?? new Uint8Array(0);
    const damaged = sourceOf(new Map(files).set('tile/0/000', flipped(tile, 16 * 32)));
    await assert.rejects(buildProofFile(damaged, 17), refused('evidence.inclusion', 'record: '));
    const without = new Map(files);
    without.delete('tile/entries/000');
    await assert.rejects(buildProofFile(sourceOf(without), 17), refused('evidence.missing', 'tile/entries/000'));
    await assert.rejects(buildProofFile(source, 300), refused('evidence.malformed', 'outside'));
    await assert.rejects(readLeaf(source, 300, 300), isEvidence);
  });
});

function checkRefused(file: File, places: readonly string[]): void {
  assert.throws(
    () => verifyProofFile(JSON.stringify(file), pinned),
    (thrown) => isEvidence(thrown) && places.some((place) => String(thrown).startsWith(`AffidavitError: ${place}: `)),
  );
}

function isEvidence(thrown: unknown): boolean {
  return thrown instanceof AffidavitError && thrown.isEvidence;
}

describe('the proof of leaf 0', () => {
  it('is of the genesis record of the log', async () => {
    const report = verifyProofFile(await buildProofFile(source, 0), pinned);
    assert.deepEqual([report.record.kind, report.statement.logOrigin], [KIND.genesis, ORIGIN]);
  });
});
