import assert from 'node:assert/strict';
import { Budget } from '../../../src/capture/budget.ts';
import { MessageContent } from '../../../src/capture/message-content.ts';
import { ExchangeContent } from '../../../src/record/index.ts';

function field(name: string, value: string): { name: string; value: Uint8Array } {
  return { name, value: new Uint8Array(Buffer.from(value)) };
}

describe('the part message of an exchange', () => {
  let held: Budget;
  beforeEach(() => (held = new Budget(1_000)));
  const fields = {
    requestHeaders: [field(':method', 'POST'), field('a', '')],
    responseHeaders: [field(':status', '200')],
    requestTrailers: [field('t', '1')],
    responseTrailers: [field('grpc-status', '0'), field('t', '2')],
  };
  const end = {
    requestBody: new Uint8Array([1, 2]),
    responseBody: new Uint8Array([3]),
    redacted: [{ part: 'target', index: 0, rule: 'r', version: 1, entity: 'e', action: 'drop', commitment: end32() }],
  };

  it('has the bytes of the message encoded as a whole, in whatever order its fields came', () => {
    const content = new MessageContent(held);
    content.addFields('trailers', 'response', fields.responseTrailers);
    content.addFields('headers', 'response', fields.responseHeaders);
    content.addFields('headers', 'request', fields.requestHeaders);
    content.addFields('trailers', 'request', fields.requestTrailers);
    assert.deepEqual(Buffer.from(content.encode(end)), Buffer.from(ExchangeContent.encode({ ...fields, ...end })));
  });

  it('can be encoded before the exchange is over', () => {
    const content = new MessageContent(held);
    assert.equal(content.encode().length, 0);
    content.addFields('headers', 'request', fields.requestHeaders);
    const expected = ExchangeContent.create({ requestHeaders: fields.requestHeaders });
    assert.deepEqual(Buffer.from(content.encode()), Buffer.from(ExchangeContent.encode(expected)));
  });

  it('keeps no view of what it was given', () => {
    const content = new MessageContent(held);
    const header = field('a', 'before');
    content.addFields('headers', 'request', [header]);
    header.value.fill(0);
    assert.equal(
      String(ExchangeContent.decode(content.encode()).requestHeaders[0]?.value),
      String(field('a', 'before').value),
    );
  });

  it('counts what it holds until it is released, fields that come twice once', () => {
    const content = new MessageContent(held);
    content.addFields('headers', 'request', fields.requestHeaders);
    content.addFields('trailers', 'response', fields.requestTrailers);
    content.addFields('trailers', 'response', fields.responseTrailers);
    assert.equal(held.usedBytes, content.encode().length);
    content.release();
    content.release();
    assert.equal(held.usedBytes, 0);
  });
});

function end32(): Uint8Array {
  return new Uint8Array(32).fill(9);
}
