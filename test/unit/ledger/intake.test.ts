import assert from 'node:assert/strict';
import { KEY_ROLE } from '../../../src/record/index.ts';
import { encodeHex } from '../../../src/proof/index.ts';
import { CommitDraft } from '../../../src/ledger/draft.ts';
import { Intake } from '../../../src/ledger/intake.ts';
import { emptyState } from '../../../src/ledger/state.ts';
import { exchange, ORIGIN, recorderKey, rootKey, SOURCE_ID, TestEpoch } from '../../support/ledger.ts';

describe('ledger: epochs of a key that are not whole', () => {
  it('are kept, and at a bound no further one is begun', async () => {
    const producer = { publicKey: encodeHex(recorderKey.publicKey), role: KEY_ROLE.producer, name: 'test', leaf: 2 };
    const keyId = encodeHex(recorderKey.keyId);
    const producers = new Map([[keyId, { ...producer, retired: false, statedUs: 1, epochs: [] }]]);
    const draft = new CommitDraft({ ...emptyState(ORIGIN, rootKey.publicKey), producers }, 1 << 30);
    const lookups = {
      findBatch: () => Promise.resolve(null),
      restoreEpoch: () => Promise.resolve(undefined),
      missingOn: () => Promise.resolve([]),
      findAnew: () => Promise.resolve(null),
      isInTree: () => Promise.resolve(false),
    };
    const intake = new Intake(ORIGIN, lookups, 10_000);
    for (let i = 0; i < 1025; i++) {
      const epoch = new TestEpoch(String(i));
      epoch.batch([exchange('never sent')]);
      await intake.take(draft, SOURCE_ID, { position: i, value: epoch.batch([exchange('1')]).frame });
    }
    assert.deepEqual([draft.counts.batches, draft.counts.quarantined], [1024, 1]);
    assert.equal(draft.producers.get(keyId)?.epochs.length, 1024);
  });
});
