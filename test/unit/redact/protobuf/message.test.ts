import assert from 'node:assert/strict';
import type { RedactorOptions } from '../../../../src/redact/index.ts';
import { run } from './shop.ts';
import { type Field, message, read, textAt } from './wire-bytes.ts';

const CREDENTIAL = '[redacted:credential]';
const CARD = 4111111111111111n;
const KEPT = 'kept-as-it-was';

/** The message that is left of one with its type. */
async function typed(fields: readonly Field[]): Promise<Buffer> {
  const { output, outcome } = await run(message(fields));
  assert.equal(outcome.state, 'kept');
  return Buffer.from(output, 'latin1');
}

/** The message that is left of one of which nothing is known. */
async function untyped(fields: readonly Field[], options: RedactorOptions = {}): Promise<Buffer> {
  const { output, outcome } = await run(message(fields), options);
  assert.equal(outcome.state, 'kept');
  return Buffer.from(output, 'latin1');
}

describe('protobuf messages with their type', () => {
  it('lose strings, bytes and numbers by the names of their fields', async () => {
    const left = await typed([
      [1, KEPT],
      [2, 'hunter2'],
      [4, 123],
      [10, new Uint8Array([1, 2, 255])],
      [25, { float: 12.5 }],
    ]);
    assert.deepEqual(
      [1, 2, 4, 10, 25].map((number) => textAt(left, number)),
      [KEPT, CREDENTIAL, '0', CREDENTIAL, '\0\0\0\0'],
    );
  });

  it('lose numbers that are those of cards, however they are encoded', async () => {
    const left = await typed([
      [3, CARD],
      [13, CARD * 2n],
      [14, { fixed64: CARD }],
      [15, { double: Number(CARD) }],
      [23, { packed: [7, CARD, 300] }],
      [23, CARD],
    ]);
    const zero64 = Buffer.alloc(8);
    assert.deepEqual(read(left), [
      [3, 0n],
      [13, 0n],
      [14, zero64],
      [15, zero64],
      [23, Buffer.from([7, 0, 0xac, 2])],
      [23, 0n],
    ]);
  });

  it('keep numbers, switches and choices that mean nothing of the kind', async () => {
    const bytes = message([
      [3, -1],
      [3, 1732492800000],
      [13, 123],
      [14, { fixed64: 2n ** 64n - 1n }],
      [15, { double: -0.5 }],
      [16, 1],
      [21, 123456],
      [22, [[1, 1732492800]]],
      [23, { packed: [1, 2, 300] }],
    ]);
    assert.deepEqual(Buffer.from((await run(bytes)).output, 'latin1'), bytes);
  });

  it('lose the values of maps, structures and named values by their keys', async () => {
    const left = await typed([
      [
        7,
        [
          [1, 'x-api-key'],
          [2, 'abc'],
        ],
      ],
      [
        7,
        [
          [2, 'abc'],
          [1, 'password'],
        ],
      ],
      [
        7,
        [
          [1, 'colour'],
          [2, KEPT],
        ],
      ],
      [
        8,
        [
          [2, 'abc'],
          [1, 'authorization'],
        ],
      ],
      [
        6,
        [
          [
            1,
            [
              [1, 'secrets'],
              [2, [[6, [[1, [[3, 'abc']]]]]]],
            ],
          ],
        ],
      ],
    ]);
    const text = left.toString('latin1');
    assert.ok(!text.includes('abc') && text.includes(KEPT));
    assert.equal(text.split(CREDENTIAL).length, 5);
    assert.doesNotThrow(() => read(left).map(([, value]) => value instanceof Buffer && read(value)));
  });

  it('hand the rule of a name down to all that is inside of it, groups and wrappers too', async () => {
    const left = await typed([
      [
        9,
        [
          [1, 'jane'],
          [3, 7],
        ],
      ],
      [17, [[1, 'abc']]],
      [
        18,
        {
          group: [
            [1, 'not a secret'],
            [2, 'a@b.example'],
          ],
        },
      ],
      [20, [[1, 1234]]],
    ]);
    assert.equal(textAt(left, 9, 1), CREDENTIAL);
    assert.equal(textAt(left, 9, 3), '0');
    assert.equal(textAt(left, 17, 1), CREDENTIAL);
    assert.equal(textAt(left, 20, 1), '0');
    assert.equal(textAt(left, 1), 'not a secret');
    assert.equal(textAt(left, 2), '[redacted:email]');
  });

  it('are followed into messages of any type, by its URL, and into extensions', async () => {
    const left = await typed([
      [
        5,
        [
          [1, 'type.googleapis.com/shop.Order'],
          [
            2,
            message([
              [2, 'hunter2'],
              [9, [[100, 'x']]],
            ]),
          ],
        ],
      ],
      [19, [[19, [[2, 'hunter2']]]]],
    ]);
    assert.equal(textAt(left, 5, 2, 2), CREDENTIAL);
    assert.equal(textAt(left, 5, 2, 9, 100), CREDENTIAL);
    assert.equal(textAt(left, 19, 19, 2), CREDENTIAL);
  });

  it('have their unknown fields, and those of another wire type than theirs, looked at like any others', async () => {
    const left = await typed([
      [900, 'to a@b.example'],
      [901, CARD],
      [11, CARD],
      [3, 'to a@b.example'],
      [22, [[9, 'to a@b.example']]],
    ]);
    assert.deepEqual([textAt(left, 900), textAt(left, 901)], ['to [redacted:email]', '0']);
    assert.equal(textAt(left, 11), '0');
    assert.equal(textAt(left, 22, 9), 'to [redacted:email]');
    assert.ok(!left.includes('a@b.example'));
  });

  it('lose times by the names of their fields', async () => {
    const left = await typed([
      [25, { float: 1 }],
      [22, [[1, 1732492800]]],
      [
        11,
        [
          [1, 'access_token'],
          [2, 'abc'],
        ],
      ],
      [26, [[1, 1732492800]]],
      [26, [[2, 5]]],
    ]);
    assert.equal(textAt(left, 22, 1), '1732492800');
    assert.equal(textAt(left, 11, 2), CREDENTIAL);
    assert.equal(textAt(left, 26), '');
  });

  it('are followed where a string, or numbers, turn out to be messages or text', async () => {
    const left = await typed([
      [
        1,
        [
          [6, new Uint8Array(0)],
          [1, '378282246310005'],
          [6, new Uint8Array(0)],
        ],
      ],
      [23, [[1, 'jane@example.com']]],
    ]);
    assert.equal(textAt(left, 1, 1), '[redacted:card:0005]');
    assert.equal(textAt(left, 23), '');
  });

  it('say so where a message in them is none', async () => {
    const left = await typed([[9, new Uint8Array([0xff, 0xff])]]);
    assert.equal(textAt(left, 9, 19_999), '[redacted:unparseable:2]');
    assert.equal((await typed([[24, new Uint8Array(7)]])).length, 3);
  });
});

describe('protobuf messages without their type', () => {
  it('lose what text, numbers, and messages in them give away', async () => {
    const left = await untyped([
      [1, 'to jane@example.com'],
      [2, [[3, [[4, 'GB82 WEST 1234 5698 7654 32']]]]],
      [5, CARD],
      [6, { fixed64: CARD }],
      [7, { double: Number(CARD) }],
      [8, CARD * 2n],
      [9, { group: [[1, 'to jane@example.com']] }],
      [10, JSON.stringify({ password: 'hunter2' })],
      [11, KEPT],
    ]);
    assert.equal(textAt(left, 1), 'to [redacted:email]');
    assert.equal(textAt(left, 2, 3, 4), '[redacted:iban:5432]');
    assert.deepEqual([textAt(left, 5), textAt(left, 8)], ['0', '0']);
    assert.equal(textAt(left, 6), '\0'.repeat(8));
    assert.equal(textAt(left, 7), '\0'.repeat(8));
    assert.equal(textAt(left, 10), `{"password":"${CREDENTIAL}"}`);
    assert.equal(textAt(left, 11), KEPT);
    assert.ok(!left.includes('example.com'));
  });

  it('lose values behind a key in the same message, as maps have them', async () => {
    const left = await untyped([
      [
        7,
        [
          [1, 'password'],
          [2, 'abc'],
        ],
      ],
      [
        8,
        [
          [1, 'colour'],
          [2, KEPT],
        ],
      ],
    ]);
    assert.equal(textAt(left, 7, 2), CREDENTIAL);
    assert.equal(textAt(left, 8, 2), KEPT);
  });

  it('keep the length only of bytes that are neither text nor a message', async () => {
    const bytes = new Uint8Array([0xff, 0xd8, 0xff, ...Buffer.from('jane@example.com'), 0]);
    assert.equal(textAt(await untyped([[1, bytes]]), 1), '[redacted:binary:20]');
    const unknown = { policy: { unknownContent: 'keep' } } as const;
    assert.deepEqual(await untyped([[1, bytes]], unknown), message([[1, bytes]]));
    const scanned = await untyped([[1, bytes]], { policy: { unknownContent: 'text' } });
    assert.ok(!scanned.includes('jane@example.com') && scanned.includes('[redacted:email]'));
  });

  it('are looked at both ways where they may be text too', async () => {
    // Field 4 with 50 bytes: all of it printable, and the length looks like the first digit of a number.
    const inner = `4111111111111111${' '.repeat(34)}`;
    const left = await untyped([[1, message([[4, inner]])]]);
    assert.equal(textAt(left, 1, 4), `[redacted:card:1111]${' '.repeat(34)}`);
    // Field 6 of 64 bits, and then again: a text of digits.
    const { output } = await run(message([[1, '1jane@a.1bcde.fgh']]), {});
    assert.ok(!output.includes('jane@a'));
  });

  it('that are text by chance, divided into fields, are replaced wholly', async () => {
    // A tag and a number, then fields of 64 bits.
    const bytes = Buffer.from('\xb0\x004111 1111 1111 1111', 'latin1');
    const whole = await run(bytes, {});
    assert.equal(textAt(Buffer.from(whole.output, 'latin1'), 19_999), '[redacted:binary:21]');
    assert.equal(textAt(await untyped([[1, bytes]]), 1, 19_999), '[redacted:binary:21]');
    const names = message([
      [4, 'what your password:'],
      [5, 'a value that isn’t that of it, in another field'],
    ]);
    assert.deepEqual(Buffer.from((await run(names, {})).output, 'latin1'), names);
    const { outcome } = await run(bytes, { policy: { unknownContent: 'keep' } });
    assert.equal(outcome.state, 'kept');
  });

  it('are valid after long texts, and those of several bytes a character', async () => {
    const text = `${'é€😀 '.repeat(9000)}jane@example.com ${'é€😀 '.repeat(9000)}`;
    const left = await untyped([[1, text]]);
    assert.equal(textAt(left, 1), text.replace('jane@example.com', '[redacted:email]'));
  });
});
