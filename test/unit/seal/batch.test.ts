import assert from 'node:assert/strict';
import { FORMAT, KIND, LedgerRecord, MAX_FRAME_BYTES } from '../../../src/record/index.ts';
import { verifyBatchStatement } from '../../../src/proof/index.ts';
import { systemRandom } from '../../../src/runtime/index.ts';
import { CHAIN_START, encodeBatchFrame, RecordEncoder, signBatch } from '../../../src/seal/batch.ts';
import { SigningKey } from '../../../src/seal/index.ts';
import { ORIGIN } from './fixtures.ts';

describe('batches', () => {
  const key = SigningKey.generate(systemRandom);
  const epoch = systemRandom.bytes(16);

  it('are signed and chained so that a verifier accepts each', () => {
    const first = signBatch(key, ORIGIN, epoch, CHAIN_START, [Buffer.from('a'), Buffer.from('b')]);
    const second = signBatch(key, ORIGIN, epoch, first.next, [Buffer.from('c')]);
    const one = verifyBatchStatement(first.statement, first.signature, key.publicKey);
    const two = verifyBatchStatement(second.statement, second.signature, key.publicKey);
    assert.deepEqual([one.batchNo, one.firstSeq, one.count], [0, 0, 2]);
    assert.deepEqual([two.batchNo, two.firstSeq, two.count], [1, 2, 1]);
    assert.deepEqual(two.previousBatchHash, first.next.previousBatchHash);
  });

  it('of too many bytes are an internal error, never a frame', () => {
    const { statement, signature } = signBatch(key, ORIGIN, epoch, CHAIN_START, [Buffer.from('a')]);
    const batch = { statement, signature, records: [], keys: [], payloads: [], attachments: [] };
    assert.throws(() => encodeBatchFrame({ ...batch, records: [Buffer.alloc(MAX_FRAME_BYTES)] }), { code: 'internal' });
  });

  it('hold records whose number was put in late, encoded as the schema encodes them', () => {
    const encoder = new RecordEncoder(key.keyId, epoch);
    const fields = {
      timeUs: 1,
      monotonicUs: 2,
      environment: 'test',
      tenant: '',
      retentionClass: 'standard',
      parts: [{ class: 1, name: 1, manifestHash: Buffer.alloc(32, 1), keyCommitment: Buffer.alloc(32, 2) }],
      body: Buffer.from('body'),
    };
    for (const seq of [0, 1, 127, 128, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      const whole = { ...fields, format: FORMAT, kind: KIND.exchange, keyId: key.keyId, epoch, seq, attachments: [] };
      const joined = encoder.join(KIND.exchange, seq, encoder.tail(fields));
      assert.deepEqual(joined, LedgerRecord.encode(whole));
      const most = encoder.head(KIND.exchange).length + RecordEncoder.SEQ_BYTES + encoder.tail(fields).length;
      assert.ok(joined.length <= most);
    }
  });
});
