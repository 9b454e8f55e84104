import assert from 'node:assert/strict';
import { MAX_HELD_EPOCHS, newEpoch } from '../../../src/ledger/epochs.ts';
import { formatPositions, verifyPositions } from '../../../src/ledger/positions.ts';
import { emptyState } from '../../../src/ledger/state.ts';
import type { ProducerState } from '../../../src/ledger/state.ts';
import { MAX_NOTE_BYTES, noteKey } from '../../../src/proof/index.ts';
import { ORIGIN, recorderKey, rootKey } from '../../support/ledger.ts';

describe('the positions of producers as a note', () => {
  it('lists no more keys than a note holds: then it says to ask for those of one', () => {
    const state = { ...emptyState(ORIGIN, rootKey.publicKey), producers: new Map<string, ProducerState>() };
    const [id, epoch] = ['a'.repeat(64), { ...newEpoch('b'.repeat(32)), nextBatch: 9 }];
    const producer = { publicKey: id, role: 1, name: 'x', leaf: 0, retired: false, statedUs: 0 };
    const epochs = Array.from({ length: MAX_HELD_EPOCHS }, () => epoch);
    for (let key = 0; key < 10; key++) state.producers.set(`${id.slice(1)}${key}`, { ...producer, epochs });
    assert.throws(() => formatPositions(state, recorderKey), {
      code: 'protocol',
      message: /\/v1\/positions\/<key id>/,
    });
    const own = formatPositions(state, recorderKey, `${id.slice(1)}3`);
    assert.ok(own.length < MAX_NOTE_BYTES);
    assert.equal(verifyPositions(own, noteKey(ORIGIN, recorderKey.publicKey)).epochs.length, MAX_HELD_EPOCHS);
  });
});
