import assert from 'node:assert/strict';
import { createExplainer, createRedactor } from '../../../../src/redact/index.ts';
import { hmac, redactPieces } from '../bodies.ts';
import { descriptors, ORDER, run } from './shop.ts';
import { message, textAt } from './wire-bytes.ts';

const CREDENTIAL = '[redacted:credential]';
const CARD = 4111111111111111n;
const KEPT = 'kept-as-it-was';

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
    const { findings } = await explain({ part: 'request_body', ...ORDER }, bytes);
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
