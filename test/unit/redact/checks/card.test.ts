import assert from 'node:assert/strict';
import { cardLengthsAt, holdsCardNumber, isCardNumber } from '../../../../src/redact/checks/index.ts';
import { accepts, readsWhole, refuses } from './cases.ts';

/** Completes a number by trying the ten last digits with a sum of its own: each doubled digit looked up. */
function complete(prefix: string, length: number): string {
  const body = prefix.padEnd(length - 1, '0472918365');
  for (let last = 0; last <= 9; last += 1) {
    const sum = Array.from(`${body}${last}`)
      .reverse()
      .map((digit, i) => Number(i % 2 === 1 ? '0246813579'.charAt(Number(digit)) : digit))
      .reduce((a, b) => a + b);
    if (sum % 10 === 0) return `${body}${last}`;
  }
  throw new Error('every number can be completed');
}

describe('card numbers', () => {
  it("are known by the networks' published test numbers", () => {
    accepts(isCardNumber, [
      '4111111111111111',
      '4222222222222',
      '5555555555554444',
      '2223003122003222',
      '378282246310005',
      '6011111111111117',
      '30569309025904',
      '3530111333300000',
      '6200000000000005',
      '6759649826438453',
    ]);
  });

  it('are known for each network and length that it issues', () => {
    const issued: [prefix: string, lengths: number[]][] = [
      ['4', [13, 16, 19]],
      ['51', [16]],
      ['55', [16]],
      ['2221', [16]],
      ['2720', [16]],
      ['34', [15]],
      ['37', [15]],
      ['305', [14, 16, 19]],
      ['36', [14, 19]],
      ['38', [14]],
      ['3528', [16, 19]],
      ['3589', [16]],
      ['2131', [15]],
      ['2200', [16, 19]],
      ['2204', [16]],
      ['60', [16, 19]],
      ['508', [16]],
      ['62', [16, 17, 18, 19]],
      ['644', [16]],
      ['65', [16]],
      ['81', [16]],
      ['5018', [12, 13, 14, 15, 16, 17, 18, 19]],
      ['5612', [12]],
      ['6304', [12, 19]],
      ['6763', [12, 15]],
      ['9792', [16]],
      ['1354', [15]],
      ['506099', [16, 19]],
      ['636368', [16]],
    ];
    for (const [prefix, lengths] of issued)
      accepts(
        isCardNumber,
        lengths.map((length) => complete(prefix, length)),
      );
  });

  it('are none of lengths and issuers that nobody issues', () => {
    refuses(isCardNumber, [
      complete('4', 14),
      complete('4', 12),
      complete('51', 15),
      complete('2220', 16),
      complete('2721', 16),
      complete('34', 16),
      complete('36', 13),
      complete('3527', 16),
      complete('7', 16),
      complete('9', 16),
      complete('0000', 16),
      complete('5018', 11),
      complete('5018', 20),
      '0'.repeat(16),
    ]);
    readsWhole(isCardNumber, '4111111111111111');
  });

  it('give their lengths by the issuer alone', () => {
    assert.equal(cardLengthsAt('x4111', 1), 0b10010010);
    assert.equal(cardLengthsAt('5018', 0), 0b11111111);
    for (const text of ['', '4', '411', '7777', '0000', 'abcd']) assert.equal(cardLengthsAt(text, 0), 0);
  });

  it('are found inside of longer runs of digits', () => {
    assert.equal(holdsCardNumber('id 00994111111111111111123 x', 13), true);
    assert.equal(holdsCardNumber(`a ${complete('5018', 12)} b`, 12), true);
    assert.equal(holdsCardNumber(`a ${complete('5018', 12)} b`, 13), false);
    for (const text of ['', '4111 1111 1111 1111', '411111111111111', '4111111111111112', 'x'.repeat(100)])
      assert.equal(holdsCardNumber(text, 13), false, text);
  });

  it('are looked for in text of digits only without work that grows faster than it', () => {
    // Nines are no issuer's: the search has to read all of them, and to end.
    assert.equal(holdsCardNumber('9'.repeat(300_000), 12), false);
  });
});
