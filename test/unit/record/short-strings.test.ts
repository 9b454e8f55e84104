import assert from 'node:assert/strict';
import { MAX_SHORT_BYTES, ShortStrings } from '../../../src/record/short-strings.ts';

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const decode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('texts that come again and again', () => {
  it('are each given as they came, however many fall on one place', () => {
    const strings = new ShortStrings();
    // Many more texts than places, of few lengths: each place is taken many times by texts of the same length.
    for (const round of [1, 2])
      for (let at = 0; at < 50_000; at++) {
        const text = `${round}${at % 7 === 0 ? 'x' : ''}${at}`;
        assert.equal(strings.get(bytesOf(text), 0, text.length, decode), text);
        assert.equal(strings.get(bytesOf(text), 0, text.length, decode), text);
      }
  });

  it('are told apart by their length when their hashes and first bytes are the same', () => {
    const strings = new ShortStrings();
    // Zero bytes at the end: what is left of a longer text in its place must not count.
    const texts = Array.from({ length: MAX_SHORT_BYTES + 1 }, (_, length) => '\0'.repeat(length));
    for (const order of [texts, texts.toReversed(), texts])
      for (const text of order) assert.equal(strings.get(bytesOf(text), 0, text.length, decode), text);
  });

  it('are decoded once while they stay, and read from where they stand in a message', () => {
    const strings = new ShortStrings();
    let decoded = 0;
    const counting = (bytes: Uint8Array): string => {
      decoded += 1;
      return decode(bytes);
    };
    const message = bytesOf('..content-type..');
    for (let at = 0; at < 3; at++) assert.equal(strings.get(message, 2, 14, counting), 'content-type');
    assert.equal(decoded, 1);
  });

  it('that can’t be decoded are not remembered', () => {
    const strings = new ShortStrings();
    const refuse = (): string => {
      throw new Error('not a text');
    };
    for (let at = 0; at < 2; at++) assert.throws(() => strings.get(bytesOf('x'), 0, 1, refuse), /not a text/);
    assert.equal(strings.get(bytesOf('x'), 0, 1, decode), 'x');
  });
});
