import assert from 'node:assert/strict';
import type { BatchStatement } from '../../../src/record/index.ts';
import {
  Batch,
  decodeLeaf,
  encodeLeaf,
  FORMAT,
  KEY_ACTION,
  KEY_ROLE,
  KIND,
  LedgerRecord,
} from '../../../src/record/index.ts';
import {
  keyIdOf,
  mayWrite,
  openLeaf,
  parseBatchStatement,
  parseRecord,
  preAuthEncoding,
  verifyBatch,
  verifyBatchStatement,
  verifyKeyStatement,
  verifyLeaf,
} from '../../../src/proof/index.ts';
import { refused } from './expect.ts';
import {
  epochOf,
  EpochWriter,
  exchangeBody,
  flipped,
  ledgerKey,
  ORIGIN,
  recorderKey,
  rootKey,
  signedKey,
  TestKey,
} from './sample-log.ts';
import type { SignedBatch } from './sample-log.ts';

const bodies = [exchangeBody(200), exchangeBody(404), exchangeBody(500)];

function batchWith(change: Partial<BatchStatement> = {}): SignedBatch {
  return new EpochWriter(recorderKey, epochOf(1)).batch(bodies, change);
}

function asBatch({ statement, signature, records }: SignedBatch): Batch {
  return Batch.create({ statement, signature, records });
}

describe('DSSE pre-authentication encoding', () => {
  it('is the one of its specification', () => {
    const pae = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    assert.equal(Buffer.from(pae).toString(), 'DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('counts bytes, not characters', () => {
    assert.equal(Buffer.from(preAuthEncoding('ö', Buffer.from(''))).toString(), 'DSSEv1 2 ö 0 ');
  });
});

describe('batch statements', () => {
  it('verify under the key that signed them', () => {
    const { statement, signature } = batchWith();
    const verified = verifyBatchStatement(statement, signature, recorderKey.publicKey);
    assert.deepEqual([verified.count, verified.logOrigin, verified.batchNo], [3, ORIGIN, 0]);
  });

  it('are refused under any other key, and with any byte changed', () => {
    const { statement, signature } = batchWith();
    assert.throws(() => verifyBatchStatement(statement, signature, ledgerKey.publicKey), refused('evidence.signature'));
    for (let at = 0; at < statement.length; at++)
      assert.throws(
        () => verifyBatchStatement(flipped(statement, at), signature, recorderKey.publicKey),
        /AffidavitError/,
        `byte ${at}`,
      );
    assert.throws(
      () => verifyBatchStatement(statement, signature.subarray(1), recorderKey.publicKey),
      refused('evidence.malformed'),
    );
  });

  it('are refused when they name another key than their signer', () => {
    const { statement, signature } = batchWith({ keyId: ledgerKey.keyId });
    assert.throws(
      () => verifyBatchStatement(statement, signature, recorderKey.publicKey),
      refused('evidence.signature', 'names another key'),
    );
  });

  it('are refused with any member out of its shape', () => {
    const wrong: Partial<BatchStatement>[] = [
      { format: 0 },
      { format: FORMAT + 1 },
      { logOrigin: '' },
      { logOrigin: 'a b' },
      { keyId: new Uint8Array(31) },
      { epoch: new Uint8Array(15) },
      { epoch: new Uint8Array(17) },
      { previousBatchHash: new Uint8Array(0) },
      { merkleRoot: new Uint8Array(33) },
      { count: 0 },
      { count: 4097 },
      { firstSeq: Number.MAX_SAFE_INTEGER },
      { batchNo: 1 },
      { firstSeq: 1 },
      { previousBatchHash: new Uint8Array(32).fill(1) },
      { batchNo: 1, previousBatchHash: new Uint8Array(32).fill(1) },
    ];
    for (const change of wrong)
      assert.throws(
        () => parseBatchStatement(batchWith(change).statement),
        refused('evidence.malformed'),
        JSON.stringify(change),
      );
  });
});

describe('whole batches', () => {
  it('give their records', () => {
    const { records } = verifyBatch(asBatch(batchWith()), recorderKey.publicKey);
    assert.deepEqual(
      records.map(({ seq, kind }) => [seq, kind]),
      [0, 1, 2].map((seq) => [seq, KIND.exchange]),
    );
  });

  it('are refused when a record is changed, missing, added or moved', () => {
    const batch = asBatch(batchWith());
    const [a, b, c] = batch.records;
    assert.ok(a !== undefined && b !== undefined && c !== undefined);
    for (const records of [[a, b, flipped(c, 5)], [a, b], [a, b, c, c], [b, a, c], []])
      assert.throws(() => verifyBatch({ ...batch, records }, recorderKey.publicKey), refused('evidence.hash'));
  });
});

describe('records in their batch', () => {
  const signed = batchWith();
  const statement = parseBatchStatement(signed.statement);
  const [first = new Uint8Array(0)] = signed.records;
  const changed = (change: Partial<LedgerRecord>): Uint8Array =>
    LedgerRecord.encode({ ...LedgerRecord.decode(first), ...change });

  it('are refused when they say other than the statement, or are out of shape', () => {
    const part = { class: 1, name: 1, manifestHash: new Uint8Array(32), keyCommitment: new Uint8Array(32) };
    const wrong: Partial<LedgerRecord>[] = [
      { format: 2 },
      { kind: 0 },
      { keyId: ledgerKey.keyId },
      { epoch: epochOf(2) },
      { seq: 1 },
      { parts: [{ ...part, manifestHash: new Uint8Array(31) }] },
      { parts: [{ ...part, keyCommitment: new Uint8Array(0) }] },
      { attachments: [{ name: 1, hash: new Uint8Array(1), count: 1, size: 1 }] },
      { body: Uint8Array.of(0xff) },
      { body: new Uint8Array(64_000) },
    ];
    const attachment = { name: 1, hash: new Uint8Array(32), count: 1, size: 1 };
    wrong.push({ parts: Array.from({ length: 17 }, () => part) });
    wrong.push({ attachments: Array.from({ length: 17 }, () => attachment) });
    const most = {
      parts: Array.from({ length: 16 }, () => part),
      attachments: Array.from({ length: 16 }, () => attachment),
    };
    assert.equal(parseRecord(changed(most), statement, 0).parts.length, 16);
    for (const change of wrong)
      assert.throws(() => parseRecord(changed(change), statement, 0), refused('evidence.malformed', 'record'));
    assert.throws(() => parseRecord(first, statement, 3), refused('evidence.malformed', 'outside'));
  });

  it('carry the body of a kind that is not known as it is', () => {
    const record = parseRecord(changed({ kind: 4711, body: Uint8Array.of(0xff) }), statement, 0);
    assert.deepEqual([record.kind, [...record.body]], [4711, [0xff]]);
  });
});

describe('leaves', () => {
  const batch = batchWith();
  const [leaf = new Uint8Array(0)] = batch.leaves;
  const resolve = (keyId: Uint8Array): Uint8Array | undefined =>
    Buffer.from(keyId).equals(recorderKey.keyId) ? recorderKey.publicKey : undefined;

  it('prove their record alone', () => {
    for (const [index, bytes] of batch.leaves.entries()) {
      const { record, statement } = verifyLeaf(bytes, resolve);
      assert.deepEqual([record.seq, statement.count], [index, 3]);
    }
  });

  it('are refused with any bit of any byte changed', () => {
    for (let at = 0; at < leaf.length; at++)
      for (const mask of [0x01, 0x80])
        assert.throws(() => verifyLeaf(flipped(leaf, at, mask), resolve), /AffidavitError/, `byte ${at}`);
  });

  it('are refused when their key is not known', () => {
    assert.throws(() => verifyLeaf(leaf, () => undefined), refused('evidence.untrusted_key'));
  });

  it('are refused in another place of the batch, or of another batch', () => {
    const parts = decodeLeaf(leaf);
    const moved = encodeLeaf({ ...parts, index: 1 });
    assert.throws(() => openLeaf(moved), refused('evidence.malformed', 'numbered 0'));
    const other = batchWith({ merkleRoot: new Uint8Array(32) });
    const foreign = encodeLeaf({ ...parts, statement: other.statement, signature: other.signature });
    assert.throws(() => verifyLeaf(foreign, resolve), refused('evidence.inclusion'));
  });
});

describe('key statements', () => {
  const key = new TestKey('a producer');

  it('verify under the root key for the log that they name', () => {
    const statement = verifyKeyStatement(signedKey(key, KEY_ROLE.producer), rootKey.publicKey, ORIGIN);
    assert.deepEqual(statement.publicKey, key.publicKey);
    assert.equal(keyIdOf(key.publicKey).length, 32);
  });

  it('are refused under another key, for another log, and out of shape', () => {
    const verify = (signed: ReturnType<typeof signedKey>): unknown =>
      verifyKeyStatement(signed, rootKey.publicKey, ORIGIN);
    assert.throws(() => verify(signedKey(key, KEY_ROLE.producer, {}, key)), refused('evidence.signature'));
    assert.throws(
      () => verify(signedKey(key, KEY_ROLE.producer, { logOrigin: 'other' })),
      refused('evidence.untrusted_key'),
    );
    for (const change of [{ format: 2 }, { role: 9 }, { action: 0 }, { action: 9 }, { publicKey: new Uint8Array(31) }])
      assert.throws(() => verify(signedKey(key, KEY_ROLE.producer, change)), refused('evidence.malformed'));
  });

  it('are not batch statements: the signature of one is none of the other', () => {
    const { statement } = signedKey(key, KEY_ROLE.producer, { action: KEY_ACTION.retired });
    const signature = rootKey.sign(preAuthEncoding('application/vnd.affidavit.batch.v1', statement));
    assert.throws(
      () => verifyKeyStatement({ statement, signature }, rootKey.publicKey, ORIGIN),
      refused('evidence.signature'),
    );
  });
});

describe('who may write what', () => {
  const writableBy = (role: number): number[] => Object.values(KIND).filter((kind) => mayWrite(role, kind));

  it('leaves genesis, key and quarantined to the ledger, certificates to auditors, and nothing to root and log', () => {
    const refusedOf = (role: number): number[] => Object.values(KIND).filter((kind) => !mayWrite(role, kind));
    assert.deepEqual(refusedOf(KEY_ROLE.ledger), [KIND.certificate]);
    assert.deepEqual(refusedOf(KEY_ROLE.producer), [KIND.genesis, KIND.key, KIND.quarantined, KIND.certificate]);
    assert.deepEqual([...writableBy(KEY_ROLE.root), ...writableBy(KEY_ROLE.log)], []);
  });

  it('lets an auditor write nothing but certificates and what it says of itself', () => {
    assert.deepEqual(writableBy(KEY_ROLE.auditor), [KIND.producer, KIND.gap, KIND.certificate]);
  });
});
