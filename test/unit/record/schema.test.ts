import assert from 'node:assert/strict';
import { AffidavitError, Exchange, kindName, KIND, LedgerRecord, message } from '../../../src/record/index.ts';

describe('message tables', () => {
  it('write fields in the order of their numbers and leave zeroes out', () => {
    const record = LedgerRecord.create({ seq: 1, kind: 5, environment: '' });
    assert.equal(Buffer.from(LedgerRecord.encode(record)).toString('hex'), '1005' + '2801');
    assert.equal(LedgerRecord.encode(LedgerRecord.create()).length, 0);
  });

  it('read fields that come in any order, and the last of a repeated single one', () => {
    const read = LedgerRecord.decode(Buffer.from('2801' + '1005' + '1006', 'hex'));
    assert.equal(read.kind, 6);
    assert.equal(read.seq, 1);
  });

  it('pass over fields that they do not know', () => {
    const read = LedgerRecord.decode(Buffer.from('a00601' + 'aa0603616263' + '1005', 'hex'));
    assert.equal(read.kind, 5);
  });

  it('tell an absent message from an empty one', () => {
    assert.equal(Exchange.decode(new Uint8Array(0)).head, undefined);
    assert.equal(Exchange.decode(Uint8Array.of(0x0a, 0)).head?.source, '');
  });

  it('refuse a field with another wire type', () => {
    assert.throws(
      () => LedgerRecord.decode(Buffer.from('1201ff', 'hex')),
      (thrown: unknown) =>
        thrown instanceof AffidavitError && thrown.code === 'evidence.malformed' && /Record\.kind/.test(thrown.message),
    );
  });

  it('do not share lists between values', () => {
    const one = LedgerRecord.create();
    one.parts.push({ class: 1, name: 1, manifestHash: new Uint8Array(0), keyCommitment: new Uint8Array(0) });
    assert.equal(LedgerRecord.create().parts.length, 0);
  });

  it('refuse a number that two fields share', () => {
    const field = { number: 1, wire: 0, zero: () => 0, write: () => undefined, read: () => 0 };
    assert.throws(() => message('Twice', { a: field, b: field }), AffidavitError);
  });
});

describe('the registry of kinds', () => {
  it('names every number once, and shows one that it does not know', () => {
    const numbers = Object.values(KIND);
    assert.equal(new Set(numbers).size, numbers.length);
    assert.equal(kindName(KIND.exchange), 'exchange');
    assert.equal(kindName(4711), 'kind-4711');
  });
});
