import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRedactor } from '../../../src/redact/index.ts';
import { EngineRedactor, makeEngine } from '../../../src/redact/redactor.ts';
import { cut, PLANTED, redactPieces, SALT } from '../../unit/redact/bodies.ts';
import { body, HARMLESS, json, pieceSizes, plainBody, text } from './arbitraries.ts';

const redactor = createRedactor();

/** Arrays, members and scalars of a JSON value, without what the scalars are; names as they are after redaction. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null)
    return typeof value === 'boolean' || value === null ? value : 'scalar';
  return Object.entries(value).map(([name, member]) => [redactor.text(name).text, shapeOf(member)]);
}

function escaped(value: string): string {
  return value.replace(/./gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

describe('redaction of any body', () => {
  it('is the same however the body is cut', async () => {
    await fc.assert(
      fc.asyncProperty(body, pieceSizes, async ({ content, ...context }, sizes) => {
        const whole = await redactPieces([content], context);
        const pieces = await redactPieces(cut(content, sizes), context);
        const whollyKept = whole.outcome.state === 'kept' ? { ...whole.outcome, tail: undefined } : whole.outcome;
        const keptInPieces = pieces.outcome.state === 'kept' ? { ...pieces.outcome, tail: undefined } : pieces.outcome;
        assert.deepEqual(keptInPieces, whollyKept);
        if (whole.outcome.state === 'kept') assert.equal(pieces.output, whole.output);
      }),
      { numRuns: 400 },
    );
  });

  it('is the same whatever the walkers hold at a time', async () => {
    await fc.assert(
      fc.asyncProperty(plainBody, fc.integer({ min: 1, max: 60 }), async ({ content, ...context }, blockBytes) => {
        const whole = await redactPieces([content], context);
        const blocks = await redactPieces([content], context, createRedactor({ limits: { blockBytes } }));
        assert.equal(blocks.outcome.state, whole.outcome.state);
        // Of a withdrawn body some output was provisional.
        if (whole.outcome.state === 'kept') assert.equal(blocks.output, whole.output);
        assert.deepEqual(blocks.outcome.commitment, whole.outcome.commitment);
        assert.deepEqual(blocks.outcome.counts, whole.outcome.counts);
      }),
      { numRuns: 600 },
    );
  });

  it('is the same whatever the walkers hold at a time, in values too long to be held', async () => {
    await fc.assert(
      fc.asyncProperty(plainBody, fc.integer({ min: 1, max: 60 }), async ({ content, ...context }, blockBytes) => {
        const outcomes = await Promise.all(
          [blockBytes, 16_384].map((size) =>
            redactPieces([content], context, createRedactor({ limits: { blockBytes: size, maxValueBytes: 20 } })),
          ),
        );
        assert.equal(outcomes[0]?.outcome.state, outcomes[1]?.outcome.state);
        if (outcomes[0]?.outcome.state === 'kept') assert.equal(outcomes[0].output, outcomes[1]?.output);
        assert.deepEqual(outcomes[0]?.outcome.counts, outcomes[1]?.outcome.counts);
      }),
      { numRuns: 400 },
    );
  });

  it('finds nothing more in what it has written', async () => {
    await fc.assert(
      fc.asyncProperty(plainBody, async ({ content, ...context }) => {
        const first = await redactPieces([content], context);
        if (first.outcome.state !== 'kept') return;
        const second = await redactPieces([Buffer.from(first.output, 'latin1')], context);
        assert.equal(second.output, first.output);
        assert.deepEqual(second.outcome.counts, []);
      }),
      { numRuns: 400 },
    );
  });

  it('never throws, and never holds more than the limits say', async () => {
    const limits = { blockBytes: 64, maxValueBytes: 128, maxNumberBytes: 32 };
    const engine = new EngineRedactor(makeEngine({ limits }));
    const types = ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'text/event-stream', 'x'];
    const encodings = ['identity', 'gzip', 'deflate', 'br', 'zstd', 'deflate, gzip'];
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      body.map(({ content }) => new Uint8Array(content)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(bytes, { maxLength: 6 }),
        fc.constantFrom(...types),
        fc.constantFrom(...encodings),
        fc.boolean(),
        async (chunks, contentType, contentEncoding, early) => {
          const redacting = engine.body({ part: 'request_body', contentType, contentEncoding }, SALT);
          for (const chunk of chunks) {
            await redacting.write(chunk);
            const bound =
              limits.blockBytes +
              2 * limits.maxValueBytes +
              16 * 1024 +
              512 +
              (contentEncoding === 'identity' ? 0 : 8192);
            assert.ok(redacting.bufferedBytes <= bound, `${redacting.bufferedBytes}`);
          }
          const outcome = await redacting.end(early);
          // To what was withdrawn after a code was found that may never be kept nothing is committed.
          const lengths = outcome.state === 'kept' ? [32] : [0, 32];
          assert.ok(lengths.includes(outcome.commitment.length));
          assert.equal(
            outcome.originalBytes,
            chunks.reduce((sum, chunk) => sum + chunk.length, 0),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never throws for any header, target or text', () => {
    const binary = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
    fc.assert(
      fc.property(fc.oneof(binary, text), binary, (value, name) => {
        const { fields } = redactor.headers('request_headers', [{ name, value }]);
        assert.equal(fields.length, 1);
        redactor.target(value);
        redactor.text(value);
      }),
      { numRuns: 500 },
    );
  });
});

describe('redaction of JSON', () => {
  it('keeps the shape', async () => {
    await fc.assert(
      fc.asyncProperty(json, async (value) => {
        const input = JSON.stringify(value);
        const { output, outcome } = await redactPieces([Buffer.from(input)], { contentType: 'application/json' });
        assert.equal(outcome.state, 'kept');
        const parsed: unknown = JSON.parse(Buffer.from(output, 'latin1').toString());
        assert.deepEqual(shapeOf(parsed), shapeOf(JSON.parse(input)));
      }),
      { numRuns: 400 },
    );
  });
});

describe('planted values', () => {
  const planted = fc.constantFrom(...Object.values(PLANTED));
  const filler = fc.oneof(
    fc.constantFrom(' ', ', ', '\n', '("', '; '),
    fc.integer({ min: 1, max: 3000 }).map((n) => ` ${'lorem '.repeat(n)}`),
  );
  const wrapped = fc
    .tuple(filler, planted, filler)
    .map(([before, value, after]) => ({ value, text: `${before}${value}${after}` }));

  function assertGone(output: string, value: string): void {
    for (const form of [
      value,
      JSON.stringify(value).slice(1, -1),
      escaped(value),
      encodeURIComponent(value),
      encodeURIComponent(value).replaceAll('%20', '+'),
    ])
      assert.ok(!output.includes(form), form);
    assert.ok(output.includes(HARMLESS));
  }

  async function outputOf(content: string, contentType: string, sizes: readonly number[]): Promise<string> {
    const { output, outcome } = await redactPieces(cut(Buffer.from(content), sizes), { contentType });
    assert.equal(outcome.state, 'kept');
    return output;
  }

  it('are gone from JSON, escaped or not', async () => {
    await fc.assert(
      fc.asyncProperty(wrapped, pieceSizes, fc.boolean(), async ({ value, text: around }, sizes, escapes) => {
        const inner = escapes ? JSON.stringify(around).replace(value, escaped(value)) : JSON.stringify(around);
        assertGone(await outputOf(`{"a":[${inner}],"b":"${HARMLESS}"}`, 'application/json', sizes), value);
        const nested = JSON.stringify(`{"a":${inner},"b":"${HARMLESS}"}`);
        assertGone(await outputOf(`{"in":${nested}}`, 'application/json', sizes), value);
      }),
    );
  });

  it('are gone from text, events and forms', async () => {
    await fc.assert(
      fc.asyncProperty(wrapped, pieceSizes, async ({ value, text: around }, sizes) => {
        assertGone(await outputOf(`${HARMLESS}${around}x`, 'text/plain', sizes), value);
        assertGone(await outputOf(`data: ${HARMLESS}\ndata: ${around}\n\n`, 'text/event-stream', sizes), value);
        const form = new URLSearchParams([
          ['b', HARMLESS],
          ['a', around],
        ]).toString();
        assertGone(await outputOf(form, 'application/x-www-form-urlencoded', sizes), value);
        const encoded = `b=${HARMLESS}&a=${encodeURIComponent(around)}`;
        assertGone(await outputOf(encoded, 'application/x-www-form-urlencoded', sizes), value);
      }),
    );
  });

  it('are gone from headers and targets', () => {
    fc.assert(
      fc.property(planted, fc.constantFrom('x-a', 'referer', 'user-agent'), (value, name) => {
        const { fields } = redactor.headers('request_headers', [{ name, value: `${HARMLESS} ${value} x` }]);
        assertGone(fields[0]?.value ?? '', value);
        const { path, query } = redactor.target(
          `/${HARMLESS}/${encodeURIComponent(value)}/x?a=${encodeURIComponent(value)}`,
        );
        assertGone(`${path}?${query}`, value);
      }),
    );
  });
});
