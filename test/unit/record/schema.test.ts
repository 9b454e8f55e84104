import assert from 'node:assert/strict';
import {
  AffidavitError,
  Direction,
  Exchange,
  ExchangeHead,
  kindName,
  KIND,
  LedgerRecord,
  message,
  RedactionCount,
} from '../../../src/record/index.ts';

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

  it('read some of their fields as they read all of them, also of messages within', () => {
    const head = ExchangeHead.create({ exchangeId: 'id', route: 'orders', startedUs: 7 });
    const side = Direction.create({ bodyBytes: 9, headerCount: 3 });
    const redactions = [{ rule: 'email', version: 1, entity: 'email', action: 'mask', count: 2 }];
    const encoded = Exchange.encode(Exchange.create({ head, status: 200, request: side, redactions, endedAfterUs: 5 }));
    const Few = Exchange.pick(['head', 'status', 'request', 'response', 'redactions'], {
      head: ExchangeHead.pick(['exchangeId', 'startedUs']),
      redactions: RedactionCount.pick(['count']),
    });
    assert.deepEqual(Few.decode(encoded), {
      head: { exchangeId: 'id', startedUs: 7 },
      status: 200,
      request: side,
      response: undefined,
      redactions: [{ count: 2 }],
    });
  });

  it('refuse what is cut off within a message, and what reaches beyond it', () => {
    const cut = [
      Uint8Array.of(0x0a, 2, 0x58),
      Uint8Array.of(0x0a, 1, 0x58, 1),
      Uint8Array.of(0x0a, 2, 0x0a, 9, 0x10, 1),
    ];
    for (const bytes of cut) assert.throws(() => Exchange.decode(bytes), { code: 'evidence.malformed' });
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
