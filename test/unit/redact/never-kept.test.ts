import assert from 'node:assert/strict';
import { createRedactor, type Redactor } from '../../../src/redact/index.ts';
import { EngineRedactor, makeEngine } from '../../../src/redact/redactor.ts';
import { MAX_VALUES } from '../../../src/redact/tally.ts';
import { redactPieces, SALT } from './bodies.ts';
import { HOLDERS, SEALING, traceOf, traceOfBody } from './never-kept.ts';
import { descriptors, ORDER } from './protobuf/shop.ts';
import { message } from './protobuf/wire-bytes.ts';
import { fromClient } from './websocket-frames.ts';

const NAMES = ['token', 'secret', 'address', 'blob', 'name'];

const xmlText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Bodies of every type in which a value stands under a name. */
const BODIES: Readonly<Record<string, (name: string, value: string) => string>> = {
  'application/json': (name, value) => JSON.stringify({ [name]: value }),
  'application/x-ndjson': (name, value) => `{"a":1}\n${JSON.stringify({ x: [{ name, value }] })}\n`,
  'application/x-www-form-urlencoded': (name, value) => new URLSearchParams({ a: 'b', [name]: value }).toString(),
  'application/xml': (name, value) =>
    `<r><${name}>${xmlText(value)}</${name}><i ${name}="${xmlText(value)}"/></r>`.replace(
      /(="[^"]*?)"(?=[^"]*"\/>)/g,
      '$1&quot;',
    ),
  'text/xml': (name, value) => `<r><${name}><![CDATA[${value}]]></${name}></r>`,
  'text/csv': (name, value) => `id,${name}\n1,"${value.replaceAll('"', '""')}"\n`,
  'text/html': (name, value) => `<table><tr><th>${name}</th></tr><tr><td>${xmlText(value)}</td></tr></table>`,
  'text/plain': (name, value) => `${name}: '${value}'`,
  'text/event-stream': (name, value) => `data: ${JSON.stringify({ [name]: value })}\n\n`,
  'application/graphql': (name, value) => `mutation { f(${name}: ${JSON.stringify(value)}) { id } }`,
  'multipart/form-data; boundary=b': (name, value) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--b--\r\n`,
};

describe('a card verification code or PIN within what is replaced as a whole', () => {
  for (const [type, write] of Object.entries(BODIES))
    it(`leaves no trace in ${type}`, async () => {
      for (const name of NAMES)
        for (const [holder, hold] of Object.entries(HOLDERS)) {
          const [one, other] = await Promise.all(
            ['4821', '7316'].map((code) => traceOfBody(write(name, hold(code)), { contentType: type })),
          );
          assert.equal(one, other, `${holder} under ${name}`);
          assert.ok(!one?.includes('4821'), `${holder} under ${name}`);
        }
    });

  it('leaves no trace in protobuf messages, with their types and without', async () => {
    const options = { ...SEALING, descriptors };
    for (const redactor of [createRedactor(options), createRedactor(SEALING)])
      for (const [holder, hold] of Object.entries(HOLDERS))
        for (const field of [2, 10, 17] as const) {
          const [one, other] = await Promise.all(
            ['4821', '7316'].map((code) =>
              traceOfBody(message([[field, field === 17 ? [[1, hold(code)]] : hold(code)]]), ORDER, redactor),
            ),
          );
          assert.equal(one, other, `${holder} in field ${field}`);
        }
  });

  it('leaves no trace in values that can’t be judged', async () => {
    const websocket = { upgrade: 'websocket' };
    for (const [holder, hold] of Object.entries(HOLDERS)) {
      const [one, other] = await Promise.all(
        ['4821', '7316'].map((code) => traceOfBody(fromClient(`\u0001 ${hold(code)}`), websocket)),
      );
      assert.equal(one, other, holder);
    }
    // A code that goes on in what stands between two fields, which reads as `23`.
    const split = (digit: string): Buffer =>
      message([
        [4, `my cvv: ${digit}`],
        [6, ` ${'x'.repeat(50)}`],
      ]);
    const [one, other] = await Promise.all(
      ['4', '7'].map((digit) => traceOfBody(split(digit), ORDER, createRedactor(SEALING))),
    );
    assert.equal(one, other);
  });

  it('leaves no trace in headers, cookies and targets', () => {
    const redactor = createRedactor(SEALING);
    const call = { valueSalt: () => SALT };
    for (const [holder, hold] of Object.entries(HOLDERS)) {
      const [one, other] = ['4821', '7316'].map((code) => {
        const value = hold(code);
        const fields = Object.entries({
          'x-token': value,
          authorization: `Basic ${Buffer.from(`anna:${value}`).toString('base64')}`,
          cookie: `a=b; session=${encodeURIComponent(value)}`,
          'set-cookie': `session=${value.replaceAll(';', '')}; Path=/`,
          host: `anna:${encodeURIComponent(value)}@example.com`,
          blob: value,
        }).map(([name, text]) => ({ name, value: text }));
        const target = redactor.target(`/a?token=${encodeURIComponent(value)}&blob=${encodeURIComponent(value)}`, call);
        return traceOf([redactor.headers('request_headers', fields, call), target, redactor.text(value, call)]);
      });
      assert.equal(one, other, holder);
    }
  });

  it('leaves no trace in cookies that are named after it', () => {
    const call = { valueSalt: () => SALT };
    for (const name of ['cvv', 'card_pin', ' pin'])
      for (const [header, write] of [
        ['cookie', (code: string) => `a=b;${name}=${code}; c=d`],
        ['set-cookie', (code: string) => `${name}=${code}; Path=/; pin=${code}`],
      ] as const) {
        const [one, other] = ['4821', '7316'].map((code) =>
          traceOf(
            createRedactor(SEALING).headers('request_headers', [{ name: header, value: write(code.slice(1)) }], call),
          ),
        );
        assert.equal(one, other, `${name} in ${header}`);
      }
  });

  it('isn’t among the last characters that a mask keeps', async () => {
    const policy = { entities: { credential: { action: 'mask' as const }, jwt: { action: 'mask' as const } } };
    const redactor = createRedactor({ policy });
    const { output } = await redactPieces(
      [Buffer.from(JSON.stringify({ secret: 'my card pin=4821' }))],
      { contentType: 'application/json' },
      redactor,
    );
    assert.equal(output, '{"secret":"[redacted:credential]"}');
  });

  it('goes from the claims of a web token that stays readable', async () => {
    const redactor = createRedactor({ policy: { entities: { jwt: { action: 'mask' } } } });
    const traces = await Promise.all(
      ['4821', '7316'].map((pin) =>
        traceOfBody(HOLDERS['web token']?.(pin) ?? '', { contentType: 'text/plain' }, redactor),
      ),
    );
    assert.equal(traces[0], traces[1]);
    assert.match(traces[0] ?? '', /"output":"eyJ/);
  });

  it('leaves no trace where the value is too long to be looked into', async () => {
    const redactor = createRedactor({ ...SEALING, limits: { maxValueBytes: 64 } });
    const filler = 'some words, '.repeat(20);
    for (const [type, write] of Object.entries(BODIES)) {
      // Rows and texts of elements that are too long are given up.
      if (type === 'text/csv' || type.endsWith('/xml')) continue;
      const [one, other] = await Promise.all(
        ['4821', '7316'].map((code) =>
          traceOfBody(write('secret', `${filler} pin=${code}, ${filler}`), { contentType: type }, redactor),
        ),
      );
      assert.equal(one, other, type);
    }
  });

  it('costs nothing else its original: what holds none is sealed and committed to', async () => {
    const redactor = createRedactor(SEALING);
    const harmless = [
      '12 High Street, Springfield',
      'hunter2 or so: 12',
      'a1b2c3d4e5f6a7b8c9d0',
      '{"a":1234,"b":"x1"}',
    ];
    for (const text of harmless) {
      const { outcome } = await redactPieces(
        [Buffer.from(JSON.stringify({ secret: text }))],
        { contentType: 'application/json' },
        redactor,
      );
      assert.equal(Buffer.from(outcome.originals?.[0]?.value ?? []).toString(), text);
      assert.equal(outcome.values?.[0]?.commitment.length, 32);
    }
  });
});

describe('a body that is given up', () => {
  it('isn’t committed to when something was found in it that may never be kept', async () => {
    const context = { contentType: 'application/json' };
    const broken = await redactPieces([Buffer.from('{"cvv":"123","a":}')], context);
    assert.equal(broken.outcome.state, 'withdrawn');
    assert.equal(broken.outcome.commitment.length, 0);
    const harmless = await redactPieces([Buffer.from('{"a":"123","b":}')], context);
    assert.equal(harmless.outcome.commitment.length, 32);
  });
});

describe('sealed values', () => {
  it('are those that markers promise, however many there are', async () => {
    const count = MAX_VALUES + 5;
    const content = Buffer.from(JSON.stringify(Array.from({ length: count }, (_, i) => ({ secret: `hunter${i}` }))));
    const { output, outcome } = await redactPieces(
      [content],
      { contentType: 'application/json' },
      createRedactor(SEALING),
    );
    const promised = Array.from(output.matchAll(/:s(\d+)\]/g), ([, index]) => Number(index));
    assert.equal(promised.length, MAX_VALUES);
    assert.deepEqual(
      outcome.originals?.map(({ index }) => index),
      promised,
    );
    assert.equal(output.match(/\[redacted:credential\]/g)?.length, count - MAX_VALUES);
    assert.deepEqual(
      outcome.counts.map((each) => [each.action, each.count]),
      [
        ['seal', MAX_VALUES],
        ['drop', count - MAX_VALUES],
      ],
    );
  });
});

describe('an engine that fails before it looks at anything', () => {
  const engine = makeEngine();
  const fail = (): never => {
    throw new Error('out of order');
  };
  const broken: Readonly<Record<string, Redactor>> = {
    'a clock': new EngineRedactor({ ...engine, monotonicUs: fail }),
    'a policy': new EngineRedactor({ ...engine, policyFor: fail }),
    'rules of a place': new EngineRedactor({ ...engine, narrowed: fail }),
  };
  const FAILED = '[redacted:engine_failed]';

  for (const [what, redactor] of Object.entries(broken)) {
    it(`drops headers, target and text: ${what}`, () => {
      const { fields, counts } = redactor.headers('request_headers', [
        { name: 'x-a', value: 'anna@example.com' },
        { name: 'anna@example.com', value: 'b' },
      ]);
      assert.deepEqual(fields, [
        { name: 'x-a', value: FAILED },
        { name: FAILED, value: FAILED },
      ]);
      assert.deepEqual(
        counts.map(({ rule, count }) => [rule, count]),
        [['engine.failed', 2]],
      );
      const target = redactor.target('/anna@example.com?a=b');
      assert.deepEqual([target.path, target.query, target.counts[0]?.rule], [FAILED, '', 'engine.failed']);
      const text = redactor.text('anna@example.com');
      assert.deepEqual([text.text, text.counts[0]?.rule], [FAILED, 'engine.failed']);
    });

    it(`withdraws bodies, encoded or not: ${what}`, async () => {
      for (const context of [{ contentType: 'text/plain' }, { contentType: 'text/plain', contentEncoding: 'gzip' }]) {
        const { outcome, output } = await redactPieces([Buffer.from('anna@example.com')], context, redactor);
        assert.equal(outcome.state === 'withdrawn' && outcome.reason !== 'ended_early', true);
        assert.equal(output, '');
      }
      const socket = await redactPieces([fromClient('anna@example.com')], { upgrade: 'websocket' }, redactor);
      assert.equal(socket.outcome.state, 'withdrawn');
    });
  }
});
