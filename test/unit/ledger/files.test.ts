import assert from 'node:assert/strict';
import { AffidavitError } from '../../../src/record/index.ts';
import { newEpoch } from '../../../src/ledger/epochs.ts';
import { decodeKeyPage, EMPTY_KEY_PAGE, encodeKeyPage, mergeKeyPage } from '../../../src/ledger/key-page.ts';
import type { KeyEntry, MissingPart } from '../../../src/ledger/key-page.ts';
import { attemptName, keyPagePath, packPath, parseVersion, statePath } from '../../../src/ledger/layout.ts';
import { decodeStaged, encodeStaged } from '../../../src/ledger/staged.ts';
import type { Staged } from '../../../src/ledger/staged.ts';
import { decodeState, emptyState, encodeState } from '../../../src/ledger/state.ts';
import type { LedgerState } from '../../../src/ledger/state.ts';

const HASH = 'ab'.repeat(32);

function keyEntry(leaf: number, part: number, fill = 1): KeyEntry {
  return {
    leaf,
    part,
    class: 2,
    name: 3,
    retentionClass: 'standard',
    periodKeyId: new Uint8Array(16).fill(fill),
    wrappedKey: new Uint8Array(60).fill(fill),
    pack: attemptName(7, new Uint8Array(8)),
    offset: 12,
    manifestBytes: 34,
    chunkBytes: 0,
  };
}

function mark(leaf: number, index: number, isAttachment = false): MissingPart {
  return { leaf, index, isAttachment, month: '2026-02' };
}

const STATE: LedgerState = {
  ...emptyState('log.example/0', new Uint8Array(32).fill(1)),
  version: 9,
  size: 3,
  frontier: [HASH, HASH],
  source: { id: 'kafka:x/0', next: 12 },
  producers: new Map([
    [
      HASH,
      {
        publicKey: HASH,
        role: 3,
        name: 'recorder',
        leaf: 2,
        retired: false,
        statedUs: 5,
        epochs: [
          {
            ...newEpoch('cd'.repeat(16)),
            rootlessUs: 1_700_000_000_000_000,
            nextBatch: 4,
            gaps: [{ firstBatch: 1, lastBatch: 2, firstSeq: 3, lastSeq: 9, before: HASH, after: HASH }],
          },
        ],
      },
    ],
  ]),
  waiting: [{ keyId: HASH, hash: HASH, size: 5, position: 6 }],
  staged: { name: 'x', hash: HASH, size: 3, oldSize: 0 },
};

describe('ledger: what lies in its folder', () => {
  it('reads back the state that it wrote', () => {
    assert.deepEqual(decodeState(encodeState(STATE), 'state'), STATE);
    const empty = emptyState('log.example/0', new Uint8Array(32));
    assert.deepEqual(decodeState(encodeState(empty), 'state'), empty);
  });

  it('refuses a state with any byte changed, cut off or added', () => {
    const bytes = encodeState(STATE);
    const damaged = (changed: Uint8Array): void => {
      assert.throws(() => decodeState(changed, 'state/1'), { code: 'ledger.damaged', message: /^state\/1 / });
    };
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      damaged(changed);
      damaged(bytes.subarray(0, at));
    }
    damaged(Buffer.concat([bytes, Buffer.from('\n')]));
  });

  it('refuses a whole state of another version', () => {
    const other: LedgerState & { format: number } = { ...STATE, format: 2 };
    assert.throws(() => decodeState(encodeState(other), 'state/1'), {
      code: 'ledger.damaged',
      message: /^state\/1 .*format 2 is not known to this version/,
    });
  });

  it('reads back staged leaves, keys and rows', () => {
    const staged: Staged = {
      oldSize: 5,
      leaves: [new Uint8Array(0), new Uint8Array(300).fill(4)],
      keys: [keyEntry(5, 0), keyEntry(6, 1)],
      rows: [
        {
          keyId: new Uint8Array(32),
          epoch: new Uint8Array(16),
          batchNo: 0,
          leaf: 5,
          statementHash: new Uint8Array(32),
        },
      ],
      missing: [mark(5, 1), mark(6, 0, true)],
      arrived: [mark(2, 0)],
    };
    assert.deepEqual(decodeStaged(encodeStaged(staged)), staged);
  });

  it('refuses a staged file that is none', () => {
    for (const bytes of [Uint8Array.of(0xff), Uint8Array.of(0x7a, 1, 2)])
      assert.throws(
        () => decodeStaged(bytes),
        (thrown) => thrown instanceof AffidavitError && thrown.code === 'evidence.malformed',
      );
  });

  it('adds to a key page without doubling, in the order of leaves and parts', () => {
    const before = { entries: [keyEntry(2, 1), keyEntry(1, 0)], missing: [mark(1, 2)] };
    const change = { entries: [keyEntry(2, 1, 9), keyEntry(2, 0)], missing: [mark(2, 2)], arrived: [] };
    const page = decodeKeyPage(encodeKeyPage(mergeKeyPage(before, change)));
    assert.deepEqual(page, {
      entries: [keyEntry(1, 0), keyEntry(2, 0), keyEntry(2, 1, 9)],
      missing: [mark(1, 2), mark(2, 2)],
    });
    assert.deepEqual(mergeKeyPage(page, change), page);
  });

  it('takes exactly the marks off a key page that are used up, once or twice', () => {
    const marks = { entries: [], missing: [mark(1, 0), mark(1, 0, true), mark(1, 1)], arrived: [] };
    const before = mergeKeyPage(EMPTY_KEY_PAGE, marks);
    const change = { entries: [keyEntry(1, 0)], missing: [], arrived: [mark(1, 0)] };
    const page = mergeKeyPage(before, change);
    assert.deepEqual(page, { entries: [keyEntry(1, 0)], missing: [mark(1, 0, true), mark(1, 1)] });
    assert.deepEqual(mergeKeyPage(page, change), page);
  });

  it('names files so that they sort and keep folders small', () => {
    assert.equal(statePath(12), 'state/00000000000000000012');
    assert.equal(parseVersion('00000000000000000012'), 12);
    assert.equal(parseVersion('12'), undefined);
    assert.equal(parseVersion('00000000000000000012.tmp'), undefined);
    assert.equal(keyPagePath(0), 'payload/keys/000');
    assert.equal(keyPagePath(1234067), 'payload/keys/x001/x234/067');
    const name = attemptName(4321, Uint8Array.of(1, 2));
    assert.equal(packPath(name), `payload/packs/00000000000000004/${name}.pack`);
  });
});
