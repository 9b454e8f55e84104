import assert from 'node:assert/strict';
import {
  createExplainer,
  createRedactor,
  loadDescriptors,
  type RedactorOptions,
} from '../../../../src/redact/index.ts';
import { hmac, redactPieces, type Redacted } from '../bodies.ts';
import { descriptorSet, WELL_KNOWN } from './descriptors.ts';
import { type Field, message, read, textAt } from './wire-bytes.ts';

const CREDENTIAL = '[redacted:credential]';
const CARD = 4111111111111111n;
const KEPT = 'kept-as-it-was';

const shop = descriptorSet(WELL_KNOWN, {
  name: 'shop.proto',
  package: 'shop',
  imports: [WELL_KNOWN.name],
  types: [
    {
      name: 'Order',
      fields: {
        id: '1 string',
        password: '2 string',
        number: '3 int64',
        cvv: '4 int32',
        detail: '5 google.protobuf.Any',
        extra: '6 google.protobuf.Struct',
        labels: '7 repeated shop.Order.LabelsEntry',
        headers: '8 repeated shop.Header',
        credentials: '9 shop.Login',
        api_key: '10 bytes',
        blob: '11 bytes',
        pin: '12 repeated uint32',
        signed: '13 sint64',
        fixed: '14 fixed64',
        real: '15 double',
        is_password_set: '16 bool',
        token: '17 google.protobuf.StringValue',
        login: '18 group shop.Login',
        next: '19 shop.Order',
        pin_code: '20 google.protobuf.Int64Value',
        password_state: '21 enum',
        created: '22 google.protobuf.Timestamp',
        numbers: '23 repeated int64',
        doubles: '24 repeated double',
        secret: '25 float',
      },
      nested: [{ name: 'LabelsEntry', fields: { key: '1 string', value: '2 string' }, isMapEntry: true }],
    },
    { name: 'Header', fields: { key: '1 string', value: '2 string' } },
    { name: 'Login', fields: { user: '1 string', code: '2 string', attempts: '3 int32' } },
  ],
  services: { Shop: { Put: ['shop.Order', 'shop.Login'] } },
  extensions: { 'shop.Login': { recovery_code: '100 string' } },
});
const descriptors = loadDescriptors(shop);
const context = { contentType: 'application/x-protobuf; proto=shop.Order' };

async function run(bytes: Uint8Array, options: RedactorOptions = { descriptors }, early = false): Promise<Redacted> {
  return redactPieces([bytes], context, createRedactor(options), early);
}

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
      [1, CARD],
      [3, 'to a@b.example'],
      [22, [[9, 'to a@b.example']]],
    ]);
    assert.deepEqual([textAt(left, 900), textAt(left, 901)], ['to [redacted:email]', '0']);
    assert.equal(textAt(left, 1), '0');
    assert.equal(textAt(left, 22, 9), 'to [redacted:email]');
    assert.ok(!left.includes('a@b.example'));
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

  it('are valid after long texts, and those of several bytes a character', async () => {
    const text = `${'é€😀 '.repeat(9000)}jane@example.com ${'é€😀 '.repeat(9000)}`;
    const left = await untyped([[1, text]]);
    assert.equal(textAt(left, 1), text.replace('jane@example.com', '[redacted:email]'));
  });
});

describe('protobuf bodies', () => {
  it('are withdrawn when they are none, too long or cut off', async () => {
    const cases = [
      [new Uint8Array([0xff]), {}, false, 'unparseable'],
      [new Uint8Array([0x0b]), {}, false, 'unparseable'],
      [new Uint8Array([0x0b, 0x14]), {}, false, 'unparseable'],
      [new Uint8Array([0x0a, 0x02, 0x41]), {}, false, 'unparseable'],
      [new Uint8Array([0x00, 0x01]), {}, false, 'unparseable'],
      [message([[1, 'x'.repeat(200)]]), { limits: { maxMessageBytes: 100 } }, false, 'over_limit'],
      [message([[1, KEPT]]), {}, true, 'ended_early'],
    ] as const;
    for (const [bytes, options, early, reason] of cases) {
      const { outcome } = await run(bytes, options, early);
      assert.equal(outcome.state === 'withdrawn' && outcome.reason, reason);
      assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac(bytes));
    }
  });

  it('of messages one after another with a length each are of unknown type', async () => {
    const contentType = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
    const { outcome } = await redactPieces([message([[1, KEPT]])], { contentType });
    assert.equal(outcome.state === 'withdrawn' && outcome.reason, 'unknown_type');
  });

  it('of Connect take their type from the method, and from its answer', async () => {
    const redactor = createRedactor({ descriptors });
    const call = { contentType: 'application/proto', path: '/prefix/shop.Shop/Put?x=1' };
    const bytes = message([[2, 'hunter2']]);
    const request = await redactPieces([bytes], { ...call, part: 'request_body' }, redactor);
    assert.equal(textAt(Buffer.from(request.output, 'latin1'), 2), CREDENTIAL);
    const response = await redactPieces([bytes], { ...call, part: 'response_body' }, redactor);
    assert.equal(textAt(Buffer.from(response.output, 'latin1'), 2), 'hunter2');
  });

  it('are committed to without what may never be kept, and with everything else', async () => {
    const { outcome } = await run(
      message([
        [1, 'jane@example.com'],
        [4, 123],
        [12, { packed: [1234] }],
        [2, 'hunter2'],
      ]),
    );
    const original = message([
      [1, 'jane@example.com'],
      [4, 0],
      [12, { packed: [0] }],
      [2, 'hunter2'],
    ]);
    assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac(original));
  });

  it('are committed to as they came where only other things are replaced', async () => {
    // A length and a number in more bytes than they need.
    const bytes = Buffer.concat([
      Buffer.from([0x0a, 0x90, 0x80, 0x00]),
      Buffer.from('jane@example.com'),
      Buffer.from([0x18, 0x81, 0x00]),
    ]);
    const { output, outcome } = await run(bytes);
    assert.equal(output, '\x0a\x10[redacted:email]\x18\x81\x00');
    assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac(bytes));
  });

  it('tell where something was found, in bytes', async () => {
    const explain = createExplainer({ descriptors });
    const bytes = message([
      [1, 'é jane@example.com'],
      [3, CARD],
      [9, [[1, 'é']]],
      [11, new Uint8Array([255, 0])],
    ]);
    const { findings } = await explain({ part: 'request_body', ...context }, bytes);
    assert.deepEqual(
      findings.map(({ entity, start, end }) => [entity, bytes.subarray(start, end).toString('latin1')]),
      [
        ['email', 'jane@example.com'],
        [
          'card',
          message([[1, CARD]])
            .subarray(1)
            .toString('latin1'),
        ],
        ['credential', '\xc3\xa9'],
        ['binary', '\xff\0'],
      ],
    );
  });

  it('of messages deep within each other are read to the depth that others read', async () => {
    let deep = message([[1, 'jane@example.com']]);
    for (let i = 0; i < 90; i += 1) deep = message([[1, deep]]);
    assert.ok((await run(deep, {})).output.includes('[redacted:email]'));
    for (let i = 0; i < 30; i += 1) deep = message([[1, deep]]);
    const { output, outcome } = await run(deep, {});
    assert.equal(outcome.state, 'kept');
    assert.ok(output.includes('[redacted:over_limit:') && !output.includes('jane@example.com'));
    const groups = Buffer.concat([Buffer.alloc(101, 0x0b), Buffer.alloc(101, 0x0c)]);
    const withdrawn = await run(groups, {});
    assert.equal(withdrawn.outcome.state === 'withdrawn' && withdrawn.outcome.reason, 'unparseable');
  });
});
