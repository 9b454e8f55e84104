import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { hmacSha256 } from '../../../src/proof/index.ts';
import { Commitment } from '../../../src/redact/commitment.ts';

const bytes = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at * 31 + seed) & 0xff);
const expected = (key: Uint8Array, message: Uint8Array): Uint8Array =>
  new Uint8Array(createHmac('sha256', key).update(message).digest());

describe('HMAC-SHA-256', () => {
  it('gives the values of RFC 4231, test cases 1, 2 and 6', () => {
    const cases = [
      [new Uint8Array(20).fill(0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
      ['Jefe', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
      [
        new Uint8Array(131).fill(0xaa),
        'Test Using Larger Than Block-Size Key - Hash Key First',
        '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
      ],
    ] as const;
    for (const [key, message, hex] of cases)
      assert.equal(Buffer.from(hmacSha256(Buffer.from(key), Buffer.from(message))).toString('hex'), hex);
  });

  it('is what the platform gives, for keys and messages of every length around a block', () => {
    for (let length = 0; length <= 130; length++) {
      const [key, message] = [bytes(length, 1), bytes(130 - length, 2)];
      assert.deepEqual(hmacSha256(key, message), expected(key, message));
    }
  });

  it('is the same for a body that comes in pieces of any size, as bytes or as a binary string', () => {
    const salt = bytes(32, 3);
    for (const total of [0, 1, 1_000, 16_384, 16_385, 100_000])
      for (const piece of [7, 1_000, 16_384, 100_000]) {
        const body = bytes(total, piece);
        const commitment = new Commitment(salt);
        for (let at = 0; at < total; at += piece) {
          const chunk = body.slice(at, at + piece);
          commitment.update(at % 2 === 0 ? chunk : Buffer.from(chunk).toString('latin1'));
          // What was handed in may change afterwards.
          chunk.fill(0);
        }
        assert.deepEqual(commitment.digest(), expected(salt, body));
      }
  });
});
