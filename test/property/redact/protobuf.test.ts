import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createRedactor, loadDescriptors, type RedactContext } from '../../../src/redact/index.ts';
import { EngineRedactor, makeEngine } from '../../../src/redact/redactor.ts';
import { cut, PLANTED, redactPieces, SALT } from '../../unit/redact/bodies.ts';
import { descriptorSet, WELL_KNOWN } from '../../unit/redact/protobuf/descriptors.ts';
import { type Field, type FieldValue, frame, framesOf, message, read } from '../../unit/redact/protobuf/wire-bytes.ts';
import { pieceSizes } from './arbitraries.ts';

const descriptors = loadDescriptors(
  descriptorSet(WELL_KNOWN, {
    name: 'a.proto',
    package: 'a',
    imports: [WELL_KNOWN.name],
    types: [
      {
        name: 'T',
        fields: {
          text: '1 string',
          password: '2 string',
          next: '3 a.T',
          count: '4 repeated int64',
          cvv: '5 int32',
          data: '6 bytes',
          labels: '7 repeated a.T.LabelsEntry',
          group: '8 group a.T',
          any: '9 google.protobuf.Any',
          born: '10 google.protobuf.Timestamp',
          token: '11 a.T',
          value: '12 double',
          name: '13 string',
          extra: '14 google.protobuf.Struct',
        },
        nested: [{ name: 'LabelsEntry', fields: { key: '1 string', value: '2 string' }, isMapEntry: true }],
      },
    ],
    services: { S: { M: ['a.T', 'a.T'] } },
  }),
);
const redactor = createRedactor({ descriptors });
const planted = Object.values(PLANTED);

const number = fc.oneof(
  fc.constantFrom(0, 1, 123, 4111111111111111, 378282246310005, 1732492800000),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
);

/** Fields of all wire types, nested in each other; their numbers are those of the type, and others. */
function fieldsWith(content: fc.Arbitrary<string>): fc.Arbitrary<readonly Field[]> {
  const numbers = fc.oneof(fc.integer({ min: 1, max: 15 }), fc.constantFrom(16, 99, 19_999));
  return fc.letrec<{ fields: readonly Field[]; value: FieldValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(
        content,
        fc.constantFrom('password', 'token', 'type.googleapis.com/a.T', 'x'),
        number,
        fc.uint8Array({ maxLength: 12 }),
        number.map((each) => ({ fixed64: BigInt.asUintN(64, BigInt(each)) })),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((fixed32) => ({ fixed32 })),
        fc.double().map((double) => ({ double })),
        fc.array(number, { maxLength: 4 }).map((packed) => ({ packed })),
      ),
      tie('fields'),
      tie('fields').map((group) => ({ group })),
    ),
    fields: fc.array(fc.tuple(numbers, tie('value')), { maxLength: 5 }),
  })).fields;
}

/** Values to be found, each by itself: what detectors make of those that stand together is tested elsewhere. */
const fields = fieldsWith(
  fc.oneof(
    fc.constantFrom(...planted, ...planted.map((value) => `to ${value}.`), '{"password":"x"}', 'é', 'a\0b'),
    fc.string(),
  ),
);

const TYPED: Partial<RedactContext> = { path: '/a.S/M' };

interface Body {
  readonly content: Buffer;
  readonly context: Partial<RedactContext>;
}

const framed = fc
  .tuple(
    fc.array(fc.tuple(fc.oneof(fields.map(message), fc.uint8Array({ maxLength: 20 })), fc.boolean()), { maxLength: 4 }),
    fc.constantFrom(
      'application/grpc',
      'application/grpc-web',
      'application/grpc-web-text',
      'application/connect+proto',
      'application/grpc+json',
    ),
    fc.boolean(),
  )
  .map(([messages, contentType, isTyped]): Body => {
    const frames = messages.map(([each, isZipped]) => (isZipped ? frame(gzipSync(each), 1) : frame(each)));
    const content = Buffer.concat(frames);
    return {
      content: contentType.endsWith('text') ? Buffer.from(content.toString('base64')) : content,
      context: { contentType, messageEncoding: 'gzip', ...(isTyped ? TYPED : {}) },
    };
  });

const single = fc.tuple(fields, fc.boolean()).map(([each, isTyped]): Body => {
  return { content: message(each), context: { contentType: 'application/proto', ...(isTyped ? TYPED : {}) } };
});

const body = fc.oneof(framed, single);

function assertValid(bytes: Buffer): void {
  assert.doesNotThrow(() => read(bytes), bytes.toString('latin1'));
}

describe('redaction of gRPC and protobuf', () => {
  it('is the same however the body is cut, and whatever is held at a time', async () => {
    await fc.assert(
      fc.asyncProperty(body, pieceSizes, fc.integer({ min: 1, max: 40 }), async ({ content, context }, sizes, size) => {
        const whole = await redactPieces([content], context, redactor);
        const small = createRedactor({ descriptors, limits: { blockBytes: size } });
        for (const each of [redactor, small]) {
          const pieces = await redactPieces(cut(content, sizes), context, each);
          assert.equal(pieces.outcome.state, whole.outcome.state);
          if (whole.outcome.state === 'kept') assert.equal(pieces.output, whole.output);
          assert.deepEqual(pieces.outcome.commitment, whole.outcome.commitment);
          assert.deepEqual(pieces.outcome.counts, whole.outcome.counts);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds nothing more in what it has written', async () => {
    await fc.assert(
      fc.asyncProperty(body, async ({ content, context }) => {
        const first = await redactPieces([content], context, redactor);
        if (first.outcome.state !== 'kept') return;
        const second = await redactPieces([Buffer.from(first.output, 'latin1')], context, redactor);
        assert.equal(second.output, first.output);
        assert.deepEqual(second.outcome.counts, []);
      }),
      { numRuns: 600 },
    );
  });

  it('leaves messages that are valid, and strings that are UTF-8', async () => {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    await fc.assert(
      fc.asyncProperty(fields, fc.boolean(), async (each, isTyped) => {
        const context = { contentType: 'application/grpc', ...(isTyped ? TYPED : {}) };
        const { output, outcome } = await redactPieces([frame(each)], context, redactor);
        assert.equal(outcome.state, 'kept');
        const [left] = framesOf(Buffer.from(output, 'latin1'));
        assertValid(left?.content ?? Buffer.alloc(1));
        const before = read(message(each));
        // Where groups are in it, what follows stands at another place.
        if (!isTyped || before.some(([, value]) => value === undefined)) return;
        for (const [at, [, value]] of read(left?.content ?? Buffer.alloc(1)).entries()) {
          const [number, was] = before[at] ?? [];
          if (number === 1 && value instanceof Buffer && was instanceof Buffer && isUtf8(was))
            assert.doesNotThrow(() => decoder.decode(value));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('never lets through what was planted in its strings, however deep', async () => {
    const wrap = fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fieldsWith(fc.string())), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(wrap, fc.constantFrom(...planted), fc.boolean(), async (around, value, isTyped) => {
        let inner: readonly Field[] = [[1, value]];
        for (const [at, others] of around) inner = [...others, [at, inner], ...others];
        const context = { contentType: 'application/grpc', ...(isTyped ? TYPED : {}) };
        const { output } = await redactPieces([frame(inner)], context, redactor);
        assert.ok(!output.includes(value));
      }),
      { numRuns: 400 },
    );
  });

  it('never throws for any bytes, and lets through nothing of what is planted among them', async () => {
    const limits = { blockBytes: 64, maxMessageBytes: 256, maxValueBytes: 128 };
    const small = new EngineRedactor(makeEngine({ limits, descriptors }));
    const types = ['grpc', 'grpc-web', 'grpc-web-text', 'grpc+json', 'connect+json', 'connect+proto', 'protobuf'];
    const bytes = fc.uint8Array({ maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(bytes, fc.constantFrom(...planted), bytes),
        fc.constantFrom(...types),
        fc.boolean(),
        fc.boolean(),
        async ([before, value, behind], type, isFramed, early) => {
          const content = Buffer.concat([before, Buffer.from(` ${value} `), behind]);
          const context = { part: 'request_body', contentType: `application/${type}`, path: '/a.S/M' } as const;
          const redacting = small.body(context, SALT);
          const outputs: Uint8Array[] = [];
          for (const piece of cut(isFramed ? frame(content) : content, [7, 50])) {
            outputs.push(await redacting.write(piece));
            assert.ok(redacting.bufferedBytes <= limits.maxMessageBytes + limits.blockBytes + 16);
          }
          const outcome = await redacting.end(early);
          // A card with spaces is four numbers in JSON.
          if (outcome.state === 'kept' && !type.endsWith('json'))
            assert.ok(!Buffer.concat([...outputs, outcome.tail]).includes(value));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString()).equals(bytes);
}
