import assert from 'node:assert/strict';
import { LedgerDisk } from '../../../src/ledger/disk.ts';
import { emptyState } from '../../../src/ledger/state.ts';
import { StateStore } from '../../../src/ledger/store.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

describe('ledger: the state store', () => {
  const base = emptyState('log.example/0', new Uint8Array(32));
  const state = (version: number): typeof base => ({ ...base, version });
  let disk = new SimulatedDisk(1);
  const store = (): StateStore => new StateStore(new LedgerDisk(disk.files(), '/log', new SeededRandom(disk.calls)));
  beforeEach(() => {
    disk = new SimulatedDisk(1);
  });

  it('gives the highest version, and nothing for a ledger never begun', async () => {
    assert.equal(await store().load(), undefined);
    await store().swap(state(1));
    await store().swap(state(2));
    assert.deepEqual(await store().load(), state(2));
  });

  it('takes a version once', async () => {
    await store().swap(state(1));
    await assert.rejects(store().swap(state(1)), { code: 'ledger.fenced' });
    await assert.rejects(store().checkCurrent(2), { code: 'ledger.fenced' });
  });

  it('fences whoever takes a version that was removed since, and leaves nothing of theirs', async () => {
    for (let version = 1; version <= 4; version++) await store().swap(state(version));
    await store().removeOld(4);
    assert.equal((await disk.files().list('/log/state')).length, 2);
    await assert.rejects(store().swap(state(2)), { code: 'ledger.fenced' });
    assert.equal((await disk.files().list('/log/state')).length, 2);
    assert.deepEqual(await store().load(), state(4));
  });

  it('keeps what it committed through a power failure', async () => {
    await store().swap(state(1));
    for (let i = 0; i < 10; i++) {
      disk.crash();
      assert.deepEqual(await store().load(), state(1));
    }
  });
});
